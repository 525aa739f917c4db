"""
Reads the journal forward from a place, without missing changes that commit late.

A row gets its number before its transaction commits, so whoever asks for numbers above the last one
misses a change that was numbered earlier and committed later. Here changes are read in the
order of the transactions that wrote them, and only below the horizon: the oldest transaction that
is still open. What is below it is final, and nothing is added there any more.

SQLite has one writer at a time, so numbers are in the order of commits anyway. MariaDB does not tell who
wrote a row, so there the changes get their places when they are followed (`quanyi.adapters.sql.places`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import attrs
from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, or_, select, text

from quanyi.adapters.sql.in_order import of_mall
from quanyi.adapters.sql.places import place_changes, placed_here
from quanyi.entitlements.errors import InputError
from quanyi.entitlements.time import aware

if TYPE_CHECKING:
    from quanyi.adapters.sql.store import SqlStore

__all__ = ["AT_ONCE", "Journaled", "Place", "changes_after", "pages_after"]

AT_ONCE = 5_000
"""The most changes in one page."""


@attrs.frozen(order=True)
class Place:
    """
    How far a reader has come. Store it, and pass it to read on from there.

    >>> Place.parse(str(Place(812, 4711)))
    Place(transaction=812, number=4711)

    Attributes:
        transaction: The transaction that wrote the last change; 0 where the database numbers none.
        number: The number of that change.
    """

    transaction: int = 0
    number: int = 0

    def __str__(self) -> str:
        return f"{self.transaction}/{self.number}"

    @classmethod
    def parse(cls, said: str) -> Place:
        """
        Read the text of a place; InputError for anything else.

        >>> Place.parse("tomorrow")
        Traceback (most recent call last):
        InputError: a place in the journal is written 812/4711, not 'tomorrow'
        """
        transaction, _, number = said.partition("/")
        if not (transaction.isascii() and transaction.isdecimal() and number.isascii() and number.isdecimal()):
            raise InputError(f"a place in the journal is written 812/4711, not {said!r}")
        return cls(int(transaction), int(number))


@attrs.frozen(kw_only=True)
class Journaled:
    """
    One change as the journal keeps it.

    Attributes:
        place: Where it stands: pass it to go on behind it.
        input: The id of the input that it answered.
        lines: What was written, one short list a line: ``["post", …]``, ``["emit", …]``.
        by: Who caused it, where that was not the person themselves.
    """

    place: Place
    id: bytes
    input: bytes
    campaign: str
    version: str
    rule: str
    source: tuple[str, ...]
    holder: str | None
    outcome: str
    decided_at: datetime = attrs.field(validator=aware)
    lines: Sequence[Sequence[Any]]
    by: str | None = None


def changes_after(store: SqlStore, place: Place | None = None, *, limit: int = 500) -> list[Journaled]:
    """
    The next changes after *place*, at most *limit* and `AT_ONCE`; an empty list if none is final yet.

    Each change comes once, whoever commits when. A transaction that stays open, a host's too, holds
    back what was written since it began. Where one transaction began before another and waited for
    it, its changes come first though their numbers are higher: numbers tell what was decided last.

    Args:
        place: The place of the last change that was read; None for the beginning.
    """
    if limit < 1:
        raise InputError(f"a page has at least one change, not {limit}")
    start = place or Place()
    place_changes(store)
    with store.reading() as connection:
        rows = connection.execute(_next(store, connection, start).limit(min(limit, AT_ONCE))).all()
        if not rows and start.transaction == 0 and connection.dialect.name == "postgresql":
            rows = connection.execute(
                _by_transaction(store, Place(1, 0)).where(_BELOW).limit(min(limit, AT_ONCE))
            ).all()
    return [_journaled(store, row) for row in rows]


def pages_after(store: SqlStore, place: Place | None = None, *, limit: int = 500) -> Iterator[list[Journaled]]:
    """Page after page of changes, until nothing more is final."""
    while page := changes_after(store, place, limit=limit):
        yield page
        place = page[-1].place


def _next(store: SqlStore, connection: Connection, start: Place) -> Select[Any]:
    if placed_here(connection):
        return _by_transaction(store, start)
    if start.transaction:
        return _by_transaction(store, start).where(_BELOW)
    return _by_number(store, start, bounded=connection.dialect.name == "postgresql")


def _by_number(store: SqlStore, start: Place, *, bounded: bool) -> Select[Any]:
    """Changes whose transaction is not known: all of SQLite's, and those written before it was stored."""
    journal = store.tables.journal.c
    query = _all(store).where(journal.xact.is_(None), journal.number > start.number).order_by(journal.number)
    if bounded:  # they all come before the first whose transaction is known
        first = _all(store).with_only_columns(journal.number).where(journal.xact.is_not(None))
        first = first.order_by(journal.xact, journal.number).limit(1)
        query = query.where(journal.number < func.coalesce(first.scalar_subquery(), _MOST))
    return query


def _by_transaction(store: SqlStore, start: Place) -> Select[Any]:
    journal = store.tables.journal.c
    behind: ColumnElement[bool] = or_(
        journal.xact > start.transaction, and_(journal.xact == start.transaction, journal.number > start.number)
    )
    query = _all(store).where(journal.xact >= start.transaction, behind)
    return query.order_by(journal.xact, journal.number)


_MOST = 2**63 - 1
_BELOW = text("xact < txid_snapshot_xmin(txid_current_snapshot())")
"""What is final on PostgreSQL: written by transactions before the oldest that is still open."""


def _all(store: SqlStore) -> Select[Any]:
    journal = store.tables.journal
    return select(journal).where(of_mall(journal.c.mall, store.mall))


def _journaled(store: SqlStore, row: Row[Any]) -> Journaled:
    return Journaled(
        place=Place(row.xact or 0, row.number),
        id=bytes(row.id),
        input=bytes(row.input),
        campaign=row.campaign,
        version=row.version,
        rule=row.rule,
        source=tuple(json.loads(row.source)),
        holder=row.holder,
        outcome=row.outcome,
        decided_at=row.decided_at,
        lines=store.codec.lines_in(row.lines),
        by=row.by,
    )
