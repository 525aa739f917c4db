"""Clocks: the only place where the time of day is read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from quanyi.entitlements.time import aware

__all__ = ["FixedClock", "SystemClock"]


class SystemClock:
    """The clock of this process, in UTC."""

    def now(self) -> datetime:
        """The present instant."""
        return datetime.now(UTC)


class FixedClock:
    """
    A clock that stands still until it is moved: for tests, stories and demos.

    >>> clock = FixedClock(datetime(2026, 3, 1, tzinfo=UTC))
    >>> clock.advance(days=3, minutes=5)
    datetime.datetime(2026, 3, 4, 0, 5, tzinfo=datetime.timezone.utc)
    >>> clock.now() == clock.now()
    True
    """

    def __init__(self, at: datetime) -> None:
        self._at = _utc(at)

    def now(self) -> datetime:
        """The instant at which it stands, in UTC."""
        return self._at

    def move(self, to: datetime) -> datetime:
        """
        Stand at *to*, which has a zone and may lie in the past. Returns it in UTC; ValueError for a naive datetime.
        """
        self._at = _utc(to)
        return self._at

    def advance(self, by: timedelta = timedelta(), **units: float) -> datetime:
        """Go on by *by* and by what `timedelta` takes (``days=3``). Returns the new instant."""
        return self.move(self._at + by + timedelta(**units))


def _utc(at: datetime) -> datetime:
    aware(None, "at", at)
    return at.astimezone(UTC)
