"""
What an erasure is asked, what it refuses, what it did, and whether an id stands in a text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

import attrs

from quanyi.adapters.codec import load
from quanyi.campaigns.project.release import journaled
from quanyi.entitlements.changes import Erase
from quanyi.entitlements.errors import InputError
from quanyi.entitlements.plain import Plain
from quanyi.entitlements.ports import ChangeWrite
from quanyi.entitlements.time import aware, aware_or_none

if TYPE_CHECKING:
    from quanyi.entitlements.releases import Release

__all__ = [
    "Erased",
    "ErasureRefused",
    "Mention",
    "StillOpen",
    "Wish",
    "is_of_a_timer",
    "stands_in",
    "values_with",
]

_SHORT = 6
_TIMERS_KEY = re.compile(r"[0-9a-f]{32}", re.ASCII)


@attrs.frozen(kw_only=True)
class StillOpen(Plain):
    """
    One thing that has to be over before a person is erased.

    Attributes:
        what: ``deal`` for one that waits for its payment, ``purchase`` for one that is being bought from a supplier,
            ``due`` for a timer that is to be booked first, ``event`` for events that no sink has taken yet.
        name: The deal's number, or the type of the timer or events.
        count: How many there are.
        until: When a deal's hold ends by itself.
    """

    what: str
    name: str
    count: int = 1
    until: datetime | None = attrs.field(default=None, validator=aware_or_none)


class ErasureRefused(InputError):  # noqa: N818  (a refusal, like the others)
    """
    A person who can't be erased yet; nothing was changed.

    Attributes:
        word: ``still-open``.
        open: What has to be over first.
    """

    word = "still-open"

    def __init__(self, open_: list[StillOpen]) -> None:
        self.open = tuple(open_)
        said = ", ".join(f"{one.count} {one.what} {one.name}" for one in open_)
        super().__init__(f"something of this person is not over yet: {said}")


@attrs.frozen(kw_only=True)
class Mention(Plain):
    """
    A place in which the id of an erased person is read still: the mall did not make it, and does not know what it is.

    Attributes:
        table: The table without its prefix, and its `column`; `kind` the kind of record, if it is one.
        rows: How many rows of it.
        values: Some of the values in which it stands: an order's number, a reason. No log should have them.
    """

    table: str
    column: str
    kind: str = ""
    rows: int
    values: tuple[str, ...] = attrs.field(default=(), repr=lambda _: "***")


@attrs.frozen(kw_only=True)
class Erased(Plain):
    """
    What an erasure did.

    Attributes:
        at: When.
        epoch: The number of the release that empties the caches of every process.
        keys_forgotten: Keys of requests in which the id stood. Nobody recognises them any more: the same call is a new one.
        keys_kept: All other keys of the person's requests. Whoever calls with one again gets KeyReused.
        fingerprints: Values of the person by which campaigns noticed that they had seen them before.
        api_keys: API keys that acted for this person alone.
        untold: Events that no sink has taken, and that were dropped.
        older: Receipts of before migration 0007 in the whole mall, which may have been made of ids.
        stays: Where the id is still read.
    """

    at: datetime = attrs.field(validator=aware)
    epoch: int
    keys_forgotten: int = 0
    keys_kept: int = 0
    fingerprints: int = 0
    api_keys: int = 0
    untold: int = 0
    older: int = 0
    stays: tuple[Mention, ...] = ()


@attrs.frozen(kw_only=True)
class Wish:
    """
    Whom to erase, and what is said of it.

    Attributes:
        drop_events: Whether events about them that no sink has taken are dropped; else they refuse.
    """

    user: str = attrs.field(repr=False)
    by: str
    reason: str = attrs.field(repr=False)
    at: datetime
    drop_events: bool = False

    def release(self, before: Release) -> Release:
        """The release that comes into force with it: as the one before, under the next number."""
        return attrs.evolve(before, epoch=before.epoch + 1)

    def change(self, coming: Release, gone: list[bytes]) -> ChangeWrite:
        """What the journal keeps of it: who did it, when and why, and which records are gone. Nobody is named."""
        made = journaled(coming, "erase", self.at, self.by, self.reason)
        lines = (*made.changes.lines, Erase(records=tuple(sorted(gone)))) if gone else made.changes.lines
        return attrs.evolve(made, changes=attrs.evolve(made.changes, lines=lines))


def stands_in(user: str, text: str) -> bool:
    """
    Whether an id stands in a text: anywhere, or as a word of its own if it has fewer than six characters.

    >>> stands_in("u-10427", "pay/u-10427/o1"), stands_in("ann", "channel/7"), stands_in("ann", "ci/ann/2026-03-08")
    (True, False, True)
    """
    if len(user) >= _SHORT:
        return user in text
    return re.search(rf"(?<![^\W_]){re.escape(user)}(?![^\W_])", text) is not None


def is_of_a_timer(key: str) -> bool:
    """Whether a key may be a timer's: random hexadecimal text, in which a short id stands by chance."""
    return _TIMERS_KEY.fullmatch(key) is not None


def values_with(user: str, text: str) -> list[str]:
    """The texts inside a stored value in which an id stands; the value itself where it is no JSON."""
    try:
        found = list(_texts(load(text)))
    except ValueError:
        found = [text]
    return [one for one in found if stands_in(user, one) and not is_of_a_timer(one)]


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from (name, *_texts(inner))
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
