"""A table for webhook endpoints: where events are sent, with sealed secrets."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context

from quanyi.adapters.sql.migrations.again import create_table
from quanyi.adapters.sql.types import BODY, COUNT, NAME, Instant

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    tables = context.config.attributes["tables"]
    name = f"{tables.prefix}webhook"
    create_table(
        name,
        sa.Column("mall", NAME, nullable=False),
        sa.Column("id", NAME, nullable=False),
        sa.Column("url", BODY, nullable=False),
        sa.Column("types", BODY, nullable=False),
        sa.Column("made_at", Instant, nullable=False),
        sa.Column("secrets", BODY, nullable=False),
        sa.Column("version", COUNT, nullable=False),
        sa.PrimaryKeyConstraint("mall", "id", name=f"{name}_pk"),
        sqlite_with_rowid=False,
        schema=tables.schema,
    )
