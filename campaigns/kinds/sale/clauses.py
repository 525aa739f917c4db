"""
The clauses of everything that is sold, as they are written: prices, quotas, codes, holds, refunds.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Discriminator, Field, Tag

from quanyi.campaigns.language.schema.base import BY_SHAPE, SOME, Flag, Strict, Whole, shape_of
from quanyi.campaigns.language.schema.clauses import SessionWord, SomeLimits
from quanyi.campaigns.language.schema.values import DurationText, Instant, MinutesText, Number, Percentage, PriceText

__all__ = [
    "AcceptMap",
    "CouponMap",
    "HoldMap",
    "Late",
    "LateMap",
    "OffsetMap",
    "PlainPrice",
    "Price",
    "Quota",
    "QuotaMap",
    "Refund",
    "RefundMap",
    "SlabsMap",
]

PlainPrice = Annotated[
    Annotated[Number, Tag("number")] | Annotated[PriceText, Tag("text")] | Annotated[dict[str, Number], Tag("map")],
    BY_SHAPE,
]


class SlabsMap(Strict):
    """Prices by quantity."""

    stand_ins: ClassVar[dict[str, Any]] = {"slabs": {"1": "list"}}

    slabs: Annotated[dict[str, PlainPrice], SOME]
    """What each piece costs from so many on, `{1: 10.00, 5: 9.00}`: the highest step reached counts for all of them."""


def _price_shape(value: Any) -> str:
    steps = isinstance(value, dict) and any(isinstance(part, dict) for part in value.values())
    slabs = isinstance(value, SlabsMap) or steps or (isinstance(value, dict) and "slabs" in value)
    return "slabs" if slabs else shape_of(value)


Price = Annotated[
    Annotated[Number, Tag("number")]
    | Annotated[PriceText, Tag("text")]
    | Annotated[dict[str, Number], Tag("map")]
    | Annotated[SlabsMap, Tag("slabs")],
    Discriminator(_price_shape),
]


class QuotaMap(Strict):
    """So many pieces, in all or in each window."""

    stand_ins: ClassVar[dict[str, Any]] = {"pieces": 1}

    pieces: Whole
    """How many, `pieces: 10`."""
    in_: SessionWord = Field("ever", alias="in")
    """In which window: `session` (an opening of the campaign), `day`, `week`, `month`, `year`; left out: `ever`."""


Quota = Annotated[
    Annotated[Whole, Tag("number")]
    | Annotated[QuotaMap, Tag("map")]
    | Annotated[
        tuple[Annotated[Annotated[Whole, Tag("number")] | Annotated[QuotaMap, Tag("map")], BY_SHAPE], ...], Tag("list")
    ],
    BY_SHAPE,
]


class CouponMap(Strict):
    """What a code takes off an order."""

    off: Number | None = None
    """Money off the whole order, `off: 6.00`; never more than it costs."""
    percent: Percentage | None = None
    """Or a share of it, `percent: 20%`, rounded down."""
    at_most: SomeLimits = ()
    """How often, `[{count: 2, per: campaign}]`; a use comes back with an order that comes to nothing."""


class OffsetMap(Strict):
    """A unit that may pay for part of the money."""

    stand_ins: ClassVar[dict[str, Any]] = {"worth": {}}

    worth: dict[str, Number]
    """How much of the unit is how much money, `worth: {points: 100, money: 5.00}`."""
    at_least: Number | None = None
    """Where less than this could be used, nothing is, `at_least: 500`."""
    step: Number | None = None
    """It is used in multiples of this, `step: 100`."""
    up_to: Percentage | None = None
    """The share of the order's money that it may pay, `up_to: 50%`; left out: all of it."""


class HoldMap(Strict):
    """How long a placed deal is kept."""

    from_: Literal["pay", "place"] = Field("place", alias="from")
    """From when pieces are held: `place` (default), or `pay`: till then they are looked at, and not taken."""
    pay_within: MinutesText = "30m"
    """How long the buyer has to pay, `pay_within: 30m`."""
    overdue: Literal["closes", "stays"] = "closes"
    """What an unpaid deal does then: it `closes` (default) and gives its pieces back, or it `stays`."""


class AcceptMap(Strict):
    """Whether a late payment needs pieces and places to be free again, and the last date for it."""

    take_again: Flag = True
    """Whether pieces and places must be free once more: `true` (default) or `false`."""
    through: Instant | None = None
    """The last date for a late payment, `through: "2026-05-31"`."""


class LateMap(Strict):
    """A late payment is taken."""

    accept: AcceptMap
    """How it is taken: `{take_again: false, through: "2026-05-31"}`."""


Late = Annotated[
    Annotated[Literal["accept", "refuse", "refund"], Tag("text")] | Annotated[LateMap, Tag("map")],
    BY_SHAPE,
]


class RefundMap(Strict):
    """When a paid deal is taken back, and what becomes of what was used."""

    within: DurationText | None = None
    """How long after paying, `within: 7d`; left out: always."""
    if_used: Literal["keep", "refuse"] = "refuse"
    """Something was used: `refuse` (default) the refund, or `keep`: it stays, at its price."""
    by_day: Flag = False
    """What runs for a time brings back only the share of its days still to come: `by_day: true`."""


Refund = Annotated[
    Annotated[Literal["never"], Tag("text")] | Annotated[RefundMap, Tag("map")],
    BY_SHAPE,
]
