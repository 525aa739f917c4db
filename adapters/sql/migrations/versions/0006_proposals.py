"""A table for proposals: campaigns that operators write and that are not in force yet."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context

from quanyi.adapters.sql.migrations.again import create_table
from quanyi.adapters.sql.types import BODY, NAME, Instant

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    tables = context.config.attributes["tables"]
    name = f"{tables.prefix}proposal"
    create_table(
        name,
        sa.Column("mall", NAME, nullable=False),
        sa.Column("id", NAME, nullable=False),
        sa.Column("campaigns", BODY, nullable=False),
        sa.Column("text", BODY, nullable=False),
        sa.Column("base", BODY, nullable=False),
        sa.Column("state", NAME, nullable=False),
        sa.Column("edition", sa.Integer, nullable=False),
        sa.Column("made_by", NAME, nullable=False),
        sa.Column("changed_by", NAME, nullable=False),
        sa.Column("made_at", Instant, nullable=False),
        sa.Column("changed_at", Instant, nullable=False),
        sa.Column("epoch", sa.Integer),
        sa.PrimaryKeyConstraint("mall", "id", name=f"{name}_pk"),
        sqlite_with_rowid=False,
        schema=tables.schema,
    )
