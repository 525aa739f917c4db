"""
Come every day; on the 3rd and 7th day in a row there is more; gaps can be mended.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

import attrs

from quanyi.entitlements.benefits import PointsUnit
from quanyi.entitlements.changes import Changes
from quanyi.entitlements.clauses import Gift, Head, Limit
from quanyi.entitlements.conditions import Condition
from quanyi.entitlements.errors import InputError
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.picture import Draft, Need
from quanyi.entitlements.plays.base import Exposure, Trigger
from quanyi.entitlements.plays.streak import book, cost
from quanyi.entitlements.time import Duration, Window

__all__ = ["Makeup", "Mark", "Milestone", "Payment", "Streak", "Times"]


@attrs.frozen(kw_only=True)
class Mark:
    """
    What marks a day.

    Attributes:
        on: The event types.
        one_per: A mark is of a day, or of a week from Monday.
        again: Whether a second mark of the same day is refused, or answered like the first.
        day: The attribute that says on which day it was, a date or an instant; empty for now.
    """

    on: tuple[str, ...]
    one_per: Literal["day", "week"] = "day"
    again: Literal["refuse", "same"] = "refuse"
    day: str = ""

    @property
    def step(self) -> int:
        """How many days apart neighbours are."""
        return 7 if self.one_per == "week" else 1


@attrs.frozen(kw_only=True)
class Milestone:
    """
    So many days, and there is more.

    Attributes:
        counts: Days in one ``row``, or in ``total``.
        once: Once for each row, in each period, or ``ever``.
    """

    counts: Literal["row", "total"]
    days: int
    give: tuple[Gift, ...]
    once: Literal["ever", "period", "row"] = "row"

    @property
    def id(self) -> str:
        """By what it is known as paid, in every version: ``row/7``."""
        return f"{self.counts}/{self.days}"


@attrs.frozen(kw_only=True)
class Payment:
    """One way to pay for a day made up; `choice` is the word that chooses it, empty where there is one way."""

    choice: str = ""
    take: tuple[Gift, ...] = ()


@attrs.frozen(kw_only=True)
class Makeup:
    """
    How a day that was missed is made up.

    Attributes:
        on: The command.
        day: Its attribute that says which day.
        within: How long after the day; the last local date counts as a whole.
        pay_by: The attribute that chooses among several payments; empty for one.
        at_most: Limits on making up, counted when it is done.
        gives: ``milestones`` that it completes, or ``all`` that a mark on time gives.
    """

    on: str
    day: str = "date"
    within: Duration
    pay_by: str = ""
    pay: tuple[Payment, ...] = ()
    at_most: tuple[Limit, ...] = ()
    gives: Literal["all", "milestones"] = "milestones"


@attrs.frozen(kw_only=True)
class Times:
    """Points are multiplied: `x` is exact decimal text, ``1.5``."""

    x: str
    only_if: Condition | None = None


@attrs.frozen(kw_only=True)
class Streak:
    """
    Days in a row, and in total.

    Everything follows from the dates marked: a day made up late joins rows as if it had been marked
    in time, and a milestone is paid once for each row, whichever day completes it.

    Attributes:
        only_if: Which of the events mark.
        give: What a mark on time gives.
        milestones: Those in a row, then those in total, in the order of the file.
        resets: The period in which rows and totals begin anew.
        specials: Whether a milestone takes the place of `give`, or comes on top.
        times: Multipliers of points; the first whose condition holds.
        member_zone: The profile's value that names the member's own zone; empty for the campaign's.
        at_most: Limits on marks, and on amounts given; `budget` on amounts.
    """

    head: Head
    mark: Mark
    only_if: Condition | None = None
    give: tuple[Gift, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    resets: Window = attrs.field(factory=Window)
    specials: Literal["add", "replace"] = "add"
    times: tuple[Times, ...] = ()
    makeup: Makeup | None = None
    member_zone: str = ""
    at_most: tuple[Limit, ...] = ()
    budget: tuple[Limit, ...] = ()
    checks: tuple[str, ...] = (
        "phase",
        "for",
        "only_if",
        "not-future",
        "not-today",
        "not-marked",
        "in-time",
        "at_most",
        "stock",
        "pay",
        "budget",
    )
    units: Mapping[str, PointsUnit] = attrs.field(factory=dict)
    wheres: Mapping[str, object] = attrs.field(factory=dict)

    @property
    def gifts(self) -> tuple[Gift, ...]:
        """Everything it may give."""
        return (*self.give, *(gift for milestone in self.milestones for gift in milestone.give))

    def listens(self) -> tuple[Trigger, ...]:
        """What marks, and what makes up."""
        marks = tuple(Trigger(type=type_, where=self.wheres) for type_ in self.mark.on)
        return (*marks, Trigger(type=self.makeup.on)) if self.makeup is not None else marks

    def needs(self, ask: Input) -> Iterable[Need]:
        """The marks, limits, wallets and stocks."""
        return book.needs(self, ask)

    def decide(self, ask: Input, draft: Draft) -> Changes:
        """Mark a day, or make one up; `InputError` for anything else."""
        if ask.type not in {trigger.type for trigger in self.listens()}:
            raise InputError(f"{self.head.campaign} does not answer {ask.type}")
        return book.mark(self, ask, draft)

    def exposure(self) -> tuple[Exposure, ...]:
        """The most it can give, thing by thing."""
        return cost.exposure(self)

    def unit(self, id_: str) -> PointsUnit:
        """A unit by its id; one without any rule if the mall says nothing about it."""
        return self.units.get(id_) or PointsUnit(id=id_)
