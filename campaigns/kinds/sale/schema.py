"""
The form of a sale's file, and of its presets.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from quanyi.campaigns.kinds.sale.clauses import CouponMap, HoldMap, Late, OffsetMap, Price, Quota, Refund, RefundMap
from quanyi.campaigns.language.schema.base import SOME, Id, Whole
from quanyi.campaigns.language.schema.clauses import (
    CampaignHead,
    RunsMap,
)

__all__ = ["FlashSaleFile", "OfferFile", "PointsExchangeFile", "SaleFile"]


class OfferFile(CampaignHead):
    """So many of a thing at a price, one each, with a hold; unpaid ones come back."""

    stand_ins: ClassVar[dict[str, Any]] = {**CampaignHead.stand_ins, "sells": {}, "quota": {}, "on_sale": {}}

    sells: Annotated[dict[str, Price], SOME] = Field(json_schema_extra={"minProperties": 1})
    """The price of a piece, by thing: `{phone: 5699.00}`, `{coffee: {points: 300}}` or `{coffee: list}`."""
    quota: dict[str, Quota] = {}
    """How many pieces this campaign has, by thing: `{phone: 10}`, `{phone: {pieces: 10, in: session}}` or both in a list."""
    on_sale: dict[str, RunsMap] = {}
    """From when to when a thing can be had, where that is not the whole run: `{phone: {from: "2026-05-01 10:00"}}`."""
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
