"""
Dates as people say them, in the mall's zone: today at 20:00, 25 March, 3 days left.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import attrs

from quanyi.adapters.words import Words

__all__ = ["Dates"]

_DAY, _WEEK = timedelta(days=1), timedelta(days=7)


@attrs.frozen(kw_only=True)
class Dates:
    """
    How one language says instants.

    Attributes:
        now: The present, as the mall sees it.
        zone: In whose calendar days are counted.
    """

    now: datetime
    zone: ZoneInfo
    words: Words

    def moment(self, at: datetime) -> str:
        """Day and clock time: ``今天 20:00``, ``tomorrow at 10:00``, ``25 March at 20:00``."""
        local = at.astimezone(self.zone)
        return self.words("date.moment", day=self.day(at), clock=f"{local:%H:%M}")

    def moment_alone(self, at: datetime) -> str:
        """The same where it stands alone, so that it begins with a capital letter."""
        said = self.moment(at)
        return said[:1].upper() + said[1:]

    def hour(self, at: datetime) -> str:
        """The clock time alone: ``20:00``."""
        return f"{at.astimezone(self.zone):%H:%M}"

    def day(self, at: datetime) -> str:
        """The day alone: today, tomorrow, yesterday, else a date, with its year when it is another one."""
        local, today = at.astimezone(self.zone).date(), self.now.astimezone(self.zone).date()
        near = {0: "date.today", 1: "date.tomorrow", -1: "date.yesterday"}.get((local - today).days)
        if near:
            return self.words(near)
        return self.calendar(local)

    def calendar(self, day: date) -> str:
        """A day by its date alone, with its year when it is another one: the ends of a stretch of days."""
        month = self.words(f"month.{day.month}")
        code = "date.day" if day.year == self.now.astimezone(self.zone).year else "date.day_of_year"
        return self.words(code, year=str(day.year), month=month, day=day.day)

    def date(self, day: date) -> str:
        """A calendar date, as `day` says it."""
        return self.day(datetime.combine(day, time(12), self.zone))

    def last_day(self, end: datetime) -> str:
        """
        The day through which something lasts: ``3月31日``, and near its end with the clock: ``今天 24:00``.

        An end at midnight is the end of the day before; within the last two days the hour counts.
        """
        local = end.astimezone(self.zone)
        if local.time() != time():
            return self.moment(end) if self.near(end) else self.day(end)
        day = self.day(end - timedelta(seconds=1))
        return self.words("date.midnight", day=day) if self.near(end) else day

    def near(self, end: datetime) -> bool:
        """Whether something ends today or tomorrow, so that the clock is worth saying."""
        last = (end - timedelta(seconds=1)).astimezone(self.zone).date()
        return end > self.now and (last - self.now.astimezone(self.zone).date()).days <= 1

    def valid(self, end: datetime) -> str:
        """Until when something can be used: ``有效期至 3月31日``, ``今天 24:00 到期``."""
        if self.near(end):
            return self.words("date.expires_near", moment=self.last_day(end))
        return self.words("date.expires_far", day=self.last_day(end))

    def month(self, at: datetime) -> str:
        """The month, with its year when it is another one: ``3月``, ``December 2025``."""
        local = at.astimezone(self.zone)
        name = self.words(f"month.{local.month}")
        if local.year == self.now.astimezone(self.zone).year:
            return name
        return self.words("date.month_of_year", year=str(local.year), month=name)

    def past(self, at: datetime) -> bool:
        """Whether it is over a week ago, and in an earlier month."""
        local, today = at.astimezone(self.zone), self.now.astimezone(self.zone)
        return self.now - at > _WEEK and (local.year, local.month) < (today.year, today.month)

    def start(self, at: datetime) -> str:
        """From when on: the day alone where it begins at midnight, else with the clock."""
        return self.day(at) if at.astimezone(self.zone).time() == time() else self.moment(at)

    def end(self, at: datetime) -> str:
        """Until when: the last day where it ends at midnight, else day and clock."""
        return self.last_day(at) if at.astimezone(self.zone).time() == time() else self.moment(at)

    def left(self, end: datetime) -> str:
        """How long it is until *end*, in the largest whole unit: days, hours, minutes."""
        seconds = max(0, int((end - self.now).total_seconds()))
        for code, size in (("left.days", 86400), ("left.hours", 3600)):
            if seconds >= size:
                return self.words(code, n=seconds // size)
        return self.words("left.minutes", n=max(1, seconds // 60))

    def far(self, end: datetime) -> bool:
        """Whether a date says more than a clock that counts down: a day ahead, or more."""
        return end - self.now >= _DAY

    def exact(self, at: datetime) -> str:
        """Everything there is to say, for hovering: date, clock time and zone."""
        local = at.astimezone(self.zone)
        return f"{local:%Y-%m-%d %H:%M} {_offset(local)}"

    def clock(self, end: datetime) -> str:
        """What a countdown shows before any script runs: hours, minutes, seconds."""
        seconds = max(0, int((end - self.now).total_seconds()))
        return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def _offset(local: datetime) -> str:
    minutes = int((local.utcoffset() or timedelta()).total_seconds()) // 60
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{hours}{f':{rest:02d}' if rest else ''}"
