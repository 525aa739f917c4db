"""The first tables."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import context

from quanyi.adapters.sql.migrations.again import create_index, create_table
from quanyi.adapters.sql.types import BLIND, BODY, BYTES, COUNT, DIGEST, NAME, NUMBER, Instant

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    tables = context.config.attributes["tables"]
    prefix = tables.prefix
    for make in (
        _balance,
        _record,
        _journal,
        _entry,
        _outbox,
        _timer,
        _wake,
        _receipt,
        _code,
        _version,
        _release,
    ):
        make(prefix, tables.schema)


def _mall() -> sa.Column[Any]:
    return sa.Column("mall", NAME, nullable=False)


def _id(name: str = "id") -> sa.Column[Any]:
    return sa.Column(name, DIGEST, nullable=False)


def _name(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, NAME, nullable=nullable)


def _body(name: str) -> sa.Column[Any]:
    return sa.Column(name, BODY, nullable=False)


def _number() -> sa.Column[Any]:
    return sa.Column("number", NUMBER, primary_key=True, autoincrement=True)


def _at(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, Instant, nullable=nullable)


def _only(column: str) -> dict[str, Any]:
    """Keep rows out of an index where *column* is null, on databases that can."""
    where = sa.Column(column, NAME).is_not(None)
    return {"postgresql_where": where, "sqlite_where": where}


def _balance(prefix: str, schema: str | None) -> None:
    name = f"{prefix}balance"
    create_table(
        name,
        _mall(),
        _id(),
        _name("kind"),
        _name("unit"),
        _name("holder", nullable=True),
        _body("parts"),
        sa.Column("balance", COUNT, nullable=False),
        sa.Column("floor", COUNT),
        _at("ends_at", nullable=True),
        sa.PrimaryKeyConstraint("mall", "id", name=f"{name}_pk"),
        sa.CheckConstraint("balance >= floor", name=f"{name}_floor"),
        sqlite_with_rowid=False,
        schema=schema,
    )
    create_index(f"{name}_wallet", name, ["mall", "holder", "unit"], schema=schema, **_only("holder"))


def _record(prefix: str, schema: str | None) -> None:
    name = f"{prefix}record"
    create_table(
        name,
        _number(),
        _mall(),
        _id(),
        _name("kind"),
        _name("holder", nullable=True),
        _name("phase"),
        _name("campaign"),
        _name("campaign_version"),
        _name("item"),
        _at("due_at", nullable=True),
        sa.Column("shape", sa.Integer, nullable=False),
        _body("body"),
        sa.Column("version", COUNT, nullable=False),
        _at("made_at", nullable=True),
        _at("changed_at", nullable=True),
        sa.UniqueConstraint("mall", "id", name=f"{name}_key"),
        schema=schema,
    )
    create_index(f"{name}_holder", name, ["mall", "holder", "kind", "number"], schema=schema, **_only("holder"))
    create_index(f"{name}_campaign", name, ["kind", "campaign", "mall", "number"], schema=schema)


def _journal(prefix: str, schema: str | None) -> None:
    name = f"{prefix}journal"
    create_table(
        name,
        _number(),
        _mall(),
        _id(),
        _id("input"),
        _name("campaign"),
        _name("version"),
        _name("rule"),
        _body("source"),
        _name("holder", nullable=True),
        _name("outcome"),
        _at("decided_at"),
        _body("lines"),
        sa.UniqueConstraint("mall", "id", name=f"{name}_key"),
        schema=schema,
    )


def _entry(prefix: str, schema: str | None) -> None:
    name = f"{prefix}entry"
    create_table(
        name,
        _number(),
        _mall(),
        _id("change"),
        _name("holder"),
        _name("unit"),
        _at("at"),
        sa.Column("amount", COUNT, nullable=False),
        sa.Column("balance", COUNT, nullable=False),
        _name("label"),
        _name("campaign"),
        _name("rule"),
        schema=schema,
    )
    create_index(f"{name}_wallet", name, ["mall", "holder", "unit", "number"], schema=schema)


def _outbox(prefix: str, schema: str | None) -> None:
    name = f"{prefix}outbox"
    create_table(
        name,
        _number(),
        _mall(),
        _id(),
        _name("event"),
        _body("data"),
        _name("holder", nullable=True),
        _at("emitted_at"),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        _at("next_at", nullable=True),
        _at("parked_at", nullable=True),
        sa.UniqueConstraint("mall", "id", name=f"{name}_key"),
        schema=schema,
    )


def _timer(prefix: str, schema: str | None) -> None:
    name = f"{prefix}timer"
    create_table(
        name,
        _mall(),
        _id(),
        _name("event"),
        _body("data"),
        _name("holder", nullable=True),
        _at("due_at"),
        sa.PrimaryKeyConstraint("mall", "id", name=f"{name}_pk"),
        sqlite_with_rowid=False,
        schema=schema,
    )
    create_index(f"{name}_due", name, ["mall", "due_at"], schema=schema)


def _wake(prefix: str, schema: str | None) -> None:
    name = f"{prefix}wake"
    create_table(
        name,
        _mall(),
        _id("key"),
        _at("due_at"),
        _id("timer"),
        sa.PrimaryKeyConstraint("mall", "key", "due_at", "timer", name=f"{name}_pk"),
        sqlite_with_rowid=False,
        schema=schema,
    )
    create_index(f"{name}_timer", name, ["timer", "mall"], schema=schema)


def _receipt(prefix: str, schema: str | None) -> None:
    name = f"{prefix}receipt"
    create_table(
        name,
        _mall(),
        _id(),
        _id("digest"),
        _at("at"),
        _body("body"),
        sa.PrimaryKeyConstraint("mall", "id", name=f"{name}_pk"),
        sqlite_with_rowid=False,
        schema=schema,
    )


def _code(prefix: str, schema: str | None) -> None:
    name = f"{prefix}code"
    create_table(
        name,
        _number(),
        _mall(),
        _name("id"),
        _name("pool"),
        sa.Column("sealed", BYTES, nullable=False),
        _name("key_id"),
        sa.Column("blind", BLIND, nullable=False),
        _name("owner", nullable=True),
        sa.UniqueConstraint("mall", "id", name=f"{name}_key"),
        sa.UniqueConstraint("mall", "blind", name=f"{name}_blind"),
        schema=schema,
    )
    create_index(f"{name}_pool", name, ["mall", "pool", "owner", "number"], schema=schema)
    create_index(f"{name}_owner", name, ["mall", "owner"], schema=schema, **_only("owner"))


def _version(prefix: str, schema: str | None) -> None:
    name = f"{prefix}version"
    create_table(
        name,
        _mall(),
        _name("campaign"),
        _name("version"),
        _body("body"),
        _body("source"),
        sa.PrimaryKeyConstraint("mall", "campaign", "version", name=f"{name}_pk"),
        schema=schema,
    )


def _release(prefix: str, schema: str | None) -> None:
    name = f"{prefix}release"
    create_table(
        name,
        _mall(),
        sa.Column("epoch", COUNT, nullable=False, autoincrement=False),
        _body("project"),
        _body("campaigns"),
        _body("paused"),
        sa.PrimaryKeyConstraint("mall", "epoch", name=f"{name}_pk"),
        schema=schema,
    )
