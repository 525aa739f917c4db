"""
What a look has loaded so far, and what its questions still ask for.

A question that asks for something that is not loaded says so and raises `NotSeen`; once that is loaded it is asked
again from its start, as decisions are that need more rows than were locked.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from quanyi.campaigns.engine.endless import Pair, StillAsking
from quanyi.entitlements.listings import Listing
from quanyi.entitlements.needs import Need
from quanyi.entitlements.picture import View
from quanyi.entitlements.records import Record

if TYPE_CHECKING:
    from quanyi.campaigns.ports import MallStore

__all__ = ["Late", "NotSeen", "Seen", "gathered"]

Part = TypeVar("Part")


class NotSeen(Exception):  # noqa: N818  (a request, not an error)
    """A question asks for something that is not loaded yet; what that is stands in `Seen`."""


class Late(Exception):  # noqa: N818  (a request to start again)
    """Something must be asked on another connection, and one is taken already: it is given back before *ask* is called."""

    def __init__(self, ask: Callable[[], object]) -> None:
        self.ask = ask
        super().__init__("something is asked before a connection is taken")


class Seen:
    """
    What one look knows.

    Attributes:
        now: The instant that all of it is shown at.
        epoch: The number of the release that was used when it began.
        facts: What the host said of each user, or the error that it raised. It is asked once.
        view: The picture, with everything that is due read as booked; None before the first is loaded.
        lists: The records of each listing.
        reads: What else was read, by name.
        made: What was made of the campaigns in force, by name.
        excluded: Campaigns that would never come to an end with an input.
        late: What must be asked before a connection is taken; None for nothing.
        connected: Whether a connection is taken.
        wanted: Whether a question asked for something since the last time.
    """

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.facts: dict[str, Mapping[str, Any] | Exception] = {}
        self.begin({}, None)

    def begin(self, excluded: Mapping[Pair, str], epoch: int | None) -> None:
        """Begin anew: only what the host said is kept."""
        self.epoch = epoch
        self.view: View | None = None
        self.lists: dict[Listing, list[Record]] = {}
        self.reads: dict[Hashable, Any] = {}
        self.made: dict[Hashable, Any] = {}
        self.excluded = excluded
        self.late: Callable[[], object] | None = None
        self.connected = False
        self.next()

    def next(self) -> None:
        """Forget what was asked for, since it is loaded."""
        self.wanted = False
        self.needs: set[Need] = set()
        self.listings: dict[Listing, None] = {}
        self.readers: dict[Hashable, Callable[[MallStore], Any]] = {}
        self.asking: list[StillAsking] = []

    def ask(
        self,
        needs: Iterable[Need] = (),
        listings: Iterable[Listing] = (),
        readers: Mapping[Hashable, Callable[[MallStore], Any]] | None = None,
    ) -> None:
        """Raise `NotSeen` if any of it is not loaded."""
        missing = [need for need in needs if self.view is None or not self.view.declared(need)]
        lists = [listing for listing in listings if listing not in self.lists]
        others = {name: read for name, read in (readers or {}).items() if name not in self.reads}
        if missing or lists or others:
            self.needs.update(missing)
            self.listings.update(dict.fromkeys(lists))
            self.readers |= others
            self.miss()

    def miss(self, *asking: StillAsking) -> None:
        """Raise `NotSeen`: decisions ask for more."""
        self.asking += asking
        self.wanted = True
        raise NotSeen


def gathered(parts: Collection[Callable[[], Part]]) -> list[Part]:
    """The value of each part. If any asks for more, the others are heard before that is said."""
    found, unseen = [], False
    for part in parts:
        try:
            found.append(part())
        except NotSeen:
            unseen = True
    if unseen:
        raise NotSeen
    return found
