"""
Steps of a migration that can be run again.

MariaDB and MySQL commit with every change of a table, so a migration that dies halfway leaves what it has made.
Each step here looks first whether it was done. On other databases a migration is one transaction, and
what stands there already is an error.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import context, op

from quanyi.adapters.sql.dialects.sessions import SERVERS

__all__ = ["add_column", "create_index", "create_table", "rekey"]


def create_table(name: str, *parts: Any, schema: str | None, **options: Any) -> None:
    """Create a table, unless it is there."""
    looker = _looker()
    if looker is None or not looker.has_table(name, schema=schema):
        op.create_table(name, *parts, schema=schema, mysql_engine="InnoDB", mariadb_engine="InnoDB", **options)


def create_index(name: str, table: str, columns: Sequence[str], *, schema: str | None, **options: Any) -> None:
    """Create an index, unless it is there."""
    if name not in _indexes(table, schema):
        op.create_index(name, table, list(columns), schema=schema, **options)


def add_column(table: str, column: sa.Column[Any], *, schema: str | None) -> None:
    """Add a column, unless it is there."""
    looker = _looker()
    if looker is None or column.name not in {found["name"] for found in looker.get_columns(table, schema=schema)}:
        if op.get_context().dialect.name == "mysql" and isinstance(column.type, sa.Text) and column.server_default:
            column.server_default = sa.DefaultClause(sa.text("('{}')"))  # MySQL takes no plain default for a long text
        op.add_column(table, column, schema=schema)


def rekey(name: str, table: str, columns: Sequence[str], *, schema: str | None) -> None:
    """Make a unique constraint anew with other columns, unless it has them."""
    found = _indexes(table, schema)
    if found.get(name) == list(columns):
        return
    if _looker() is None or name in found:
        op.drop_constraint(name, table, type_="unique", schema=schema)
    op.create_unique_constraint(name, table, list(columns), schema=schema)


def _indexes(table: str, schema: str | None) -> dict[str | None, list[str | None]]:
    """The indexes of a table with their columns, where steps may have been done before; else none."""
    looker = _looker()
    return {} if looker is None else {i["name"]: i["column_names"] for i in looker.get_indexes(table, schema=schema)}


def _looker() -> sa.Inspector | None:
    """A fresh look at the tables, where each step commits by itself; else None."""
    commits = op.get_context().dialect.name in SERVERS and not context.is_offline_mode()
    return sa.inspect(op.get_bind()) if commits else None
