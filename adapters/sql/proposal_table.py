"""
The table of proposals, which stands beside the books: nothing in them refers to it.
"""

from __future__ import annotations

from sqlalchemy import Column, Integer, MetaData, PrimaryKeyConstraint, Table

from quanyi.adapters.sql.types import BODY, NAME, Instant

__all__ = ["proposal"]


def proposal(prefix: str, meta: MetaData) -> Table:
    """The table; ``text`` is YAML, ``base`` the versions in force when the proposal was begun, as JSON like ``campaigns``, ``authors``, ``review``."""
    name = f"{prefix}proposal"
    return Table(
        name,
        meta,
        Column("mall", NAME, nullable=False),
        Column("id", NAME, nullable=False),
        Column("campaigns", BODY, nullable=False),
        Column("text", BODY, nullable=False),
        Column("base", BODY, nullable=False),
        Column("state", NAME, nullable=False),
        Column("edition", Integer, nullable=False),
        Column("made_by", NAME, nullable=False),
        Column("changed_by", NAME, nullable=False),
        Column("made_at", Instant, nullable=False),
        Column("changed_at", Instant, nullable=False),
        Column("epoch", Integer),
        Column("authors", BODY),
        Column("review", BODY),
        PrimaryKeyConstraint("mall", "id", name=f"{name}_pk"),
        sqlite_with_rowid=False,
    )
