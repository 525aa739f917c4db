"""
The table of API keys, which stands beside the books: nothing in them refers to it.
"""

from __future__ import annotations

from sqlalchemy import Column, MetaData, PrimaryKeyConstraint, Table

from quanyi.adapters.sql.types import BODY, BYTES, NAME, Instant

__all__ = ["api_key"]


def api_key(prefix: str, meta: MetaData) -> Table:
    """The table; ``digest`` is the SHA-256 of a key's secret, ``scopes`` its scopes with blanks between them."""
    name = f"{prefix}api_key"
    return Table(
        name,
        meta,
        Column("mall", NAME, nullable=False),
        Column("id", NAME, nullable=False),
        Column("name", BODY, nullable=False),
        Column("scopes", BODY, nullable=False),
        Column("user_id", NAME),
        Column("made_at", Instant, nullable=False),
        Column("ends_at", Instant),
        Column("digest", BYTES, nullable=False),
        Column("brand", NAME),
        PrimaryKeyConstraint("mall", "id", name=f"{name}_pk"),
        sqlite_with_rowid=False,
    )
