"""
The table of card codes.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Index, MetaData, Table, UniqueConstraint

from quanyi.adapters.sql.types import BLIND, BYTES, NAME, NUMBER, Instant

__all__ = ["code"]


def code(prefix: str, meta: MetaData) -> Table:
    """
    The table; a row is one sealed card code.

    ``batch`` is the code batch that it came in with, and null in rows of earlier releases. ``twin_of`` is the blind index of
    its text, where ``blind`` is not made of the text alone, since equal texts are as many cards.
    """
    name = f"{prefix}code"
    return Table(
        name,
        meta,
        Column("number", NUMBER, primary_key=True, autoincrement=True),
        Column("mall", NAME, nullable=False),
        Column("id", NAME, nullable=False),
        Column("pool", NAME, nullable=False),
        Column("sealed", BYTES, nullable=False),
        Column("key_id", NAME, nullable=False),
        Column("blind", BLIND, nullable=False),
        Column("owner", NAME),
        Column("batch", NAME),
        Column("channel", NAME),
        Column("region", NAME),
        Column("ends_at", Instant),
        Column("twin_of", BLIND),
        Column("seen_at", Instant),
        UniqueConstraint("mall", "id", name=f"{name}_key"),
        UniqueConstraint("mall", "blind", name=f"{name}_blind"),
        Index(f"{name}_pool", "mall", "pool", "owner", "number"),
        Index(f"{name}_owner", "mall", "owner", **_only("owner")),
        Index(f"{name}_batch", "mall", "batch", "number", **_only("batch")),
        Index(f"{name}_twin", "mall", "twin_of", **_only("twin_of")),
        Index(f"{name}_end", "mall", "pool", "ends_at", **_only("ends_at")),
    )


def _only(column: str) -> dict[str, Any]:
    """Keep rows out of an index where *column* is null, on databases that can."""
    where = Column(column, NAME).is_not(None)
    return {"postgresql_where": where, "sqlite_where": where}
