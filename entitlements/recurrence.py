"""
Days that recur, by the whole-day rules of RFC 5545: ``RRULE:FREQ=MONTHLY;BYDAY=1MO``.

A rule has no start of its own. Every `interval` is counted from 1 January 2024, a Monday, so the result
depends on nothing but the rule. A rule that names no day means the first of its period: Mondays, the
first of the month, 1 January. Each day is tested by itself, so a rule that no day matches costs no more
than another.
"""

from __future__ import annotations

import re
from calendar import isleap, monthrange
from datetime import date, timedelta
from functools import lru_cache

import attrs

__all__ = ["Recurrence", "kept", "recurrence"]

_EPOCH = date(2024, 1, 1)
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_WEEK = 7
_FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_WITHIN_A_DAY = ("SECONDLY", "MINUTELY", "HOURLY")
_NUMBERS = {"BYMONTH": 12, "BYMONTHDAY": 31, "BYYEARDAY": 366, "BYWEEKNO": 53, "BYSETPOS": 366}
_BY_NAME = {"BYMONTH": "months", "BYMONTHDAY": "month_days", "BYYEARDAY": "year_days", "BYWEEKNO": "weeks",
            "BYSETPOS": "positions"}  # fmt: skip
_LONGEST = 366
_YEARS = 40


@attrs.frozen(kw_only=True, cache_hash=True)
class Recurrence:
    """
    A recurrence rule, part by part; ``day in rule`` tests a date.

    >>> date(2026, 3, 2) in recurrence("RRULE:FREQ=MONTHLY;BYDAY=1MO")  # the first Monday of March
    True

    Attributes:
        weekdays: (nth, weekday): 0 for every one, 1 for the first of its month or year, -1 for the last.
        positions: Which of the days that match in one period; empty for all.
        until: The last day; None for no end.
        week_begins: The weekday, Monday is 0.
    """

    frequency: str
    interval: int = 1
    months: frozenset[int] = frozenset()
    month_days: frozenset[int] = frozenset()
    year_days: frozenset[int] = frozenset()
    weeks: frozenset[int] = frozenset()
    weekdays: frozenset[tuple[int, int]] = frozenset()
    positions: frozenset[int] = frozenset()
    until: date | None = None
    week_begins: int = 0

    def __contains__(self, day: date) -> bool:
        """Whether the rule names *day*."""
        if (self.until is not None and day > self.until) or not self._in_turn(day) or not self.matches(day):
            return False
        if not self.positions:
            return True
        found = _matching(self, *self._period(day))
        here = found.index(day)
        return bool({here + 1, here - len(found)} & self.positions)

    def ever(self) -> bool:
        """Whether the rule names any day in forty years."""
        return any(_EPOCH + timedelta(days=n) in self for n in range(_LONGEST * _YEARS))

    # --- inside ------------------------------------------------------------------------------

    def _in_turn(self, day: date) -> bool:
        """Whether the day's period is one of every `interval`."""
        if self.interval == 1:
            return True
        number = {
            "DAILY": (day - _EPOCH).days,
            "WEEKLY": (self._week_start(day) - self._week_start(_EPOCH)).days // _WEEK,
            "MONTHLY": (day.year - _EPOCH.year) * 12 + day.month - _EPOCH.month,
            "YEARLY": day.year - _EPOCH.year,
        }[self.frequency]
        return number % self.interval == 0

    def _period(self, day: date) -> tuple[date, date]:
        """The first and the last day of the day's period."""
        if self.frequency == "WEEKLY":
            start = self._week_start(day)
            return start, start + timedelta(days=_WEEK - 1)
        if self.frequency == "MONTHLY":
            return day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])
        return (day, day) if self.frequency == "DAILY" else (date(day.year, 1, 1), date(day.year, 12, 31))

    def _week_start(self, day: date) -> date:
        return day - timedelta(days=(day.weekday() - self.week_begins) % _WEEK)

    def matches(self, day: date) -> bool:
        """Whether every part of the rule names the day."""
        in_month, in_year = monthrange(day.year, day.month)[1], 365 + isleap(day.year)
        of_year = day.timetuple().tm_yday
        return (
            (not self.months or day.month in self.months)
            and _named(self.month_days, day.day, in_month)
            and _named(self.year_days, of_year, in_year)
            and _named(self.weeks, day.isocalendar().week, _weeks_in(day))
            and (not self.weekdays or any(self._is_weekday(nth, wanted, day) for nth, wanted in self.weekdays))
        )

    def _is_weekday(self, nth: int, wanted: int, day: date) -> bool:
        if day.weekday() != wanted:
            return False
        if not nth:
            return True
        if self.frequency == "MONTHLY" or self.months:
            first, last = day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])
        else:
            first, last = date(day.year, 1, 1), date(day.year, 12, 31)
        return nth in ((day - first).days // _WEEK + 1, -((last - day).days // _WEEK) - 1)


def recurrence(text: str) -> Recurrence:
    """
    Read a recurrence rule for use in a campaign.

    Raises:
        ValueError: It is not a rule of whole days, it names no day, or it ends after a count: a
            schedule has no first day to count from.

    >>> date(2026, 1, 31) in recurrence("RRULE:FREQ=MONTHLY;BYMONTHDAY=-1")  # the last of each month
    True
    >>> recurrence("RRULE:FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30")
    Traceback (most recent call last):
    ValueError: 'RRULE:FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30' names no day
    """
    parts = _parts(text)
    for name in parts:
        if name not in {*_BY_NAME, "BYDAY", "FREQ", "INTERVAL", "UNTIL", "WKST"}:
            raise ValueError(_no_such(text, name))
    if parts.get("FREQ") in _WITHIN_A_DAY:
        raise ValueError(f"{text!r} repeats within a day; a schedule's rule names days")
    if "BYWEEKNO" in parts and (parts.get("FREQ") != "YEARLY" or parts.get("WKST", "MO") != "MO"):
        raise ValueError(f"{text!r} counts weeks; BYWEEKNO is possible with FREQ=YEARLY and weeks from Monday")
    found = kept(text)
    if not found.ever():
        raise ValueError(f"{text!r} names no day")
    return found


@lru_cache(maxsize=256)
def kept(text: str) -> Recurrence:
    """
    Read a rule that was stored by any release, even if `recurrence` refuses it today; ValueError if it is no rule.
    """
    parts = _parts(text)
    frequency = parts.get("FREQ", "")
    if frequency not in _FREQUENCIES:
        raise ValueError(f"{text!r} needs FREQ, one of {', '.join(_FREQUENCIES)}")
    fields = {field: _numbers(name, parts[name]) for name, field in _BY_NAME.items() if name in parts}
    found = Recurrence(
        frequency=frequency,
        interval=_interval(parts.get("INTERVAL", "1")),
        weekdays=_weekdays(parts.get("BYDAY", ""), frequency),
        until=_until(parts.get("UNTIL", "")),
        week_begins=_weekday(parts.get("WKST", "MO")),
        **fields,
    )
    return _with_first_day(found)


@lru_cache(maxsize=256)
def _matching(rule: Recurrence, first: date, last: date) -> tuple[date, ...]:
    """All days of one period that every part of a rule names."""
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return tuple(day for day in days if rule.matches(day))


def _parts(text: str) -> dict[str, str]:
    pairs = [part.partition("=") for part in text.removeprefix("RRULE:").strip().upper().split(";") if part]
    names = [name for name, _, _ in pairs]
    if not pairs or any(not value for _, _, value in pairs) or len(set(names)) < len(names):
        raise ValueError(f"{text!r} is not a rule; write RRULE:FREQ=MONTHLY;BYMONTHDAY=1")
    return {name: value for name, _, value in pairs}


def _no_such(text: str, name: str) -> str:
    if name == "COUNT":
        return f"{text!r} ends after a count, and a schedule has no first day to count from; write UNTIL, or runs:"
    if name in ("BYHOUR", "BYMINUTE", "BYSECOND"):
        return f"{text!r} repeats within a day; a schedule's rule names days"
    return f"{text!r} has {name}, which no rule of whole days has"


def _numbers(name: str, text: str) -> frozenset[int]:
    most, least = _NUMBERS[name], 1 if name == "BYMONTH" else -_NUMBERS[name]
    found = {_number(word) for word in text.split(",")}
    if not all(number and least <= number <= most for number in found):
        back = f", or {least} to -1 from the end" if least < 0 else ""
        raise ValueError(f"{name}={text} is out of range: 1 to {most}{back}")
    return frozenset(found)


def _number(text: str) -> int:
    if not re.fullmatch(r"[+-]?\d{1,3}", text):
        raise ValueError(f"{text!r} is not a whole number of up to three digits")
    return int(text)


def _interval(text: str) -> int:
    found = _number(text)
    if not 1 <= found <= _LONGEST:
        raise ValueError(f"INTERVAL={text} is out of range: 1 to {_LONGEST}")
    return found


def _weekdays(text: str, frequency: str) -> frozenset[tuple[int, int]]:
    found = set()
    for word in text.split(",") if text else ():
        match = re.fullmatch(r"([+-]?\d{1,2})?([A-Z]{2})", word)
        if match is None or (match[1] and frequency not in ("MONTHLY", "YEARLY")) or match[1] in ("0", "+0", "-0"):
            raise ValueError(f"BYDAY={word} is not possible with FREQ={frequency}; write MO, or 1MO by the month")
        found.add((int(match[1] or 0), _weekday(match[2])))
    return frozenset(found)


def _weekday(word: str) -> int:
    if word not in _WEEKDAYS:
        raise ValueError(f"{word!r} is not a weekday; one of {', '.join(_WEEKDAYS)}")
    return _WEEKDAYS.index(word)


def _until(text: str) -> date | None:
    if not text:
        return None
    match = re.fullmatch(r"(\d{4})(\d\d)(\d\d)(T\d{6}Z?)?", text)
    if match is None:
        raise ValueError(f"UNTIL={text} is not a date like 20261231")
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        raise ValueError(f"UNTIL={text} names a day that there is not") from None


def _with_first_day(found: Recurrence) -> Recurrence:
    """The rule, with the first day of its period if it names no day."""
    if found.weekdays or found.month_days or found.year_days or found.weeks or found.frequency == "DAILY":
        return found
    if found.frequency == "WEEKLY":
        return attrs.evolve(found, weekdays=frozenset({(0, _EPOCH.weekday())}))
    months = found.months or (frozenset({1}) if found.frequency == "YEARLY" else frozenset())
    return attrs.evolve(found, month_days=frozenset({1}), months=months)


def _named(wanted: frozenset[int], number: int, of: int) -> bool:
    """Whether a number is wanted, from the beginning or from the end."""
    return not wanted or number in wanted or number - of - 1 in wanted


def _weeks_in(day: date) -> int:
    """How many weeks the day's ISO year has."""
    return date(day.isocalendar().year, 12, 28).isocalendar().week
