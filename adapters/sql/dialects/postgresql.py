"""
PostgreSQL: row locks under READ COMMITTED.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Insert, text
from sqlalchemy.dialects.postgresql import insert

from quanyi.adapters.sql.dialects.generic import Generic

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine, Table

__all__ = ["Postgresql"]

_CONFLICTS = frozenset(
    {
        "22012",  # a guard of ours said no
        "23505",  # unique violation
        "23514",  # check violation: a balance below its floor
        "40001",  # serialisation failure, in a host's transaction of that level
        "40P01",  # deadlock
        "55P03",  # lock time-out
    }
)


_DATA = ("22", "54")
"""A value that doesn't fit: too long, too large, no such character; a key too long for an index."""


class Postgresql(Generic):
    """PostgreSQL through any driver."""

    def open(self, engine: Engine) -> Connection:
        connection = super().open(engine)
        connection.execute(text(f"set local lock_timeout = {self.setting.lock_timeout_ms}"))
        return connection

    def reader(self, engine: Engine) -> Connection:
        # Each look is its own transaction: a rollback at the end would make the driver forget what it prepared.
        return engine.connect().execution_options(isolation_level="AUTOCOMMIT")

    def insert_new(self, table: Table) -> Insert:
        return insert(table).on_conflict_do_nothing()

    def is_about_data(self, error: BaseException | None) -> bool:
        code = str(getattr(error, "sqlstate", None) or getattr(error, "pgcode", None) or "")
        return code.startswith(_DATA)

    def is_conflict(self, error: BaseException | None) -> bool:
        code = getattr(error, "sqlstate", None) or getattr(error, "pgcode", None)
        return code in _CONFLICTS
