"""
The table of webhook endpoints, which stands beside the books: nothing in them refers to it.
"""

from __future__ import annotations

from sqlalchemy import Column, MetaData, PrimaryKeyConstraint, Table

from quanyi.adapters.sql.types import BODY, COUNT, NAME, Instant

__all__ = ["webhook"]


def webhook(prefix: str, meta: MetaData) -> Table:
    """The table; ``types`` has blanks between them, ``secrets`` is a list in JSON with each one sealed."""
    name = f"{prefix}webhook"
    return Table(
        name,
        meta,
        Column("mall", NAME, nullable=False),
        Column("id", NAME, nullable=False),
        Column("url", BODY, nullable=False),
        Column("types", BODY, nullable=False),
        Column("made_at", Instant, nullable=False),
        Column("secrets", BODY, nullable=False),
        Column("version", COUNT, nullable=False),
        PrimaryKeyConstraint("mall", "id", name=f"{name}_pk"),
        sqlite_with_rowid=False,
    )
