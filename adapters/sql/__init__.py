"""
The store in SQL: its tables, statements, migrations and checks.

What needs Alembic is loaded when it is first asked for: nothing but migrations does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from quanyi.adapters.sql.engine import Finding, doctor, prepare_engine
from quanyi.adapters.sql.store import SqlStore
from quanyi.adapters.sql.tables import Tables, tables_of

if TYPE_CHECKING:
    from quanyi.adapters.sql.migrate import alembic_filter, check, upgrade, upgrade_sql

__all__ = [
    "Finding",
    "SqlStore",
    "Tables",
    "alembic_filter",
    "check",
    "doctor",
    "prepare_engine",
    "tables_of",
    "upgrade",
    "upgrade_sql",
]

_MIGRATIONS = frozenset({"alembic_filter", "check", "upgrade", "upgrade_sql"})


def __getattr__(name: str) -> object:
    if name not in _MIGRATIONS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from quanyi.adapters.sql import migrate

    return getattr(migrate, name)
