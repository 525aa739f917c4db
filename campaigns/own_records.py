"""
The records that belong to one person, as they read now: what is due on them reads as done.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import cast

import attrs

from quanyi.campaigns.ports import Ports
from quanyi.campaigns.views import EntitlementView
from quanyi.entitlements.benefits import Benefit
from quanyi.entitlements.errors import NotFound
from quanyi.entitlements.identifiers import identifier
from quanyi.entitlements.listings import AT_ONCE, Listing, Stand
from quanyi.entitlements.plays.bundle.records import PackPart
from quanyi.entitlements.records import Deal, Entitlement, Promise, Record, RecordKey

__all__ = ["OwnRecords"]

_WAITING = (
    (Deal.kind, "placed"),
    (Promise.kind, "open"),
    *((PackPart.kind, phase) for phase in ("open", "short", "waiting")),
)
"""Where something falls due for its owner."""


@attrs.frozen
class OwnRecords:
    """Finds what belongs to a user."""

    _ports: Ports

    def of(self, kind: str, user: str, item: str | None = None) -> list[Record]:
        """A user's records of one kind, newest first: what is due on their deals and promises is done."""
        holder = self._ports.holder(user)
        (stood,), seen = self.beside(holder, [Listing(kind=kind, holders=[holder], item=item)])
        stood_keys = {record.key for record in stood}
        mine = [(key, r) for key, r in seen.items() if r.kind == kind and r.holder == holder]
        new = [r for key, r in mine if key not in stood_keys and item in (None, r.item)]
        return [*new, *(seen.get(record.key, record) for record in stood)]

    def _waiting(self, holder: str) -> list[Listing]:
        now = self._ports.now()
        return [Listing(kind=kind, holders=[holder], phase=phase, due_by=now) for kind, phase in _WAITING]

    def _done(self, late: Iterable[Sequence[Record]]) -> dict[RecordKey, Record]:
        """What comes of all that is due, by key."""
        overdue = [record.key for records in late for record in records]
        seen = self._ports.look(overdue).records if overdue else {}
        return {key: record for key, (record, _) in seen.items() if record is not None}

    def done(self, holder: str) -> dict[RecordKey, Record]:
        """What comes of all that is due on somebody's deals and promises, by key."""
        return self.beside(holder, ())[1]

    def beside(self, holder: str, asked: Sequence[Listing]) -> tuple[list[list[Record]], dict[RecordKey, Record]]:
        """The records of each listing, and what `done` says: in one reading where nothing is due."""
        found = self._ports.listed([*asked, *self._waiting(holder)])
        return found[: len(asked)], self._done(found[len(asked) :])

    def deals(self, user: str) -> list[Deal]:
        """A user's deals, newest first."""
        return cast("list[Deal]", self.of(Deal.kind, user))

    def some_deals(
        self, user: str, after: str | None, most: int, stands: Collection[Stand] | None = None
    ) -> list[Deal]:
        """
        So many of a user's deals behind the one called *after*, newest first, in a bounded number of statements.

        Args:
            stands: Only those that stand so in the books, however they read by now.

        Raises:
            NotFound: None of theirs is called *after*.
        """
        holder, last = self._ports.holder(user), None if after is None else _deal(after)
        if last is not None:
            record, _ = self._ports.look([last]).stored(last)
            if record is None or record.holder != holder:
                raise NotFound(f"the list has no {after!r} to go on from")
        asked = Listing(kind=Deal.kind, holders=[holder], after=last, stands=stands, most=most)
        (page,) = self._ports.listed([asked])
        view = self._ports.look([record.key for record in page])
        return [cast("Deal", view.stored(record.key)[0]) for record in page]

    def of_deals(self, ids: Iterable[str]) -> dict[str, Deal]:
        """Deals by the ids of their records in hex, as they were last booked: their numbers and things never change."""
        wanted = sorted(map(bytes.fromhex, set(ids)))
        portions = [wanted[start : start + AT_ONCE] for start in range(0, len(wanted), AT_ONCE)]
        found = self._ports.listed([Listing(kind=Deal.kind, ids=frozenset(some)) for some in portions])
        return {record.key.id.hex(): cast("Deal", record) for some in found for record in some}

    def entitlement(self, number: str, user: str | None) -> EntitlementView | None:
        """
        An entitlement by its number; None if there is none, or it is not the user's who is named.

        What something gives a user that is due by now stands nowhere yet, and is found all the same.
        """
        key, holder = (
            RecordKey(kind=Entitlement.kind, parts=(number,)),
            None if user is None else self._ports.holder(user),
        )
        record, _ = self._ports.look([key]).stored(key)
        if record is None and holder is not None:
            record = self.done(holder).get(key)
        if not isinstance(record, Entitlement) or holder not in (None, record.holder):
            return None
        return self.shown(record)

    def entitlements_of(self, ids: Iterable[str], user: str) -> list[EntitlementView]:
        """Those of a user's entitlements that have these numbers."""
        keys = [RecordKey(kind=Entitlement.kind, parts=(id_,)) for id_ in dict.fromkeys(ids)]
        view, holder = self._ports.look(keys), self._ports.holder(user)
        found = (view.stored(key)[0] for key in keys)
        return [self.shown(record) for record in found if isinstance(record, Entitlement) and record.holder == holder]

    def placed(self, user: str) -> list[Deal]:
        """A user's deals that wait for their payment, and are not overdue by now."""
        (placed,) = self._ports.listed([Listing(kind=Deal.kind, holders=[self._ports.holder(user)], phase="placed")])
        late = [record.key for record in placed if record.due_at is not None and record.due_at <= self._ports.now()]
        seen = self._ports.look(late).records if late else {}
        now = [seen[record.key][0] if record.key in seen else record for record in placed]
        return [cast("Deal", record) for record in now if record is not None]

    def entitlements(self, user: str, item: str | None = None) -> Iterator[EntitlementView]:
        """A user's entitlements, or those to one thing."""
        for record in cast("list[Entitlement]", self.of(Entitlement.kind, user, item)):
            yield self.shown(record)

    def entitlements_in(
        self, user: str, phases: Collection[str] | None, benefits: Collection[str] | None, *, turned: bool
    ) -> list[EntitlementView]:
        """All of a user's entitlements that read so now, what ends first in front; or that turned round."""
        held = [view for view in self.entitlements(user) if _is_in(view, phases, benefits)]
        dated = sorted((view for view in held if view.ends), key=lambda view: view.ends or view.got_at)
        endless = sorted((view for view in reversed(held) if not view.ends), key=lambda view: view.got_at)
        found = [*dated, *endless]
        return found[::-1] if turned else found

    def shown(self, record: Entitlement) -> EntitlementView:
        """An entitlement as its owner sees it."""
        benefit = self._ports.project.benefits.get(record.item) or Benefit(id=record.item)
        return EntitlementView.of(record, benefit, self._ports.now())


def _is_in(view: EntitlementView, phases: Collection[str] | None, benefits: Collection[str] | None) -> bool:
    return (phases is None or view.phase in phases) and (benefits is None or view.benefit.id in benefits)


def _deal(number: str) -> RecordKey:
    return RecordKey(kind=Deal.kind, parts=(identifier(number, "mark"),))
