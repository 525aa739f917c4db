"""
Leases of jobs in the table `mark`: which worker does a job that only one at a time should do.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from quanyi.adapters.ids import RandomIds

if TYPE_CHECKING:
    from quanyi.adapters.sql.store import SqlStore
    from quanyi.entitlements.ports import Ids

__all__ = ["SqlLeases"]


class SqlLeases:
    """
    The leases of one worker in one mall.

    A mark under ``lease/<job>`` says until when (`at`) and for whom (`text`). Both are written by one guarded statement:
    whoever finds the lease run out, or their own, has it.
    """

    def __init__(self, store: SqlStore, ids: Ids | None = None) -> None:
        self._store = store
        self._mark = store.tables.mark
        self._owner = (ids or RandomIds()).new()

    def take(self, job: str, now: datetime, until: datetime) -> bool:
        """Have the lease of *job* until *until*, if it has run out by *now* or is this worker's already."""
        mark = self._mark.c
        free = or_(mark.at <= now, mark.text == self._owner)
        with self._store.working() as connection:
            taken = update(self._mark).where(self._named(job), free).values(at=until, text=self._owner)
            if connection.execute(taken).rowcount:
                return True
            if connection.scalar(select(mark.name).where(self._named(job))) is not None:
                return False
            first = insert(self._mark).values(mall=self._store.mall, name=_name(job), at=until, text=self._owner)
            try:
                with connection.begin_nested():
                    connection.execute(first)
            except IntegrityError:  # another worker was the first
                return False
        return True

    def leave(self, job: str, now: datetime) -> None:
        """Let somebody else have the lease of *job* from *now* on, if it is this worker's."""
        mine = self._named(job) & (self._mark.c.text == self._owner)
        with self._store.working() as connection:
            connection.execute(update(self._mark).where(mine).values(at=now))

    def _named(self, job: str) -> ColumnElement[bool]:
        mark = self._mark.c
        return (mark.mall == self._store.mall) & (mark.name == _name(job))


def _name(job: str) -> str:
    return f"lease/{job}"
