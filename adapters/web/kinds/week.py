"""
A week of a streak as a strip: what is marked, today, and what the days to come would bring.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from quanyi.adapters.web.visit import Visit
from quanyi.entitlements.plays.streak.view import MilestoneView, StreakView

__all__ = ["week_of"]

_BEFORE = 2
_DAYS = 7


def week_of(view: StreakView, to: Visit) -> tuple[dict[str, Any], ...]:
    """Two days back and four ahead; each with its name, whether it is marked, and what more a mark on it gives."""
    first = view.today - timedelta(days=_BEFORE)
    return tuple(_day(first + timedelta(days=n), view, to) for n in range(_DAYS))


def _day(day: date, view: StreakView, to: Visit) -> dict[str, Any]:
    gifts = [to.gifts(milestone.gives) for milestone in _reached_on(day, view)]
    marked = day in view.marked
    state = "marked" if marked else "missed" if day < view.today else "today" if day == view.today else "coming"
    return {
        "name": to.words("streak.now") if day == view.today else to.words(f"weekday.{day.weekday()}"),
        "number": day.day,
        "today": day == view.today,
        "state": state,
        "gift": to.listed(gifts),
    }


def _reached_on(day: date, view: StreakView) -> Iterator[MilestoneView]:
    """What would be reached by a mark on *day*, and by one on each day from the next mark on."""
    following = view.today + timedelta(days=view.marked_today)
    more = (day - following).days + 1
    if more < 1:
        return
    for milestone in view.milestones:
        days = {"row": view.present, "total": view.total}[milestone.counts] + more
        if (milestone.every and days % milestone.every == 0) or (days == milestone.days and not milestone.paid):
            yield milestone
