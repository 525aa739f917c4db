"""
The worker's job that counts figures: new changes of the journal, a page at a time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from quanyi.adapters.outbox import LEASE

if TYPE_CHECKING:
    from datetime import datetime

    from quanyi.adapters.sql.figures import SqlFigures
    from quanyi.entitlements.ports import Clock

__all__ = ["FiguresJob"]


class _Leases(Protocol):
    """Who does a job that only one worker at a time should do."""

    def take(self, job: str, now: datetime, until: datetime) -> bool: ...
    def leave(self, job: str, now: datetime) -> None: ...


class FiguresJob:
    """
    Counts what the journal has beyond what is counted.

    One worker at a time does it, under a lease that only spares work: each page is counted once, whoever is at it.
    """

    name = "figures"

    def __init__(self, figures: SqlFigures, clock: Clock, leases: _Leases) -> None:
        self._figures, self._clock, self._leases = figures, clock, leases

    def run(self, stopping: Callable[[], bool]) -> int:
        """Count a page; how many changes that were, 0 if there are none or another worker is at it."""
        if not self._figures.waiting():
            return 0
        now = self._clock.now()
        return self._figures.count() if self._leases.take(self.name, now, now + LEASE) else 0

    def leave(self) -> None:
        """Let another worker count."""
        self._leases.leave(self.name, self._clock.now())
