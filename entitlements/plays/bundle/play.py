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

from quanyi.entitlements.changes import Changes
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.needs import Need
from quanyi.entitlements.picture import Draft
from quanyi.entitlements.plays.base import Exposure, Trigger
from quanyi.entitlements.plays.bundle import exposure, parts, refund
from quanyi.entitlements.plays.bundle.records import part_key
from quanyi.entitlements.plays.bundle.terms import BundleTerms
from quanyi.entitlements.plays.sale import Sale
from quanyi.entitlements.plays.sale.deals import deal_of
from quanyi.entitlements.records import Deal

__all__ = ["Bundle"]


_OPENING = ("exchange", "order.pay", "order.place")


@attrs.frozen(kw_only=True, slots=False)
class Bundle(BundleTerms, Sale):
    """One thing with companions, as the engine runs it."""

    def listens(self) -> tuple[Trigger, ...]:
        """What a sale hears; `exchange` too where points are part of the price; choices and timers."""
        offers = [Trigger(type="exchange", where={"offer": thing}) for thing, p in self.sells.items() if p.units]
        return (*Sale.listens(self), *offers, Trigger(type="bundle.choose"), Trigger(type="part.due"))

    def needs(self, ask: Input) -> Iterable[Need]:
        """What the sale needs; what the parts may touch, where the input says whose and which."""
        if ask.type in ("bundle.choose", "part.due"):
            return parts.needs(ask)
        needs = set(Sale.needs(self, ask))
        if ask.type == "order.refund":
            return needs | {part_key(deal_of(ask), part.name) for part in self.parts}
        return needs | parts.places(self, ask.holder) if ask.type in _OPENING and ask.holder and needs else needs

    def decide(self, ask: Input, draft: Draft) -> Changes:
        """Answer like a sale, and see to the parts."""
        if ask.type == "bundle.choose":
            return parts.choose(self, ask, draft)
        if ask.type == "part.due":
            return parts.fall_due(self, ask, draft)
        if ask.type == "order.refund":
            return refund.refund(self, ask, draft)
        changes = Sale.decide(self, ask, draft)
        deal = draft.get(Deal, str(changes.answer["deal"])) if ask.type in _OPENING else None
        if deal is None or deal.phase != "paid":
            return changes
        answer = {**changes.answer, "parts": parts.open_parts(self, deal, draft)}
        after = draft.get(Deal, deal.id)
        if after is not None and after.refunded:
            answer["refund"] = after.refunded
        return draft.done(changes.because, holder=changes.holder, answer=answer, outcome=changes.outcome)

    def exposure(self) -> tuple[Exposure, ...]:
        """What is given away below the worth of all parts; and what the parts give in counted units."""
        return exposure.exposure(self)
