"""
One model per kind of campaign.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, Tag

from quanyi.campaigns.schema.base import BY_SHAPE, Flag, Strict, Whole, Word
from quanyi.campaigns.schema.clauses import (
    CampaignHead,
    ConditionValue,
    Gifts,
    PayoutMap,
    Undos,
    UnlessMap,
    Whens,
)
from quanyi.campaigns.schema.values import DurationText, Instant, Number

__all__ = [
    "AcceptMap",
    "CampaignFile",
    "FlashSaleFile",
    "HoldMap",
    "Late",
    "LateMap",
    "OfferFile",
    "PointsExchangeFile",
    "Price",
    "RewardFile",
    "SaleFile",
]


class RewardFile(CampaignHead):
    """Whenever X happens, Y gets Z: so often, after a while, and taken back if X is undone."""

    kind: Literal["reward"]
    when: Whens
    only_if: ConditionValue | None = None
    give: Gifts = ()
    take: Gifts = ()
    to: Word = "user"
    after: DurationText | None = None
    unless: UnlessMap | None = None
    at_payout: PayoutMap = PayoutMap()
    if_undone: Undos = ()
    instead: Gifts = ()


class HoldMap(Strict):
    """How long a placed deal is kept."""

    from_: Literal["place"] = Field("place", alias="from")
    pay_within: DurationText = "30m"
    overdue: Literal["closes", "stays"] = "closes"


class AcceptMap(Strict):
    """Whether a late payment needs pieces and places to be free again, and the last date for it."""

    take_again: Flag = True
    through: Instant | None = None


class LateMap(Strict):
    """A late payment is taken."""

    accept: AcceptMap


Price = Annotated[
    Annotated[Number, Tag("number")]
    | Annotated[Literal["list"], Tag("text")]
    | Annotated[dict[str, Number], Tag("map")],
    BY_SHAPE,
]
Late = Annotated[
    Annotated[Literal["accept", "refuse", "refund"], Tag("text")] | Annotated[LateMap, Tag("map")],
    BY_SHAPE,
]


class OfferFile(CampaignHead):
    """So many of a thing at a price, one each, with a hold; unpaid ones come back."""

    sells: dict[str, Price] = Field(min_length=1)
    quota: dict[str, Whole] = {}
    splits: Annotated[Whole, Field(ge=1, le=64)] = 1
    hold: HoldMap = HoldMap()
    late: Late = "refuse"
    per_order: Annotated[Whole, Field(ge=1)] | None = None


class SaleFile(OfferFile):
    """A sale that asks for nothing more."""

    kind: Literal["sale"]


class FlashSaleFile(OfferFile):
    """A sale with a quota."""

    kind: Literal["flash_sale"]
    quota: dict[str, Whole] = Field(min_length=1)


class PointsExchangeFile(OfferFile):
    """A sale for points, or for points and money."""

    kind: Literal["points_exchange"]


CampaignFile = Annotated[
    RewardFile | FlashSaleFile | PointsExchangeFile | SaleFile,
    Field(discriminator="kind"),
]
