"""An index of what people hold and are promised, by when it ends."""

from __future__ import annotations

from alembic import context

from quanyi.adapters.sql.by_end import BY_END
from quanyi.adapters.sql.migrations.again import create_index

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    tables = context.config.attributes["tables"]
    name = f"{tables.prefix}record"
    create_index(f"{name}_end", name, ["mall", "holder", "kind", "due_at"], schema=tables.schema, **BY_END)
