"""
Card codes in a database as they stand: counted by state and batch, read by batch, and sealed anew.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, and_, bindparam, case, func, or_, select, update

from quanyi.adapters.sql.needs_by_table import CODE, code_in
from quanyi.entitlements.changes import SealedCode
from quanyi.entitlements.code_shelf import ENDED_OWNERS, VOID_OWNERS, CodeCounts, Ending

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from quanyi.adapters.sql.tables import Tables

__all__ = ["SqlCodeShelf"]


class SqlCodeShelf:
    """The card codes of a store in SQL."""

    mall: str
    tables: Tables

    def reading(self) -> AbstractContextManager[Connection]:
        """A connection to read on."""
        raise NotImplementedError

    def working(self) -> AbstractContextManager[Connection]:
        """A short transaction of our own."""
        raise NotImplementedError

    def code_counts(self, pool: str, now: datetime) -> Mapping[str, CodeCounts]:
        """How many codes of *pool* are in which state, by their batch; empty text for those of none."""
        code = self.tables.code.c
        states = self._states(now)
        sums = (func.sum(case((state, 1), else_=0)).label(name) for name, state in states.items())
        query = select(code.batch, *sums).where(code.mall == self.mall, code.pool == pool).group_by(code.batch)
        with self.reading() as connection:
            rows = connection.execute(query).all()
        return {batch or "": CodeCounts(**dict(zip(states, map(int, counts), strict=True))) for batch, *counts in rows}

    def codes_in(self, batch: str, after: str | None, limit: int) -> Sequence[SealedCode]:
        """The codes of one batch in the order in which they came in, behind the one of the id *after*."""
        code = self.tables.code.c
        return self._read(code.batch == batch, after, limit)

    def codes_ending(self, pools: Collection[str], now: datetime, until: datetime) -> Mapping[str, Ending]:
        """Of each pool the free codes that end after *now* and by *until*; a pool without any is left out."""
        code = self.tables.code.c
        query = select(code.pool, func.count(), func.min(code.ends_at, type_=code.ends_at.type))
        query = query.where(code.mall == self.mall, code.pool.in_(sorted(pools)), code.owner.is_(None))
        query = query.where(code.ends_at > now, code.ends_at <= until).group_by(code.pool)
        with self.reading() as connection:
            return {pool: Ending(count=count, first=first) for pool, count, first in connection.execute(query)}

    def sealed_otherwise(self, key_id: str, after: str | None, limit: int) -> Sequence[SealedCode]:
        """Codes that another key has sealed than that of *key_id*, oldest first, behind the one of the id *after*."""
        code = self.tables.code.c
        return self._read(code.key_id != key_id, after, limit)

    def put_seals(self, before: Sequence[SealedCode], after: Sequence[SealedCode]) -> int:
        """Write the seals of *after* where those of *before* still stand; how many that were."""
        code = self.tables.code.c
        stands = and_(code.mall == self.mall, code.id == bindparam("b_id"), code.key_id == bindparam("b_key"))
        statement = update(self.tables.code).where(stands, code.sealed == bindparam("b_sealed"))
        statement = statement.values(sealed=bindparam("sealed"), key_id=bindparam("key_id"))
        done = 0
        with self.working() as connection:
            for old, new in sorted(zip(before, after, strict=True), key=lambda pair: pair[0].id):
                said = {"b_id": old.id, "b_key": old.key_id, "b_sealed": old.sealed}
                done += connection.execute(statement, {**said, "sealed": new.sealed, "key_id": new.key_id}).rowcount
        return done

    def _states(self, now: datetime) -> dict[str, ColumnElement[bool]]:
        """What tells codes of each state, as `state_of` does."""
        code = self.tables.code.c
        free, ended = code.owner.is_(None), code.owner.like(f"{ENDED_OWNERS}%")
        void = or_(*(code.owner.like(f"{owner}%") for owner in VOID_OWNERS))
        issued = and_(code.owner.is_not(None), ~void)
        return {
            "free": and_(free, or_(code.ends_at.is_(None), code.ends_at > now)),
            "issued": and_(issued, code.seen_at.is_(None)),
            "seen": and_(issued, code.seen_at.is_not(None)),
            "ended": or_(ended, and_(free, code.ends_at <= now)),
            "void": and_(void, ~ended),
        }

    def _read(self, which: ColumnElement[bool], after: str | None, limit: int) -> list[SealedCode]:
        """The codes that *which* tells, oldest first, behind the one of the id *after*."""
        code = self.tables.code.c
        query = select(*(code[name] for name in CODE)).where(code.mall == self.mall, which)
        if after is not None:
            last = select(code.number).where(code.mall == self.mall, code.id == after)
            query = query.where(code.number > last.scalar_subquery())
        with self.reading() as connection:
            return [code_in(tuple(row)) for row in connection.execute(query.order_by(code.number).limit(limit))]
