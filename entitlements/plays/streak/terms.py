"""
The terms of check-ins: what marks a day, and what days in a row give.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import chain
from typing import Literal

import attrs

from quanyi.entitlements.checks.conditions import Condition
from quanyi.entitlements.clauses import Gift, Limit, Undo, Unless
from quanyi.entitlements.plays.terms import Terms
from quanyi.entitlements.time import Duration, Window

__all__ = ["Freeze", "Ladder", "Makeup", "Mark", "Milestone", "Payment", "StreakTerms", "Times"]


@attrs.frozen(kw_only=True)
class Mark:
    """
    What marks a day.

    Attributes:
        on: The event types.
        one_per: A mark is of a day, or of a week from Monday.
        again: Whether a second mark of the same day is refused, or answered like the first.
        day: The attribute that says on which day it was, a date or an instant; empty for now.
        not_older: How long after that day the news may come, its last local date included; None for ever.
    """

    on: tuple[str, ...]
    one_per: Literal["day", "week"] = "day"
    again: Literal["refuse", "same"] = "refuse"
    day: str = ""
    not_older: Duration | None = None

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
        instead: What is given where the stock of a gift is gone.
        every: Whether it is given for every so many days of the row or the period: the 7th, 14th, 21st.
    """

    counts: Literal["row", "total"]
    days: int
    give: tuple[Gift, ...]
    once: Literal["ever", "period", "row"] = "row"
    instead: tuple[Gift, ...] = ()
    every: bool = False

    @property
    def id(self) -> str:
        """By what it is known as paid, in every version: ``row/7``, ``row/every-7``."""
        return f"{self.counts}/every-{self.days}" if self.every else f"{self.counts}/{self.days}"

    def owed(self, count: int) -> int:
        """How often it is earned by so many days, in the row or the period in which it is paid once."""
        return count // self.days if self.every else int(count >= self.days)


@attrs.frozen(kw_only=True)
class Ladder:
    """
    A gift of its own for the first day, the second, the third…

    Attributes:
        steps: What each gives; an empty one gives nothing.
        then: After the last one it begins ``again``, they ``stay`` at the last, or it is at its ``end``.
        by: Counted in the day's ``row``, or over all days of its period (``total``).
    """

    steps: tuple[tuple[Gift, ...], ...]
    then: Literal["again", "end", "stay"] = "again"
    by: Literal["row", "total"] = "row"

    def step(self, number: int) -> tuple[Gift, ...]:
        """What the day of this number gives; the first is 1."""
        last = len(self.steps)
        if number > last and self.then == "end":
            return ()
        return self.steps[min(number, last) - 1 if self.then == "stay" else (number - 1) % last]


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
        inside: Instead: until the calendar week, month or year of the day is over.
        since: What the profile says of when somebody came: no earlier day can be made up; empty for no such bound.
        free: While all of these limits have room, making up costs nothing.
        pay_by: The attribute that chooses among several payments; empty for one.
        at_most: Limits on making up, counted when it is done.
        gives: ``milestones`` that it completes, or ``all`` that a mark on time gives.
    """

    on: str
    day: str = "date"
    within: Duration = attrs.field(factory=Duration)
    inside: Window = attrs.field(factory=Window)
    since: str = ""
    free: tuple[Limit, ...] = ()
    pay_by: str = ""
    pay: tuple[Payment, ...] = ()
    at_most: tuple[Limit, ...] = ()
    gives: Literal["all", "milestones"] = "milestones"


@attrs.frozen(kw_only=True)
class Freeze:
    """
    Missed days just before a mark are covered by themselves, and count as made up.

    Attributes:
        take: What each of them takes.
        most: How many there may be; a longer gap is not covered at all.
        row: How long the row before them must be.
    """

    take: tuple[Gift, ...]
    most: int = 1
    row: int = 1


@attrs.frozen(kw_only=True)
class Times:
    """
    Points are multiplied.

    Attributes:
        x: Exact decimal text, ``1.5``.
        only_if: For whom, or for which marks.
        weekdays: For which days, Monday is 0; `dates` as ISO text besides. All days if both are empty.
    """

    x: str
    only_if: Condition | None = None
    weekdays: tuple[int, ...] = ()
    dates: tuple[str, ...] = ()

    def is_on(self, day: date) -> bool:
        """Whether it is for this day."""
        named = bool(self.weekdays or self.dates)
        return not named or day.weekday() in self.weekdays or day.isoformat() in self.dates


@attrs.frozen(kw_only=True)
class StreakTerms(Terms):
    """
    Days in a row, and in total.

    Everything follows from the dates marked: a day made up late joins rows as if it had been marked
    in time, and a milestone is paid once for each row, whichever day completes it.

    Attributes:
        only_if: Which of the events mark.
        give: What a mark on time gives.
        ladder: What it gives besides, by the number of the day.
        milestones: Those in a row, then those in total, in the order of the file.
        resets: The period in which rows and totals begin anew.
        specials: Whether a milestone takes the place of `give`, or comes on top.
        times: Multipliers of points; the first whose condition holds.
        freeze: What covers missed days by itself.
        member_zone: The profile's value that names the member's own zone; empty for the campaign's.
        at_most: Limits on marks, and on amounts given; `budget` on amounts.
        if_undone: What happens when an event that marked a day goes away: the day falls out.
    """

    mark: Mark
    only_if: Condition | None = None
    give: tuple[Gift, ...] = ()
    ladder: Ladder | None = None
    milestones: tuple[Milestone, ...] = ()
    resets: Window = attrs.field(factory=Window)
    specials: Literal["add", "replace"] = "add"
    times: tuple[Times, ...] = ()
    makeup: Makeup | None = None
    freeze: Freeze | None = None
    member_zone: str = ""
    if_undone: tuple[Undo, ...] = ()
    checks: tuple[str, ...] = (
        "phase",
        "for",
        "only_if",
        "undone",
        "not-future",
        "not-today",
        "not-marked",
        "in-time",
        "at_most",
        "stock",
        "pay",
        "budget",
    )
    wheres: Mapping[str, object] = attrs.field(factory=dict)

    @property
    def gifts(self) -> tuple[Gift, ...]:
        """Everything it may give."""
        steps = self.ladder.steps if self.ladder is not None else ()
        specials = (gift for milestone in self.milestones for gift in (*milestone.give, *milestone.instead))
        return (*self.give, *chain(*steps), *specials)

    @property
    def unless(self) -> Unless | None:
        """Nothing is promised, so nothing is called off."""
        return None

    def _undoing(self) -> dict[str, None]:
        """The event types that take marks back, in the order of the file."""
        return dict.fromkeys(type_ for undo in self.if_undone for type_ in undo.when)
