"""
Figures as they are read: rows of numbers by one dimension, and their total.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from fractions import Fraction
from typing import Any

import attrs

from quanyi.entitlements.plain import Plain
from quanyi.entitlements.time import aware_or_none

__all__ = ["COUNTED", "SHOWN", "Figures", "FiguresRow", "added"]

COUNTED = (
    "claims",
    "claimed",
    "paid",
    "discount",
    "closed",
    "refunds",
    "refunded",
    "delivered",
    "granted",
    "cost",
    "redeemed",
    "withdrawn",
    "issued",
    "spent",
    "worked",
    "failed",
    "rated",
    "stars",
)
"""The figures that the journal says, as the tables keep them."""

SHOWN = ("shown", "eligible")
"""The figures that pages say: they may lose a minute at a crash, and can't be counted again."""

_OF_UNITS = ("issued", "spent")


@attrs.frozen(kw_only=True)
class FiguresRow(Plain):
    """
    The figures of one day, campaign, thing…; money in the smallest unit of the mall's currency.

    Attributes:
        key: Which: ``2026-03-08``, the id of a campaign or thing, ``14`` for an hour, ``app`` for a channel; ``*`` for all
            values of a context beyond the first 200, and empty for the total and for things that have no brand.
        shown: How often something was shown on a page or in an answer over HTTP.
        eligible: How often the one to whom it was shown could have had it.
        claims: How often something was taken: an order placed, a gift given or promised.
        claimed: How many pieces that were; points count as one.
        paid: Money of the orders that were paid.
        discount: How much less that was than without the campaign.
        closed: Orders that were given up, or whose time ran out.
        refunds: Orders that were paid back whole or in part, each time; `refunded` is the money.
        delivered: Pieces that somebody got; `granted` those of them that are entitlements, and can be used.
        cost: What they cost the mall, by the campaign's version; what was withdrawn unused is taken off.
        redeemed: Uses of what was delivered.
        withdrawn: Pieces that were taken back unused.
        issued: Points by unit, less those that were taken back; `spent` likewise.
        worked: How many holders say of their entitlement that it worked; `failed` how many say that it did not.
        rated: How many gave stars; `stars` is their sum.
    """

    key: str = ""
    shown: int = 0
    eligible: int = 0
    claims: int = 0
    claimed: int = 0
    paid: int = 0
    discount: int = 0
    closed: int = 0
    refunds: int = 0
    refunded: int = 0
    delivered: int = 0
    granted: int = 0
    cost: int = 0
    redeemed: int = 0
    withdrawn: int = 0
    issued: Mapping[str, int] = attrs.field(factory=dict)
    spent: Mapping[str, int] = attrs.field(factory=dict)
    worked: int = 0
    failed: int = 0
    rated: int = 0
    stars: int = 0

    @property
    def income(self) -> int:
        """The money that came in, less what was paid back."""
        return self.paid - self.refunded

    @property
    def margin(self) -> int:
        """What is left of it after the cost of what was delivered; below zero where the campaign costs more."""
        return self.income - self.cost

    @property
    def redemption_rate(self) -> Fraction | None:
        """Uses for each entitlement that was not taken back; None where there is none."""
        return _share(self.redeemed, self.granted - self.withdrawn)

    @property
    def claim_rate(self) -> Fraction | None:
        """How often something was taken for each time that it was shown to somebody who could; None if it never was."""
        return _share(self.claims, self.eligible)

    @property
    def return_rate(self) -> Fraction | None:
        """Income for each unit of cost; None where nothing has a cost."""
        return _share(self.income, self.cost)

    @property
    def works_rate(self) -> Fraction | None:
        """The share of those who answered whether it worked that say yes; None where nobody did."""
        return _share(self.worked, self.worked + self.failed)

    @property
    def mean_stars(self) -> Fraction | None:
        """The mean of the stars; None where nobody gave any."""
        return _share(self.stars, self.rated)


def _share(part: int, whole: int) -> Fraction | None:
    return Fraction(part, whole) if whole > 0 else None


@attrs.frozen(kw_only=True)
class Figures(Plain):
    """
    The figures of some days.

    Attributes:
        first: The first day, in the mall's `zone`; `last` is the last one, and belongs to them.
        by: By what the rows are told apart; empty for none.
        rows: By day and by hour in their order, else those with the most claims first.
        total: All rows together.
        counted_to: When the last change was decided that is in the figures; None if nothing is counted yet.
        late: Whether a change waits that was decided more than a minute ago: then no worker is counting.
    """

    first: date
    last: date
    by: str = ""
    zone: str = "UTC"
    currency: str = ""
    rows: tuple[FiguresRow, ...] = ()
    total: FiguresRow
    counted_to: datetime | None = attrs.field(default=None, validator=aware_or_none)
    late: bool = False


def added(key: str, rows: Iterable[FiguresRow]) -> FiguresRow:
    """The sum of *rows*."""
    sums: dict[str, Any] = {"issued": {}, "spent": {}}
    for row in rows:
        for name in (*SHOWN, *COUNTED):
            if name not in _OF_UNITS:
                sums[name] = sums.get(name, 0) + getattr(row, name)
        for name in _OF_UNITS:
            for unit, amount in getattr(row, name).items():
                sums[name][unit] = sums[name].get(unit, 0) + amount
    return FiguresRow(key=key, **sums)
