"""
Pages of what belongs to one person: entitlements and promises by when they end, deals in one phase, newest first.

A page reads what is on it, and what is due on its owner by now, which stands in the books in no list yet.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from typing import Literal, cast

import attrs

from quanyi.campaigns.own_records import OwnRecords
from quanyi.campaigns.ports import Ports
from quanyi.campaigns.views import EntitlementView, Holding
from quanyi.entitlements.errors import NotFound
from quanyi.entitlements.identifiers import identifier
from quanyi.entitlements.listings import Listing, Stand
from quanyi.entitlements.records import Deal, Entitlement, Promise, Record, RecordKey

__all__ = ["EndOrder", "OwnPages"]

EndOrder = Literal["ending", "ended"]
"""What ends first in front, and what never ends behind all; or that turned round: what ended last in front."""

_STORED = frozenset({"used", "withdrawn", "void"})
"""The phases in which an entitlement reads as it stands in the books."""

_NEVER = datetime.max.replace(tzinfo=UTC)


@attrs.frozen
class _Place:
    """
    Where a page begins: behind a record, in the order of all that somebody has.

    Attributes:
        fresh: Whether it is due by now, and stands in no list yet, or otherwise; such ones count as the newest.
    """

    key: RecordKey
    due: datetime | None
    fresh: bool

    @property
    def stored(self) -> RecordKey | None:
        """The record, where it stands in lists as it reads."""
        return None if self.fresh else self.key

    @property
    def rank(self) -> tuple[bool, datetime, bool, bytes]:
        """By what places are ordered, what ends first in front."""
        newest_first = self.due is not None
        tie = self.fresh is not newest_first, self.key.id if self.fresh else b""
        return self.due is None, self.due or _NEVER, *tie


@attrs.frozen
class OwnPages:
    """Finds the pages of what belongs to a user."""

    _ports: Ports
    _own: OwnRecords

    def entitlements(
        self,
        user: str,
        phases: Collection[str] | None,
        benefits: Collection[str] | None,
        order: EndOrder,
        after: str | None,
        most: int,
    ) -> list[EntitlementView]:
        """So many entitlements behind the one called *after*: those that read so now, and those to some benefits."""
        asked = self._reading(Listing(kind=Entitlement.kind, items=benefits), phases)
        return [self._own.shown(cast("Entitlement", r)) for r in self._page(asked, user, order, after, most)]

    def _reading(self, asked: Listing, phases: Collection[str] | None) -> Listing:
        """Those that read as one of *phases*: usable ones past their end are expired."""
        if phases is None:
            return asked
        now, named = self._ports.now(), set(phases)
        stands = {Stand(phase) for phase in named & _STORED}
        stands |= {Stand("usable", due=phase == "expired") for phase in named & {"usable", "expired"}}
        return attrs.evolve(asked, stands=stands, at=now, due_by=now if named == {"expired"} else None)

    def holdings(self, user: str) -> list[Holding]:
        """How many entitlements a user has, by benefit and phase as they read now."""
        holder, now, counts = self._ports.holder(user), self._ports.now(), Counter[tuple[str, str]]()
        due = {key: record for key, record in self._own.done(holder).items() if key.kind == Entitlement.kind}
        name = ("tallied", Entitlement.kind, holder)
        for item, stand, number in self._ports.read(name, lambda store: store.tallied(Entitlement.kind, holder, now)):
            counts[item, "expired" if stand == Stand("usable", due=True) else stand.phase] += number
        stood = self._ports.listed([Listing(kind=Entitlement.kind, keys=frozenset(due))])[0] if due else ()
        counts.subtract(Counter(_reads(record, now) for record in stood))
        counts.update(_reads(record, now) for record in due.values() if record.holder == holder)
        return [Holding(benefit=item, phase=phase, count=n) for (item, phase), n in sorted(counts.items()) if n]

    def promises(self, user: str, after: str | None, most: int) -> list[Promise]:
        """So many promises behind the one called *after* that are open as they read now, what comes soonest in front."""
        asked, found = Listing(kind=Promise.kind, stands={Stand("open")}), list[Promise]()
        while len(found) < most:
            wanted = most - len(found)
            some = self._page(asked, user, "ending", after, wanted)
            view = self._ports.look([record.key for record in some])
            now = [cast("Promise", view.stored(record.key)[0]) for record in some]
            found += [promise for promise in now if promise.phase == "open"]
            if len(some) < wanted:
                break
            after = cast("Promise", some[-1]).id
        return found

    def all_promises(self, user: str) -> list[Promise]:
        """Every promise that is open as it reads now, what comes soonest in front."""
        (records,) = self._ports.listed([Listing(kind=Promise.kind, holders=[self._ports.holder(user)], phase="open")])
        view = self._ports.look([record.key for record in records])
        now = [cast("Promise", view.stored(record.key)[0]) for record in records]
        waiting = [promise for promise in now if promise.phase == "open"]
        return sorted(waiting, key=lambda promise: (promise.due_at is None, promise.due_at or _NEVER))

    def deals(self, phase: str, user: str, after: str | None, most: int) -> list[Deal]:
        """So many deals behind the one called *after* that read so now, newest first."""
        stands, found = {Stand(phase), Stand("placed")}, list[Deal]()
        while len(found) < most:
            wanted = most - len(found)
            some = self._own.some_deals(user, after, wanted, stands)
            found += [deal for deal in some if deal.phase == phase]
            if len(some) < wanted:
                break
            after = some[-1].id
        return found

    # --- inside ------------------------------------------------------------------------------

    def _page(self, asked: Listing, user: str, order: EndOrder, after: str | None, most: int) -> Sequence[Record]:
        holder = self._ports.holder(user)
        asked = attrs.evolve(asked, holders=[holder], most=most)
        found, done = self._own.beside(holder, _listings(asked, order, None) if after is None else ())
        due = {key: record for key, record in done.items() if key.kind == asked.kind}
        place = None if after is None else self._place(asked.kind, holder, after, due)
        if due or place is not None:
            # Those that read otherwise by now are left out, so that many more are asked for.
            found = self._ports.listed(_listings(attrs.evolve(asked, most=most + len(due)), order, place))
        some = [record for records in found for record in records if record.key not in due]
        fresh = [record for record in due.values() if asked.fits(record) and _is_behind(_fresh(record), place, order)]
        return _merged(some, fresh, order)[:most]

    def _place(self, kind: str, holder: str, after: str, due: Mapping[RecordKey, Record]) -> _Place:
        key = RecordKey(kind=kind, parts=(identifier(after, "mark"),))
        record = due[key] if key in due else self._ports.look([key]).stored(key)[0]
        if record is None or record.holder != holder:
            raise NotFound(f"the list has no {after!r} to go on from")
        return _Place(key, record.due_at, key in due)


def _reads(record: Record, now: datetime) -> tuple[str, str]:
    return record.item, cast("Entitlement", record).phase_at(now)


def _listings(asked: Listing, order: EndOrder, place: _Place | None) -> list[Listing]:
    """What stands behind a place: with an end, and without."""
    found = (_dated(asked, order, place), _endless(asked, order, place))
    return [listing for listing in found if listing is not None]


def _dated(asked: Listing, order: EndOrder, place: _Place | None) -> Listing | None:
    """What has an end and stands behind a place; None where nothing can."""
    if order == "ending":
        if place is not None and place.due is None:
            return None
        ordered = attrs.evolve(asked, order="soonest")
        return ordered if place is None else attrs.evolve(ordered, due_from=place.due, after=place.stored)
    if place is None or place.due is None:
        return attrs.evolve(asked, order="latest")
    last = place.due - timedelta.resolution if place.fresh else place.due
    return attrs.evolve(asked, order="latest", due_by=min(last, asked.due_by or last), after=place.stored)


def _endless(asked: Listing, order: EndOrder, place: _Place | None) -> Listing | None:
    """What never ends and stands behind a place; None where nothing can."""
    if asked.due_by is not None:
        return None
    endless = attrs.evolve(asked, never_due=True, order="oldest" if order == "ending" else "newest")
    if place is None or (order == "ending" and place.due is not None):
        return endless
    if place.due is not None or (order == "ending" and place.fresh):
        return None
    return attrs.evolve(endless, after=place.stored)


def _fresh(record: Record) -> _Place:
    return _Place(record.key, record.due_at, fresh=True)


def _is_behind(one: _Place, place: _Place | None, order: EndOrder) -> bool:
    """Whether it stands behind a place in the order."""
    return place is None or (one.rank > place.rank if order == "ending" else one.rank < place.rank)


def _merged(stood: Sequence[Record], fresh: Sequence[Record], order: EndOrder) -> list[Record]:
    """Both in one order: *stood* is in it already, and keeps its order among equal ends."""
    ranked = [(_Place(record.key, record.due_at, fresh=False).rank, record) for record in stood]
    both = [*ranked, *((_fresh(record).rank, record) for record in fresh)]
    return [record for _, record in sorted(both, key=itemgetter(0), reverse=order == "ended")]
