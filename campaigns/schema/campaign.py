"""
One model per kind of campaign.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from quanyi.campaigns.schema.base import SOME, Id, Whole, Word
from quanyi.campaigns.schema.bundle import PartMap
from quanyi.campaigns.schema.clauses import (
    CampaignHead,
    ConditionValue,
    Gifts,
    PartUndos,
    PayoutMap,
    UnlessMap,
    Whens,
)
from quanyi.campaigns.schema.offer import CouponMap, HoldMap, Late, OffsetMap, Price, Quota, Refund, RefundMap
from quanyi.campaigns.schema.referral import ReferralFile
from quanyi.campaigns.schema.streak import StreakFile
from quanyi.campaigns.schema.task import TaskFile
from quanyi.campaigns.schema.values import DurationText

__all__ = [
    "BundleFile",
    "CampaignFile",
    "FlashSaleFile",
    "OfferFile",
    "PointsExchangeFile",
    "RewardFile",
    "SaleFile",
]


class RewardFile(CampaignHead):
    """Whenever X happens, Y gets Z: so often, after a while, and taken back if X is undone."""

    stand_ins: ClassVar[dict[str, Any]] = {**CampaignHead.stand_ins, "when": []}

    kind: Literal["reward"]
    when: Whens
    """The event that causes it, `when: order.paid`; or a list of them."""
    only_if: ConditionValue | None = None
    """On what condition: `{amount: {min: 20.00}}`, or an expression in quotes."""
    give: Gifts = ()
    """What the receiver gets: `{points: 10}`, a benefit, or a list."""
    take: Gifts = ()
    """What the user loses first: `{points: 10}`."""
    to: Word = "user"
    """Who receives: `user` (default), or an attribute of type user, `to: inviter`."""
    after: DurationText | None = None
    """How long it stays a promise, `after: 7d`; left out: given at once."""
    unless: UnlessMap | None = None
    """What calls an open promise off: `{event: order.refunded, same: order}`."""
    at_payout: PayoutMap = PayoutMap()
    """What is asked only when a promise falls due: `{at_most: [2 per user per month]}`."""
    if_undone: PartUndos = ()
    """What happens if the cause goes away: `{when: order.refunded, same: order, take: debt}`."""
    instead: Gifts = ()
    """What is given where a gift's stock is gone: `{points: 5}`."""


class OfferFile(CampaignHead):
    """So many of a thing at a price, one each, with a hold; unpaid ones come back."""

    stand_ins: ClassVar[dict[str, Any]] = {**CampaignHead.stand_ins, "sells": {}, "quota": {}}

    sells: Annotated[dict[str, Price], SOME] = Field(json_schema_extra={"minProperties": 1})
    """The price of a piece, by thing: `{phone: 5699.00}`, `{coffee: {points: 300}}` or `{coffee: list}`."""
    quota: dict[str, Quota] = {}
    """How many pieces this campaign has, by thing: `{phone: 10}`, `{phone: {pieces: 10, in: session}}` or both in a list."""
    splits: Annotated[Whole, Field(ge=1, le=64)] = 1
    """In how many balances a hot quota is kept, 1 to 64, `splits: 8`; exact all the same."""
    hold: HoldMap = HoldMap()
    """How long an unpaid deal is kept: `{pay_within: 30m}`."""
    short: Literal["refund", "refuse"] = "refuse"
    """A payment for pieces that are gone: `refuse` (default) it, or take it and ask the host to `refund`."""
    late: Late = "refuse"
    """A payment after the hold: `refuse` (default), `refund`, `accept`, or `{accept: {through: "2026-05-31"}}`."""
    refund: Refund = RefundMap()
    """Taking a paid deal back: `{within: 7d, if_used: keep}`, or `never`."""
    codes: dict[Id, CouponMap] = {}
    """What a code takes off an order: `{SAVE6: {off: 6.00, at_most: [{count: 2, per: campaign}]}}`."""
    offset: OffsetMap | None = None
    """A unit that may pay for part of the money: `{worth: {points: 100, money: 1.00}, up_to: 50%}`."""
    per_order: Annotated[Whole, Field(ge=1)] | None = None
    """The most pieces in one order, `per_order: 2`."""


class SaleFile(OfferFile):
    """A sale that asks for nothing more."""

    kind: Literal["sale"]


class FlashSaleFile(OfferFile):
    """A sale with a quota."""

    kind: Literal["flash_sale"]
    quota: Annotated[dict[str, Quota], SOME] = Field(json_schema_extra={"minProperties": 1})
    """How many pieces this campaign has, by thing: `{phone: 10}`."""


class PointsExchangeFile(OfferFile):
    """A sale for points, or for points and money."""

    kind: Literal["points_exchange"]


class BundleFile(OfferFile):
    """A sale of one thing with companions, each given by itself."""

    stand_ins: ClassVar[dict[str, Any]] = {**OfferFile.stand_ins, "parts": {}}

    kind: Literal["bundle"]
    parts: Annotated[dict[Id, PartMap], SOME] = Field(json_schema_extra={"minProperties": 1})
    """What comes with it, by name: `{tea: {give: tea}, later: {give: {points: 100}, after: 1 month}}`."""


CampaignFile = Annotated[
    BundleFile | RewardFile | FlashSaleFile | PointsExchangeFile | ReferralFile | SaleFile | StreakFile | TaskFile,
    Field(discriminator="kind"),
]
