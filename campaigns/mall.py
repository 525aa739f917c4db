"""
The public face: what a host calls.

Every write takes a `key`: the same call with the same key is answered with the first receipt.
Amounts are integers of a unit's smallest part. Reads never write; what is due reads as done.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol, cast

import attrs

from quanyi.campaigns import views
from quanyi.campaigns.events import read_values
from quanyi.campaigns.project import Project
from quanyi.campaigns.promised import PromiseView, promise_view
from quanyi.campaigns.settle import Settler, timer_input
from quanyi.campaigns.sheet import Outcome
from quanyi.entitlements.benefits import Benefit
from quanyi.entitlements.errors import InputError, NotFound, QuanyiError, Refused
from quanyi.entitlements.inputs import Decision, Input, Receipt
from quanyi.entitlements.picture import CodesOf, LotsOf, View
from quanyi.entitlements.plays.sale import Sale
from quanyi.entitlements.ports import Clock, Entry, Facts, Shelf, Store, Vault, Views
from quanyi.entitlements.records import Deal, Entitlement, Promise, RecordKey
from quanyi.entitlements.time import zone_of

__all__ = ["Mall", "MallStore", "Ports"]

_SWEEP_BATCH = 64


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
    settler: Settler
    project: Project
    facts: Facts | None = None
    vault: Vault | None = None
    submit: Callable[[Input], Receipt] | None = None


class Mall:
    """A points mall inside a host product."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    # --- writes ------------------------------------------------------------------------------

    def report(self, type_: str, *, user: str | None, key: str, data: Mapping[str, Any] | None = None) -> Receipt:
        """
        Say that something happened. A declared command is answered; a fact is never refused.

        Args:
            type_: A declared event type, ``order.paid``.
            data: Its declared attributes; decimals as text or Decimal, never as float.

        Raises:
            InputError: The type is not declared, or an attribute is missing or mistyped.
        """
        return self._settle(self.event(type_, user=user, key=key, data=data or {}))

    def exchange(
        self, offer: str, *, user: str, key: str, qty: int = 1, order: str = "", campaign: str | None = None
    ) -> Receipt:
        """
        Exchange points (and cash, where the price has some) for *offer*.

        Args:
            campaign: Which campaign's offer, where several have it; else the first by priority.
        """
        data = {"offer": offer, "qty": qty, "order": order}
        return self._command("exchange", user=user, key=key, campaign=campaign, **data)

    def claim(self, campaign: str, *, item: str, user: str, key: str, qty: int = 1, order: str = "") -> Receipt:
        """Place a deal in a sale; its hold waits for the money until `due_at`."""
        data = {"item": item, "qty": qty, "order": order}
        return self._command("order.place", user=user, key=key, campaign=campaign, **data)

    def settle(self, hold: str, *, paid: int, key: str, user: str | None = None) -> Receipt:
        """The money for a held deal has come in."""
        return self._deal("order.pay", hold, key=key, user=user, paid=paid)

    def release(self, hold: str, *, key: str, user: str | None = None) -> Receipt:
        """Give a held deal up; everything goes back."""
        return self._deal("order.cancel", hold, key=key, user=user)

    def refund(self, hold: str, *, key: str, user: str | None = None) -> Receipt:
        """Take a paid deal back; the answer's `refund` is the money to return."""
        return self._deal("order.refund", hold, key=key, user=user)

    def redeem(self, entitlement: str, *, user: str, key: str) -> Receipt:
        """Use an entitlement up, or one of its uses."""
        return self._entitlement("entitlement.redeem", entitlement, user=user, key=key)

    def reveal(self, entitlement: str, *, user: str, key: str) -> Receipt:
        """Show the card codes of an entitlement to its owner; the first sight is recorded."""
        receipt = self._entitlement("entitlement.reveal", entitlement, user=user, key=key)
        return attrs.evolve(receipt, answer={**receipt.answer, "codes": self._codes(entitlement)})

    def adjust(self, user: str, unit: str, amount: int, *, key: str, reason: str) -> Receipt:
        """An operator's correction of a wallet, up or down."""
        return self._command("wallet.adjust", user=user, key=key, unit=unit, amount=amount, reason=reason)

    def import_codes(self, benefit: str, codes: Sequence[str], *, key: str) -> Receipt:
        """
        Bring card codes of a benefit in, sealed; each distinct code once.

        Returns:
            A receipt with `added` and `duplicates`.
        """
        entry = self._ports.project.benefits.get(benefit)
        if entry is None or not entry.pool:
            raise NotFound(f"{benefit} has no pool of codes")
        sealed = tuple(self._vault().seal(entry.pool, codes))
        data = {"benefit": benefit, "pool": entry.pool, "blinds": sorted(code.blind.hex() for code in sealed)}
        personal = {"codes": sealed}
        ask = Input(type="codes.import", key=key, at=self.now(), data=data, personal=personal, asks=True)
        return self._settle(ask)

    def sweep(self, limit: int = 500) -> int:
        """Book what is due, oldest first; how many timers that were. No result depends on it."""
        ports, now = self._ports, self.now()
        timers = [timer_input(timer) for timer in ports.store.due(now, limit)]
        for start in range(0, len(timers), _SWEEP_BATCH):
            ports.settler.settle(timers[start : start + _SWEEP_BATCH], ports.store)
        return len(timers)

    def within(self, connection: Any) -> Mall:
        """
        The same mall inside the host's transaction, which is never committed or rolled back here.

        Args:
            connection: A SQLAlchemy Session or Connection that has begun.
        """
        store = cast("MallStore", self._ports.store.join(connection))
        return Mall(attrs.evolve(self._ports, store=store, submit=None))

    # --- reads -------------------------------------------------------------------------------

    @property
    def project(self) -> Project:
        """What the mall calls things: zone, currency, units, catalogue, titles of campaigns."""
        return self._ports.project

    def now(self) -> datetime:
        """The mall's present instant, in UTC."""
        return self._ports.clock.now()

    def ask(self, key: str, type_: str) -> Receipt | None:
        """What became of an earlier call, by its key; None if nothing was booked under it."""
        return self._ports.store.receipt(Input(type=type_, key=key, at=self.now()).id)

    def wallet(self, user: str) -> views.Wallet:
        """What a user has, in every unit."""
        holder, now = self._holder(user), self.now()
        units = self._ports.project.units
        view = self._look([LotsOf(holder, unit) for unit in units])
        purses = {unit.id: views.purse_view(unit, holder, view, now) for unit in units.values()}
        return views.Wallet(user=user, units=purses)

    def entries(self, user: str, unit: str, *, limit: int = 50, before: int | None = None) -> Sequence[Entry]:
        """A wallet's history, newest first; page with the last entry's `number`."""
        return self._ports.store.entries(self._holder(user), unit, limit=limit, before=before)

    def offers(self, user: str | None = None, *, kind: str | None = None) -> list[views.Offer]:
        """Everything on offer, each with why this user could not have it now."""
        sales = [play for play in self._plays() if isinstance(play, Sale) and kind in (None, play.preset)]
        return self._offers([(sale, item) for sale in sales for item in sale.sells], user)

    def offer(self, campaign: str, item: str, user: str | None = None) -> views.Offer:
        """One thing on offer; NotFound if it is not."""
        found = [(p, item) for p in self._plays() if isinstance(p, Sale) and p.head.campaign == campaign]
        if not found or item not in found[0][0].sells:
            raise NotFound(f"{campaign} sells no {item}")
        return self._offers(found, user)[0]

    def entitlements(self, user: str, *, phase: str | None = None) -> list[views.EntitlementView]:
        """What a user holds, what ends first in front; `phase` as it reads now."""
        records = self._ports.store.records(Entitlement.kind, holder=self._holder(user), limit=1000)
        now = self.now()
        shown = [self._entitlement_view(cast("Entitlement", record), now) for record in records]
        fitting = [view for view in shown if phase in (None, view.phase)]
        return sorted(fitting, key=lambda view: (view.ends is None, view.ends or view.got_at))

    def entitled(self, benefit: str, user: str) -> bool:
        """Whether a user holds a usable entitlement to *benefit* now."""
        usable = self.entitlements(user, phase="usable")
        return any(view.benefit.id == benefit and view.starts <= self.now() for view in usable)

    def deals(self, user: str) -> list[Deal]:
        """A user's deals, newest first."""
        return [cast("Deal", r) for r in self._ports.store.records(Deal.kind, holder=self._holder(user))]

    def deal(self, number: str, user: str | None = None) -> Deal:
        """One deal; NotFound if there is none, or it is somebody else's."""
        key = RecordKey(kind=Deal.kind, parts=(number,))
        record, _ = self._look([key]).stored(key)
        if not isinstance(record, Deal) or (user is not None and record.holder != self._holder(user)):
            raise NotFound(f"no deal {number}")
        return record

    def promises(self, user: str) -> list[PromiseView]:
        """What a user has been promised and not been given yet, what comes soonest first."""
        records = self._ports.store.records(Promise.kind, holder=self._holder(user), phase="open", limit=1000)
        view, live = self._look([record.key for record in records]), self._ports.settler.live
        now = [cast("Promise", view.stored(record.key)[0]) for record in records]
        shown = [promise_view(p, live.play(p.campaign, p.version)) for p in now if p.phase == "open"]
        return sorted(shown, key=lambda promise: (promise.due_at is None, promise.due_at or self.now()))

    def explain(
        self, type_: str, *, user: str | None, data: Mapping[str, Any] | None = None, campaign: str | None = None
    ) -> tuple[Decision, ...]:
        """What would happen now, and why: the same decision, on a picture that nobody writes back."""
        ask = attrs.evolve(self.event(type_, user=user, key="explain", data=data or {}), campaign=campaign)
        outcome = self._ports.settler.preview([attrs.evolve(ask, asks=False)], self._ports.store)[0]
        if isinstance(outcome, QuanyiError):
            raise outcome
        return outcome.decisions

    def event(
        self, type_: str, *, user: str | None, key: str, data: Mapping[str, Any], at: datetime | None = None
    ) -> Input:
        """A declared event or command as an input; InputError for anything that is not declared."""
        declared = self._ports.project.events.get(type_)
        if declared is None:
            raise InputError(f"no event type is called {type_!r}; this mall declares {_names(self._ports.project)}")
        now, zone = at or self.now(), zone_of(self._ports.project.zone)
        read = declared.read(data, now=now, zone=zone)
        return Input(
            type=type_,
            key=key,
            at=now,
            user=user,
            data=read.data,
            personal=read.personal,
            source=read.source,
            users=tuple(a.name for a in declared.attributes.values() if a.type == "user"),
            facts=self._facts(user, now),
            asks=declared.command,
        )

    # --- inside ------------------------------------------------------------------------------

    def _command(self, type_: str, *, user: str, key: str, campaign: str | None = None, **data: Any) -> Receipt:
        now = self.now()
        ask = Input(
            type=type_,
            key=key,
            at=now,
            user=user,
            campaign=campaign,
            data=data,
            facts=self._facts(user, now),
            asks=True,
        )
        return self._settle(ask)

    def _deal(self, type_: str, hold: str, *, key: str, user: str | None, **data: Any) -> Receipt:
        about = RecordKey(kind=Deal.kind, parts=(hold,))
        ask = Input(type=type_, key=key, at=self.now(), user=user, about=about, data={"deal": hold, **data}, asks=True)
        return self._settle(ask)

    def _entitlement(self, type_: str, number: str, *, user: str, key: str) -> Receipt:
        about = RecordKey(kind=Entitlement.kind, parts=(number,))
        data = {"entitlement": number}
        return self._settle(Input(type=type_, key=key, at=self.now(), user=user, about=about, data=data, asks=True))

    def _settle(self, ask: Input) -> Receipt:
        ports = self._ports
        if ports.submit is not None:
            return ports.submit(ask)
        return _answered(ports.settler.settle([ask], ports.store, joined=True)[0])

    def _facts(self, user: str | None, now: datetime) -> Mapping[str, Any]:
        """What the host says about *user*, as the profile declares it, at the moment of acceptance."""
        project, port = self._ports.project, self._ports.facts
        if user is None or port is None:
            return {}
        zone = zone_of(project.zone)
        said = port.facts(user)
        return read_values("profile", project.profile, said, now=now, zone=zone, open_ended=True)

    def _codes(self, entitlement: str) -> tuple[str, ...]:
        need = CodesOf(entitlement)
        sealed = self._ports.store.peek([need], self.now()).codes.get(need, ())
        return tuple(self._vault().open(code) for code in sealed)

    def _vault(self) -> Vault:
        if self._ports.vault is None:
            raise NotFound("this mall was opened without a vault, so it can't read or seal codes")
        return self._ports.vault

    def _holder(self, user: str) -> str:
        return self._ports.settler.people.look_up([user], self._ports.store).get(user, "?")

    def _look(self, needs: Sequence[Any]) -> Any:
        return self._ports.settler.look(needs, self.now(), self._ports.store)

    def _plays(self) -> list[Any]:
        live = self._ports.settler.live
        self._look([])
        return list(live.plays())

    def _offers(self, found: Sequence[tuple[Sale, str]], user: str | None) -> list[views.Offer]:
        ports, now = self._ports, self.now()
        view = self._look([account for sale, item in found for account in views.offer_needs(sale, item)])
        shown = [self._offer_view(s, i, view) for s, i in found]
        if user is None:
            return shown
        asks = [self._try(sale, item, user, now) for sale, item in found]
        outcomes = ports.settler.preview(asks, ports.store) if asks else []
        room = self._room([(sale, ask) for (sale, _), ask in zip(found, asks, strict=True)], self._holder(user))
        return [
            attrs.evolve(o, why_not=no if isinstance(no, Refused) else None, most=most)
            for o, no, most in zip(shown, outcomes, room, strict=True)
        ]

    def _room(self, asks: Sequence[tuple[Sale, Input]], holder: str) -> list[int | None]:
        """How many pieces the limits leave to *holder* in each of *asks*."""
        whose = [(sale, attrs.evolve(ask, holder=holder)) for sale, ask in asks]
        view = self._look([account for sale, ask in whose for account in views.limit_accounts(sale, ask)])
        return [views.most_pieces(sale, ask, view) for sale, ask in whose]

    def _offer_view(self, sale: Sale, item: str, view: View) -> views.Offer:
        paused = self._ports.settler.live.paused(sale.head.campaign)
        goods = self._ports.project.goods.get(item)
        return views.offer_view(sale, item, view, self.now(), paused=paused, goods=goods)

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

    def _entitlement_view(self, record: Entitlement, now: datetime) -> views.EntitlementView:
        benefit = self._ports.project.benefits.get(record.item) or Benefit(id=record.item)
        return views.EntitlementView.of(record, benefit, now)


def _names(project: Project) -> str:
    return ", ".join(sorted(name for name, event in project.events.items() if not event.built_in))


def _answered(outcome: Outcome) -> Receipt:
    if isinstance(outcome, QuanyiError):
        raise outcome
    return outcome
