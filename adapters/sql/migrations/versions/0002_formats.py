"""
Formats that are to last: who did it, digests of what is stored, a sink for each event, amounts of
wakes, names to look records up by, and marks.

Everything here is added: columns that are null or have a default, and new tables, so that processes
of the release before go on writing while others run this one. What old rows say in the new columns is filled in by `quanyi.adapters.sql.migrations.filling`, in the same
transaction.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import context, op

from quanyi.adapters.sql.migrations.again import add_column, create_index, create_table, rekey
from quanyi.adapters.sql.migrations.filling import fill
from quanyi.adapters.sql.types import BODY, BYTES, COUNT, DIGEST, NAME, NUMBER, Instant

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    tables = context.config.attributes["tables"]
    prefix, schema = tables.prefix, tables.schema
    for table, columns in _COLUMNS.items():
        for name, type_, options in columns:
            add_column(f"{prefix}{table}", sa.Column(name, type_, **options), schema=schema)
    _outbox(prefix, schema)
    _lookup(prefix, schema)
    _mark(prefix, schema)
    _transaction_of_each_change(prefix, schema)
    if not context.is_offline_mode():
        fill(op.get_bind(), prefix, schema)


_COLUMNS: dict[str, tuple[tuple[str, Any, dict[str, Any]], ...]] = {
    "journal": (("by", NAME, {}), ("bodies", BYTES, {}), ("digest", DIGEST, {}), ("xact", COUNT, {})),
    "receipt": (("formula", sa.Integer, {"nullable": False, "server_default": "1"}), ("body_digest", DIGEST, {})),
    "version": (("digest", DIGEST, {}),),
    "release": (("digests", BODY, {"nullable": False, "server_default": "{}"}),),
    "wake": (("amount", COUNT, {}),),
}


def _outbox(prefix: str, schema: str | None) -> None:
    """One row for each sink. SQLite can't change a key, so its table is made anew."""
    name = f"{prefix}outbox"
    if op.get_context().dialect.name == "sqlite":
        old = f"{prefix}outbox_0001"
        op.rename_table(name, old, schema=schema)
        _outbox_table(name, schema)
        columns = "number, mall, id, event, data, holder, emitted_at, attempts, next_at, parked_at"
        op.execute(
            f"insert into {_place(name, schema)} ({columns}, sink, order_key)"
            f" select {columns}, 'host', holder from {_place(old, schema)}"
        )
        op.drop_table(old, schema=schema)
    else:
        for column in ("order_key", "lease"):
            add_column(name, sa.Column(column, NAME, nullable=True), schema=schema)
        add_column(name, sa.Column("sink", NAME, nullable=False, server_default="host"), schema=schema)
        op.execute(f"update {_place(name, schema)} set order_key = holder")
        rekey(f"{name}_key", name, ["mall", "id", "sink"], schema=schema)
    create_index(f"{name}_sink", name, ["mall", "sink", "number"], schema=schema)


def _outbox_table(name: str, schema: str | None) -> None:
    create_table(
        name,
        sa.Column("number", NUMBER, primary_key=True, autoincrement=True),
        sa.Column("mall", NAME, nullable=False),
        sa.Column("id", DIGEST, nullable=False),
        sa.Column("event", NAME, nullable=False),
        sa.Column("data", BODY, nullable=False),
        sa.Column("holder", NAME),
        sa.Column("emitted_at", Instant, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("next_at", Instant),
        sa.Column("parked_at", Instant),
        sa.Column("sink", NAME, nullable=False, server_default="host"),
        sa.Column("order_key", NAME),
        sa.Column("lease", NAME),
        sa.UniqueConstraint("mall", "id", "sink", name=f"{name}_key"),
        schema=schema,
    )


def _lookup(prefix: str, schema: str | None) -> None:
    name = f"{prefix}lookup"
    create_table(
        name,
        sa.Column("mall", NAME, nullable=False),
        sa.Column("kind", NAME, nullable=False),
        sa.Column("name", NAME, nullable=False),
        sa.Column("value", DIGEST, nullable=False),
        sa.Column("record", DIGEST, nullable=False),
        sa.PrimaryKeyConstraint("mall", "kind", "name", "value", "record", name=f"{name}_pk"),
        sqlite_with_rowid=False,
        schema=schema,
    )
    create_index(f"{name}_record", name, ["record", "mall"], schema=schema)


def _mark(prefix: str, schema: str | None) -> None:
    name = f"{prefix}mark"
    create_table(
        name,
        sa.Column("mall", NAME, nullable=False),
        sa.Column("name", NAME, nullable=False),
        sa.Column("number", COUNT),
        sa.Column("at", Instant),
        sa.Column("text", BODY),
        sa.PrimaryKeyConstraint("mall", "name", name=f"{name}_pk"),
        sqlite_with_rowid=False,
        schema=schema,
    )


def _transaction_of_each_change(prefix: str, schema: str | None) -> None:
    """PostgreSQL writes by itself which transaction a change came with; elsewhere the index stays empty."""
    known = sa.text("xact is not null")
    index = f"{prefix}journal_forward"
    create_index(
        index,
        f"{prefix}journal",
        ["mall", "xact", "number"],
        schema=schema,
        postgresql_where=known,
        sqlite_where=known,
    )
    if op.get_context().dialect.name == "postgresql":
        op.execute(f"alter table {_place(f'{prefix}journal', schema)} alter column xact set default txid_current()")


def _place(name: str, schema: str | None) -> str:
    preparer = op.get_context().dialect.identifier_preparer
    quoted: str = preparer.quote(name)
    return quoted if schema is None else f"{preparer.quote_schema(schema)}.{quoted}"
