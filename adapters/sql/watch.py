"""
Writes the witness's marks, and detects a database that has gone back behind them.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from threading import Lock
from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select

from quanyi.adapters.sql.engine import Finding
from quanyi.adapters.sql.in_order import of_mall
from quanyi.adapters.witness import Mark, Witness
from quanyi.entitlements.code_shelf import ENDED_OWNERS
from quanyi.entitlements.errors import InputError

if TYPE_CHECKING:
    from quanyi.adapters.sql.store import SqlStore
    from quanyi.entitlements.ports import Clock

__all__ = ["Watch"]

_log = logging.getLogger("quanyi.witness")

_EVERY = timedelta(seconds=5)


class Watch:
    """
    Writes a mark at most every few seconds, and never over one that the database has fallen behind.

    Args:
        every: The least time between two marks. What was drawn since the last one is not known to
            the witness.
    """

    def __init__(self, store: SqlStore, witness: Witness, clock: Clock, every: timedelta = _EVERY) -> None:
        self._store, self._witness, self._clock = store, witness, clock
        self._every = every
        self._next: datetime | None = None
        self._turn = Lock()

    def look(self) -> None:
        """Write a mark if it is time. Errors are logged and stop nobody."""
        if not self._turn.acquire(blocking=False):
            return
        try:
            now = self._clock.now()
            if self._next is None or now >= self._next:
                self._next = now + self._every
                self._mark()
        except Exception:  # noqa: BLE001  (the books are right without it, and doctor tells what the witness knows)
            _log.exception("no mark was written")
        finally:
            self._turn.release()

    def seen(self) -> Mark | None:
        """The last mark; StorageError for one that can't be read, InputError for another mall's."""
        text = self._witness.read()
        mark = None if text is None else Mark.parse(text)
        if mark is not None and mark.mall != self._store.mall:
            raise InputError(f"this witness belongs to the mall {mark.mall!r}, not to {self._store.mall!r}")
        return mark

    def lost(self) -> Mark | None:
        """The last mark if the database has fallen behind it; None if it has not, or if there is no mark."""
        mark = self.seen()
        return mark if mark is not None and mark.number and self._change(mark.number) != mark.change else None

    def findings(self) -> list[Finding]:
        """A finding if the database has fallen behind its witness."""
        mark = self.lost()
        if mark is None:
            return []
        stands = self.stands()
        message = (
            f"the witness saw change {mark.number} at {mark.at.isoformat()}, of release {mark.epoch}; the database, which"
            f" stands at {stands.number} and release {stands.epoch}, does not know it: it came back from a backup, and"
            " would draw codes that were delivered since"
        )
        return [Finding(code="restored", message=message, hint="run quanyi codes quarantine, see docs/backups.md")]

    def renew(self) -> None:
        """Write a mark of the database as it is, whatever was there."""
        self._witness.write(self.stands().text())

    def stands(self) -> Mark:
        """A mark of how far the database has come."""
        tables, mall = self._store.tables, self._store.mall
        journal, code, release = tables.journal.c, tables.code.c, tables.release.c
        last = (
            select(journal.number, journal.id)
            .where(of_mall(journal.mall, mall))
            .order_by(journal.number.desc())
            .limit(1)
        )
        drawn = select(code.pool, func.max(code.number)).where(code.mall == mall, code.owner.is_not(None))
        drawn = drawn.where(~code.owner.like(f"{ENDED_OWNERS}%"))  # nobody got those
        with self._store.reading() as connection:
            pools = dict(map(tuple, connection.execute(drawn.group_by(code.pool))))
            number, change = connection.execute(last).one_or_none() or (0, b"")
            epoch = connection.scalar(select(func.max(release.epoch)).where(release.mall == mall))
        return Mark(
            mall=mall,
            number=number,
            change=bytes(change).hex(),
            epoch=epoch or 0,
            drawn=pools,
            at=self._clock.now(),
        )

    def in_front(self, pool: str, mark: Mark, more: int) -> int:
        """How many free card codes of *pool* come before the last that *mark* saw drawn, plus *more* after it."""
        code = self._store.tables.code.c
        free = select(code.number).where(code.mall == self._store.mall, code.pool == pool, code.owner.is_(None))
        free = free.where(or_(code.ends_at.is_(None), code.ends_at > self._clock.now()))
        with self._store.reading() as connection:
            passed = select(func.count()).select_from(free.where(code.number <= mark.drawn.get(pool, 0)).subquery())
            waiting = select(func.count()).select_from(free.subquery())
            return min(connection.scalar(waiting) or 0, (connection.scalar(passed) or 0) + more)

    def _mark(self) -> None:
        for finding in self.findings():
            _log.error("%s", finding)
            return
        self.renew()

    def _change(self, number: int) -> str:
        journal = self._store.tables.journal.c
        query = select(journal.id).where(journal.mall == self._store.mall, journal.number == number)
        with self._store.reading() as connection:
            return bytes(connection.scalar(query) or b"").hex()
