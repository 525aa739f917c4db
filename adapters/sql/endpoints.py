"""
Webhook endpoints in a table of the mall's own, and the events that wait for each.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, Select, delete, insert, literal, or_, select, union_all, update

from quanyi.adapters.sinks import WEBHOOKS, Sinks
from quanyi.adapters.webhooks.endpoints import Endpoint, SealedSecret, endpoint_named, pool_of
from quanyi.entitlements.changes import SealedCode
from quanyi.entitlements.errors import Conflict
from quanyi.entitlements.parsing import parse_instant

if TYPE_CHECKING:
    from quanyi.adapters.sql.store import SqlStore

__all__ = ["SqlEndpoints"]

_COPIED = ("mall", "id", "event", "data", "holder", "emitted_at", "order_key")


class SqlEndpoints:
    """The webhook endpoints of one mall."""

    def __init__(self, store: SqlStore) -> None:
        self._store, self._mall = store, store.mall
        self._table, self._outbox = store.tables.webhook, store.tables.outbox

    def find(self, id: str) -> Endpoint | None:  # noqa: A002  (the word for it)
        """The endpoint called *id*; None if there is none."""
        with self._store.reading() as connection:
            row = connection.execute(select(self._table).where(*self._named(id))).mappings().one_or_none()
        return None if row is None else _endpoint(row)

    def all(self) -> list[Endpoint]:
        """Every endpoint, in the order in which they were added."""
        with self._store.reading() as connection:
            return self._all(connection)

    def add(self, endpoint: Endpoint) -> None:
        """Keep a new endpoint."""
        with self._store.working() as connection:
            connection.execute(insert(self._table).values({**_row(endpoint), "mall": self._mall, "version": 1}))

    def change(self, id: str, changed: Callable[[Endpoint], Endpoint]) -> Endpoint:  # noqa: A002
        """
        Replace an endpoint by what *changed* makes of it.

        Raises:
            NotFound: There is no such endpoint.
            Conflict: Somebody else changed it meanwhile.
        """
        with self._store.working() as connection:
            found = connection.execute(select(self._table).where(*self._named(id))).mappings().one_or_none()
            new = changed(endpoint_named(None if found is None else _endpoint(found), id))
            version = found["version"] if found is not None else 0
            guarded = update(self._table).where(*self._named(id), self._table.c.version == version)
            if connection.execute(guarded.values({**_row(new), "version": version + 1})).rowcount != 1:
                raise Conflict(f"endpoint {id} was changed by somebody else")
        return new

    def remove(self, id: str) -> int:  # noqa: A002  (the word for it)
        """
        Remove an endpoint with the events that wait for it, dead letters too; how many these were.

        Raises:
            NotFound: There is no such endpoint.
        """
        outbox = self._outbox.c
        with self._store.working() as connection:
            here = select(self._table).where(*self._named(id)).with_for_update()
            found = connection.execute(here).mappings().one_or_none()
            sink = endpoint_named(None if found is None else _endpoint(found), id).sink
            connection.execute(delete(self._table).where(*self._named(id)))
            waiting = delete(self._outbox).where(outbox.mall == self._mall, outbox.sink == sink)
            return connection.execute(waiting).rowcount

    # --- events ------------------------------------------------------------------------------

    def ready(self, sinks: Collection[str], now: datetime) -> set[str]:
        """Which of *sinks* have an event that may be handed on; one statement, which writes nothing."""
        if not sinks:
            return set()
        with self._store.reading() as connection:
            return set(connection.scalars(union_all(*(self._if_ready(sink, now) for sink in sorted(sinks)))))

    def share_out(self, limit: int) -> int:
        """
        Give each of the next *limit* events of the sink ``webhooks`` to the endpoints that want it; how many events that were.

        Each endpoint gets a row of its own, in the order of the events, and the event leaves the common sink with the same
        commit. The endpoints are locked meanwhile, so that none is removed before its rows are there to be removed.
        """
        outbox = self._outbox.c
        with self._store.working() as connection:
            sinks = Sinks({endpoint.sink: endpoint.types for endpoint in self._all(connection, locking=True)})
            mine = select(self._outbox).where(outbox.mall == self._mall, outbox.sink == WEBHOOKS)
            waiting = mine.where(outbox.parked_at.is_(None)).order_by(outbox.number).limit(limit).with_for_update()
            rows = connection.execute(waiting).mappings().all()
            copies = [_copy(row, sink) for row in rows for sink in sinks.taking(row["event"])]
            if copies:
                connection.execute(insert(self._outbox), copies)
            self._gone(connection, [row["number"] for row in rows])
        return len(rows)

    def _if_ready(self, sink: str, now: datetime) -> Select[Any]:
        outbox = self._outbox.c
        free = or_(outbox.next_at.is_(None), outbox.next_at <= now)
        mine = select(literal(1)).where(
            outbox.mall == self._mall, outbox.sink == sink, outbox.parked_at.is_(None), free
        )
        return select(literal(sink)).where(mine.exists())

    def _gone(self, connection: Connection, numbers: Collection[int]) -> None:
        if numbers:
            connection.execute(delete(self._outbox).where(self._outbox.c.number.in_(sorted(numbers))))

    def _all(self, connection: Connection, *, locking: bool = False) -> list[Endpoint]:
        query = select(self._table).where(self._table.c.mall == self._mall).order_by(self._table.c.id)
        rows = connection.execute(query.with_for_update() if locking else query).mappings()
        return sorted(map(_endpoint, rows), key=lambda each: (each.made_at, each.id))

    def _named(self, id_: str) -> tuple[ColumnElement[bool], ...]:
        return self._table.c.mall == self._mall, self._table.c.id == id_


def _copy(row: Mapping[Any, Any], sink: str) -> dict[str, Any]:
    """A row of the outbox for another sink, as if it had never been handed on."""
    return {**{name: row[name] for name in _COPIED}, "sink": sink}


def _row(endpoint: Endpoint) -> dict[str, Any]:
    secrets = [_plain(secret) for secret in endpoint.secrets]
    return {
        "id": endpoint.id,
        "url": endpoint.url,
        "types": " ".join(endpoint.types),
        "made_at": endpoint.made_at,
        "secrets": json.dumps(secrets),
    }


def _endpoint(row: Mapping[Any, Any]) -> Endpoint:
    return Endpoint(
        id=row["id"],
        url=row["url"],
        types=tuple(row["types"].split()),
        made_at=row["made_at"],
        secrets=tuple(_secret(row["id"], said) for said in json.loads(row["secrets"])),
    )


def _plain(secret: SealedSecret) -> dict[str, Any]:
    code = secret.code
    told = {name: b64encode(getattr(code, name)).decode() for name in ("sealed", "blind")}
    ends = None if secret.ends_at is None else secret.ends_at.isoformat()
    return {"id": code.id, "key_id": code.key_id, **told, "ends_at": ends}


def _secret(endpoint: str, said: Mapping[str, Any]) -> SealedSecret:
    code = SealedCode(
        id=said["id"],
        pool=pool_of(endpoint),
        sealed=b64decode(said["sealed"]),
        key_id=said["key_id"],
        blind=b64decode(said["blind"]),
    )
    return SealedSecret(code=code, ends_at=None if said["ends_at"] is None else parse_instant(said["ends_at"]))
