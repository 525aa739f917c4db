"""
The public face: what a host calls.

Every write takes a `key`: the same call with the same key is answered with the first receipt.
Amounts are integers of a unit's smallest part. Reads never write; what is due reads as done.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast

import attrs

from quanyi.campaigns.invites import Invites, invites
from quanyi.campaigns.playing import Playing
from quanyi.campaigns.project import Project
from quanyi.campaigns.reads import MallStore, Ports
from quanyi.campaigns.sheet import Outcome
from quanyi.campaigns.timers import timer_input
from quanyi.entitlements.errors import InputError, NotFound, QuanyiError
from quanyi.entitlements.inputs import Decision, Input, Receipt
from quanyi.entitlements.picture import CodesOf
from quanyi.entitlements.plays.referral import Referral
from quanyi.entitlements.plays.referral.bonds import bond_key
from quanyi.entitlements.plays.referral.codes import code_key, first_code, read_code
from quanyi.entitlements.ports import Vault
from quanyi.entitlements.records import Deal, Entitlement, RecordKey
from quanyi.entitlements.time import zone_of

__all__ = ["Mall", "MallStore", "Ports"]

_SWEEP_BATCH = 64


class Mall(Playing):
    """A points mall inside a host product."""

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
        self,
        offer: str,
        *,
        user: str,
        key: str,
        qty: int = 1,
        order: str = "",
        code: str = "",
        offset: int = 0,
        campaign: str | None = None,
    ) -> Receipt:
        """
        Exchange points (and cash, where the price has some) for *offer*.

        Args:
            campaign: Which campaign's offer, where several have it; else the first by priority.
        """
        data = {"offer": offer, "qty": qty, "order": order, **_said(code=code, offset=offset)}
        return self._command("exchange", user=user, key=key, campaign=campaign, **data)

    def claim(
        self,
        campaign: str,
        *,
        item: str,
        user: str,
        key: str,
        qty: int = 1,
        order: str = "",
        code: str = "",
        offset: int = 0,
    ) -> Receipt:
        """
        Place a deal in a sale; its hold waits for the money until `due_at`.

        Args:
            code: A word that lowers the price.
            offset: How much of the sale's offset unit is to pay for money, in its smallest part.
        """
        data = {"item": item, "qty": qty, "order": order, **_said(code=code, offset=offset)}
        return self._command("order.place", user=user, key=key, campaign=campaign, **data)

    def settle(self, hold: str, *, paid: int, key: str, user: str | None = None) -> Receipt:
        """The money for a held deal has come in."""
        return self._deal("order.pay", hold, key=key, user=user, paid=paid)

    def release(self, hold: str, *, key: str, user: str | None = None) -> Receipt:
        """Give a held deal up; everything goes back."""
        return self._deal("order.cancel", hold, key=key, user=user)

    def refund(self, hold: str, *, key: str, user: str | None = None, qty: int | None = None) -> Receipt:
        """Take a paid deal back, or *qty* of its pieces; the answer's `refund` is the money to return."""
        return self._deal("order.refund", hold, key=key, user=user, **({} if qty is None else {"qty": qty}))

    def redeem(self, entitlement: str, *, user: str, key: str) -> Receipt:
        """Use an entitlement up, or one of its uses."""
        return self._entitlement("entitlement.redeem", entitlement, user=user, key=key)

    def reveal(self, entitlement: str, *, user: str, key: str) -> Receipt:
        """Show the card codes of an entitlement to its owner; the first sight is recorded."""
        receipt = self._entitlement("entitlement.reveal", entitlement, user=user, key=key)
        return attrs.evolve(receipt, answer={**receipt.answer, "codes": self._codes(entitlement)})

    def choose(self, deal: str, part: str, choice: Sequence[str], *, key: str, user: str | None = None) -> Receipt:
        """What the buyer wants of a bundle's part that leaves a choice; all of it in one call."""
        return self._deal("bundle.choose", deal, key=key, user=user, part=part, choice=list(choice))

    def invite_code(self, campaign: str, *, user: str, key: str) -> Receipt:
        """Give *user* an invitation code of their own, in the answer's `code`: the same one every time."""
        return self._command("referral.code", user=user, key=key, campaign=campaign)

    def accept_invite(self, code: str, *, user: str, key: str) -> Receipt:
        """Bind *user* to whoever the code belongs to; an unknown code and a foreign campaign's are refused alike."""
        record, _ = self._look([code_key(read_code(code))]).stored(code_key(read_code(code)))
        ask = self.event("referral.bind", user=user, key=key, data={"code": code})
        return self._settle(attrs.evolve(ask, campaign=record.campaign if record is not None else None))

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
        blinds = sorted(code.blind.hex() for code in sealed)
        data: dict[str, Any] = {"benefit": benefit, "pool": entry.pool, "blinds": blinds}
        data |= {"shared": True} if entry.shared else {}
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

    def invites(self, user: str) -> list[Invites]:
        """Every referral campaign as *user* sees it: code, invitees by stage, rewards pending and confirmed."""
        holder, plays = self._holder(user), [play for play in self._plays() if isinstance(play, Referral)]
        campaigns = [play.head.campaign for play in plays]
        keys = [key for c in campaigns for key in (bond_key(c, holder), code_key(first_code(c, holder)))]
        return invites(self._ports, self._look(keys), plays, holder, self.now())

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
        if declared.inner:
            raise InputError(f"{type_} is told by campaigns, and never reported")
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
            return ports.submit(ask.named())
        return _answered(ports.settler.settle([ask], ports.store, joined=True)[0])

    def _codes(self, entitlement: str) -> tuple[str, ...]:
        key = RecordKey(kind=Entitlement.kind, parts=(entitlement,))
        right, _ = self._look([key]).stored(key)
        need = CodesOf(right.codes_of if isinstance(right, Entitlement) else entitlement)
        sealed = self._ports.store.peek([need], self.now()).codes.get(need, ())
        return tuple(self._vault().open(code) for code in sealed)

    def _vault(self) -> Vault:
        if self._ports.vault is None:
            raise NotFound("this mall was opened without a vault, so it can't read or seal codes")
        return self._ports.vault


def _names(project: Project) -> str:
    return ", ".join(sorted(name for name, event in project.events.items() if not event.built_in))


def _said(**values: Any) -> dict[str, Any]:
    """Those that say anything, so that leaving one out is the same request as it was before there was one."""
    return {name: value for name, value in values.items() if value}


def _answered(outcome: Outcome) -> Receipt:
    if isinstance(outcome, QuanyiError):
        raise outcome
    return outcome
