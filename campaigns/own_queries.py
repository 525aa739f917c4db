"""
What a host asks about what belongs to one person: entitlements, deals, promises, reminders.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from functools import partial
from typing import cast

from quanyi.campaigns.lists import Page, cut, page_of
from quanyi.campaigns.own_pages import EndOrder, OwnPages
from quanyi.campaigns.own_records import OwnRecords
from quanyi.campaigns.ports import Ports
from quanyi.campaigns.views import EntitlementView, Holding
from quanyi.entitlements.arguments import how_many
from quanyi.entitlements.errors import InputError, NotFound
from quanyi.entitlements.identifiers import identifier
from quanyi.entitlements.listings import AT_ONCE, Listing
from quanyi.entitlements.plays.reward.view import PromiseView, promise_view
from quanyi.entitlements.records import Deal, Rating, RecordKey, Reminder

__all__ = ["OwnQueries"]

_A_FEW = 8
"""How many entitlements are looked at first, of which nearly always one can be used by now."""


class OwnQueries:
    """The read side of a mall, as far as it is about one person."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._own = OwnRecords(ports)
        self._pages = OwnPages(ports, self._own)

    def entitlements(
        self,
        user: str,
        *,
        phase: str | Collection[str] | None = None,
        benefits: Collection[str] | None = None,
        order: EndOrder = "ending",
        after: str | None = None,
        limit: int | None = None,
    ) -> Page[EntitlementView]:
        """
        What a user holds, what ends first in front. A page, with *limit*, reads what is on it.

        Args:
            phase: Only those that read so now, in one phase or some: ``usable``, ``used``, ``expired``, ``withdrawn``, ``void``.
            benefits: Only those to these benefits.
            order: ``ended`` turns it round: what ended last in front, after what never ends.
            after: The `next` of an earlier page: what comes behind it.
            limit: How many at most; all of them unless given.
        """
        phases = _texts([phase] if isinstance(phase, str) else phase, "phase")
        benefits = _texts(benefits, "benefits")
        if limit is not None:
            most = how_many(limit)
            some = self._pages.entitlements(user, phases, benefits, order, after, most + 1)
            return cut(some, most)
        held = self._own.entitlements_in(user, phases, benefits, turned=order == "ended")
        return page_of(held, lambda view: view.id, after=after, limit=None)

    def holdings(self, user: str) -> list[Holding]:
        """How many entitlements a user has, by benefit and by phase as they read now; they are counted, not read."""
        return self._pages.holdings(user)

    def entitlement(self, number: str, user: str | None = None) -> EntitlementView:
        """One entitlement as it reads now; NotFound if there is none, or it is somebody else's."""
        named = identifier(number, "entitlement")
        found = self._own.entitlement(named, user)
        if found is None:
            raise NotFound(f"no entitlement {named}")
        return found

    def entitled(self, benefit: str, user: str) -> bool:
        """
        Whether a user holds a usable entitlement to *benefit* now. A few are read, however many there are.

        Raises:
            InputError: Neither the mall nor the user has ever had such a benefit.
        """
        named, now = identifier(benefit, "benefit"), self._ports.now()
        own = partial(self.entitlements, user, benefits=[named])
        held = own(phase="usable", limit=_A_FEW)
        while held.next is not None and not _begun(held, now):
            held = own(phase="usable", after=held.next, limit=AT_ONCE)
        if not held and named not in self._ports.project.benefits and not own(limit=1):
            known = ", ".join(sorted(self._ports.project.benefits))
            raise InputError(f"no benefit is called {named!r}; this mall has {known or 'none'}")
        return _begun(held, now)

    def deals(
        self, user: str, *, phase: str | None = None, after: str | None = None, limit: int | None = None
    ) -> Page[Deal]:
        """
        A user's deals, newest first. A page of all of them, with *limit*, reads what is on it.

        Args:
            phase: Only those that read so now: ``placed``, ``paid``, ``closed``, ``refunded``.
            after: The `next` of an earlier page: what comes behind it.
            limit: How many at most; all of them unless given.
        """
        if limit is not None:
            most = how_many(limit)
            asked = (user, after, most + 1)
            return cut(self._own.some_deals(*asked) if phase is None else self._pages.deals(phase, *asked), most)
        own = self._own.placed(user) if phase == "placed" else self._own.deals(user)
        found = (deal for deal in own if phase in (None, deal.phase))
        return page_of(found, lambda deal: deal.id, after=after, limit=None)

    def deal(self, number: str, user: str | None = None) -> Deal:
        """One deal; NotFound if there is none, or it is somebody else's."""
        named = identifier(number, "deal")
        key = RecordKey(kind=Deal.kind, parts=(named,))
        record, _ = self._ports.look([key]).stored(key)
        if not isinstance(record, Deal) or (user is not None and record.holder != self._ports.holder(user)):
            raise NotFound(f"no deal {named}")
        return record

    def granted(self, deals: Iterable[Deal], user: str) -> list[EntitlementView]:
        """The entitlements of a user that *deals* brought, as they read now, however many others there are."""
        return self._own.entitlements_of((id_ for deal in deals for id_ in deal.grants), user)

    def rating(self, entitlement: str, user: str | None = None) -> Rating | None:
        """What its holder said of an entitlement; None for nothing, and for somebody else's."""
        key = RecordKey(kind=Rating.kind, parts=(identifier(entitlement, "entitlement"),))
        record, _ = self._ports.look([key]).stored(key)
        if not isinstance(record, Rating) or (user is not None and record.holder != self._ports.holder(user)):
            return None
        return record

    def reminders(self, user: str) -> list[Reminder]:
        """What a user waits to be told of, what was asked for last in front."""
        mine = Listing(kind=Reminder.kind, holders=[self._ports.holder(user)], phase="open")
        found = cast("list[Reminder]", self._ports.listed([mine])[0])
        return sorted(found, key=lambda reminder: reminder.set_at, reverse=True)

    def promises(self, user: str, *, after: str | None = None, limit: int | None = None) -> Page[PromiseView]:
        """What a user has been promised and not been given yet, what comes soonest first; paged as `deals`."""
        most = None if limit is None else how_many(limit)
        found = self._pages.all_promises(user) if most is None else self._pages.promises(user, after, most + 1)
        shown = [promise_view(p, self._ports.version(p.campaign, p.version)) for p in found]
        return page_of(shown, lambda promise: promise.id, after=after, limit=None) if most is None else cut(shown, most)


def _begun(held: Iterable[EntitlementView], now: datetime) -> bool:
    """Whether one of them can be used by *now*; others begin later."""
    return any(view.starts <= now for view in held)


def _texts(given: object, what: str) -> Collection[str] | None:
    """*given* itself, if it is None or some texts; InputError for anything else."""
    if given is None:
        return None
    if not isinstance(given, list | tuple | set | frozenset) or not all(isinstance(one, str) for one in given):
        raise InputError(f"{what} is one text or a list of texts, not of the type {type(given).__name__}")
    return given
