"""
Which day it is for somebody, and what is still to be made up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from quanyi.entitlements.checks.conditions import value_at
from quanyi.entitlements.errors import NotEligible
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.plays.streak.records import Marks
from quanyi.entitlements.plays.streak.runs import slot_of
from quanyi.entitlements.time import local_start, zone_of

if TYPE_CHECKING:
    from quanyi.entitlements.plays.streak.terms import Makeup, StreakTerms

__all__ = ["asked_day", "began", "came", "last_date", "last_news", "member_zone", "mendable", "today_of"]

_DATE_LENGTH = len("2026-05-01")
_FARTHEST = 400
"""How many missed days are looked at for a list of what can be made up."""


def member_zone(streak: StreakTerms, marks: Marks | None, facts: Mapping[str, Any], at: datetime) -> str:
    """
    The zone in which days are this member's.

    It is pinned by the first mark. Another one takes over only at an instant at which both agree on
    the date, so that nobody gets the same day twice, or a day ahead of time, by moving.
    """
    if not streak.member_zone:
        return streak.head.zone
    pinned = marks.zone if marks is not None else ""
    wanted = _known(facts.get(streak.member_zone)) or pinned or streak.head.zone
    return wanted if not pinned or _date(at, wanted) == _date(at, pinned) else pinned


def today_of(streak: StreakTerms, zone: str, at: datetime) -> date:
    """The day (or the Monday of the week) that *at* falls in."""
    return slot_of(_date(at, zone), streak.mark.step)


def asked_day(streak: StreakTerms, ask: Input, zone: str) -> date:
    """
    The day that an input is about.

    Raises:
        NotEligible: It should say which, and does not.
    """
    makeup = _makeup(streak, ask)
    name = makeup.day if makeup is not None else streak.mark.day
    if not name:
        return today_of(streak, zone, ask.at)
    found = value_at(name, ask)
    if not isinstance(found, str):
        raise NotEligible(reason="day-missing", shows={"of": name})
    try:
        whole = len(found) <= len("2026-05-01")
        day = date.fromisoformat(found) if whole else _date(datetime.fromisoformat(found), zone)
        return slot_of(day, streak.mark.step)
    except (OverflowError, ValueError):  # on no calendar, or on its last day in another zone
        raise NotEligible(reason="day-missing", shows={"of": name}) from None


def last_news(streak: StreakTerms, day: date, zone: str) -> date | None:
    """The last local date on which *day* can be marked late; None where there is none. For a week, from its Sunday."""
    if streak.mark.not_older is None:
        return None
    sunday = day + timedelta(days=streak.mark.step) - timedelta(days=1)
    return _date(streak.mark.not_older.after(local_start(sunday, zone_of(zone)), zone_of(zone)), zone)


def last_date(streak: StreakTerms, makeup: Makeup, day: date, zone: str) -> date:
    """
    The last local date on which *day* can be made up; for a week, reckoned from its Sunday.

    Inside a calendar window it is the last date of the window that *day* (or the week's Monday) is in.
    """
    over = makeup.inside.ends(local_start(day, zone_of("UTC")), zone_of("UTC"))
    if over is not None:
        return over.date() - timedelta(days=1)
    ended = day + timedelta(days=streak.mark.step - 1)
    return _date(makeup.within.after(local_start(ended, zone_of(zone)), zone_of(zone)), zone)


def began(streak: StreakTerms, day: date, zone: str) -> bool:
    """Whether the campaign was running at the end of *day*."""
    start = streak.head.runs.start
    return start is None or start < local_start(day + timedelta(days=streak.mark.step), zone_of(zone))


def came(streak: StreakTerms, facts: Mapping[str, Any], zone: str) -> date | None:
    """The day (or the week's Monday) before which somebody has missed nothing, as not yet here; None without such."""
    said = facts.get(streak.makeup.since) if streak.makeup is not None and streak.makeup.since else None
    if isinstance(said, datetime):
        return slot_of(_date(said, zone), streak.mark.step)
    if not isinstance(said, str):
        return None
    day = date.fromisoformat(said) if len(said) == _DATE_LENGTH else _date(datetime.fromisoformat(said), zone)
    return slot_of(day, streak.mark.step)


def mendable(
    streak: StreakTerms, marks: Marks | None, zone: str, at: datetime, facts: Mapping[str, Any]
) -> Iterator[date]:
    """The days that could be made up now, newest first, limits and prices aside."""
    if streak.makeup is None:
        return
    marked, today = marks.days if marks is not None else frozenset(), _date(at, zone)
    stride, first = timedelta(days=streak.mark.step), came(streak, facts, zone)
    day = today_of(streak, zone, at) - stride
    for _ in range(_FARTHEST):
        if last_date(streak, streak.makeup, day, zone) < today or not began(streak, day, zone):
            return
        if first is not None and day < first:
            return
        if day not in marked:
            yield day
        day -= stride


def _makeup(streak: StreakTerms, ask: Input) -> Makeup | None:
    return streak.makeup if streak.makeup is not None and ask.type == streak.makeup.on else None


def _date(at: datetime, zone: str) -> date:
    return at.astimezone(zone_of(zone)).date()


def _known(name: Any) -> str:
    """A zone's name, if there is one of that name."""
    try:
        return zone_of(name).key if isinstance(name, str) and name else ""
    except (ValueError, OSError, KeyError):
        return ""
