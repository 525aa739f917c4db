"""
The schema of the clauses that all kinds share: limits, gifts, conditions, times.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field, Tag, WithJsonSchema

from quanyi.campaigns.language.message import Message
from quanyi.campaigns.language.schema.base import BY_SHAPE, Event, Id, Strict, Texts, Whole, Word, said, wrong
from quanyi.campaigns.language.schema.values import (
    AmountText,
    Cel,
    DurationText,
    Instant,
    LimitText,
    NoLimit,
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
    "PartUndoMap",
    "PartUndos",
    "PayoutMap",
    "Rounding",
    "RunsMap",
    "Schedules",
    "SessionOrWindow",
    "SessionWord",
    "SomeLimits",
    "TaskWindow",
    "UndoMap",
    "Undos",
    "UnlessMap",
    "Whens",
    "Window",
    "WindowMap",
    "WindowWord",
]

Ending = Literal["closed", "lapsed", "left", "refunded", "undone"]
Rounding = Literal["ceiling", "down", "floor", "half_even", "half_up", "up"]
WindowWord = Literal["day", "ever", "month", "week", "year"]
Names = Annotated[Annotated[Word, Tag("text")] | Annotated[tuple[Word, ...], Tag("list")], BY_SHAPE]


class WindowMap(Strict):
    """A window with a length: the last so long, so long from the first time, or every so long."""

    last: DurationText | None = None
    """The last so long up to now, `last: 10m`; what is longer ago does not count."""
    since_first: DurationText | None = None
    """So long from the first use on, `since_first: 7d`; the next use after that begins a new one."""
    every: DurationText | None = None
    """So long again and again, `every: 2 weeks`; the first one begins at `from`."""
    from_: Instant | None = Field(None, alias="from")
    """With `every`: when the first one begins, `from: "2026-01-05"`."""


def _of_the_calendar(value: Any) -> Any:
    return _not_a_stretch(value, "last")


def _of_a_task(value: Any) -> Any:
    return _not_a_stretch(value, "since_first")


def _not_a_stretch(value: Any, kind: str) -> Any:
    """Refuse a length of time where a calendar window is meant, and say with which *kind* of window to write it."""
    if isinstance(value, str) and _STRETCH.fullmatch(value):
        length = value if value[0].isdigit() else f"1{value[0]}"
        raise wrong(
            "bad-window",
            Message("{value!r} is no window of the calendar", value=value),
            Message("write {{{kind}: {length}}}", kind=kind, length=length),
        )
    if isinstance(value, str) and value in _ADVERBS:
        raise wrong(
            "unknown-word",
            Message("{value} is not possible here", value=value),
            Message("write {meant}", meant=_ADVERBS[value]),
        )
    return value


_ADVERBS = {"daily": "day", "weekly": "week", "monthly": "month", "yearly": "year", "always": "ever", "total": "ever"}
_STRETCH = re.compile(r"\d+ ?[a-z]+|hour|minute|second")
Window = Annotated[
    Annotated[WindowWord, BeforeValidator(_of_the_calendar), Tag("text")] | Annotated[WindowMap, Tag("map")], BY_SHAPE
]
TaskWindow = Annotated[
    Annotated[WindowWord, BeforeValidator(_of_a_task), Tag("text")] | Annotated[WindowMap, Tag("map")], BY_SHAPE
]
SessionWord = Literal["day", "ever", "month", "session", "week", "year"]
SessionOrWindow = Annotated[
    Annotated[SessionWord, BeforeValidator(_of_the_calendar), Tag("text")] | Annotated[WindowMap, Tag("map")], BY_SHAPE
]


class LimitMap(Strict):
    """At most so many, per subject and window."""

    count: Whole | None = None
    """The cap as a whole number, `count: 2`; either this or `amount`."""
    amount: Number | None = None
    """The cap as an amount of what is counted, `amount: 500.00`."""
    of: Word = "times"
    """What is counted: `times` (default), `pieces`, `money`, or a unit's id."""
    per: Names | None = None
    """Whose uses count together: `user` (default), `campaign` for everybody, or attributes of the event."""
    in_: SessionOrWindow = Field("ever", alias="in")
    """The window in which it counts, `in: month`, `in: session` (an opening) or `in: {last: 10m}`; left out: `ever`."""
    back: Annotated[
        Annotated[Literal["always", "never"], Tag("text")] | Annotated[tuple[Ending, ...], Tag("list")],
        BY_SHAPE,
    ] = "always"
    """Which endings give the place back: `always` (default), `never`, or a list like `[closed, refunded]`."""
    over: Literal["clip", "flag", "lapse", "refuse", "skip"] | None = None
    """What happens beyond the cap: `refuse`, `skip`, `clip` gives what is left, `lapse`, `flag`."""
    at_least: Number | None = None
    """With `over: clip`, the least that may still be given."""
    reason: Id | None = None
    """The reason that its refusal has, `reason: monthly-limit`."""
    id: Id | None = None
    """A name of its own; two campaigns with the same `id` share one count."""


AnyLimit = Annotated[
    Annotated[LimitText, Tag("text")] | Annotated[LimitMap, Tag("map")] | Annotated[NoLimit, Tag("number")], BY_SHAPE
]
SomeLimits = Annotated[
    Annotated[LimitText, Tag("text")]
    | Annotated[LimitMap, Tag("map")]
    | Annotated[tuple[AnyLimit, ...], Tag("list")]
    | Annotated[NoLimit, Tag("number")],
    BY_SHAPE,
]
Limits = Annotated[
    Annotated[NoneOrLimitText, Tag("text")]
    | Annotated[LimitMap, Tag("map")]
    | Annotated[tuple[AnyLimit, ...], Tag("list")]
    | Annotated[NoLimit, Tag("number")],
    BY_SHAPE,
]


def _no_budget(value: Any) -> Any:
    raise wrong(
        "bad-limit",
        Message("{value} of what in which time?", value=said(value)),
        Message("write [{{amount: {value}}}]", value=said(value)),
    )


_NoBudget = Annotated[Any, BeforeValidator(_no_budget), WithJsonSchema({"not": {}})]
_Budget = Annotated[
    Annotated[LimitText, Tag("text")]
    | Annotated[LimitMap, Tag("map")]
    | Annotated[tuple[AnyLimit, ...], Tag("list")]
    | Annotated[_NoBudget, Tag("number")],
    BY_SHAPE,
]
BudgetMap = dict[Word, _Budget]


class HowMuchMap(Strict):
    """An amount that depends on the event: a share, so much per step, or by slabs."""

    percent: Percentage | None = None
    """A share: `percent: 10%` of the attribute."""
    per: Number | None = None
    """For every full step of the attribute, `per: 10.00`, as much as `give` says."""
    give: Number | None = None
    """With `per`: how much for every step, `give: 1`."""
    slabs: dict[str, Number] | None = None
    """The amount of the highest step reached, `{100.00: 10, 500.00: 80}`."""
    of: Word
    """The attribute of the event it depends on, `of: amount`."""
    cap: Number | None = None
    """The most that `percent` or `per` gives, `cap: 20.00`."""
    round: Rounding = "down"
    """How a share is rounded: `down` (default), `up`, `half_up`, `half_even`, `floor`, `ceiling`."""


AnyAmount = Annotated[
    Annotated[Number, Tag("number")] | Annotated[AmountText, Tag("text")] | Annotated[HowMuchMap, Tag("map")],
    BY_SHAPE,
]
GiftMap = dict[str, AnyAmount]


def _of_what(value: Any) -> Any:
    raise wrong(
        "amount-without-unit",
        Message("{value} of what?", value=said(value)),
        Message("write {{points: {value}}}", value=said(value)),
    )


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
    """The event that makes an open promise void."""

    event: Event
    """The event that calls the promise off, `event: order.refunded`."""
    same: Word
    """The attribute both events declare as their source, `same: order`."""


class PayoutMap(Strict):
    """Conditions and limits that are checked only when a promise falls due."""

    at_most: SomeLimits = ()
    """Limits that are checked only when the promise falls due, `[2 per user per month]`."""


class UndoMap(Strict):
    """What happens to what was booked when its cause goes away."""

    stand_ins: ClassVar[dict[str, Any]] = {"when": [], "same": []}

    when: Whens
    """The event that undoes, `when: order.refunded`; or a list of them."""
    same: Names
    """The attributes both events declare as their source, `same: order`."""
    take: Literal["debt", "left", "refuse"] = "left"
    """How much is taken back: what is `left` (default), all of it as `debt`, or `refuse` unless all is there."""
    ended: Literal["reopen", "stay_ended"] = "stay_ended"
    """Points given back to a lot that has ended: they `stay_ended` (default), or `reopen` with a new end."""


class PartUndoMap(UndoMap):
    """What happens to what was booked when its cause goes away, or a part of it."""

    share: Word | None = None
    """The attribute that says how much of the cause is undone, `share: amount`; left out: all of it."""


PartUndos = Annotated[Annotated[PartUndoMap, Tag("map")] | Annotated[tuple[PartUndoMap, ...], Tag("list")], BY_SHAPE]
Undos = Annotated[Annotated[UndoMap, Tag("map")] | Annotated[tuple[UndoMap, ...], Tag("list")], BY_SHAPE]


class RunsMap(Strict):
    """From when to when: `until` is an instant outside, `through` a date whose whole day counts."""

    from_: Instant | None = Field(None, alias="from")
    """When it begins, `from: "2026-05-01 10:00"`; a date alone means its first instant."""
    until: Instant | None = None
    """When it has ended, `until: "2026-05-31 22:00"`, with a clock time; that instant is outside."""
    through: Instant | None = None
    """The last day, all of which counts, `through: "2026-05-31"`."""


class ExposureMap(Strict):
    """Why a campaign without a bound may run all the same."""

    accept: Word
    """Why this is all right, in your words."""


class CampaignHead(Strict):
    """What every campaign says about itself."""

    stand_ins: ClassVar[dict[str, Any]] = {"campaign": "unnamed"}

    campaign: Id
    """The campaign's name, `campaign: double-points`: unique in the mall."""
    kind: str
    """The campaign's kind: `reward`, `points_exchange`, `flash_sale`, `sale`."""
    title: Texts | None = None
    """The name people see, `Coffee` or `{zh: 咖啡, en: Coffee}`."""
    text: Texts | None = None
    """A line about it, `{zh: 每天一杯, en: One a day}`."""
    zone: Zone | None = None
    """The zone of windows and schedules, `zone: Asia/Shanghai`; left out: the mall's."""
    runs: RunsMap = RunsMap()
    """When it runs, `{from: "2026-05-01", through: "2026-05-31"}`; left out: always."""
    open: Schedules = ()
    """When requests are taken inside `runs`: `daily 14:00-16:00`, or a list of such."""
    for_: ConditionValue | None = Field(None, alias="for")
    """Who may take part, by the profile: `{level: gold}`; left out: everybody."""
    priority: Whole = 0
    """Order among campaigns on one event, high first, `priority: 10`."""
    rollout: Percentage | None = None
    """The share of users it exists for, `rollout: 5%`."""
    holdout: Percentage | None = None
    """The share of users it never exists for, `holdout: 10%`."""
    checks: tuple[Word, ...] | None = None
    """The order of the checks, of which the first that fails refuses, `[phase, at_most, stock]`."""
    at_most: Limits = ()
    """How often: `[1 per user per day]`, a list of limits; `none` only with a budget."""
    budget: BudgetMap = {}
    """What it may cost in all, by unit or money: `{points: [{amount: 100000, in: month}]}`."""
    exposure: ExposureMap | None = None
    """Accepts that the campaign has no bound, and says why: `{accept: "why"}`."""
