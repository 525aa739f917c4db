"""
The store in SQL: the only writer of the tables.

Given an engine it runs transactions of its own; joined to a host's session or connection it works
in savepoints of the host's transaction and never ends it. How rows are locked and written is the
dialect's business; what is promised is the ports' and the conformance suite's.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import datetime
from inspect import iscoroutinefunction
from time import monotonic
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from quanyi.adapters.codec import Codec, Upcaster
from quanyi.adapters.sinks import Sinks
from quanyi.adapters.sql.code_shelf import SqlCodeShelf
from quanyi.adapters.sql.dialects import dialect_of
from quanyi.adapters.sql.dialects.generic import Setting
from quanyi.adapters.sql.dialects.sqlite import BEGIN
from quanyi.adapters.sql.listings import Listings
from quanyi.adapters.sql.needs_by_table import NeedsByTable
from quanyi.adapters.sql.rows import by_table, rows_of
from quanyi.adapters.sql.tables import tables_of
from quanyi.adapters.sql.views import SqlViews
from quanyi.entitlements.accounts import Account
from quanyi.entitlements.errors import InputError
from quanyi.entitlements.needs import Need, Picture, Timer
from quanyi.entitlements.plays.records import BUILTIN_RECORDS
from quanyi.entitlements.ports import Transaction, Writing
from quanyi.entitlements.records import FIRST_FORMAT, Record

if TYPE_CHECKING:
    from sqlalchemy import Engine

__all__ = ["STILL_OPEN", "SqlStore"]

STILL_OPEN = "quanyi_still_open"
"""The key in a connection's `info` of a function that raises once the host's transaction is over, if there is one."""

_LOCK_TIMEOUT_MS = 2_000
_LEAST_MS = 10


class SqlStore(SqlViews, SqlCodeShelf):
    """
    One mall in a database.

    Args:
        engine: Prepared by `prepare_engine`; its tables made by `upgrade`.
        mall: Which mall; many may live in the same tables.
        records: The kinds of records; a host's own plays add theirs.
        prefix: What the tables' names begin with.
        schema: The database schema they stand in; None for the connection's own.
        upcasters: What brings records of older shapes up, by kind and shape.
        lock_timeout_ms: How long a transaction waits for a lock before it is a `LockTimeout`.
        sinks: Who takes which events, as `quanyi.adapters.sinks.Sinks` reads it; the host takes all.
    """

    def __init__(
        self,
        engine: Engine,
        mall: str = "default",
        *,
        records: Iterable[type[Record]] = BUILTIN_RECORDS,
        prefix: str = "quanyi_",
        schema: str | None = None,
        upcasters: Mapping[tuple[str, int], Upcaster] | None = None,
        lock_timeout_ms: int = _LOCK_TIMEOUT_MS,
        sinks: Mapping[str, Iterable[str]] | None = None,
    ) -> None:
        self.engine = engine
        self.mall = mall
        self.tables = tables_of(prefix, schema)
        self.listings = Listings(self.tables, mall)
        self._lock_timeout_ms = lock_timeout_ms
        self.codec = Codec(records, upcasters, FIRST_FORMAT)
        self.sinks = Sinks.of(sinks)
        self._host: Connection | None = None
        self._still_open: Callable[[], object] | None = None
        self._still = False
        self._epoch: int | None = None
        self.past_releases: dict[tuple[Any, ...], Any] = {}
        self._deadline: float | None = None
        self._setting = Setting(
            tables=self.tables, codec=self.codec, mall=mall, lock_timeout_ms=lock_timeout_ms, sinks=self.sinks
        )
        self._dialect = dialect_of(engine.dialect.name, engine.dialect.driver, self._setting)

    def begin(self) -> AbstractContextManager[Transaction]:
        """A transaction of our own, or a savepoint in the host's."""
        host = self._hosts()
        if host is not None:
            return self._dialect.joined(host)
        return self._dialect.own(self.engine, self._wait_ms())

    def until(self, deadline: float) -> SqlStore:
        """
        The same mall, whose own transactions together wait for locks until *deadline*, an instant of `time.monotonic`.
        """
        patient = copy.copy(self)
        patient._deadline = deadline  # noqa: SLF001
        return patient

    def held(self, needs: Collection[Need]) -> frozenset[Need] | None:
        """Which of *needs* have rows that other transactions hold; None where the database can't tell."""
        return self._dialect.held(self.engine, needs)

    def join(self, connection: Any) -> SqlStore:
        """
        The same mall inside the transaction of *connection*, which only the host ends.

        The host's driver may be another one than the mall's own: an async one, under `run_sync`.

        Raises:
            InputError: It is neither a Session nor a Connection: an engine, or one of asyncio outside `run_sync`.
        """
        host = _begun(connection)
        joined = copy.copy(self)
        joined._host = host  # noqa: SLF001
        joined._still_open = host.info.get(STILL_OPEN)  # noqa: SLF001
        if host.dialect.driver != self.engine.dialect.driver:
            joined._dialect = dialect_of(host.dialect.name, host.dialect.driver, self._setting)  # noqa: SLF001
        return joined

    @property
    def joined(self) -> bool:
        """Whether it is part of a host's transaction."""
        return self._host is not None and not self._still

    def _hosts(self) -> Connection | None:
        """The host's connection if we are joined to one. An error once its transaction is over."""
        if self._still_open is not None:
            self._still_open()
        return self._host

    def _wait_ms(self) -> int:
        if self._deadline is None:
            return self._lock_timeout_ms
        return max(_LEAST_MS, int((self._deadline - monotonic()) * 1000))

    def peek(
        self,
        needs: Iterable[Need],
        now: datetime,
        short: Mapping[Account, int] | None = None,
        deciding: Collection[bytes] = (),
    ) -> Picture:
        """Read without locking."""
        asked = NeedsByTable.of(needs, short, deciding)
        if self._host is None:
            return self._dialect.peek(self.engine, asked, now)
        asked.epoch = self._epoch
        with self.reading() as connection:
            picture = self._dialect.read(connection, asked, now, locking=False)
        if self._still:
            self._epoch = picture.epoch
        return picture

    def rows(self, writing: Writing) -> Mapping[str, Sequence[tuple[Any, ...]]]:
        """The rows of a writing, by table."""
        return by_table(rows_of(writing, self.codec, self.sinks))

    def due(self, now: datetime, limit: int, after: Timer | None = None) -> Sequence[Timer]:
        """Timers that are due, oldest first, and by id at one instant; those behind *after* if it is given."""
        with self.reading() as connection:
            return self._dialect.due(connection, now, limit, after)

    def write_in(self, connection: Connection, writing: Writing) -> None:
        """Write as a part of the transaction on *connection*, for work beside the books that is journaled."""
        with self._dialect.translated():
            self._dialect.write(connection, writing)

    def translated(self) -> AbstractContextManager[None]:
        """Inside the block, the driver's errors become ours."""
        return self._dialect.translated()

    @contextmanager
    def working(self) -> Iterator[Connection]:
        """A short transaction of our own for work beside the books, such as the outbox's."""
        engine = self.engine.execution_options(**{BEGIN: "immediate"})
        with self._dialect.translated(), engine.begin() as connection:
            yield connection

    def erasing(self) -> AbstractContextManager[Connection]:
        """A transaction of our own in which a person is erased: no decision about them is under way beside it."""
        return self._dialect.erasing(self.engine, self._wait_ms())

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection to read on: the host's, or one of our own for a moment."""
        with self._dialect.translated():
            host = self._hosts()
            if host is not None:
                yield host
                return
            with self._dialect.reader(self.engine) as connection:
                yield connection

    @contextmanager
    def snapshot(self) -> Iterator[SqlStore]:
        """The same mall as of one instant, read on one connection; in a host's transaction, this store itself."""
        if self._hosts() is not None:
            yield self
            return
        with self._dialect.translated():
            connection = self._dialect.still(self.engine)
        still = copy.copy(self)
        still._host, still._still = connection, True  # noqa: SLF001
        try:
            yield still
        finally:
            with suppress(SQLAlchemyError):
                connection.commit()  # after a rollback a driver would prepare its statements anew
            with suppress(SQLAlchemyError):
                connection.close()

    def __repr__(self) -> str:
        place = "a host's transaction" if self._host is not None else str(self.engine.url)
        return f"<SqlStore {self.mall!r} in {place}, tables {self.tables.prefix}*>"


def _begun(given: Any) -> Connection:
    """The connection of a host's transaction, which is given itself or as its session."""
    if isinstance(given, Connection):
        return given
    ask = getattr(given, "connection", None)
    found = ask() if callable(ask) and not iscoroutinefunction(ask) else None
    if not isinstance(found, Connection):
        raise InputError(f"a mall joins a SQLAlchemy Session or Connection that has begun, not {type(given).__name__}")
    return found
