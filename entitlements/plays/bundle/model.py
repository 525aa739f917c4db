"""
A sale of one thing with companions: bought, exchanged or claimed as one, given part by part.

Everything about the deal is the sale's: limits, quota, hold, late payment. Once it is paid:

==================  =====================================================================
input               what it does
==================  =====================================================================
``order.pay`` …     gives each part by itself: what has no stock waits and is tried again
``bundle.choose``   what the buyer wants of a part that leaves a choice
``part.due``        a part's instant: it opens, its default is given, or it is tried again
``order.refund``    withdraws what was given, and cancels what is still to come
==================  =====================================================================
"""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from quanyi.entitlements.benefits import PointsUnit
from quanyi.entitlements.changes import Changes
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.picture import Draft, Need
from quanyi.entitlements.plays.base import Exposure, Trigger
from quanyi.entitlements.plays.bundle import cost, giving, refunds
from quanyi.entitlements.plays.bundle.clauses import Part
from quanyi.entitlements.plays.bundle.keys import part_key
from quanyi.entitlements.plays.sale import Sale
from quanyi.entitlements.plays.sale.desk import deal_of
from quanyi.entitlements.records import Deal

__all__ = ["Bundle"]

_OPENING = ("exchange", "order.pay", "order.place")


@attrs.frozen(kw_only=True)
class Bundle(Sale):
    """
    One thing with companions.

    Attributes:
        parts: The companions, in the order in which they are given.
        units: What is spent, and what the parts give.
        benefits: The thing sold, and what the parts give.
    """

    preset: str = "bundle"
    parts: tuple[Part, ...] = ()

    def listens(self) -> tuple[Trigger, ...]:
        """What a sale hears; `exchange` too where points are part of the price; choices and timers."""
        offers = [Trigger(type="exchange", where={"offer": thing}) for thing, p in self.sells.items() if p.units]
        return (*Sale.listens(self), *offers, Trigger(type="bundle.choose"), Trigger(type="part.due"))

    def needs(self, ask: Input) -> Iterable[Need]:
        """What the sale needs; what the parts may touch, where the input says whose and which."""
        if ask.type in ("bundle.choose", "part.due"):
            return giving.needs(ask)
        needs = set(Sale.needs(self, ask))
        if ask.type == "order.refund":
            return needs | {part_key(deal_of(ask), part.name) for part in self.parts}
        return needs | giving.places(self, ask.holder) if ask.type in _OPENING and ask.holder and needs else needs

    def decide(self, ask: Input, draft: Draft) -> Changes:
        """Answer like a sale, and see to the parts."""
        if ask.type == "bundle.choose":
            return giving.choose(self, ask, draft)
        if ask.type == "part.due":
            return giving.fall_due(self, ask, draft)
        if ask.type == "order.refund":
            return refunds.refund(self, ask, draft)
        changes = Sale.decide(self, ask, draft)
        deal = draft.get(Deal, str(changes.answer["deal"])) if ask.type in _OPENING else None
        if deal is None or deal.phase != "paid":
            return changes
        answer = {**changes.answer, "parts": giving.open_parts(self, deal, draft)}
        after = draft.get(Deal, deal.id)
        if after is not None and after.refunded:
            answer["refund"] = after.refunded
        return draft.done(changes.because, holder=changes.holder, answer=answer, outcome=changes.outcome)

    def exposure(self) -> tuple[Exposure, ...]:
        """What is given away below the worth of all parts; and what the parts give in counted units."""
        return cost.exposure(self)

    def unit(self, id_: str) -> PointsUnit:
        """A unit by its id; one without any rule if the mall says nothing about it."""
        return self.units.get(id_) or PointsUnit(id=id_)

    def part(self, name: str) -> Part | None:
        """A part by its name."""
        return next((part for part in self.parts if part.name == name), None)
