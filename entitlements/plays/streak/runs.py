"""
Rows of days: what is in a row is a function of the dates marked, never a counter.

Days are dates, or the Mondays of weeks; *step* says how many days apart neighbours are. A row is a
maximal run of marked neighbours. Where a period is named (``week``, ``month``, ``year``), rows are
cut where one period ends and the next begins.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta

import attrs

from quanyi.entitlements.time import Window, zone_of

__all__ = ["Row", "best_rows", "in_period", "period_of", "present_row", "row_of", "rows_of", "slot_of"]


@attrs.frozen(order=True)
class Row:
    """
    A run of marked days without a gap.

    Attributes:
        first: Its first day; `last` its last one, inside.
        length: How many days it has.
    """

    first: date
    last: date
    length: int

    def __contains__(self, day: date) -> bool:
        """Whether *day* lies between its ends."""
        return self.first <= day <= self.last


def slot_of(day: date, step: int) -> date:
    """The day itself, or with a step of 7 the Monday of its week."""
    return day - timedelta(days=day.weekday()) if step > 1 else day


def period_of(day: date, period: Window) -> str:
    """
    The name of the period that *day* lies in; nothing where there is only one.

    >>> period_of(date(2026, 3, 8), Window("week")), period_of(date(2026, 3, 9), Window("week"))
    ('2026-W10', '2026-W11')
    """
    return period.key(datetime(day.year, day.month, day.day, tzinfo=UTC), zone_of("UTC"))


def in_period(days: Iterable[date], day: date, period: Window) -> list[date]:
    """Those of *days* that lie in the same period as *day*, in order."""
    if period.name == "ever":
        return sorted(days)
    wanted = period_of(day, period)
    return sorted(found for found in days if period_of(found, period) == wanted)


def row_of(days: Collection[date], day: date, step: int = 1, period: Window | None = None) -> Row | None:
    """
    The row that contains *day*; None if it is not marked.

    >>> row_of({date(2026, 4, n) for n in (1, 2, 4)}, date(2026, 4, 2)).length
    2
    """
    if day not in days:
        return None
    period = period or Window()
    first, last = (_far_end(days, day, timedelta(days=sign * step), period) for sign in (-1, 1))
    return Row(first, last, (last - first).days // step + 1)


def present_row(days: Collection[date], today: date, step: int = 1, period: Window | None = None) -> Row | None:
    """The row containing today, else the one containing the day before, in today's period; None if there is none."""
    period = period or Window()
    before = today - timedelta(days=step)
    found = row_of(days, today, step, period)
    if found is None and period_of(before, period) == period_of(today, period):
        found = row_of(days, before, step, period)
    return found


def rows_of(days: Iterable[date], step: int = 1, period: Window | None = None) -> list[Row]:
    """Every row, oldest first."""
    period = period or Window()
    found: list[Row] = []
    for day in sorted(set(days)):
        last = found[-1] if found else None
        if last is not None and _are_neighbours(last.last, day, step, period):
            found[-1] = Row(last.first, day, last.length + 1)
        else:
            found.append(Row(day, day, 1))
    return found


def best_rows(rows: Sequence[Row], count: int) -> list[Row]:
    """
    The *count* longest rows, the newer ones where they are equally long; listed newest first.

    >>> [row.length for row in best_rows(rows_of(date(2026, 4, n) for n in (1, 2, 4, 6, 7, 9)), 2)]
    [2, 2]
    """
    longest = sorted(rows, key=lambda row: (row.length, row.last), reverse=True)[:count]
    return sorted(longest, key=lambda row: row.last, reverse=True)


def _far_end(days: Collection[date], day: date, stride: timedelta, period: Window) -> date:
    while (following := day + stride) in days and _are_together(day, following, period):
        day = following
    return day


def _are_neighbours(one: date, other: date, step: int, period: Window) -> bool:
    return (other - one).days == step and _are_together(one, other, period)


def _are_together(one: date, other: date, period: Window) -> bool:
    return period.name == "ever" or period_of(one, period) == period_of(other, period)
