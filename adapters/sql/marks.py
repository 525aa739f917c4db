"""
The clock mark of a mall, in the table `mark`: how far its time has come.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, ScalarSelect, func, insert, literal, or_, select, text, update
from sqlalchemy.exc import SQLAlchemyError

from quanyi.adapters.guarded_clock import Seen
from quanyi.adapters.sql.dialects.sessions import SERVERS
from quanyi.adapters.sql.dialects.sqlite import BEGIN
from quanyi.adapters.sql.in_order import of_mall
from quanyi.adapters.sql.types import Instant

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from quanyi.adapters.sql.store import SqlStore

__all__ = ["CLOCK", "SqlMarks"]

CLOCK = "clock"
"""The mark's name in the table."""

_NOW: Mapping[str, ColumnElement[datetime]] = {
    "postgresql": func.clock_timestamp(),
    **dict.fromkeys(SERVERS, func.utc_timestamp(text("6"), type_=Instant())),
}
"""The present instant, by databases that have a clock of their own."""

_PATIENCE_MS = 100
_RECENT = 1_000


class SqlMarks:
    """
    The clock mark of one mall.

    `at` is how far its time has come; `number` the last change before an operator set the mark.
    """

    def __init__(self, store: SqlStore) -> None:
        self._store, self._engine = store, store.engine
        self._mall, self._table, self._journal = store.mall, store.tables.mark, store.tables.journal

    def read(self) -> Seen:
        """The mark, the last change's instant, and the database's present instant where it has a clock of its own."""
        with self._store.reading() as connection:
            own = _NOW.get(connection.dialect.name)
            mark = self._here(self._table.c.at).scalar_subquery()
            at, booked, theirs = connection.execute(
                select(mark, self._booked(), literal(None) if own is None else own)
            ).one()
        return Seen(at, None if theirs is None else theirs.astimezone(UTC), booked)

    def keep(self, at: datetime, since: datetime | None) -> bool:
        """Bring the mark forward to *at*. Not done if somebody else is writing it, or an operator has set it back."""
        mark = self._table.c
        unmoved = () if since is None else (mark.at >= since,)
        with suppress(SQLAlchemyError), self._writing() as connection:
            self._put(connection, {"at": at}, or_(mark.at.is_(None), mark.at < at), *unmoved)
            return bool(connection.scalar(self._here(mark.at)) == at)
        return False

    def put(self, at: datetime) -> None:
        """Set the mark, also back: for an operator who knows the time."""
        with self._writing() as connection:
            last = connection.scalar(select(func.max(self._journal.c.number)))
            self._put(connection, {"at": at, "number": last})

    def _here(self, column: Any) -> Any:
        return select(column).where(self._table.c.mall == self._mall, self._table.c.name == CLOCK)

    def _booked(self) -> ScalarSelect[Any]:
        """When the mall's last change was decided, if it is recent and came after an operator set the mark."""
        journal = self._journal.c
        recent = select(func.max(journal.number) - _RECENT).scalar_subquery()
        vouched = func.coalesce(self._here(self._table.c.number).scalar_subquery(), 0)
        mine = select(journal.decided_at).where(
            of_mall(journal.mall, self._mall), journal.number > recent, journal.number > vouched
        )
        return mine.order_by(journal.number.desc()).limit(1).scalar_subquery()

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """A short transaction of our own, which hardly waits for locks."""
        with self._engine.connect().execution_options(**{BEGIN: "immediate"}) as connection:
            driver: Any = connection.connection.driver_connection
            sqlite = connection.dialect.name == "sqlite"
            waits = driver.execute("pragma busy_timeout").fetchone()[0] if sqlite else 0
            try:
                if sqlite:
                    driver.execute(f"pragma busy_timeout={_PATIENCE_MS}")
                with connection.begin():
                    yield connection
            finally:
                if sqlite:
                    driver.execute(f"pragma busy_timeout={waits}")

    def _put(self, connection: Connection, values: dict[str, Any], *guards: Any) -> None:
        mark = self._table.c
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"set local lock_timeout = {_PATIENCE_MS}"))
        elif connection.dialect.name in SERVERS:  # they know no waits shorter than a second
            connection.execute(self._here(mark.name).with_for_update(nowait=True))
        here = (mark.mall == self._mall, mark.name == CLOCK)
        done = connection.execute(update(self._table).where(*here, *guards).values(values)).rowcount
        if not done and connection.scalar(self._here(mark.name)) is None:
            connection.execute(insert(self._table).values(mall=self._mall, name=CLOCK, **values))
