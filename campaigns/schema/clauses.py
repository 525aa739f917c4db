"""
The clauses that all kinds share, as they are written: limits, gifts, conditions, times.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, Tag, WithJsonSchema

from quanyi.campaigns.schema.base import BY_SHAPE, Event, Id, Strict, Texts, Whole, Word, wrong
from quanyi.campaigns.schema.values import (
    Cel,
    Instant,
    LimitText,
    NoneOrLimitText,
    Number,
    Percentage,
    ScheduleText,
    Zone,
)

__all__ = [
    "AnyAmount",
    "AnyLimit",
    "BudgetMap",
    "CampaignHead",
    "ConditionValue",
    "Ending",
    "ExposureMap",
    "Gift",
    "GiftMap",
    "Gifts",
    "HowMuchMap",
    "LimitMap",
    "Limits",
    "Names",
    "NoUnit",
    "PayoutMap",
    "Rounding",
    "RunsMap",
    "Schedules",
    "SomeLimits",
    "UndoMap",
    "Undos",
    "UnlessMap",
    "Whens",
    "WindowWord",
]

Ending = Literal["closed", "lapsed", "left", "refunded", "undone"]
Rounding = Literal["ceiling", "down", "floor", "half_even", "half_up", "up"]
WindowWord = Literal["day", "ever", "month", "week", "year"]
Names = Annotated[Annotated[Word, Tag("text")] | Annotated[tuple[Word, ...], Tag("list")], BY_SHAPE]


class LimitMap(Strict):
    """How often, how much, until what."""

    count: Whole | None = None
    amount: Number | None = None
    of: Word = "times"
    per: Names | None = None
    in_: WindowWord = Field("ever", alias="in")
    back: Annotated[
        Annotated[Literal["always", "never"], Tag("text")] | Annotated[tuple[Ending, ...], Tag("list")],
        BY_SHAPE,
    ] = "always"
    over: Literal["clip", "flag", "lapse", "refuse", "skip"] | None = None
    at_least: Number | None = None
    reason: Id | None = None
    id: Id | None = None


AnyLimit = Annotated[Annotated[LimitText, Tag("text")] | Annotated[LimitMap, Tag("map")], BY_SHAPE]
SomeLimits = Annotated[
    Annotated[LimitText, Tag("text")] | Annotated[LimitMap, Tag("map")] | Annotated[tuple[AnyLimit, ...], Tag("list")],
    BY_SHAPE,
]
Limits = Annotated[
    Annotated[NoneOrLimitText, Tag("text")]
    | Annotated[LimitMap, Tag("map")]
    | Annotated[tuple[AnyLimit, ...], Tag("list")],
    BY_SHAPE,
]
BudgetMap = dict[Word, SomeLimits]


class HowMuchMap(Strict):
    """An amount that depends on the event: a share, so much per step, or by slabs."""

    percent: Percentage | None = None
    per: Number | None = None
    give: Number | None = None
    slabs: dict[str, Number] | None = None
    of: Word
    round: Rounding = "down"


AnyAmount = Annotated[
    Annotated[Number, Tag("number")] | Annotated[Cel, Tag("text")] | Annotated[HowMuchMap, Tag("map")],
    BY_SHAPE,
]
GiftMap = dict[str, AnyAmount]


def _of_what(value: Any) -> Any:
    raise wrong("amount-without-unit", f"{value} of what?", f"write {{points: {value}}}")


NoUnit = Annotated[Any, BeforeValidator(_of_what), WithJsonSchema({"not": {}})]
Gift = Annotated[
    Annotated[Word, Tag("text")] | Annotated[GiftMap, Tag("map")] | Annotated[NoUnit, Tag("number")], BY_SHAPE
]
Gifts = Annotated[
    Annotated[Word, Tag("text")]
    | Annotated[GiftMap, Tag("map")]
    | Annotated[tuple[Gift, ...], Tag("list")]
    | Annotated[NoUnit, Tag("number")],
    BY_SHAPE,
]

ConditionValue = Annotated[Annotated[Cel, Tag("text")] | Annotated[dict[str, Any], Tag("map")], BY_SHAPE]
Whens = Annotated[Annotated[Event, Tag("text")] | Annotated[tuple[Event, ...], Tag("list")], BY_SHAPE]
Schedules = Annotated[Annotated[ScheduleText, Tag("text")] | Annotated[tuple[ScheduleText, ...], Tag("list")], BY_SHAPE]


class UnlessMap(Strict):
    """What makes an open promise void."""

    event: Event
    same: Word


class PayoutMap(Strict):
    """What is asked only when a promise falls due."""

    at_most: SomeLimits = ()


class UndoMap(Strict):
    """What happens to what was booked when its cause goes away."""

    when: Whens
    same: Names
    take: Literal["debt", "left", "refuse"] = "left"
    ended: Literal["reopen", "stay_ended"] = "stay_ended"


Undos = Annotated[Annotated[UndoMap, Tag("map")] | Annotated[tuple[UndoMap, ...], Tag("list")], BY_SHAPE]


class RunsMap(Strict):
    """From when to when: `until` is an instant outside, `through` a date whose whole day counts."""

    from_: Instant | None = Field(None, alias="from")
    until: Instant | None = None
    through: Instant | None = None


class ExposureMap(Strict):
    """Why a campaign without a bound may run all the same."""

    accept: Word


class CampaignHead(Strict):
    """What every campaign says about itself."""

    campaign: Id
    kind: str
    title: Texts | None = None
    text: Texts | None = None
    zone: Zone | None = None
    runs: RunsMap = RunsMap()
    open: Schedules = ()
    for_: ConditionValue | None = Field(None, alias="for")
    priority: Whole = 0
    rollout: Percentage | None = None
    holdout: Percentage | None = None
    checks: tuple[Word, ...] | None = None
    at_most: Limits = ()
    budget: BudgetMap = {}
    exposure: ExposureMap | None = None
