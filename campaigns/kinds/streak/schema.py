"""
The form of a streak's file.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag, WithJsonSchema

from quanyi.campaigns.language.message import Message
from quanyi.campaigns.language.schema.base import BY_SHAPE, SOME, Event, Strict, Whole, Word, said, wrong
from quanyi.campaigns.language.schema.clauses import (
    CampaignHead,
    ConditionValue,
    GiftMap,
    Gifts,
    SomeLimits,
    Undos,
    Whens,
    WindowMap,
)
from quanyi.campaigns.language.schema.values import DurationText, Number, Zone

__all__ = [
    "WEEKDAYS",
    "ChooseMap",
    "DayText",
    "DayTexts",
    "FreezeMap",
    "LadderMap",
    "MakeupMap",
    "MarkMap",
    "MemberZone",
    "MilestoneMap",
    "Milestones",
    "Multipliers",
    "Pay",
    "Resets",
    "StreakFile",
    "TimesMap",
    "Within",
]

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class MarkMap(Strict):
    """What marks a day, or a week."""

    stand_ins: ClassVar[dict[str, Any]] = {"on": []}

    on: Whens
    """The event that marks, `on: check_in`; or a list of them."""
    one_per: Literal["day", "week"] = "day"
    """A mark is of a `day` (default), or of a `week` from Monday."""
    again: Literal["refuse", "same"] = "refuse"
    """A second mark of the day: `refuse` (default), or the `same` answer once more."""
    day: Word | None = None
    """The attribute that says on which day it was, a date or an instant; left out: now."""
    not_older: DurationText | None = None
    """With `day`: how long after that day its news still counts, `not_older: 31 days` (default)."""


class MilestoneMap(Strict):
    """So many days, and there is more."""

    stand_ins: ClassVar[dict[str, Any]] = {"give": []}

    days: Annotated[Whole, Field(ge=1)] | None = None
    """How many days, `days: 7`; either this or `every`."""
    every: Annotated[Whole, Field(ge=1)] | None = None
    """Instead: every so many days, `every: 7` for the 7th, 14th, 21st."""
    give: Gifts
    """What the day that completes them gives: `{points: 30}`."""
    instead: Gifts = ()
    """What it gives where a gift's stock is gone, `{points: 50}`; left out: then the day can't be marked."""
    once: Literal["ever", "period", "row"] | None = None
    """How often: once a `row` (default in a row), a `period` of `resets` (default in total), or once `ever`."""


class LadderMap(Strict):
    """A gift of its own for the first day, the second, the third."""

    stand_ins: ClassVar[dict[str, Any]] = {"steps": [{}]}

    steps: Annotated[tuple[Gifts, ...], SOME]
    """What each day gives, the first day's first: `[{points: 5}, {points: 10}, coffee]`; `{}` for nothing."""
    then: Literal["again", "end", "stay"] = "again"
    """After the last step: from the first `again` (default), `stay` at the last, or `end`."""
    by: Literal["row", "total"] = "row"
    """Which day it is: in its `row` (default), or in `total`, so that a gap costs nothing."""


class ChooseMap(Strict):
    """One of several ways to pay, by an attribute of the event."""

    stand_ins: ClassVar[dict[str, Any]] = {"choose": "unnamed", "of": {}}

    choose: Word
    """The attribute that chooses, `choose: pay`."""
    of: Annotated[dict[Word, GiftMap], SOME]
    """What each choice takes: `{card: {makeup_card: 1}, points: {points: 50}}`."""


def _pay_shape(value: Any) -> str:
    chosen = isinstance(value, ChooseMap) or (isinstance(value, dict) and "choose" in value)
    return "choice" if chosen else "map"


Pay = Annotated[
    Annotated[ChooseMap, Tag("choice")] | Annotated[GiftMap, Tag("map")],
    Discriminator(_pay_shape),
]


Within = Annotated[
    Annotated[Literal["month", "week", "year"], Tag("word")] | Annotated[DurationText, Tag("text")],
    Discriminator(lambda value: "word" if value in ("month", "week", "year") else "text"),
]


class MakeupMap(Strict):
    """How a day that was missed is made up."""

    stand_ins: ClassVar[dict[str, Any]] = {"on": "unnamed", "within": "1 day"}

    on: Event
    """The event that makes up, `on: check_in.makeup`."""
    day: Word = "date"
    """Its attribute that says which day, a date; `date` unless written."""
    within: Within
    """How long after the day, `within: 3 days`: the last day counts as a whole; or `month`: while the day's month lasts."""
    since: Word | None = None
    """The profile's date or instant before which nobody has missed a day, `since: joined_at`; left out: none."""
    free: SomeLimits = ()
    """So often it costs nothing, `free: 2 per user per month`; from then on it takes `pay`."""
    pay: Pay = {}
    """What it costs, `{makeup_card: 1}`; or `{choose: pay, of: {card: {makeup_card: 1}, points: {points: 50}}}`."""
    at_most: SomeLimits = ()
    """Limits on making up, `[3 per user per month]`."""
    gives: Literal["all", "milestones"] = "milestones"
    """What a day made up gives: `milestones` that it completes (default), or `all` that a mark gives."""


class FreezeMap(Strict):
    """Missed days that are covered by themselves."""

    stand_ins: ClassVar[dict[str, Any]] = {"take": {}}

    take: Annotated[GiftMap, SOME]
    """What each covered day takes, `{freeze: 1}`."""
    most: Annotated[Whole, Field(ge=1)] = 1
    """How many missed days there may be, `most: 2`; a longer gap is not covered at all."""
    row: Annotated[Whole, Field(ge=1)] = 1
    """How long the row before them must be, `row: 7`."""


def _day(value: Any) -> str:
    if not isinstance(value, str) or not (value in WEEKDAYS or _is_date(value)):
        raise wrong(
            "bad-day",
            Message("{value} is neither a weekday nor a date", value=said(value)),
            'write sat, or "2026-10-01"',
        )
    return value


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


DayText = Annotated[
    str, BeforeValidator(_day), WithJsonSchema({"type": "string", "examples": ["sat", "sun", "2026-10-01"]})
]
DayTexts = Annotated[Annotated[DayText, Tag("text")] | Annotated[tuple[DayText, ...], Tag("list")], BY_SHAPE]


class TimesMap(Strict):
    """A multiplier of points."""

    stand_ins: ClassVar[dict[str, Any]] = {"x": "1"}

    x: Number
    """By how much, `x: 2` or `x: 1.5`; rounded down."""
    if_: ConditionValue | None = Field(None, alias="if")
    """For whom or when: `{user.vip: true}`; left out: always."""
    on: DayTexts = ()
    """For which days: `[sat, sun]`, or dates, `["2026-10-01"]`; left out: all."""


Milestones = Annotated[
    Annotated[MilestoneMap, Tag("map")] | Annotated[tuple[MilestoneMap, ...], Tag("list")],
    BY_SHAPE,
]
Multipliers = Annotated[
    Annotated[TimesMap, Tag("map")] | Annotated[tuple[TimesMap, ...], Tag("list")],
    BY_SHAPE,
]
MemberZone = Annotated[
    Annotated[Literal["user"], Tag("word")] | Annotated[Zone, Tag("text")],
    Discriminator(lambda value: "word" if value == "user" else "text"),
]


Resets = Annotated[
    Annotated[Literal["month", "week", "year"], Tag("text")] | Annotated[WindowMap, Tag("map")], BY_SHAPE
]


class StreakFile(CampaignHead):
    """Come every day; on the 3rd and 7th day in a row there is more; gaps can be mended."""

    stand_ins: ClassVar[dict[str, Any]] = {**CampaignHead.stand_ins, "mark": {"on": []}}

    kind: Literal["streak"]
    """The sentence it says, `kind: streak`."""
    zone: MemberZone | None = None
    """The calendar of days, `zone: Asia/Shanghai`; or `user`: the profile's `zone`, so that days are the member's own."""
    mark: MarkMap
    """What marks a day: `{on: check_in, one_per: day}`."""
    only_if: ConditionValue | None = None
    """Which of these events mark: `{pages: {min: 10}}`."""
    give: Gifts = ()
    """What a mark on time gives: `{points: 10}`."""
    ladder: LadderMap | None = None
    """What it gives besides, day by day: `{steps: [{points: 5}, {points: 10}, coffee], then: again}`."""
    in_a_row: Milestones = ()
    """What so many days in a row give: `[{days: 3, give: {points: 30}}]`."""
    in_total: Milestones = ()
    """What so many days in all give, in each period of `resets`: `[{days: 20, give: coffee}]`."""
    resets: Resets | None = None
    """The period in which rows and totals begin anew, `week` or `{every: 14 days, from: "2026-06-01"}`; left out: never."""
    specials: Literal["add", "replace"] = "add"
    """Whether milestones come on top of `give` (`add`, the default) or in its place (`replace`)."""
    times: Multipliers = ()
    """Multipliers of points, the first that fits: `[{x: 2, if: {user.vip: true}}]`."""
    makeup: MakeupMap | None = None
    """How a missed day is made up: `{on: check_in.makeup, within: 3 days, pay: {makeup_card: 1}}`."""
    freeze: FreezeMap | None = None
    """What covers missed days by itself: `{take: {freeze: 1}, most: 2}`."""
    if_undone: Undos = ()
    """What happens if an event that marked is undone: the day falls out, `{when: order.refunded, same: order}`."""
