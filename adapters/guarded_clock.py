"""
A clock with a guard: time never goes back behind what the mall has seen, and a leap ahead is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock
from time import monotonic
from typing import NamedTuple, Protocol

from quanyi.entitlements.errors import ClockAhead, StorageError
from quanyi.entitlements.ports import Clock

__all__ = ["BEHIND_EVERY", "EVERY", "LEAP", "SKEW", "SLEEP", "GuardedClock", "Marks", "Seen"]

EVERY = 5.0
"""Seconds between two reads of the mark, and between two writes of it."""

BEHIND_EVERY = 1.0
"""Seconds between two reads while this clock is behind the mark, since then only reading lets time go on."""

LEAP = timedelta(days=31)
"""How far a running process's clock may run ahead of the time that has passed for it."""

SLEEP = timedelta(days=366)
"""How long a mall may have been unused for a process that opens it to believe the clock."""

SKEW = timedelta(seconds=2)
"""How far two clocks may be apart to count as the same."""


class Seen(NamedTuple):
    """
    The mark as it was read.

    Attributes:
        mark: How far time had come when the mark was written, or set by an operator.
        theirs: The present instant by the database's own clock, if it has one.
        booked: When the last change was decided, if the mark was not set since.
    """

    mark: datetime | None
    theirs: datetime | None = None
    booked: datetime | None = None


class Marks(Protocol):
    """Stores how far a mall's time has come."""

    def read(self) -> Seen:
        """The mark, with the database's time and the last change's; one statement."""
        ...

    def keep(self, at: datetime, since: datetime | None) -> bool:
        """Bring the mark forward to *at*, unless an operator has set it back behind *since*. Whether that was done."""
        ...


class GuardedClock:
    """
    The present instant of a mall, by a clock that may be wrong.

    Where the database has a clock, that is followed: its distance from this process's clock is measured
    every few seconds, and at once when this process's was moved. No instant is earlier than one given
    before, or than the mall's mark, unless an operator has set that back.

    Args:
        clock: This process's clock.
        marks: Where the mark is stored.
        leap: How far time may run ahead of what has passed since this process last asked for it.
        sleep: How far ahead of the mark the first instant may be that this process asks for.

    Raises:
        ClockAhead: From `now`: the clock is further ahead than that.
        StorageError: From `now`: the mark can't be read, and was not read before.
    """

    def __init__(
        self,
        clock: Clock,
        marks: Marks,
        *,
        leap: timedelta = LEAP,
        sleep: timedelta = SLEEP,
        monotonic: Callable[[], float] = monotonic,
    ) -> None:
        self._clock, self._marks, self._monotonic = clock, marks, monotonic
        self._leap, self._sleep = leap, sleep
        self._offset = timedelta()
        self._row: datetime | None = None
        self._mark: datetime | None = None
        self._told: float | None = None
        self._looked: tuple[float, datetime] | None = None
        self._kept: float | None = None
        self._looking, self._telling = Lock(), Lock()

    def now(self) -> datetime:
        """The present instant, in UTC; never earlier than one given before."""
        return self.now_by(self._marks)

    def now_by(self, marks: Marks) -> datetime:
        """The same; the mark is read through *marks* if that is due, such as on a host's own connection."""
        self._look_if_due(marks)
        with self._telling:
            at, passed = self._clock.now() + self._offset, self._monotonic()
            self._refuse_leap(at, passed)
            self._told = passed
            self._mark = at if self._mark is None else max(at, self._mark)
            return self._mark

    def through(self, marks: Marks) -> Clock:
        """The same clock, which reads the mark through *marks*."""
        return _Through(self, marks)

    def keep(self) -> None:
        """Write the mark, unless that was done in the last seconds. Call it outside any transaction."""
        now, mark = self._monotonic(), self._mark
        if mark is None or (self._kept is not None and now - self._kept < EVERY):
            return
        self._kept = now
        if self._marks.keep(mark, self._row):
            self._row = mark

    def _refuse_leap(self, at: datetime, passed: float) -> None:
        """
        Raise ClockAhead if *at* is further ahead than time can have gone on since this process asked last.

        The first time, it is compared with when the mall was last used.
        """
        mark = self._mark if self._told is not None or self._row is not None else None
        bound = self._sleep if self._told is None else self._leap + timedelta(seconds=passed - self._told)
        if mark is not None and at - mark > bound:
            raise ClockAhead(at, mark)

    def _look_if_due(self, marks: Marks) -> None:
        """Read the mark if that is due, in one thread. Others wait only where what they have can't be relied on."""
        looked, moved = self._looked, self._moved()
        if looked is not None and not moved and self._monotonic() - looked[0] < self._every():
            return
        if not self._looking.acquire(blocking=looked is None or moved):
            return
        try:
            if self._looked is looked:
                self._look(marks)
        except StorageError:
            if looked is None or moved:
                raise
            self._looked = (self._monotonic(), self._clock.now())  # what was seen last holds for another while
        finally:
            self._looking.release()

    def _every(self) -> float:
        """Seconds after which the mark is read again."""
        behind = self._mark is not None and self._mark - (self._clock.now() + self._offset) > SKEW
        return BEHIND_EVERY if behind else EVERY

    def _moved(self) -> bool:
        """Whether this process's clock was set: it has gone on by another time than has passed since the last look."""
        if self._looked is None:
            return False
        passed, at = self._looked
        gone = (self._clock.now() - at) - timedelta(seconds=self._monotonic() - passed)
        return abs(gone) > SKEW

    def _look(self, marks: Marks) -> None:
        before = self._clock.now()
        seen = marks.read()
        after = self._clock.now()
        with self._telling:
            if seen.theirs is not None:
                self._offset = seen.theirs - (before + (after - before) / 2)
            set_back = self._row is not None and seen.mark is not None and seen.mark < self._row
            known = [at for at in (seen.mark, seen.booked, None if set_back else self._mark) if at is not None]
            self._row, self._mark = seen.mark, max(known, default=None)
            self._looked = (self._monotonic(), after)


class _Through:
    """A guarded clock that reads the mark through another connection."""

    def __init__(self, guarded: GuardedClock, marks: Marks) -> None:
        self._guarded, self._marks = guarded, marks

    def now(self) -> datetime:
        """The present instant, in UTC."""
        return self._guarded.now_by(self._marks)
