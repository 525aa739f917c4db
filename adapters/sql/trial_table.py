"""
The table of trials, which stands beside the books: nothing in them refers to it.
"""

from __future__ import annotations

from sqlalchemy import Column, Integer, MetaData, PrimaryKeyConstraint, Table

from quanyi.adapters.sql.types import BODY, NAME, Instant

__all__ = ["trial"]


def trial(prefix: str, meta: MetaData) -> Table:
    """The table; ``result`` is what came of it, as JSON."""
    name = f"{prefix}trial"
    return Table(
        name,
        meta,
        Column("mall", NAME, nullable=False),
        Column("subject", NAME, nullable=False),
        Column("sort", NAME, nullable=False),
        Column("id", NAME, nullable=False),
        Column("state", NAME, nullable=False),
        Column("content", NAME, nullable=False),
        Column("days", Integer, nullable=False),
        Column("asked_by", NAME, nullable=False),
        Column("asked_at", Instant, nullable=False),
        Column("done_at", Instant),
        Column("result", BODY, nullable=False),
        PrimaryKeyConstraint("mall", "subject", "sort", name=f"{name}_pk"),
        sqlite_with_rowid=False,
    )
