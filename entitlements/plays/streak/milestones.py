"""
Which payments of milestones the days still earn, once a day has fallen out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING

import attrs

from quanyi.entitlements.plays.streak.records import Marks
from quanyi.entitlements.plays.streak.runs import Row, in_period, period_of, rows_of

if TYPE_CHECKING:
    from quanyi.entitlements.plays.streak.terms import Milestone, StreakTerms

__all__ = ["Shift", "shifts"]


@attrs.frozen
class Shift:
    """
    A payment that its day no longer earns.

    Attributes:
        paid: The day it stands on.
        to: Another day that earns it and was not paid for; None if there is none.
    """

    milestone: str
    paid: date
    to: date | None


@attrs.define
class _Scope:
    """A row, a period or all of it: how often a milestone is earned in it, and the payments it has."""

    days: Sequence[date]
    owed: int
    paid: list[date] = attrs.field(factory=list)

    def place(self, needed: int) -> date:
        """A day for one more payment: the one that earns it, else the next one that has none."""
        free = [day for day in self.days if day not in self.paid]
        return next((day for day in free if self.days.index(day) >= needed - 1), free[-1])


def shifts(streak: StreakTerms, marks: Marks) -> list[Shift]:
    """
    The payments that must move or go, after a day was taken out of *marks*.

    A row (a period) keeps as many as it earns, the earliest. Each of the others goes to the first
    row that earns one more than it was paid; what finds no place is no longer earned.
    """
    return [shift for milestone in streak.milestones for shift in _of(streak, marks, milestone)]


def _of(streak: StreakTerms, marks: Marks, milestone: Milestone) -> Iterable[Shift]:
    paid = sorted(date.fromisoformat(day) for day in marks.paid.get(milestone.id, ()))
    scopes = _scopes(streak, marks.days, milestone)
    homeless = [day for day in paid if not _kept(streak, milestone, scopes, day)]
    for day in homeless:
        free = next((scope for scope in scopes if scope.owed > len(scope.paid)), None)
        to = free.place(milestone.days) if free is not None else None
        if free is not None and to is not None:
            free.paid.append(to)
        yield Shift(milestone.id, day, to)


def _kept(streak: StreakTerms, milestone: Milestone, scopes: Iterable[_Scope], day: date) -> bool:
    """Let the scope that a payment stands in keep it, as long as it is earned there."""
    for scope in scopes:
        if _stands_in(streak, milestone, scope, day) and scope.owed > len(scope.paid):
            scope.paid.append(day)
            return True
    return False


def _stands_in(streak: StreakTerms, milestone: Milestone, scope: _Scope, day: date) -> bool:
    if milestone.once == "ever":
        return True
    if milestone.once == "row":
        return scope.days[0] <= day <= scope.days[-1]
    return period_of(scope.days[0], streak.resets) == period_of(day, streak.resets)


def _scopes(streak: StreakTerms, days: frozenset[date], milestone: Milestone) -> list[_Scope]:
    """Wherever the milestone is paid once: each row, each period, or all of it."""
    rows = rows_of(days, streak.mark.step, streak.resets)
    in_rows = [(row, [day for day in sorted(days) if day in row]) for row in rows]
    if milestone.once == "row":
        return [_Scope(found, milestone.owed(row.length)) for row, found in in_rows]
    periods = {period_of(day, streak.resets): in_period(days, day, streak.resets) for day in sorted(days)}
    counted = [_Scope(found, milestone.owed(_most(milestone, found, rows))) for found in periods.values()]
    if milestone.once == "period" or not counted:
        return counted
    return [_Scope(sorted(days), max(scope.owed for scope in counted))]


def _most(milestone: Milestone, days: Sequence[date], rows: Iterable[Row]) -> int:
    """What the milestone counts in one period: all its days, or its longest row."""
    if milestone.counts == "total":
        return len(days)
    return max(row.length for row in rows if row.first in days)
