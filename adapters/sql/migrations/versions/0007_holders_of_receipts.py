"""
Receipts say whose they are, and what the journal calls the request: columns for the holder, and for an id that is
not made of the key.

Receipts that are there already keep what they say. Their content is not stored, so their digests can't be made anew
without the host's id, and who asked is not told by every change that they led to.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context

from quanyi.adapters.sql.migrations.again import add_column
from quanyi.adapters.sql.types import DIGEST, NAME

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    tables = context.config.attributes["tables"]
    for column in (sa.Column("holder", NAME, nullable=True), sa.Column("input", DIGEST, nullable=True)):
        add_column(f"{tables.prefix}receipt", column, schema=tables.schema)
