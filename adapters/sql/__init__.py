"""The store in SQL: its tables, statements, migrations and checks."""

from __future__ import annotations

from quanyi.adapters.sql.engine import Finding, doctor, prepare_engine
from quanyi.adapters.sql.migrate import alembic_filter, check, upgrade, upgrade_sql
from quanyi.adapters.sql.store import SqlStore
from quanyi.adapters.sql.tables import Tables, tables_of

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
