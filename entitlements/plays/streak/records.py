"""
What a streak keeps: the days that somebody marked, and what each of them gave.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import ClassVar

import attrs

from quanyi.entitlements.records import Booked, Record

__all__ = ["RECORDS", "MarkedDay", "Marks"]


@attrs.frozen(kw_only=True)
class Marks(Record):
    """
    The days that somebody marked in one streak, and which milestones were paid for them.

    >>> marks = Marks().with_day(date(2026, 4, 2)).with_day(date(2026, 4, 1))
    >>> marks.months, marks.without_day(date(2026, 4, 1)).months
    ({'2026-04': (1, 2)}, {'2026-04': (2,)})

    Attributes:
        months: Days of each month, ``{"2026-04": (1, 2, 4)}``; for weeks, their Mondays.
        mended: Those of the days that were made up, as ISO dates.
        paid: By milestone (``row/7``, ``total/30``): the days on which it was paid, as ISO dates.
        zone: The zone in which days are counted, where each member has one. Another zone is taken over only
            when both have the same date.
    """

    kind: ClassVar[str] = "marks"
    months: Mapping[str, tuple[int, ...]] = attrs.field(factory=dict)
    mended: tuple[str, ...] = ()
    paid: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict)
    zone: str = ""

    @property
    def parts(self) -> tuple[str, ...]:
        """The campaign and the person."""
        return (self.campaign, self.holder or "")

    @property
    def days(self) -> frozenset[date]:
        """Every day marked."""
        months = ((date.fromisoformat(f"{month}-01"), days) for month, days in self.months.items())
        return frozenset(first.replace(day=day) for first, days in months for day in days)

    def with_day(self, day: date) -> Marks:
        """A copy with one more day."""
        month = f"{day:%Y-%m}"
        days = tuple(sorted({*self.months.get(month, ()), day.day}))
        return attrs.evolve(self, months={**self.months, month: days})

    def without_day(self, day: date) -> Marks:
        """A copy without *day*."""
        month = f"{day:%Y-%m}"
        days = tuple(n for n in self.months.get(month, ()) if n != day.day)
        months = {name: kept for name, kept in {**self.months, month: days}.items() if kept}
        return attrs.evolve(self, months=months)


@attrs.frozen(kw_only=True)
class MarkedDay(Record):
    """
    One marked day of a streak: what it was marked by and what it gave, where marks can be taken back.

    Phases: ``marked`` → ``out`` and back.

    Attributes:
        day: The local date, or the Monday of a week, as ISO text.
        held: How many events it was marked by; a make-up counts as one.
        given: What the mark gave (rule ``mark``), and the milestones paid on this day (by their id);
            `undone` on those that were not taken back whole.
    """

    kind: ClassVar[str] = "marked_day"
    day: str
    held: int = 0
    given: tuple[Booked, ...] = ()

    @property
    def parts(self) -> tuple[str, ...]:
        """The campaign, the person, the day."""
        return (self.campaign, self.holder or "", self.day)


RECORDS: tuple[type[Record], ...] = (MarkedDay, Marks)
"""The kinds of records that streaks keep."""
