"""
The tables of figures, which stand beside the books: they can be made again from the journal, but for what pages say.
"""

from __future__ import annotations

from sqlalchemy import Column, Index, MetaData, PrimaryKeyConstraint, Table

from quanyi.adapters.sql.types import COUNT, DIGEST, NAME
from quanyi.campaigns.figures.figures import COUNTED, SHOWN

__all__ = ["figure", "showing"]


def figure(prefix: str, meta: MetaData) -> Table:
    """The sums of one day, campaign and item, as a whole and for each hour and value of a context."""
    return _sums(f"{prefix}figure", meta, COUNTED)


def showing(prefix: str, meta: MetaData) -> Table:
    """How often something was shown, likewise; what no journal says."""
    return _sums(f"{prefix}showing", meta, SHOWN)


def _sums(name: str, meta: MetaData, figures: tuple[str, ...]) -> Table:
    """*id* is the digest of dimension, value, day, campaign and item."""
    return Table(
        name,
        meta,
        Column("mall", NAME, nullable=False),
        Column("id", DIGEST, nullable=False),
        *(Column(part, NAME, nullable=False) for part in ("dimension", "value", "day", "campaign", "item")),
        *(Column(word, COUNT, nullable=False, server_default="0") for word in figures),
        PrimaryKeyConstraint("mall", "id", name=f"{name}_pk"),
        Index(f"{name}_day", "dimension", "day", "mall"),
        sqlite_with_rowid=False,
    )
