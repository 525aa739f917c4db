"""
PostgreSQL: row locks under READ COMMITTED.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import attrs
from sqlalchemy import Insert, text
from sqlalchemy.dialects.postgresql import insert

from quanyi.adapters.sql.dialects.guarded import Forms, guarded
from quanyi.adapters.sql.dialects.locked import LockedRows
from quanyi.adapters.sql.rows import Batch, rows_of

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine, Table

    from quanyi.entitlements.ports import Writing

__all__ = ["Postgresql"]

_DUPLICATE = "23505"

_CONFLICTS = frozenset(
    {
        "22012",  # a guard of ours said no
        _DUPLICATE,  # unique violation: a row that must be new is there already
        "23514",  # check violation: a balance below its floor
        "40001",  # serialisation failure, in a host's transaction of that level
        "40P01",  # deadlock
    }
)


_DATA = ("22", "54")
"""A value that doesn't fit: too long, too large, no such character; a key too long for an index."""


_LOCK_TIMEOUT = "55P03"


class Postgresql(LockedRows):
    """
    PostgreSQL through any driver.

    Attributes:
        forms: Which writings go value by value in the one statement that `statement` makes.
    """

    forms = Forms()

    def open(self, engine: Engine, wait_ms: int) -> Connection:
        connection = super().open(engine, wait_ms)
        connection.execute(text(f"set local lock_timeout = {wait_ms}"))
        return connection

    def keep_out(self, connection: Connection) -> None:
        # Whoever decides has locked rows of the table, or what would be rows, before reading the epoch: that conflicts.
        name = connection.dialect.identifier_preparer.format_table(self.tables.record)
        connection.execute(text(f"lock table {name} in exclusive mode"))

    def reader(self, engine: Engine) -> Connection:
        # Each look is its own transaction: a rollback at the end would make the driver forget what it prepared.
        return engine.connect().execution_options(isolation_level="AUTOCOMMIT")

    def statements(self, connection: Connection, writing: Writing) -> Iterable[tuple[str, Sequence[Any]]]:
        """The guarded statements for *writing*. What is rare is written at once, with the generic statements."""
        rows = rows_of(writing, self.codec, self.setting.sinks)
        if rows.draws and len(rows.codes):  # codes that are drawn as they come in
            self._insert(connection, self.tables.code, rows.codes, "a code is there already")
            rows = attrs.evolve(rows, codes=Batch(rows.codes.columns, []))
        if rows.draws or rows.spoiled or rows.seen:
            self._draws(connection, rows)
        if rows.release:
            self._release(connection, rows)
        return guarded(rows, self.tables, self.mall, self.forms)

    def insert_new(self, table: Table) -> Insert:
        return insert(table).on_conflict_do_nothing()

    def is_about_data(self, error: BaseException | None) -> bool:
        return _code(error).startswith(_DATA)

    def is_conflict(self, error: BaseException | None) -> bool:
        return _code(error) in _CONFLICTS

    def is_duplicate(self, error: BaseException | None) -> bool:
        return _code(error) == _DUPLICATE

    def is_timeout(self, error: BaseException | None) -> bool:
        return _code(error) == _LOCK_TIMEOUT


def _code(error: BaseException | None) -> str:
    """The SQLSTATE of a driver's error, whichever driver it is."""
    return str(getattr(error, "sqlstate", None) or getattr(error, "pgcode", None) or "")
