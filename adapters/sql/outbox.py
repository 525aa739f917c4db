"""
The outbox table as relays see it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, Row, delete, or_, select, update

from quanyi.adapters.outbox import CloudEvent, Waiting
from quanyi.adapters.sql.dialects.sqlite import BEGIN
from quanyi.adapters.sql.store import SqlStore
from quanyi.entitlements.records import Person

__all__ = ["SqlOutbox"]

_PAGE = 200
_ROLES = ("friend", "inviter")


class SqlOutbox:
    """
    The outbox of one mall in a database.

    An event keeps its place: it is leased only when no earlier event about the same person
    waits, and told events are deleted. Parked ones stay, and hold nobody up.
    """

    def __init__(self, store: SqlStore) -> None:
        self._store = store
        self._rows = store.tables.outbox
        self._engine = store.engine.execution_options(**{BEGIN: "immediate"})

    def lease(self, now: datetime, until: datetime, limit: int) -> Sequence[Waiting]:
        """The next events that may be handed on, in order; nobody else gets them before *until*."""
        with self._engine.begin() as connection:
            ready = self._ready(connection, now, limit)
            leased = [row for row in ready if self._take(connection, row, now, until)]
        return [self._waiting(row) for row in leased]

    def told(self, number: int) -> None:
        """It has been taken; forget it."""
        with self._engine.begin() as connection:
            connection.execute(delete(self._rows).where(self._rows.c.number == number))

    def put_off(self, number: int, until: datetime, *, tried: bool = True) -> None:
        """It has not been taken, or not even been *tried*; again from *until* on."""
        self._change(number, next_at=until, attempts=self._rows.c.attempts + int(tried))

    def park(self, number: int, now: datetime) -> None:
        """It has not been taken too often; leave it for people to look at."""
        self._change(number, parked_at=now, attempts=self._rows.c.attempts + 1)

    def _change(self, number: int, **values: Any) -> None:
        with self._engine.begin() as connection:
            connection.execute(update(self._rows).where(self._rows.c.number == number).values(**values))

    def _ready(self, connection: Connection, now: datetime, limit: int) -> list[Row[Any]]:
        """In order, those whose time has come and whose person has no earlier one waiting."""
        ready: list[Row[Any]] = []
        busy: set[str] = set()
        for row in self._waiting_rows(connection):
            if row.holder not in busy and (row.next_at is None or row.next_at <= now):
                ready.append(row)
            elif row.holder is not None:
                busy.add(row.holder)
            if len(ready) == limit:
                break
        return ready

    def _waiting_rows(self, connection: Connection) -> Iterator[Row[Any]]:
        """All that waits, page by page."""
        rows, last = self._rows.c, 0
        query = select(self._rows).where(rows.mall == self._store.mall, rows.parked_at.is_(None))
        query = query.order_by(rows.number).limit(_PAGE)
        while page := connection.execute(query.where(rows.number > last)).all():
            yield from page
            last = page[-1].number

    def _take(self, connection: Connection, row: Row[Any], now: datetime, until: datetime) -> bool:
        """Put the lease on one row, unless another relay was faster."""
        rows = self._rows.c
        free = or_(rows.next_at.is_(None), rows.next_at <= now)
        unchanged = rows.attempts == row.attempts
        leased = update(self._rows).where(rows.number == row.number, free, unchanged).values(next_at=until)
        return connection.execute(leased).rowcount == 1

    def _waiting(self, row: Row[Any]) -> Waiting:
        event = CloudEvent(
            id=bytes(row.id).hex(),
            source=f"/quanyi/{self._store.mall}",
            type=row.event,
            time=row.emitted_at,
            subject=self._user(row.holder),
            data=self._named(self._store.codec.data_in(row.data)),
        )
        return Waiting(number=row.number, event=event, attempts=row.attempts)

    def _named(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """People in it by the host's ids; without those who were erased."""
        people = {role: self._user(data[role]) for role in _ROLES if role in data}
        return {name: people.get(name, value) for name, value in data.items() if people.get(name, value) is not None}

    def _user(self, holder: str | None) -> str | None:
        """The host's id of a holder; None for one who was erased."""
        if holder is None:
            return None
        persons = self._store.records(Person.kind, holder=holder, limit=1)
        return cast("Person", persons[0]).user if persons else None
