"""
An index of receipts by their holder, so that an erasure finds those of one person without reading all of them.

On a large table it takes its time; PostgreSQL lets nobody write receipts meanwhile.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context

from quanyi.adapters.sql.migrations.again import create_index

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    tables = context.config.attributes["tables"]
    name, where = f"{tables.prefix}receipt", sa.column("holder").is_not(None)
    some = {"postgresql_where": where, "sqlite_where": where}
    create_index(f"{name}_holder", name, ["mall", "holder"], schema=tables.schema, **some)
