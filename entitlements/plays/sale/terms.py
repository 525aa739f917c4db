"""
The terms of a sale: prices, quota, hold, and what becomes of late payments and refunds.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction
from typing import Literal

import attrs

from quanyi.entitlements.amounts import round_to
from quanyi.entitlements.benefits import Benefit
from quanyi.entitlements.clauses import Head, Limit
from quanyi.entitlements.plays.terms import Terms
from quanyi.entitlements.time import Duration, Span, aware_or_none

__all__ = ["Coupon", "Hold", "Late", "Offset", "Price", "Refund", "SaleTerms"]


@attrs.frozen(kw_only=True)
class Price:
    """
    What one piece costs.

    Attributes:
        units: Amounts in counted units, ``{"points": 300}``.
        money: Cash that the host collects, in the currency's smallest unit.
        list_price: What a piece costs outside the campaign.
        steps: From how many pieces on each of them costs something else: (pieces, price), rising.
    """

    units: Mapping[str, int] = attrs.field(factory=dict)
    money: int = 0
    list_price: int = 0
    steps: tuple[tuple[int, Price], ...] = ()

    def at(self, pieces: int) -> Price:
        """What each of *pieces* costs: the highest step reached counts for all of them."""
        return next((price for least, price in reversed(self.steps) if least <= pieces), self)

    @property
    def all(self) -> tuple[Price, ...]:
        """Every price that a piece can have."""
        return (self, *(price for _, price in self.steps))


@attrs.frozen(kw_only=True)
class Coupon:
    """
    What a code takes off an order.

    Attributes:
        off: Money, in the currency's smallest unit; never more than the order costs.
        percent: Or a share of the order, as exact decimal text; rounded down.
        at_most: How often.
    """

    off: int = 0
    percent: str = ""
    at_most: tuple[Limit, ...] = ()

    def of(self, total: int) -> int:
        """What it takes off *total*."""
        share = round_to(Fraction(self.percent) * total / 100, "down") if self.percent else self.off
        return min(share, total)


@attrs.frozen(kw_only=True)
class Hold:
    """
    How long a placed deal is kept.

    Attributes:
        since: From when pieces are held: ``place``, or ``pay``: until then they are only looked at.
        pay_within: How long the buyer has.
        overdue: What an unpaid deal does at its end.
    """

    since: Literal["pay", "place"] = "place"
    pay_within: Duration = attrs.field(factory=lambda: Duration(seconds=30 * 60))
    overdue: Literal["closes", "stays"] = "closes"


@attrs.frozen(kw_only=True)
class Late:
    """
    What becomes of a payment that comes after the hold.

    Attributes:
        then: ``refuse`` it; take it and ask the host to ``refund``; or ``accept`` it.
        take_again: Whether an accepted one needs pieces and places to be free again.
        until: The first instant at which none is accepted any more; None for never.
    """

    then: Literal["accept", "refuse", "refund"] = "refuse"
    take_again: bool = True
    until: datetime | None = attrs.field(default=None, validator=aware_or_none)


@attrs.frozen(kw_only=True)
class Offset:
    """
    A unit that may pay for part of an order's money, as much of it as the buyer wants.

    Attributes:
        each: So much of the unit is worth `money`, in the currency's smallest unit.
        at_least: Where less than this could be used, nothing is.
        step: It is used in multiples of this.
        up_to: The share of the order's money that it may pay, as exact decimal text in percent.
    """

    unit: str
    each: int
    money: int
    at_least: int = 0
    step: int = 1
    up_to: str = "100"

    def used(self, asked: int, have: int, total: int) -> int:
        """How much is used of what is *asked* for an order of *total*, with *have* in the wallet."""
        share = Fraction(self.up_to) * total / 100
        found = min(asked, have, int(share * self.each / self.money))
        found -= found % self.step
        return found if found >= self.at_least else 0

    def worth(self, amount: int) -> int:
        """What *amount* of the unit pays, rounded down."""
        return amount * self.money // self.each


@attrs.frozen(kw_only=True)
class Refund:
    """
    When a paid deal is taken back, and what becomes of what was used.

    Attributes:
        never: No paid deal is taken back.
        within: How long after paying, half open; None for ever.
        if_used: ``refuse`` the whole refund, or ``keep``: what was used stays, at its price.
        by_day: Whether what runs for a time brings back only the share of its days still to come.
    """

    never: bool = False
    within: Duration | None = None
    if_used: Literal["keep", "refuse"] = "refuse"
    by_day: bool = False


@attrs.frozen(kw_only=True, slots=False)
class SaleTerms(Terms):
    """
    One offer of things at a price, inside a campaign.

    Attributes:
        preset: The word in the file that it was written with.
        sells: Price per piece, by thing.
        quota: Pieces of a thing that this campaign may place in all.
        rounds: Pieces of a thing that it may place in each window: a session, a day.
        on_sale: From when to when a thing can be had, where that is not the whole run.
        codes: What lowers the price of an order that names it, by code.
        splits: In how many balances a hot quota is kept; exact all the same.
        short: What becomes of a payment for pieces that are gone: ``refuse`` it, or take it and ask the
            host to ``refund``.
        offset: A unit that may pay for part of the money.
        takes: Benefits whose mall stock is lowered together with the quota.
        at_most: Limits, in the order of their refusal.
        budget: Limits on what the campaign gives away: list price less price.
        checks: The order in which a no is looked for.
        benefits: What the things give once paid; things not in it are the host's own goods.
    """

    preset: str = "flash_sale"
    currency: str = ""
    currency_scale: int = 2
    sells: Mapping[str, Price] = attrs.field(factory=dict)
    quota: Mapping[str, int] = attrs.field(factory=dict)
    rounds: Mapping[str, tuple[Limit, ...]] = attrs.field(factory=dict)
    on_sale: Mapping[str, Span] = attrs.field(factory=dict)
    splits: int = 1
    codes: Mapping[str, Coupon] = attrs.field(factory=dict)
    offset: Offset | None = None
    takes: tuple[str, ...] = ()
    checks: tuple[str, ...] = (
        "phase",
        "open",
        "for",
        "per_order",
        "code",
        "at_most",
        "quota",
        "stock",
        "points",
        "budget",
    )
    hold: Hold = attrs.field(factory=Hold)
    late: Late = attrs.field(factory=Late)
    short: Literal["refund", "refuse"] = "refuse"
    refund: Refund = attrs.field(factory=Refund)
    per_order: int | None = None
    benefits: Mapping[str, Benefit] = attrs.field(factory=dict)

    def head_of(self, thing: str) -> Head:
        """What the campaign says about itself, with a run that is no longer than *thing* is on sale."""
        span = self.on_sale.get(thing)
        return self.head if span is None else attrs.evolve(self.head, runs=self.head.runs.within(span))

    def stocks(self, thing: str) -> list[str]:
        """Benefits whose stock goes down with each piece of *thing*: itself, if it can run out, and `takes`."""
        benefit = self.benefits.get(thing)
        own = [thing] if benefit is not None and benefit.counted else []
        return list(dict.fromkeys([*own, *self.takes]))
