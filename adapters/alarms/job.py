"""
The worker's job that looks for alarms.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from quanyi.adapters.outbox import LEASE

if TYPE_CHECKING:
    from quanyi.adapters.alarms.alarms import Alarms
    from quanyi.adapters.leases import Leases
    from quanyi.entitlements.ports import Clock

__all__ = ["AlarmsJob"]

_EVERY = timedelta(seconds=30)


class AlarmsJob:
    """
    Looks for alarms twice a minute, the first time half a minute after it was made: by then a worker that starts has
    caught up with what was left while none ran.

    One worker at a time does it, under a lease that only spares work: whoever finds something at the same time makes one
    alarm of it.
    """

    name = "alarms"

    def __init__(self, alarms: Alarms, clock: Clock, leases: Leases | None = None) -> None:
        self._alarms, self._clock, self._leases = alarms, clock, leases
        self._next: datetime | None = None

    def run(self, stopping: Callable[[], bool]) -> int:
        """Look, if it is time; how many alarms were raised, counted or cleared, 0 too if another worker is at it."""
        now = self._clock.now()
        if self._next is None or now < self._next:
            self._next = self._next or now + _EVERY
            return 0
        self._next = now + _EVERY
        if self._leases is not None and not self._leases.take(self.name, now, now + LEASE):
            return 0
        return self._alarms.look()

    def leave(self) -> None:
        """Let another worker look."""
        if self._leases is not None:
            self._leases.leave(self.name, self._clock.now())
