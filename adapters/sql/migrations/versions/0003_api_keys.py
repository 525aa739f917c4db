"""A table for API keys: who may call over HTTP. Only digests of their secrets are kept."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context

from quanyi.adapters.sql.migrations.again import create_table
from quanyi.adapters.sql.types import BODY, BYTES, NAME, Instant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    tables = context.config.attributes["tables"]
    name = f"{tables.prefix}api_key"
    create_table(
        name,
        sa.Column("mall", NAME, nullable=False),
        sa.Column("id", NAME, nullable=False),
        sa.Column("name", BODY, nullable=False),
        sa.Column("scopes", BODY, nullable=False),
        sa.Column("user_id", NAME),
        sa.Column("made_at", Instant, nullable=False),
        sa.Column("ends_at", Instant),
        sa.Column("digest", BYTES, nullable=False),
        sa.PrimaryKeyConstraint("mall", "id", name=f"{name}_pk"),
        sqlite_with_rowid=False,
        schema=tables.schema,
    )
