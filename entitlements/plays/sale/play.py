"""
Sell or exchange: a limited number of things, for points, money or both, with a hold.

``flash_sale`` and ``points_exchange`` in campaign files are presets of this one play.

================  =====================================================================
input             what it does
================  =====================================================================
``order.place``,  takes places of limits, pieces and points, and opens a deal; a deal
``exchange``      without cash is paid at once
``order.pay``     settles the hold: the money has come in, the entitlements go out; after
                  the hold's end `Late` decides
``order.cancel``  the buyer gives up: everything goes back
``deal.lapse``    the hold's end has passed: the same, decided at that very instant
``order.refund``  a paid deal is taken back: points to their very lots, entitlements
                  withdrawn
``purchase.…``    what is bought from suppliers once it is paid, see `supply`
================  =====================================================================
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from functools import cached_property
from typing import ClassVar

import attrs

from quanyi.entitlements.changes import Changes
from quanyi.entitlements.checks.check import Check
from quanyi.entitlements.errors import InputError
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.needs import Need
from quanyi.entitlements.picture import Draft
from quanyi.entitlements.plays.base import Exposure, Trigger
from quanyi.entitlements.plays.sale import alike, close, exposure, pay, place, refund, supply
from quanyi.entitlements.plays.sale.attempt import CHECKS, SaleAttempt
from quanyi.entitlements.plays.sale.terms import SaleTerms

__all__ = ["Sale"]


@attrs.frozen(kw_only=True, slots=False)
class Sale(SaleTerms):
    """One offer of things at a price, inside a campaign, as the engine runs it."""

    answers: ClassVar[Mapping[str, Callable[[Sale, Input, Draft], Changes]]] = {
        "order.place": place.place,
        "exchange": place.place,
        "order.pay": pay.pay,
        "order.cancel": close.cancel,
        "order.refund": refund.refund,
        "deal.lapse": close.lapse,
        **supply.ANSWERS,
    }

    all_checks: ClassVar[Mapping[str, Check[SaleAttempt]]] = CHECKS
    """Its checks by name, in their usual order; `checks` says the campaign's own."""

    def listens(self) -> tuple[Trigger, ...]:
        """Offers of its things, and everything about its deals."""
        offers = {"order.place": "item"}
        if self.preset == "points_exchange":
            offers["exchange"] = "offer"
        asked = [Trigger(type=type_, where={name: thing}) for type_, name in offers.items() for thing in self.sells]
        return (*asked, *(Trigger(type=type_) for type_ in self.answers if type_ not in ("order.place", "exchange")))

    def needs(self, ask: Input) -> Iterable[Need]:
        """For an offer: limits, its own part of the quota, stock, wallet; else the deal and its hold."""
        if ask.type in ("order.place", "exchange"):
            return place.needs(self, ask)
        if ask.type in supply.ANSWERS:
            return supply.needs(ask)
        return close.needs(self, ask)

    def decide(self, ask: Input, draft: Draft) -> Changes:
        """Answer one input about an offer or a deal of this sale; `InputError` for anything else."""
        if ask.type not in self.answers:
            msg = f"{self.head.campaign} does not answer {ask.type}"
            raise InputError(msg)
        return self.answers[ask.type](self, ask, draft)

    @cached_property
    def repeated(self) -> frozenset[str]:
        """The things for which requests can be alike."""
        return alike.repeated(self)

    def alike(self, ask: Input) -> Hashable | None:
        """What a request for a thing has in common with others like it; None for all else."""
        return alike.alike(self, self.repeated, ask) if ask.type in ("order.place", "exchange") else None

    def exposure(self) -> tuple[Exposure, ...]:
        """What is given away below list price, and every benefit that can go out."""
        return exposure.exposure(self)
