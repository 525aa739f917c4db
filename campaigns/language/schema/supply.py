"""
The schema of how a benefit is bought from suppliers once its buyer has paid.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from quanyi.campaigns.language.schema.base import SOME, Flag, Id, Strict, Whole, Word
from quanyi.campaigns.language.schema.values import DurationText, Number

__all__ = ["HealthMap", "RouteMap", "SupplyMap"]


class RouteMap(Strict):
    """One supplier from whom a benefit can be bought."""

    stand_ins: ClassVar[dict[str, Any]] = {"supplier": "unnamed", "product": "unnamed"}

    supplier: Id
    """The supplier's id in the mall, `supplier: alpha`."""
    product: Word
    """What the supplier calls the thing, `product: VIDEO-30`."""
    cost: Number | None = None
    """What one piece is expected to cost, `cost: 12.00`; left out: the benefit's own `cost`."""


class HealthMap(Strict):
    """When a supplier is left out: of its last purchases, too few were delivered."""

    least: Annotated[Whole, Field(ge=1, le=20)] = 3
    """How many purchases must have ended before it is judged, `least: 3`."""
    of_last: Annotated[Whole, Field(ge=1, le=20)] = 5
    """How many of the last ones are looked at, `of_last: 5`."""
    percent: Annotated[Whole, Field(ge=1, le=100)] = 80
    """The least share of them that was delivered, `percent: 80`."""


class SupplyMap(Strict):
    """How a benefit is bought from suppliers."""

    stand_ins: ClassVar[dict[str, Any]] = {"from": ({"supplier": "unnamed", "product": "unnamed"},)}

    from_: Annotated[tuple[RouteMap, ...], SOME, Field(max_length=20)] = Field(
        alias="from", json_schema_extra={"minItems": 1}
    )
    """Where it can be bought, the cheapest first: `[{supplier: alpha, product: VIDEO-30, cost: 12.00}]`."""
    codes: Flag | None = None
    """Whether card codes are delivered, one for each piece; left out: for a `card` or `code`, yes, else no."""
    switch: Flag = False
    """Whether a final no sends the purchase to the next supplier, `switch: true`."""
    if_refused: Literal["keep", "refund"] = "refund"
    """When no supplier is left: `refund` the deal (default), or `keep` it paid until an operator decides."""
    again: tuple[DurationText, ...] = ("30s", "60s", "5m")
    """How long to wait before an order is sent again to a supplier who was busy, `[30s, 60s, 5m]`."""
    ask_after: tuple[DurationText, ...] = ("10s", "1m", "10m", "1h")
    """How long after an order a supplier is asked what became of it, `[10s, 1m]`; `[]` where it can't be asked."""
    silence: DurationText = "30s"
    """How long an order may be without an answer until its outcome is unknown, `silence: 30s`."""
    overdue: DurationText = "24h"
    """After how long an unknown outcome is reported once more, `overdue: 24h`."""
    billed: Literal["delivery", "number"] = "number"
    """When the cost is owed: once the supplier has said its order `number` (default), or at `delivery`."""
    healthy: HealthMap | None = None
    """When a supplier is left out, `{least: 3, of_last: 5, percent: 80}`; left out: never."""
