"""
Windows, schedules and durations, computed in a campaign's zone and kept in UTC.

Intervals are half open: the start is in, the end is out. Naive datetimes are refused at
construction. Calendar arithmetic clips at the month's end (31 January + 1 month is the end of
February) and keeps the wall clock across a change of summer time.
"""

from __future__ import annotations

import math
import re
from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal
from zoneinfo import ZoneInfo

import attrs

from quanyi.entitlements.parsing import quoted
from quanyi.entitlements.recurrence import kept, recurrence

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "Duration",
    "Schedule",
    "Span",
    "Window",
    "WindowKind",
    "WindowName",
    "aware",
    "aware_or_none",
    "local_start",
    "zone_of",
]

WindowName = Literal["day", "ever", "month", "week", "year"]
"""The windows of the calendar, by their words in campaign files."""

WindowKind = Literal["day", "ever", "every", "last", "month", "session", "since_first", "week", "year"]


def aware(_instance: Any, attribute: Any, value: datetime) -> None:
    """Refuse a datetime without a zone (an attrs validator)."""
    if not isinstance(value, datetime) or value.tzinfo is None:
        name = getattr(attribute, "name", attribute)
        msg = f"{name} must be a datetime with a zone, not {value!r}"
        raise ValueError(msg)


def aware_or_none(instance: Any, attribute: Any, value: datetime | None) -> None:
    """Like `aware`, but None is allowed."""
    if value is not None:
        aware(instance, attribute, value)


@lru_cache(maxsize=256)
def zone_of(name: str) -> ZoneInfo:
    """The zone of that name; `ZoneInfoNotFoundError` for an unknown one."""
    return ZoneInfo(name)


def local_start(day: date, zone: ZoneInfo) -> datetime:
    """
    The instant in UTC at which *day* begins in *zone*.

    >>> local_start(date(2026, 3, 9), zone_of("Asia/Shanghai")).isoformat()
    '2026-03-08T16:00:00+00:00'
    """
    return datetime.combine(day, time(), zone).astimezone(UTC)


_LONGEST_DURATION = 60
_CLOCK = ((86400, "d"), (3600, "h"), (60, "m"), (1, "s"))
_PART = re.compile(r"([0-9]{1,9})\s*(s|m|h|d|days?|weeks?|months?|years?)(?![a-z])")


@attrs.frozen(kw_only=True)
class Duration:
    """
    A length of time: exact seconds, and calendar days and months.

    ``7d`` is 7 × 24 hours; ``7 days`` is seven calendar days in the campaign's zone.

    >>> Duration.parse("1 month 2d")
    Duration(seconds=172800, days=0, months=1)
    """

    seconds: int = 0
    days: int = 0
    months: int = 0

    @classmethod
    def parse(cls, text: str) -> Duration:
        """
        Read ``30s``, ``10m``, ``24h``, ``7d``, ``3 months``, ``1 month 2d``; ValueError for anything else.

        >>> Duration.parse("7d") == Duration.parse("7 days")  # exact hours, and calendar days
        False
        """
        return _duration(text)

    def __str__(self) -> str:
        size, unit = next((size, unit) for size, unit in _CLOCK if self.seconds % size == 0)
        parts = ((self.months, " months"), (self.days, " days"), (self.seconds // size, unit))
        return " ".join(f"{number}{name}" for number, name in parts if number) or "0s"

    def times(self, n: int) -> Duration:
        """The duration *n* times in a row."""
        return Duration(seconds=self.seconds * n, days=self.days * n, months=self.months * n)

    def after(self, at: datetime, zone: ZoneInfo) -> datetime:
        """
        The instant this long after *at*, in UTC; days and months are counted by the calendar of *zone*.

        >>> paris, noon = zone_of("Europe/Paris"), datetime(2026, 3, 28, 11, tzinfo=UTC)  # the night before summer time
        >>> [str(Duration.parse(text).after(noon, paris).astimezone(paris)) for text in ("1d", "1 day")]
        ['2026-03-29 13:00:00+02:00', '2026-03-29 12:00:00+02:00']
        >>> Duration(months=1).after(datetime(2026, 1, 31, tzinfo=UTC), zone_of("UTC")).date()
        datetime.date(2026, 2, 28)
        """
        local = at.astimezone(zone)
        if self.months:
            year, month = divmod(local.year * 12 + local.month - 1 + self.months, 12)
            day = min(local.day, monthrange(year, month + 1)[1])
            local = local.replace(year=year, month=month + 1, day=day)
        if self.days:
            local += timedelta(days=self.days)
        moved = local.astimezone(UTC) if (self.days or self.months) else at.astimezone(UTC)
        return moved + timedelta(seconds=self.seconds)


_KEY_LENGTH = {"day": 10, "month": 7, "year": 4}


@attrs.frozen
class Window:
    """
    A stretch of time in which a limit counts.

    ===============  ============================================================================
    name             the window
    ===============  ============================================================================
    day … ever       a day, a week from Monday, a month, a year of the calendar; or all time
    ``every``        `length` after `length`, from `start` on
    ``session``      from one opening of the campaign to the next
    ``last``         the last `length`, up to now
    ``since_first``  `length` from the first thing that counted; then a new one with the next
    ===============  ============================================================================

    >>> from datetime import datetime, UTC
    >>> Window("week").key(datetime(2026, 3, 8, 15, 30, tzinfo=UTC), zone_of("Asia/Shanghai"))
    '2026-W10'

    Attributes:
        opens: For a session: when the campaign opens.
        length: For the last three and ``every``: how long it is.
        start: For ``every``: when the first one began.
    """

    name: WindowKind = "ever"
    length: Duration = attrs.field(factory=Duration)
    start: datetime | None = attrs.field(default=None, validator=aware_or_none)
    opens: tuple[Schedule, ...] = ()

    @property
    def follows(self) -> bool:
        """Whether its begin depends on what happened before, not on the calendar."""
        return self.name in ("last", "since_first")

    def __str__(self) -> str:
        return f"{self.name} {self.length}" if self.length != Duration() else self.name

    def key(self, at: datetime, zone: ZoneInfo) -> str:
        """
        The name of the window that *at* falls in: ``2026-03-08``, ``2026-W10``, ``2026-03``, ``2026``; for ``every``
        its start. Empty for all time, and for windows that follow what happens.

        >>> new_year = datetime(2027, 1, 1, tzinfo=UTC)
        >>> [Window(name).key(new_year, zone_of("UTC")) for name in ("week", "year")]  # weeks are those of ISO 8601
        ['2026-W53', '2027']
        """
        if self.name == "every":
            return self._period(at, zone)[0].isoformat()
        if self.name == "ever" or self.follows:
            return ""
        if self.name == "session":
            begun = self.begun(at, zone)
            return at.astimezone(zone).date().isoformat() if begun is None else begun.isoformat(timespec="minutes")
        day = at.astimezone(zone).date()
        if self.name == "week":
            year, week, _ = day.isocalendar()
            return f"{year}-W{week:02d}"
        return day.isoformat()[: _KEY_LENGTH[self.name]]

    def begun(self, at: datetime, zone: ZoneInfo) -> datetime | None:
        """The latest opening on the local day of *at* that has begun by then; None if none has."""
        return max((start for s in self.opens if (start := s.opened(at, zone)) is not None), default=None)

    def ends(self, at: datetime, zone: ZoneInfo) -> datetime | None:
        """
        The instant in UTC at which the next window begins; None if it never ends, or no opening is known.

        >>> Window("month").ends(datetime(2026, 2, 28, 17, tzinfo=UTC), zone_of("Asia/Shanghai")).isoformat()
        '2026-03-31T16:00:00+00:00'
        """
        if self.name == "every":
            return self._period(at, zone)[1]
        if self.name == "session":
            return min((start for s in self.opens if (start := s.next_opening(at, zone)) is not None), default=None)
        day = at.astimezone(zone).date()
        following = {
            "day": lambda: day + timedelta(days=1),
            "week": lambda: day + timedelta(days=7 - day.weekday()),
            "month": lambda: (day.replace(day=1) + timedelta(days=32)).replace(day=1),
            "year": lambda: date(day.year + 1, 1, 1),
        }.get(self.name)
        return None if following is None else local_start(following(), zone)

    def _period(self, at: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Start and end of the ``every`` period that *at* lies in; each is computed from the first one."""
        origin = self.start or datetime(1970, 1, 1, tzinfo=UTC)
        n = math.floor((at - origin) / (self.length.after(origin, zone) - origin))
        while self.length.times(n).after(origin, zone) > at:
            n -= 1
        while self.length.times(n + 1).after(origin, zone) <= at:
            n += 1
        return self.length.times(n).after(origin, zone), self.length.times(n + 1).after(origin, zone)


@attrs.frozen(kw_only=True)
class Span:
    """
    A stretch of time from one instant to another; either may be missing.

    >>> span = Span(end=datetime(2026, 4, 1, tzinfo=UTC))
    >>> datetime(2026, 3, 31, tzinfo=UTC) in span, datetime(2026, 4, 1, tzinfo=UTC) in span  # the end is outside
    (True, False)

    Attributes:
        start: The first instant inside.
        end: The first instant outside.
    """

    start: datetime | None = attrs.field(default=None, validator=aware_or_none)
    end: datetime | None = attrs.field(default=None, validator=aware_or_none)

    def __contains__(self, at: datetime) -> bool:
        """Whether *at* lies inside."""
        return (self.start is None or self.start <= at) and (self.end is None or at < self.end)

    def within(self, other: Span) -> Span:
        """What lies in both; one that ends before it starts where nothing does."""
        starts = [start for start in (self.start, other.start) if start is not None]
        ends = [end for end in (self.end, other.end) if end is not None]
        return Span(start=max(starts, default=None), end=min(ends, default=None))


_HOURS = re.compile(r"(?:(daily)|weekly\s+([a-z,\s]+?))\s+(\d\d:\d\d)-(\d\d:\d\d)")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SEARCH_DAYS = 400
_LONGEST_SCHEDULE = 500


@attrs.frozen(kw_only=True)
class Schedule:
    """
    When a campaign takes requests inside its run.

    ``daily 14:00-16:00``, ``weekly sat,sun 10:00-22:00`` (24:00 is the day's end), or an
    RFC 5545 rule of whole days: ``RRULE:FREQ=MONTHLY;BYMONTHDAY=1``, see `recurrence`.

    Attributes:
        days: Weekdays, Monday is 0; empty if `rule` says which days.
        opens: Minutes after local midnight, inside.
        closes: Minutes after local midnight, outside.
        rule: A recurrence rule for the days.
    """

    days: tuple[int, ...] = ()
    opens: int = 0
    closes: int = 24 * 60
    rule: str = ""

    @classmethod
    def parse(cls, text: str) -> Schedule:
        """
        Read one of the three forms; ValueError for anything else.

        >>> Schedule.parse("weekly sat,sun 10:00-22:00").days  # Monday is 0
        (5, 6)
        >>> Schedule.parse("daily 22:00-02:00")
        Traceback (most recent call last):
        ValueError: 'daily 22:00-02:00' closes before it opens; write two schedules to cross midnight
        """
        if len(text) > _LONGEST_SCHEDULE:
            raise ValueError(f"{quoted(text)} is longer than {_LONGEST_SCHEDULE} characters")
        if text.startswith("RRULE:"):
            recurrence(text)
            return cls(rule=text)
        match = _HOURS.fullmatch(text.strip().lower())
        if match is None:
            msg = f"{text!r} is not a schedule; write daily 14:00-16:00, weekly sat,sun 10:00-22:00 or RRULE:…"
            raise ValueError(msg)
        daily, names, opens, closes = match.groups()
        days = range(7) if daily else sorted(_weekday(name) for name in names.split(","))
        start, end = _minutes(opens), _minutes(closes)
        if start >= end:
            msg = f"{text!r} closes before it opens; write two schedules to cross midnight"
            raise ValueError(msg)
        return cls(days=tuple(days), opens=start, closes=end)

    def is_open(self, at: datetime, zone: ZoneInfo) -> bool:
        """Whether *at* lies inside an opening; the closing minute is outside."""
        return any(start <= at < end for start, end in self._openings(at, zone, 1))

    def closing(self, at: datetime, zone: ZoneInfo) -> datetime | None:
        """The instant in UTC at which the opening that *at* lies in closes; None if it is closed."""
        return next((end for start, end in self._openings(at, zone, 1) if start <= at < end), None)

    def closings(self, since: datetime, until: datetime, zone: ZoneInfo) -> list[datetime]:
        """The instants in UTC at which it closes, after *since* and up to *until*."""
        days = (until - since).days + 1
        return [end for _, end in self._openings(since, zone, days) if since < end <= until]

    def opened(self, at: datetime, zone: ZoneInfo) -> datetime | None:
        """When it last opened on the local day of *at*, in *zone*; None if it has not opened yet that day."""
        found = [start for start, _ in self._openings(at, zone, 1) if start <= at]
        return max(found).astimezone(zone) if found else None

    def next_opening(self, at: datetime, zone: ZoneInfo) -> datetime | None:
        """
        The first instant after *at* at which it opens, in UTC; None if not within a year.

        >>> shanghai = zone_of("Asia/Shanghai")
        >>> Schedule.parse("daily 10:00-11:00").next_opening(datetime(2026, 3, 8, 2, tzinfo=UTC), shanghai).isoformat()
        '2026-03-09T02:00:00+00:00'
        """
        today = at.astimezone(zone).date()
        now = _opening_on(self, today, zone)
        return now[0] if now is not None and now[0] > at else _opening_after(self, today, zone)

    def _openings(self, at: datetime, zone: ZoneInfo, days: int) -> Iterator[tuple[datetime, datetime]]:
        today = at.astimezone(zone).date()
        return filter(None, (_opening_on(self, today + timedelta(days=n), zone) for n in range(days + 1)))


@lru_cache(maxsize=4096)  # a page asks for the same days of the same few schedules hundreds of times
def _opening_on(schedule: Schedule, day: date, zone: ZoneInfo) -> tuple[datetime, datetime] | None:
    """When *schedule* opens and closes on a day of *zone*, in UTC; None if it stays closed."""
    if day.weekday() not in schedule.days and not (schedule.rule and day in kept(schedule.rule)):
        return None
    return _at_minute(day, schedule.opens, zone), _at_minute(day, schedule.closes, zone)


@lru_cache(maxsize=1024)
def _opening_after(schedule: Schedule, day: date, zone: ZoneInfo) -> datetime | None:
    """When *schedule* first opens on a day after *day*, in UTC; None if not within a year."""
    days = (_opening_on(schedule, day + timedelta(days=n), zone) for n in range(1, _SEARCH_DAYS + 1))
    return next((found[0] for found in days if found is not None), None)


@lru_cache(maxsize=1024)  # thousands of benefits last as long as one another
def _duration(text: str) -> Duration:
    parts = _PART.findall(text) if len(text) <= _LONGEST_DURATION else []
    if not parts or _PART.sub("", text).strip():
        msg = f"{quoted(text)} is not a duration; write 30s, 10m, 24h, 7d, 3 days, 1 month or 1 month 2d"
        raise ValueError(msg)
    seconds = days = months = 0
    for number, unit in parts:
        n = int(number)
        seconds += n * {"s": 1, "m": 60, "h": 3600, "d": 86400}.get(unit, 0)
        days += n * {"day": 1, "days": 1, "week": 7, "weeks": 7}.get(unit, 0)
        months += n * {"month": 1, "months": 1, "year": 12, "years": 12}.get(unit, 0)
    return Duration(seconds=seconds, days=days, months=months)


def _weekday(name: str) -> int:
    short = name.strip()[:3]
    if short not in _DAYS:
        msg = f"{name.strip()!r} is not a weekday; write mon, tue, wed, thu, fri, sat or sun"
        raise ValueError(msg)
    return _DAYS.index(short)


def _minutes(text: str) -> int:
    hours, minutes = map(int, text.split(":"))
    if hours * 60 + minutes > 24 * 60 or minutes > 59:  # noqa: PLR2004
        msg = f"{text!r} is not a time of day"
        raise ValueError(msg)
    return hours * 60 + minutes


def _at_minute(day: date, minute: int, zone: ZoneInfo) -> datetime:
    whole_days, rest = divmod(minute, 24 * 60)
    clock = time(rest // 60, rest % 60)
    return datetime.combine(day + timedelta(days=whole_days), clock, zone).astimezone(UTC)
