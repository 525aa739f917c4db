"""
Tables for figures: sums by day, made from the journal, and what pages have shown; and API keys for the figures of one brand.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import context

from quanyi.adapters.sql.migrations.again import add_column, create_index, create_table
from quanyi.adapters.sql.types import COUNT, DIGEST, NAME

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_COUNTED = (
    *("claims", "claimed", "paid", "discount", "closed", "refunds", "refunded", "delivered", "granted"),
    *("cost", "redeemed", "withdrawn", "issued", "spent", "worked", "failed", "rated", "stars"),
)
_SHOWN = ("shown", "eligible")


def upgrade() -> None:
    for word, figures in (("figure", _COUNTED), ("showing", _SHOWN)):
        _sums(word, figures)
    tables = context.config.attributes["tables"]
    add_column(f"{tables.prefix}api_key", sa.Column("brand", NAME), schema=tables.schema)


def _sums(word: str, figures: tuple[str, ...]) -> None:
    tables = context.config.attributes["tables"]
    name = f"{tables.prefix}{word}"
    create_table(
        name,
        sa.Column("mall", NAME, nullable=False),
        sa.Column("id", DIGEST, nullable=False),
        *(sa.Column(part, NAME, nullable=False) for part in ("dimension", "value", "day", "campaign", "item")),
        *(sa.Column(figure, COUNT, nullable=False, server_default="0") for figure in figures),
        sa.PrimaryKeyConstraint("mall", "id", name=f"{name}_pk"),
        sqlite_with_rowid=False,
        schema=tables.schema,
    )
    create_index(f"{name}_day", name, ["dimension", "day", "mall"], schema=tables.schema)
