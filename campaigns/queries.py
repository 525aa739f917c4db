"""
What a host asks and never changes: wallets, offers, entitlements, deals, promises.

Reads never write; what is due reads as done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol, cast

import attrs

from quanyi.campaigns.engine.transaction import Transactions
from quanyi.campaigns.language.events import read_values
from quanyi.campaigns.lists import Page, every, page_of
from quanyi.campaigns.project.model import Project
from quanyi.campaigns.views import EntitlementView, Wallet, purse_view
from quanyi.entitlements.arguments import LAST_NUMBER, a_whole_number, how_many
from quanyi.entitlements.benefits import Benefit
from quanyi.entitlements.errors import InputError, NotFound, Refused
from quanyi.entitlements.identifiers import identifier, identifier_or_none
from quanyi.entitlements.inputs import Input, Receipt
from quanyi.entitlements.picture import LotsOf, View
from quanyi.entitlements.plays.bundle.records import PackPart, part_key
from quanyi.entitlements.plays.bundle.view import BundleView, bundle_view
from quanyi.entitlements.plays.reward.view import PromiseView, promise_view
from quanyi.entitlements.plays.sale import Sale
from quanyi.entitlements.plays.sale.view import Offer, limit_needs, most_pieces, offer_needs, offer_view
from quanyi.entitlements.ports import Clock, Entry, Facts, Shelf, Store, Vault, Views
from quanyi.entitlements.records import Deal, Entitlement, Promise, Record, RecordKey
from quanyi.entitlements.time import zone_of

__all__ = ["MallStore", "Ports", "Reads"]

_WAITING = (
    (Deal.kind, "placed"),
    (Promise.kind, "open"),
    *((PackPart.kind, phase) for phase in ("open", "short", "waiting")),
)
"""Where something falls due for its owner."""


class MallStore(Store, Views, Shelf, Protocol):
    """A store with its read side and its shelf."""


@attrs.frozen(kw_only=True)
class Ports:
    """
    What a mall stands on.

    Attributes:
        submit: Settles one input with others that wait at the same time; None inside a host's
            transaction, where each is settled alone.
    """

    store: MallStore
    clock: Clock
    transactions: Transactions
    project: Project
    facts: Facts | None = None
    vault: Vault | None = None
    submit: Callable[[Input], Receipt] | None = None


class Reads:
    """The read side of a mall."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    @property
    def project(self) -> Project:
        """What the mall calls things: zone, currency, units, catalogue, titles of campaigns."""
        return self._ports.project

    def now(self) -> datetime:
        """The mall's present instant, in UTC."""
        return self._ports.clock.now()

    def ask(self, key: str, type_: str) -> Receipt | None:
        """
        What became of an earlier call, by its key; None if nothing was booked under it.

        Args:
            type_: The event type that was reported, or the command: ``order.place`` for `claim`.

        Raises:
            InputError: There is no such type here: a slip must not read as "never happened".
        """
        named = identifier(type_, "type")
        receipt = self._ports.store.receipt(Input(type=named, key=identifier(key, "key"), at=self.now()).id)
        if receipt is None and named not in self._types():
            raise InputError(f"nothing is asked or reported under {named!r}; there are {', '.join(self._types())}")
        return receipt

    def wallet(self, user: str) -> Wallet:
        """What a user has, in every unit."""
        holder, now = self._holder(user), self.now()
        units = self._ports.project.units
        view = self._look([LotsOf(holder, unit) for unit in units])
        purses = {unit.id: purse_view(unit, holder, view, now) for unit in units.values()}
        return Wallet(user=identifier(user, "user"), units=purses)

    def entries(self, user: str, unit: str, *, limit: int = 50, before: int | None = None) -> Sequence[Entry]:
        """A wallet's history, newest first; page with the last entry's `number`. InputError for an undeclared unit."""
        last = None if before is None else a_whole_number(before, "before", LAST_NUMBER)
        return self._ports.store.entries(self._holder(user), self._unit(unit), limit=how_many(limit), before=last)

    def offers(self, user: str | None = None, *, kind: str | None = None) -> list[Offer]:
        """Everything on offer, each with why this user could not have it now."""
        sales = [play for play in self._plays() if isinstance(play, Sale) and kind in (None, play.preset)]
        return self._offers([(sale, item) for sale in sales for item in sale.sells], user)

    def offer(self, campaign: str, item: str, user: str | None = None) -> Offer:
        """One thing on offer; NotFound if it is not."""
        named, thing = identifier(campaign, "campaign"), identifier(item, "item")
        found = [(p, thing) for p in self._plays() if isinstance(p, Sale) and p.head.campaign == named]
        if not found or thing not in found[0][0].sells:
            raise NotFound(f"{named} sells no {thing}")
        return self._offers(found, user)[0]

    def entitlements(
        self, user: str, *, phase: str | None = None, after: str | None = None, limit: int | None = None
    ) -> Page[EntitlementView]:
        """
        What a user holds, what ends first in front; `phase` as it reads now.

        Args:
            after: The `next` of an earlier page: what comes behind it.
            limit: How many at most; all of them unless given.
        """
        held = [view for view in self._held(user) if phase in (None, view.phase)]
        ordered = sorted(held, key=lambda view: (view.ends is None, view.ends or view.got_at))
        return page_of(ordered, lambda view: view.id, after=after, limit=limit)

    def entitled(self, benefit: str, user: str) -> bool:
        """
        Whether a user holds a usable entitlement to *benefit* now.

        Raises:
            InputError: Neither the mall nor the user has ever had such a benefit.
        """
        named, now = identifier(benefit, "benefit"), self.now()
        held = list(self._held(user, item=named))
        if not held and named not in self._ports.project.benefits:
            known = ", ".join(sorted(self._ports.project.benefits))
            raise InputError(f"no benefit is called {named!r}; this mall has {known or 'none'}")
        return any(view.phase == "usable" and view.starts <= now for view in held)

    def deals(self, user: str, *, after: str | None = None, limit: int | None = None) -> Page[Deal]:
        """A user's deals, newest first; *after* is the `next` of an earlier page, no *limit* means all of them."""
        found = (cast("Deal", record) for record in self._own(Deal.kind, user))
        return page_of(found, lambda deal: deal.id, after=after, limit=limit)

    def find_deals(self, *, order: str, limit: int = 100) -> list[Deal]:
        """The deals of the host's order number, whoever bought them, newest first; as they read now."""
        found = self._ports.store.find(Deal.kind, "order", identifier(order, "order"), limit=how_many(limit))
        view = self._look([record.key for record in found])
        return [cast("Deal", view.stored(record.key)[0]) for record in found]

    def deal(self, number: str, user: str | None = None) -> Deal:
        """One deal; NotFound if there is none, or it is somebody else's."""
        named = identifier(number, "deal")
        key = RecordKey(kind=Deal.kind, parts=(named,))
        record, _ = self._look([key]).stored(key)
        if not isinstance(record, Deal) or (user is not None and record.holder != self._holder(user)):
            raise NotFound(f"no deal {named}")
        return record

    def promises(self, user: str, *, after: str | None = None, limit: int | None = None) -> Page[PromiseView]:
        """What a user has been promised and not been given yet, what comes soonest first; paged as `deals`."""
        records = list(every(self._ports.store, Promise.kind, holder=self._holder(user), phase="open"))
        view, in_force = self._look([record.key for record in records]), self._ports.transactions.in_force
        now = [cast("Promise", view.stored(record.key)[0]) for record in records]
        shown = [promise_view(p, in_force.play(p.campaign, p.version)) for p in now if p.phase == "open"]
        ordered = sorted(shown, key=lambda promise: (promise.due_at is None, promise.due_at or self.now()))
        return page_of(ordered, lambda promise: promise.id, after=after, limit=limit)

    def bundle(self, deal: str, user: str | None = None) -> BundleView:
        """A bought bundle: how each part stands, what there is to choose and until when; NotFound if it is none."""
        found = self.deal(deal, user)
        play = self._ports.transactions.in_force.readable(found.campaign, found.version)
        return bundle_view(
            found, play, self._look([part_key(found.id, part.name) for part in getattr(play, "parts", ())])
        )

    # --- inside ------------------------------------------------------------------------------

    def _facts(self, user: str | None, now: datetime) -> Mapping[str, Any]:
        """What the host says about *user*, as the profile declares it, at the moment of acceptance."""
        project, port = self._ports.project, self._ports.facts
        if user is None or port is None:
            return {}
        zone = zone_of(project.zone)
        said = port.facts(user)
        return read_values("profile", project.profile, said, now=now, zone=zone, open_ended=True)

    def _holder(self, user: str) -> str:
        known = identifier(user, "user")
        return self._ports.transactions.holders.look_up([known], self._ports.store).get(known, "?")

    def _types(self) -> list[str]:
        """Every type that a receipt may be kept under: what is reported, and the commands of all kinds."""
        declared = (id_ for id_, event in self._ports.project.events.items() if not event.inner)
        heard = (trigger.type for play in self._plays() for trigger in play.listens())
        return sorted({*declared, *heard, *self._ports.transactions.in_force.basics()})

    def _unit(self, unit: str) -> str:
        """A unit of this mall; InputError for any other."""
        units = self._ports.project.units
        if identifier(unit, "unit") not in units:
            raise InputError(f"this mall has no unit {unit!r}; it has {', '.join(sorted(units)) or 'none'}")
        return unit

    def _play_named(self, campaign: str) -> Any:
        """A campaign in force; NotFound for any other name."""
        named = identifier(campaign, "campaign")
        found = next((play for play in self._plays() if play.head.campaign == named), None)
        if found is None:
            raise NotFound(f"no campaign in force is called {campaign!r}")
        return found

    def _held(self, user: str, item: str | None = None) -> Iterator[EntitlementView]:
        """A user's entitlements, or those to one thing, as they read now."""
        now, filters = self.now(), {} if item is None else {"item": item}
        for record in self._own(Entitlement.kind, user, **filters):
            yield self._entitlement_view(cast("Entitlement", record), now)

    def _own(self, kind: str, user: str, **filters: str) -> list[Record]:
        """A user's records of one kind as they read now: what is due on their deals and promises is done."""
        store, holder, now = self._ports.store, self._holder(user), self.now()
        stood = list(every(store, kind, holder=holder, **filters))
        waiting = (r for k, phase in _WAITING for r in every(store, k, holder=holder, phase=phase, due_by=now))
        overdue = [record.key for record in waiting]
        if not overdue:
            return stood
        seen = {key: record for key, (record, _) in self._look(overdue).records.items() if record is not None}
        stood_keys = {record.key for record in stood}
        mine = [(key, r) for key, r in seen.items() if r.kind == kind and r.holder == holder]
        new = [r for key, r in mine if key not in stood_keys and filters.get("item") in (None, r.item)]
        return [*new, *(seen.get(record.key, record) for record in stood)]

    def _look(self, needs: Sequence[Any]) -> Any:
        return self._ports.transactions.look(needs, self.now(), self._ports.store)

    def _plays(self) -> list[Any]:
        in_force = self._ports.transactions.in_force
        self._look([])
        return list(in_force.plays())

    def _offers(self, found: Sequence[tuple[Sale, str]], user: str | None) -> list[Offer]:
        ports, now = self._ports, self.now()
        view = self._look([account for sale, item in found for account in offer_needs(sale, item, self.now())])
        shown = [self._offer_view(s, i, view) for s, i in found]
        whose = identifier_or_none(user, "user")
        if whose is None:
            return shown
        asks = [self._try(sale, item, whose, now) for sale, item in found]
        outcomes = ports.transactions.preview(asks, ports.store) if asks else []
        room = self._room([(sale, ask) for (sale, _), ask in zip(found, asks, strict=True)], self._holder(whose))
        return [
            attrs.evolve(
                o, why_not=no if isinstance(no, Refused) and no.reason != "attribute-missing" else None, most=most
            )
            for o, no, most in zip(shown, outcomes, room, strict=True)
        ]

    def _room(self, asks: Sequence[tuple[Sale, Input]], holder: str) -> list[int | None]:
        """How many pieces the limits leave to *holder* in each of *asks*."""
        whose = [(sale, attrs.evolve(ask, holder=holder)) for sale, ask in asks]
        view = self._look([account for sale, ask in whose for account in limit_needs(sale, ask)])
        return [most_pieces(sale, ask, view) for sale, ask in whose]

    def _offer_view(self, sale: Sale, item: str, view: View) -> Offer:
        paused = self._ports.transactions.in_force.paused(sale.head.campaign)
        goods = self._ports.project.goods.get(item)
        return offer_view(sale, item, view, self.now(), paused=paused, goods=goods)

    def _try(self, sale: Sale, item: str, user: str, now: datetime) -> Input:
        type_, name = ("exchange", "offer") if sale.preset == "points_exchange" else ("order.place", "item")
        data = {name: item, "qty": 1, "order": ""}
        return Input(
            type=type_,
            key="look",
            at=now,
            user=user,
            campaign=sale.head.campaign,
            data=data,
            facts=self._facts(user, now),
            asks=True,
        )

    def _entitlement_view(self, record: Entitlement, now: datetime) -> EntitlementView:
        benefit = self._ports.project.benefits.get(record.item) or Benefit(id=record.item)
        return EntitlementView.of(record, benefit, now)
