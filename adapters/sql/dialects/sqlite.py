"""
SQLite: one writer at a time.

A transaction of our own begins as the writer (``BEGIN IMMEDIATE``), so nobody can write between its
reading and its writing. In a host's transaction we become the writer first: if the host
has read before somebody else wrote, that fails at once, as a Conflict.

Rows go to the driver as the tuples they are: the statement is the same for all of them, and
the database is so near that naming every value would cost more than writing it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Any

from sqlalchemy import Delete, Insert, Select, Table, Update, false, update
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.sqlite import insert

from quanyi.adapters.sql.dialects.generic import Generic, Setting, exactly
from quanyi.adapters.sql.dialects.statements import Statements
from quanyi.adapters.sql.rows import Batch
from quanyi.adapters.sql.types import Instant
from quanyi.entitlements.errors import LockTimeout

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

    from quanyi.entitlements.ports import Transaction

__all__ = ["BEGIN", "Sqlite"]

BEGIN = "quanyi_begin"
"""The execution option that says how a transaction begins: ``immediate`` or ``deferred``."""

_CONFLICTS = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_CONSTRAINT})
_DUPLICATES = frozenset({sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, sqlite3.SQLITE_CONSTRAINT_UNIQUE})
_DATA = frozenset({sqlite3.SQLITE_TOOBIG, sqlite3.SQLITE_MISMATCH})
_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_PRIMARY = 0xFF
_LEAST_MS = 10

_preparer = sqlite.dialect().identifier_preparer


class Sqlite(Generic):
    """The embedded database."""

    alone = True
    locks_people = False

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        # Threads of this process queue here; SQLite itself would let them poll and starve.
        self._gate = Lock()
        self._statements = Statements(sqlite.dialect(), _text)
        release = setting.tables.release
        self._writer = update(release).where(false()).values(epoch=release.c.epoch)

    @contextmanager
    def own(self, engine: Engine, wait_ms: int) -> Iterator[Transaction]:
        until = monotonic() + wait_ms / 1000
        if not self._gate.acquire(timeout=wait_ms / 1000):
            msg = "the database is busy"
            raise LockTimeout(msg)
        try:
            with super().own(engine, max(_LEAST_MS, int((until - monotonic()) * 1000))) as transaction:
                yield transaction
        finally:
            self._gate.release()

    @contextmanager
    def joined(self, connection: Connection) -> Iterator[Transaction]:
        with super().joined(connection) as transaction:
            with self.translated():
                self._become_writer(connection)
            yield transaction

    @contextmanager
    def erasing(self, engine: Engine, wait_ms: int) -> Iterator[Connection]:
        if not self._gate.acquire(timeout=wait_ms / 1000):
            msg = "the database is busy"
            raise LockTimeout(msg)
        try:
            with super().erasing(engine, wait_ms) as connection:
                yield connection
        finally:
            self._gate.release()

    def open(self, engine: Engine, wait_ms: int) -> Connection:
        connection = engine.connect().execution_options(**{BEGIN: "immediate"})
        try:
            with _patience(connection, wait_ms):
                connection.begin()
                self._become_writer(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def still(self, engine: Engine) -> Connection:
        return engine.connect().execution_options(**{BEGIN: "deferred"})  # reads alone: the writer goes on

    def insert_new(self, table: Table) -> Insert:
        return insert(table).on_conflict_do_nothing()

    def is_conflict(self, error: BaseException | None) -> bool:
        code = getattr(error, "sqlite_errorcode", None)
        return code is not None and code & _PRIMARY in _CONFLICTS

    def is_timeout(self, error: BaseException | None) -> bool:
        code = getattr(error, "sqlite_errorcode", None)
        return code is not None and code & _PRIMARY in _BUSY and code != sqlite3.SQLITE_BUSY_SNAPSHOT

    def is_about_data(self, error: BaseException | None) -> bool:
        code = getattr(error, "sqlite_errorcode", None)
        return (code is not None and code & _PRIMARY in _DATA) or "binding parameter" in str(error)

    def is_duplicate(self, error: BaseException | None) -> bool:
        return getattr(error, "sqlite_errorcode", None) in _DUPLICATES

    def put_in(self, connection: Connection, table: Table, batch: Batch, *, only_new: bool) -> None:
        self._run(connection, _insert_sql(table, batch.columns, only_new=only_new), table, batch)

    def _move(self, connection: Connection, batch: Batch) -> None:
        if batch:
            done = self._run(connection, _move_sql(self.tables.balance), self.tables.balance, batch)
            exactly(done, len(batch), "a balance is not as it was read, or would leave its bounds")

    def _change(self, connection: Connection, batch: Batch) -> None:
        if batch:
            statement = _change_sql(self.tables.record, batch.columns)
            done = self._run(connection, statement, self.tables.record, batch)
            exactly(done, len(batch), "a record is not as it was read")

    def _run(self, connection: Connection, statement: str, table: Table, batch: Batch) -> int:
        """Run *statement* for each row, with the mall as first value. Returns how many rows it matched."""
        rows = [(self.mall, *row) for row in _kept(table, batch)]
        return connection.exec_driver_sql(statement, rows).rowcount

    def _become_writer(self, connection: Connection) -> None:
        """Run an update that matches no row: that takes the writer's lock, or fails if it can't be had."""
        self._run_with(connection, self._writer, {})

    def _rows(self, connection: Connection, query: Select[Any], said: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        return self._statements.rows(connection, query, said)

    def _run_with(self, connection: Connection, statement: Delete | Update, said: Mapping[str, Any]) -> None:
        self._statements.run(connection, statement, said)


@contextmanager
def _patience(connection: Connection, wait_ms: int) -> Iterator[None]:
    """Inside the block, wait *wait_ms* milliseconds for another process's writer; then as long as the host has set."""
    driver: Any = connection.connection.driver_connection
    (before,) = driver.execute("pragma busy_timeout").fetchone()
    driver.execute(f"pragma busy_timeout={wait_ms}").close()
    try:
        yield
    finally:
        driver.execute(f"pragma busy_timeout={before}").close()


# --- rows as tuples ------------------------------------------------------------------------------


def _kept(table: Table, batch: Batch) -> Sequence[tuple[Any, ...]]:
    """The rows with their instants as SQLite stores them."""
    places = _instants(table, batch.columns)
    if not places:
        return batch.rows
    columns = batch.by_column()
    for place in places:
        columns[place] = [None if value is None else _text(value) for value in columns[place]]
    return list(zip(*columns, strict=True))


@lru_cache(maxsize=4096)
def _text(value: datetime) -> str:
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")


@lru_cache(maxsize=64)
def _instants(table: Table, columns: tuple[str, ...]) -> tuple[int, ...]:
    return tuple(
        place for place, name in enumerate(columns) if name in table.c and isinstance(table.c[name].type, Instant)
    )


@lru_cache(maxsize=64)
def _insert_sql(table: Table, columns: tuple[str, ...], *, only_new: bool) -> str:
    names = ", ".join(map(_preparer.quote, ("mall", *columns)))
    marks = ", ".join("?" * (len(columns) + 1))
    rest = " on conflict do nothing" if only_new else ""
    return f"insert into {_preparer.format_table(table)} ({names}) values ({marks}){rest}"


@lru_cache(maxsize=8)
def _move_sql(table: Table) -> str:
    """Parameters: mall, id, before, delta, cap."""
    return (
        f"update {_preparer.format_table(table)} set balance = balance + ?4"
        " where mall = ?1 and id = ?2 and balance = ?3"
        " and (floor is null or balance + ?4 >= floor)"
        " and (?5 is null or balance + ?4 <= max(?5, balance))"
    )


@lru_cache(maxsize=8)
def _change_sql(table: Table, columns: tuple[str, ...]) -> str:
    """Parameters: mall, then the columns, among them id, before and after."""
    place = {name: f"?{number}" for number, name in enumerate(columns, 2)}
    values = [f"{_preparer.quote(name)} = {mark}" for name, mark in place.items() if name in table.c and name != "id"]
    return (
        f"update {_preparer.format_table(table)} set {', '.join(values)}, version = {place['after']}"
        f" where mall = ?1 and id = {place['id']} and version = {place['before']}"
    )
