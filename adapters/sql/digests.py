"""
Digests of rows, by which `quanyi verify` tells an edited row from what was written.

Databases store them, so no formula ever changes: a new one would be a new function and a migration
that computes it for all rows. They detect edits, not forgers: there is no key in them.

=====================  ============================================================================
digest of              over
=====================  ============================================================================
a journal row          its own columns, but its number and transaction
a receipt              id, digest of the content, instant, formula, body; holder and input if it says them
a record               kind, shape, version, when it was changed, body
an outbox event        type, data, holder, instant
a timer                the same, and everything it wakes
a card code            pool, id and blind index; of one with a batch also that, channel, region, end, and the index of
                       its text; what is sealed is checked by its own seal
a version              body and source
a release              the whole row
=====================  ============================================================================
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from itertools import repeat
from json.encoder import encode_basestring
from operator import itemgetter
from typing import Any

from quanyi.adapters.codec import dump
from quanyi.entitlements.accounts import digest16
from quanyi.entitlements.derivations import Argument, Same, derivation, each, many
from quanyi.entitlements.digests import text_digest

__all__ = [
    "JOURNAL",
    "WITNESS",
    "Wake",
    "code_digest",
    "code_id",
    "event_digest",
    "journal_digest",
    "receipt_digest",
    "record_digest",
    "release_digest",
    "release_id",
    "timer_digest",
    "timer_id",
    "version_digest",
    "version_id",
    "witnesses",
]

JOURNAL = (
    "id",
    "input",
    "campaign",
    "version",
    "rule",
    "source",
    "holder",
    "outcome",
    "decided_at",
    "lines",
    "by",
    "bodies",
)
"""The columns that a journal row's digest is over, in their order."""

Wake = tuple[bytes, datetime, int | None]
"""What a timer wakes: the key, when, and how much it gives back there."""

WITNESS = 32
"""The bytes of one entry in ``journal.bodies``: the id of a row and its digest."""


def journal_digest(values: Sequence[Any]) -> bytes:
    """The digest of a journal row; *values* are ordered as `JOURNAL`."""
    return _digest("journal", *values)


def receipt_digest(
    id_: bytes,
    digest: bytes,
    at: datetime,
    formula: int,
    body: str,
    holder: str | None = None,
    input_: bytes | None = None,
) -> bytes:
    """The digest of a receipt's row. *holder* and *input_* are parts of it where the row says either."""
    said = (id_, digest, at, formula, body)
    more = () if holder is None and input_ is None else (holder, input_)
    return _digest("receipt", *said, *more)


def record_digest(kind: str, shape: int, version: int, changed_at: datetime | None, body: str) -> bytes:
    """The digest of one state of a record."""
    return _digest("record", kind, shape, version, changed_at, body)


def event_digest(event: str, data: str, holder: str | None, at: datetime) -> bytes:
    """The digest of an event in the outbox, without how far it has been handed on."""
    return _digest("event", event, data, holder, at)


def timer_digest(event: str, data: str, holder: str | None, at: datetime, wakes: Iterable[Wake]) -> bytes:
    """The digest of a timer with what it wakes: (key, due_at, amount)."""
    return _digest_of_timer(event, data, holder, at, *(part for wake in wakes for part in wake))


def code_digest(
    pool: str,
    id_: str,
    blind: bytes,
    batch: str | None = None,
    told: tuple[str | None, str | None, datetime | None, bytes | None] = (None, None, None, None),
) -> bytes:
    """The digest of the parts of a card code's row that never change. What it is *told* counts where it has a batch."""
    return _digest("code", pool, id_, blind, *(() if batch is None else (batch, *told)))


def version_digest(body: str, source: str) -> bytes:
    """The digest of a version's row."""
    return _digest("version", body, source)


def release_digest(epoch: int, project: str, campaigns: str, paused: str, digests: str) -> bytes:
    """The digest of a release's row."""
    return _digest("release", epoch, project, campaigns, paused, digests)


def code_id(pool: str, id_: str) -> bytes:
    """The id under which a change names a card code's row."""
    return digest16("code", pool, id_)


def timer_id(id_: bytes) -> bytes:
    """
    The id under which a change names a timer's row. A timer's own id may be that of its record, which has another.
    """
    return digest16("timer", bytes(id_).hex())


def version_id(campaign: str, version: str) -> bytes:
    """The id under which a change names a version's row."""
    return digest16("version", campaign, version)


def release_id(epoch: int) -> bytes:
    """The id under which a change names a release's row."""
    return digest16("release", str(epoch))


def witnesses(bodies: bytes) -> dict[bytes, bytes]:
    """
    The digests by row id, read from ``journal.bodies``; ValueError if its length is wrong.

    >>> witnesses(b"i" * 16 + b"d" * 16) == {b"i" * 16: b"d" * 16}
    True
    """
    if len(bodies) % WITNESS:
        msg = f"{len(bodies)} bytes are no whole number of witnesses"
        raise ValueError(msg)
    starts = range(0, len(bodies), WITNESS)
    return {bodies[start : start + 16]: bodies[start + 16 : start + WITNESS] for start in starts}


@derivation
def _digest_of_timer(event: str, data: str, holder: str | None, at: datetime, *wakes: Any) -> bytes:
    """The digest of a timer; *wakes* are keys, instants and amounts in turn, and are put in order first."""
    ordered = sorted(zip(wakes[::3], wakes[1::3], wakes[2::3], strict=True), key=_first)
    return _digest_of_list("timer", event, data, holder, at, *(part for wake in ordered for part in wake))


@derivation
def _digest(*values: Any) -> bytes:
    """The digest of a list of plain values."""
    return _digest_of_list(*values)


@many(_digest)
def _digests(*columns: Argument) -> list[bytes]:
    """The digests of many lists."""
    return [text_digest(f"[{said}]") for said in _all_said(columns)]


@many(_digest_of_timer)
def _digests_of_timers(*columns: Argument) -> list[bytes]:
    """The digests of many timers; the wakes of each are put in order by themselves."""
    _, _, _, _, *wakes = columns
    known = [
        zip(zip(each(key), each(due_at), strict=False), _all_said((key, due_at, amount)), strict=False)
        for key, due_at, amount in zip(wakes[::3], wakes[1::3], wakes[2::3], strict=True)
    ]
    digests = []
    for head, *found in zip(_all_said([Same("timer"), *columns[:4]]), *known, strict=False):
        ordered = [said for _, said in sorted(found, key=itemgetter(0))]
        digests.append(text_digest(f"[{','.join([head, *ordered])}]"))
    return digests


def _all_said(columns: Sequence[Argument]) -> Iterable[str]:
    """Many lists as JSON, without their brackets: what is the same in all of them is said once."""
    form = ",".join([_said(one.value).replace("%", "%%") if isinstance(one, Same) else "%s" for one in columns])
    varied = [_each_said(one) for one in columns if not isinstance(one, Same)]
    return map(form.__mod__, zip(*varied, strict=True)) if varied else repeat(form % ())


def _each_said(values: Sequence[Any]) -> Iterable[str]:
    """Each of many values as JSON. They are nearly always of one type, so that it is asked for once."""
    kinds = {*map(type, values)}
    return map(_SAYS.get(kinds.pop(), _said) if len(kinds) == 1 else _said, values)


def _digest_of_list(*values: Any) -> bytes:
    """The digest of a list of plain values, as JSON, which tells each from its neighbours."""
    return text_digest(f"[{','.join(map(_said, values))}]")


def _said(value: Any) -> str:
    """A plain value as JSON."""
    said = _SAYS.get(type(value))
    if said is not None:
        return said(value)
    return _instant(value) if isinstance(value, datetime) else _hex(value)


def _hex(value: Any) -> str:
    return f'"{bytes(value).hex()}"'


@lru_cache(maxsize=1024)  # a batch says each instant in several places
def _instant(value: datetime) -> str:
    return f'"{value.astimezone(UTC).isoformat(timespec="microseconds")}"'


_SAYS: Mapping[type, Callable[[Any], str]] = {
    bytes: _hex,
    datetime: _instant,
    int: str,
    str: encode_basestring,
    type(None): dump,
}
"""How a value of each type is said; bytes as hexadecimal text."""


def _first(wake: Wake) -> tuple[bytes, datetime]:
    return bytes(wake[0]), wake[1]
