"""
Commands and timers that belong to no campaign.

=======================  ======================================================================
input                    what it does
=======================  ======================================================================
``entitlement.redeem``   uses up one use of an entitlement
``entitlement.reveal``   shows its codes to its owner; every sight is told, the first is kept
``entitlement.rate``     see `Rate`
``reminder.set`` …       see `Remind`
``wallet.adjust``        an operator's correction of a wallet
``lot.ends``             books what is left in an ended lot
``stock.load``           brings a quota or stock to what is declared
``codes.import``         see `ImportCodes`
``codes.quarantine``     see `QuarantineCodes`
``codes.ended``          see `EndCodes`
``act.note``             see `NoteAct`
``alarm.note``           see `NoteAlarm`
``entitlement.grant``    see `Grant`
``supplier.clear``       see `ClearSupplier`
``help.note``            see `HelpByHand`
=======================  ======================================================================
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

import attrs

from quanyi.entitlements.accounts import Account, ended, lot, stock
from quanyi.entitlements.benefits import PointsUnit
from quanyi.entitlements.by_hand import credit
from quanyi.entitlements.changes import Because, Changes
from quanyi.entitlements.clauses import Head
from quanyi.entitlements.errors import InputError, VoucherRefused
from quanyi.entitlements.grants import use
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.needs import CodesOf, LotsOf, Need
from quanyi.entitlements.parsing import quoted
from quanyi.entitlements.picture import Draft
from quanyi.entitlements.plays.acts import NoteAct
from quanyi.entitlements.plays.alarms import NoteAlarm
from quanyi.entitlements.plays.base import Exposure, Play, Trigger
from quanyi.entitlements.plays.codes import EndCodes, ImportCodes, QuarantineCodes
from quanyi.entitlements.plays.grant import Grant
from quanyi.entitlements.plays.help import HelpByHand
from quanyi.entitlements.plays.rate import Rate
from quanyi.entitlements.plays.remind import Remind
from quanyi.entitlements.plays.suppliers import ClearSupplier
from quanyi.entitlements.points import end_lot, take_back
from quanyi.entitlements.records import Entitlement, RecordKey
from quanyi.entitlements.stocks import load, loaded_key, quota_splits

__all__ = ["BASICS", "Adjust", "EndLot", "Load", "Redeem", "Reveal", "basics", "kept_as"]


@attrs.frozen(kw_only=True)
class _Basic:
    """What all of them share: a head without a campaign, one input type, and nothing given away."""

    head: Head = attrs.field(factory=lambda: Head(campaign="", kind="basics"))
    type: str = ""

    def listens(self) -> tuple[Trigger, ...]:
        """Its one input type."""
        return (Trigger(type=self.type),)

    def exposure(self) -> tuple[Exposure, ...]:
        """Nothing is given away."""
        return ()

    def _done(self, ask: Input, draft: Draft, **answer: Any) -> Changes:
        return draft.done(Because(campaign="", rule=self.type), holder=ask.holder, answer=answer)


@attrs.frozen(kw_only=True)
class Redeem(_Basic):
    """Use up one use of an entitlement: the asker's own, or any if the host asks for nobody."""

    type: str = "entitlement.redeem"

    def needs(self, ask: Input) -> Iterable[Need]:
        """The entitlement."""
        return {_right_key(ask)}

    def decide(self, ask: Input, draft: Draft) -> Changes:
        """One use less; `VoucherRefused` if it is unknown, somebody else's, used, expired or withdrawn."""
        after = use(draft, _own(ask, draft))
        return self._done(ask, draft, entitlement=after.id, item=after.item, uses=after.uses)


@attrs.frozen(kw_only=True)
class Reveal(_Basic):
    """Show the codes of an entitlement: every sight is told to the world, the first is kept."""

    type: str = "entitlement.reveal"

    def needs(self, ask: Input) -> Iterable[Need]:
        """The entitlement and its codes."""
        return {_right_key(ask), CodesOf(_right_key(ask).parts[0])}

    def decide(self, ask: Input, draft: Draft) -> Changes:
        """The ids of the codes; `VoucherRefused` if it is unknown, somebody else's, or withdrawn."""
        right = _own(ask, draft)
        if right.phase in ("withdrawn", "void"):
            raise VoucherRefused(reason=right.phase)
        codes = [code.id for code in draft.codes(right.codes_of)]
        first = right.revealed_at is None
        if first:
            draft.put(attrs.evolve(right, revealed_at=ask.at))
        if first and codes:
            draft.saw(right.codes_of)
        data = {"entitlement": right.id, "item": right.item, "first": first}
        data |= {"by": ask.by} if ask.by else {}
        draft.emit("code.revealed", data, holder=right.holder)
        return self._done(ask, draft, entitlement=right.id, item=right.item, codes=codes)


@attrs.frozen(kw_only=True)
class Adjust(_Basic):
    """
    An operator's correction of a wallet, up or down: ``{unit, amount, reason}``.

    Down takes no more than is there: all of it, or `InsufficientPoints`. Up goes to `LARGEST`, or `LimitReached`.
    """

    type: str = "wallet.adjust"
    units: Mapping[str, PointsUnit] = attrs.field(factory=dict)

    def needs(self, ask: Input) -> Iterable[Need]:
        """The wallet."""
        return {LotsOf(ask.holder or "", str(ask.data.get("unit")))}

    def decide(self, ask: Input, draft: Draft) -> Changes:
        """Book the difference as it is asked for."""
        unit_id, amount = str(ask.data.get("unit")), ask.data.get("amount")
        unit = self.units.get(unit_id) or PointsUnit(id=unit_id)
        if not isinstance(amount, int) or isinstance(amount, bool) or not amount or ask.holder is None:
            msg = f"an adjustment needs a user and a whole amount other than 0, not {quoted(amount)}"
            raise InputError(msg)
        if amount > 0:
            credit(draft, unit, ask.holder, amount)
        else:
            take_back(draft, unit, lot(ask.holder, unit_id), -amount, policy="refuse", label="adjust")
        draft.facts["reason"] = why = str(ask.data.get("reason") or "")
        draft.given.append((ask.holder, unit_id, amount))
        because = Because(campaign="", rule=self.type, source=("reason", why) if why else ())
        return draft.done(because, holder=ask.holder, answer={"unit": unit_id, "amount": amount})


@attrs.frozen(kw_only=True)
class EndLot(_Basic):
    """A lot's end has come: what is left in it is booked as expired."""

    type: str = "lot.ends"

    def needs(self, ask: Input) -> Iterable[Need]:
        """The wallet, and where what ends is kept."""
        account = _lot(ask)
        return {LotsOf(account.parts[0], account.unit), ended(account)}

    def decide(self, ask: Input, draft: Draft) -> Changes:
        """Nothing may be left by now; then there is nothing to book."""
        holder, answer = ask.data["holder"], {"expired": end_lot(draft, _lot(ask))}
        return draft.done(Because(campaign="", rule=self.type), holder=holder, answer=answer, outcome="lapsed")


@attrs.frozen(kw_only=True)
class Load(_Basic):
    """Bring what was ever put on sale to ``{campaign, thing, total, splits}``; no campaign: a stock."""

    type: str = "stock.load"

    def needs(self, ask: Input) -> Iterable[Need]:
        """What was loaded before, and the balances it is in now."""
        thing = _thing(ask)
        if len(thing) > 2:  # noqa: PLR2004  (a quota has a campaign and a thing)
            return {loaded_key(thing), *quota_splits(thing[1], thing[2], ask.data.get("splits", 1))}
        return {loaded_key(thing), stock(thing[1])}

    def decide(self, ask: Input, draft: Draft) -> Changes:
        """Add the difference, or take off what is free; `OutOfStock` if that is not enough."""
        added = load(draft, _thing(ask), ask.data["total"], ask.data.get("splits", 1))
        return self._done(ask, draft, thing=ask.data["thing"], added=added)


def basics(units: Mapping[str, PointsUnit], zone: str = "UTC") -> Mapping[str, Play]:
    """All of them, by input type; *units* say how corrected points end and are burnt, *zone* how a no tells instants."""
    head = Head(campaign="", kind="basics", zone=zone)
    plays: tuple[Play, ...] = (
        Redeem(head=head),
        Reveal(head=head),
        Rate(head=head),
        Remind(head=head),
        Adjust(head=head, units=units),
        EndLot(),
        Load(),
        ImportCodes(),
        QuarantineCodes(),
        EndCodes(),
        NoteAct(),
        NoteAlarm(),
        Grant(head=head),
        ClearSupplier(),
        HelpByHand(head=head, units=units),
    )
    return MappingProxyType({trigger.type: play for play in plays for trigger in play.listens()})


BASICS: Mapping[str, Play] = basics({})
"""The same for units without lots that end."""


def _right_key(ask: Input) -> RecordKey:
    if ask.about is not None:
        return ask.about
    return RecordKey(kind=Entitlement.kind, parts=(str(ask.data.get("entitlement", "")),))


def _lot(ask: Input) -> Account:
    data = ask.data
    return lot(data["holder"], data["unit"], datetime.fromisoformat(data["ends"]), data["label"])


def _own(ask: Input, draft: Draft) -> Entitlement:
    """The entitlement; an unknown one and somebody else's are refused alike."""
    right = draft.get(Entitlement, *_right_key(ask).parts)
    if right is None or (ask.user is not None and right.holder != ask.holder):
        raise VoucherRefused(reason="unknown")
    return right


def _thing(ask: Input) -> tuple[str, ...]:
    return kept_as(ask.data["campaign"], ask.data["thing"])


def kept_as(campaign: str, thing: str) -> tuple[str, ...]:
    """Under what it is kept how much was put on sale: ``("quota", campaign, item)``, or ``("stock", benefit)``."""
    return ("quota", campaign, thing) if campaign else ("stock", thing)
