"""
The demo's own time: real time plus an offset that is kept in the database.

Every process of the demo reads the same offset, so one command moves time for all of them. While
nobody serves the demo its world stands still: serving goes on from the last moment that was seen.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from time import monotonic

from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from quanyi.demo_app.models import DemoTime

__all__ = ["DemoClock"]

_FRESH_SECONDS = 0.5


class DemoClock:
    """A clock that can be moved forward."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._writer = engine.execution_options(quanyi_begin="immediate")
        self._offset = timedelta()
        self._read_at = -1.0
        self._standing: datetime | None = None

    def now(self) -> datetime:
        """The demo's present instant, in UTC."""
        return self._standing or _real() + self._current_offset()

    def stand(self, at: datetime) -> None:
        """Stand still at *at*, in this process alone: for seeding."""
        self._standing = at.astimezone(UTC)

    def go_on(self) -> None:
        """Go on from where it stands, for every process."""
        self.set(self.now())
        self._standing = None

    def set(self, at: datetime) -> None:
        """Make it *at* now, for every process."""
        offset = at - _real()
        with Session(self._writer) as db, db.begin():
            db.merge(DemoTime(id=1, offset_seconds=offset.total_seconds(), seen=at.timestamp()))
        self._offset, self._read_at = offset, monotonic()

    def advance(self, by: timedelta) -> datetime:
        """Move forward, and say where that is."""
        if by <= timedelta():
            raise ValueError("the demo's time only moves forward")
        self._read_at = -1.0
        self.set(self.now() + by)
        return self.now()

    def mark(self) -> None:
        """Remember the present moment as seen."""
        seen = self.now().timestamp()
        with Session(self._writer) as db, db.begin():
            db.execute(update(DemoTime).where(DemoTime.seen < seen).values(seen=seen))

    def resume(self) -> None:
        """Go on from the last moment seen, however long ago that was in the real world."""
        with Session(self._engine) as db:
            row = db.get(DemoTime, 1)
        if row is not None:
            self.set(datetime.fromtimestamp(row.seen, UTC))

    def _current_offset(self) -> timedelta:
        if not 0 <= monotonic() - self._read_at < _FRESH_SECONDS or self._read_at < 0:
            with Session(self._engine) as db:
                self._offset = timedelta(seconds=db.scalar(select(DemoTime.offset_seconds)) or 0.0)
            self._read_at = monotonic()
        return self._offset


def _real() -> datetime:
    return datetime.now(UTC)  # noqa: TID251  (this is the demo's own clock)
