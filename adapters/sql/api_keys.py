"""
API keys in a table of the mall's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, or_, select, update

from quanyi.adapters.api_keys import ApiKey

if TYPE_CHECKING:
    from quanyi.adapters.sql.store import SqlStore

__all__ = ["SqlApiKeys"]


class SqlApiKeys:
    """The API keys of one mall."""

    def __init__(self, store: SqlStore) -> None:
        self._store, self._mall, self._table = store, store.mall, store.tables.api_key

    @property
    def store(self) -> SqlStore:
        """The store of the mall."""
        return self._store

    def find(self, id: str) -> ApiKey | None:  # noqa: A002  (the word for it)
        """The key called *id*; None if there is none."""
        with self._store.reading() as connection:
            row = connection.execute(select(self._table).where(*self._named(id))).mappings().one_or_none()
        return None if row is None else _key(row)

    def all(self) -> list[ApiKey]:
        """Every key, those that have ended too, in the order in which they were made."""
        mine = select(self._table).where(self._table.c.mall == self._mall)
        with self._store.reading() as connection:
            rows = connection.execute(mine.order_by(self._table.c.made_at, self._table.c.id)).mappings().all()
        return [_key(row) for row in rows]

    def add(self, key: ApiKey) -> None:
        """Keep a new key."""
        row = {
            "mall": self._mall,
            "id": key.id,
            "name": key.name,
            "scopes": " ".join(sorted(key.scopes)),
            "user_id": key.user,
            "brand": key.brand,
            "made_at": key.made_at,
            "ends_at": key.ends_at,
            "digest": key.digest,
        }
        self._write(insert(self._table).values(row))

    def end(self, id: str, at: datetime) -> bool:  # noqa: A002  (the word for it)
        """Let a key end at *at*, unless it ends sooner already; whether there is such a key."""
        ends = self._table.c.ends_at
        self._write(update(self._table).where(*self._named(id), or_(ends.is_(None), ends > at)).values(ends_at=at))
        return self.find(id) is not None

    def _named(self, id_: str) -> tuple[Any, ...]:
        return self._table.c.mall == self._mall, self._table.c.id == id_

    def _write(self, statement: Any) -> None:
        with self._store.working() as connection:
            connection.execute(statement)


def _key(row: Mapping[Any, Any]) -> ApiKey:
    return ApiKey(
        id=row["id"],
        name=row["name"],
        scopes=frozenset(row["scopes"].split()),
        user=row["user_id"],
        brand=row["brand"],
        made_at=row["made_at"],
        ends_at=row["ends_at"],
        digest=row["digest"],
    )
