"""
SQLite: one writer at a time.

A transaction of our own begins as the writer (``BEGIN IMMEDIATE``), so that what it reads is
what it writes on. In a host's transaction the first thing is to become the writer: a host that
has read before somebody else wrote is told so at once, as a Conflict.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING

from sqlalchemy import Insert, false, update
from sqlalchemy.dialects.sqlite import insert

from quanyi.adapters.sql.dialects.generic import Generic, Setting
from quanyi.entitlements.errors import Conflict

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine, Table

    from quanyi.entitlements.ports import Transaction

__all__ = ["BEGIN", "Sqlite"]

BEGIN = "quanyi_begin"
"""The execution option that says how a transaction begins: ``immediate`` or ``deferred``."""

_CONFLICTS = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_CONSTRAINT})
_PRIMARY = 0xFF


class Sqlite(Generic):
    """The embedded database."""

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        # Threads of this process queue here; SQLite itself would let them poll and starve.
        self._gate = Lock()

    @contextmanager
    def own(self, engine: Engine) -> Iterator[Transaction]:
        if not self._gate.acquire(timeout=self.setting.lock_timeout_ms / 1000):
            msg = "the database is busy"
            raise Conflict(msg)
        try:
            with super().own(engine) as transaction:
                yield transaction
        finally:
            self._gate.release()

    @contextmanager
    def joined(self, connection: Connection) -> Iterator[Transaction]:
        with super().joined(connection) as transaction:
            with self.translated():
                self._become_writer(connection)
            yield transaction

    def open(self, engine: Engine) -> Connection:
        connection = engine.connect().execution_options(**{BEGIN: "immediate"})
        try:
            connection.begin()
            self._become_writer(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def insert_new(self, table: Table) -> Insert:
        return insert(table).on_conflict_do_nothing()

    def is_conflict(self, error: BaseException | None) -> bool:
        code = getattr(error, "sqlite_errorcode", None)
        return code is not None and code & _PRIMARY in _CONFLICTS

    def _become_writer(self, connection: Connection) -> None:
        """Change no row: that takes the writer's lock, or fails where it can't be had."""
        release = self.tables.release
        connection.execute(update(release).where(false()).values(epoch=release.c.epoch))
