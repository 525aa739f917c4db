"""
Reads all rows of a mall: page by page, in one snapshot, and past whatever is damaged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import attrs
from sqlalchemy import Table, select, tuple_, type_coerce
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.types import NullType

from quanyi.adapters.codec import Codec
from quanyi.adapters.sql.in_order import of_mall
from quanyi.adapters.sql.reconciliation import Reconciliation
from quanyi.adapters.sql.tables import Tables

if TYPE_CHECKING:
    from sqlalchemy import Connection

__all__ = ["UNTOLD", "Difference", "Scan", "instant"]

_PAGE = 1_000

_WITHOUT_MALL = ("number", "timer")
"""Columns that begin an index without the mall before them."""

UNTOLD = b"untold"
"""Stands for the digest of a row that was last written by a program without digests."""


@attrs.frozen(kw_only=True)
class Difference:
    """
    One thing that is not as it should be.

    Attributes:
        code: ``balance``, ``wallet``, ``history``, ``entry``, ``held``, ``loaded``, ``receipt``,
            ``code``, ``stash``, ``account``, ``record``, ``lookup``, ``journal``, ``timer``,
            ``wake``, ``outbox``, ``version``, ``release``; ``damaged`` for a row that can't be read.
        message: What is wrong, in words and numbers.
    """

    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


class Scan:
    """
    One check of one mall, with what it has found so far.

    Attributes:
        strict: Whether every row must have a digest: all programs that write here know them.
        found: Every difference so far.
        rows: How many rows of each table were read.
        failed: Decisions in which a campaign broke.
        unwitnessed: Rows without a digest.
        doubtful: Whether something differs that the ledger keeps no name of.
    """

    def __init__(
        self, connection: Connection, tables: Tables, mall: str, codec: Codec, ledger: Reconciliation, *, strict: bool
    ) -> None:
        self.tables, self.codec, self.ledger, self.strict = tables, codec, ledger, strict
        self.found: list[Difference] = []
        self.rows: dict[str, int] = {}
        self.failed = self.unwitnessed = 0
        self.doubtful = False
        self._connection, self._mall = connection, mall

    def tell(self, code: str, message: str) -> None:
        """Note a difference."""
        self.found.append(Difference(code=code, message=message))

    def undigested(self, code: str, name: str) -> None:
        """Note a row without a digest: an older program wrote it, or the digest was removed."""
        self.unwitnessed += 1
        if self.strict:
            self.tell(code, f"{name} carries no digest")

    def each(self, table: Table, look: Callable[[Any], None], *key: str) -> None:
        """Call *look* for every row in the order of *key*. A row that can't be read becomes a difference."""
        for row in self.pages(table, *key):
            self.guarded(table, row, look)

    def guarded(self, table: Table, row: Any, look: Callable[[Any], None]) -> None:
        """Call *look* for one row; whatever it raises becomes a difference."""
        try:
            look(row)
        except Exception as error:  # noqa: BLE001  (a row may hold anything at all)
            said = f"{type(error).__name__}: {error}".split("\n", 1)[0]
            self.tell("damaged", f"{self.name(table)} {_named(row)} can't be read: {said}")

    def pages(self, table: Table, *key: str) -> Iterator[Any]:
        """All rows of the mall as the driver gives them, read page by page and counted."""
        name = self.name(table)
        self.rows.setdefault(name, 0)
        columns = [type_coerce(column, NullType()).label(column.name) for column in table.c]
        order = [table.c[part] for part in key]
        mine = of_mall(table.c.mall, self._mall) if key[0] in _WITHOUT_MALL else table.c.mall == self._mall
        query = select(*columns).where(mine).order_by(*order).limit(_PAGE)
        beyond = query
        while page := self._page(name, beyond):
            self.rows[name] += len(page)
            yield from page
            last = [getattr(page[-1], part) for part in key]
            # The first part is said twice: MariaDB finds no place in an index by several parts at once.
            beyond = query.where(order[0] >= last[0], tuple_(*order) > tuple_(*last))

    def name(self, table: Table) -> str:
        """The table's name without its prefix."""
        return table.name.removeprefix(self.tables.prefix)

    def _page(self, name: str, query: Any) -> list[Any]:
        try:
            return list(self._connection.execute(query).all())
        except (SQLAlchemyError, UnicodeError, ValueError) as error:
            self.tell("damaged", f"the rest of {name} can't be read: {str(error).splitlines()[0]}")
            return []


@lru_cache(maxsize=4_096)  # the rows of one change are of one instant
def instant(value: Any) -> datetime:
    """
    The instant in a driver's value: aware, or SQLite's text in UTC. TypeError or ValueError for anything else.

    >>> instant("2026-03-08 16:00:00.000000").isoformat()
    '2026-03-08T16:00:00+00:00'
    """
    at = datetime.fromisoformat(value) if isinstance(value, str) else value
    if not isinstance(at, datetime):
        msg = f"{value!r} is no instant"
        raise TypeError(msg)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def _named(row: Any) -> str:
    for column in ("number", "epoch"):
        if hasattr(row, column):
            return f"{column} {getattr(row, column)}"
    id_ = getattr(row, "id", None)
    return id_.hex() if isinstance(id_, bytes) else str(id_)
