"""A table for trials, and what was said of a proposal by whom: its authors, and the review of somebody else."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context

from quanyi.adapters.sql.migrations.again import add_column, create_table
from quanyi.adapters.sql.types import BODY, NAME, Instant

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    tables = context.config.attributes["tables"]
    for column in ("authors", "review"):
        add_column(f"{tables.prefix}proposal", sa.Column(column, BODY), schema=tables.schema)
    name = f"{tables.prefix}trial"
    create_table(
        name,
        sa.Column("mall", NAME, nullable=False),
        sa.Column("subject", NAME, nullable=False),
        sa.Column("sort", NAME, nullable=False),
        sa.Column("id", NAME, nullable=False),
        sa.Column("state", NAME, nullable=False),
        sa.Column("content", NAME, nullable=False),
        sa.Column("days", sa.Integer, nullable=False),
        sa.Column("asked_by", NAME, nullable=False),
        sa.Column("asked_at", Instant, nullable=False),
        sa.Column("done_at", Instant),
        sa.Column("result", BODY, nullable=False),
        sa.PrimaryKeyConstraint("mall", "subject", "sort", name=f"{name}_pk"),
        sqlite_with_rowid=False,
        schema=tables.schema,
    )
