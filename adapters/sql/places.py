"""
The order of changes on MariaDB and MySQL, which don't tell what transaction wrote a row.

Numbers are given before a transaction commits, so they are no order in which to follow the journal. Here
whoever follows it first gives the changes that he finds committed, and that have no place yet, the next
one: in ``journal.xact``, where PostgreSQL keeps the transaction. All that was found at once has one place, and
counts in the order of its numbers. The mark ``forward`` says which place was given last; its row is the lock.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update
from sqlalchemy.dialects.mysql import insert

from quanyi.adapters.sql.dialects.sessions import SERVERS

if TYPE_CHECKING:
    from sqlalchemy import Connection, Select

    from quanyi.adapters.sql.store import SqlStore

__all__ = ["place_changes", "placed_here"]

_NAME = "forward"
_AT_ONCE = 5_000


def placed_here(connection: Connection) -> bool:
    """Whether changes get their places from us on this database."""
    return connection.dialect.name in SERVERS


def place_changes(store: SqlStore) -> None:
    """Give the committed changes that have no place the next one; some thousands in one go."""
    with store.reading() as connection:
        if not placed_here(connection) or connection.scalar(_unplaced(store).limit(1)) is None:
            return
    mark, journal = store.tables.mark, store.tables.journal
    here = (mark.c.mall == store.mall, mark.c.name == _NAME)
    with store.working() as connection:
        first = insert(mark).values(mall=store.mall, name=_NAME, number=0)
        connection.execute(first.on_duplicate_key_update(name=mark.c.name))  # locks the row, new or not
        place = (connection.scalar(select(mark.c.number).where(*here).with_for_update()) or 0) + 1
        # One look, which locks nothing: what depends on a change was decided after it was committed, so it can't be
        # seen without it.
        found = connection.scalars(_unplaced(store).order_by(journal.c.number).limit(_AT_ONCE)).all()
        connection.execute(update(journal).where(journal.c.number.in_(found)).values(xact=place))
        connection.execute(update(mark).where(*here).values(number=place))


def _unplaced(store: SqlStore) -> Select[Any]:
    journal = store.tables.journal.c
    return select(journal.number).where(journal.mall == store.mall, journal.xact.is_(None))
