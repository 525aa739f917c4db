"""
Card codes know their batch, channel and region, when they end, which text they share with others, and when they were seen.

Codes that are there already keep what they say: they have no batch.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import context

from quanyi.adapters.sql.migrations.again import add_column, create_index
from quanyi.adapters.sql.types import BLIND, NAME, Instant

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_COLUMNS: dict[str, Any] = {
    "batch": NAME,
    "channel": NAME,
    "region": NAME,
    "ends_at": Instant(),
    "twin_of": BLIND,
    "seen_at": Instant(),
}
_INDEXES = {"batch": ("batch", "number"), "twin": ("twin_of",), "end": ("pool", "ends_at")}
_ONLY = {"batch": "batch", "twin": "twin_of", "end": "ends_at"}


def upgrade() -> None:
    tables = context.config.attributes["tables"]
    name = f"{tables.prefix}code"
    for column, type_ in _COLUMNS.items():
        add_column(name, sa.Column(column, type_, nullable=True), schema=tables.schema)
    for index, columns in _INDEXES.items():
        create_index(f"{name}_{index}", name, ["mall", *columns], schema=tables.schema, **_where(_ONLY[index]))


def _where(column: str) -> dict[str, Any]:
    where = sa.text(f"{column} IS NOT NULL")
    return {"postgresql_where": where, "sqlite_where": where}
