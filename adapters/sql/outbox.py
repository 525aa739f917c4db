"""
The outbox in a database, as relays see it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, Row, delete, func, or_, select, update

from quanyi.adapters.ids import RandomIds
from quanyi.adapters.outbox import CloudEvent, Waiting
from quanyi.adapters.sinks import HOST
from quanyi.entitlements.records import Person

if TYPE_CHECKING:
    from quanyi.adapters.sql.store import SqlStore
    from quanyi.entitlements.ports import Ids

__all__ = ["SqlOutbox", "events_of", "sinks_in"]

_PAGE = 200
_IN_ONE_LIST = 1_000
_LEFT_OUT_AT_MOST = 500
_ROLES = ("friend", "inviter")
_USERS = "users"
"""What `campaign.failed` calls the attributes that name people in the event that a campaign broke on."""


class SqlOutbox:
    """
    The events that wait for one sink of one mall.

    An event keeps its place: it is leased only when no earlier event of its order key waits, and
    events that were taken are deleted. Parked ones stay, and hold nobody up.

    A lease is a few statements, however many events it takes. Whoever locks the first waiting event
    of an order key may take those behind it too; if another relay has it locked (PostgreSQL), or
    was faster, the whole key is left alone.
    """

    def __init__(self, store: SqlStore, sink: str = HOST, ids: Ids | None = None) -> None:
        self._store = store
        self._sink = sink
        self._ids = ids or RandomIds()
        self._rows = store.tables.outbox

    def lease(self, now: datetime, until: datetime, limit: int) -> Sequence[Waiting]:
        """The next events that may be handed on, in order; nobody else gets them before *until*."""
        name = self._ids.new()
        with self._store.reading() as connection:
            if not self._ready(connection, now, 1):  # who finds nothing to do makes no writer wait
                return []
        with self._store.working() as connection:
            ready = self._ready(connection, now, limit)
            first = {row.order: row.number for row in reversed(ready) if row.order is not None}
            mine = self._locked(connection, {first.get(row.order, row.number) for row in ready}, now)
            wanted = [row for row in ready if first.get(row.order, row.number) in mine]
            numbers = self._take(connection, [row.number for row in wanted], now, until, name)
            rows = self._whole(connection, numbers)
            events = events_of(self._store, connection, rows)
        return [
            Waiting(number=r.number, event=e, attempts=r.attempts, lease=name, order_key=_order(r))
            for r, e in zip(rows, events, strict=True)
        ]

    def renew(self, events: Sequence[Waiting], until: datetime) -> int:
        """Extend the lease of events to *until*. Returns how many were still under their lease."""
        return self._change(events, next_at=until)

    def told(self, events: Sequence[Waiting]) -> int:
        """Delete events that were taken. Returns how many of them were still under their lease."""
        if not events:
            return 0
        with self._store.working() as connection:
            return sum(connection.execute(delete(self._rows).where(ours)).rowcount for ours in self._ours(events))

    def put_off(self, events: Sequence[Waiting], until: datetime, *, tried: bool = True) -> int:
        """Let events that were not taken wait until *until*. Returns how many were still under their lease."""
        return self._change(events, lease=None, next_at=until, attempts=self._rows.c.attempts + int(tried))

    def park(self, events: Sequence[Waiting], now: datetime) -> int:
        """Park events that were not taken too often. Returns how many were still under their lease."""
        return self._change(events, lease=None, parked_at=now, attempts=self._rows.c.attempts + 1)

    def _change(self, events: Sequence[Waiting], **values: Any) -> int:
        if not events:
            return 0
        changed = update(self._rows).values(**values)
        with self._store.working() as connection:
            return sum(connection.execute(changed.where(ours)).rowcount for ours in self._ours(events))

    def _ours(self, events: Sequence[Waiting]) -> Iterator[ColumnElement[bool]]:
        """Conditions for events' rows still under the lease they came with, one for each portion of a long list."""
        rows = self._rows.c
        for lease in sorted({event.lease for event in events}):
            numbers = sorted(event.number for event in events if event.lease == lease)
            for some in _cut(numbers):
                yield rows.number.in_(some) & (rows.lease == lease)

    # --- leasing -----------------------------------------------------------------------------

    def _ready(self, connection: Connection, now: datetime, limit: int) -> list[Row[Any]]:
        """The next events, in order, that are due and have no earlier one of their order key waiting."""
        ready: list[Row[Any]] = []
        busy: set[str] = set()
        last = 0
        while len(ready) < limit and (page := self._page(connection, last, busy)):
            for row in page:
                if row.order not in busy and _free(row, now):
                    ready.append(row)
                elif row.order is not None:
                    busy.add(row.order)
            last = page[-1].number
        return ready[:limit]

    def _page(self, connection: Connection, after: int, busy: set[str]) -> list[Row[Any]]:
        """The next rows that wait, without those of keys known to be busy, as many as one statement takes."""
        rows, order = self._rows.c, self._order_key
        query = select(rows.number, order.label("order"), rows.next_at).where(
            rows.mall == self._store.mall, rows.sink == self._sink, rows.parked_at.is_(None), rows.number > after
        )
        if busy:
            query = query.where(or_(order.is_(None), order.not_in(sorted(busy)[:_LEFT_OUT_AT_MOST])))
        return list(connection.execute(query.order_by(rows.number).limit(_PAGE)))

    def _locked(self, connection: Connection, numbers: Iterable[int], now: datetime) -> set[int]:
        """Lock those of the rows that are still free and that nobody else has locked; their numbers."""
        rows, found = self._rows.c, set[int]()
        for some in _cut(sorted(numbers)):
            free = select(rows.number).where(rows.number.in_(some), self._still_free(now)).order_by(rows.number)
            found.update(connection.scalars(free.with_for_update(skip_locked=True)))
        return found

    def _take(
        self, connection: Connection, numbers: Sequence[int], now: datetime, until: datetime, name: str
    ) -> list[int]:
        """Put the lease on the rows; the numbers of those that got it."""
        rows, taken = self._rows.c, list[int]()
        for some in _cut(numbers):
            leased = update(self._rows).where(rows.number.in_(some), self._still_free(now))
            connection.execute(leased.values(next_at=until, lease=name))
            taken += connection.scalars(select(rows.number).where(rows.number.in_(some), rows.lease == name))
        return sorted(taken)

    def _whole(self, connection: Connection, numbers: Sequence[int]) -> list[Row[Any]]:
        rows = self._rows.c
        queries = [select(self._rows).where(rows.number.in_(some)).order_by(rows.number) for some in _cut(numbers)]
        return [row for query in queries for row in connection.execute(query)]

    def _still_free(self, now: datetime) -> ColumnElement[bool]:
        rows = self._rows.c
        return rows.parked_at.is_(None) & or_(rows.next_at.is_(None), rows.next_at <= now)

    @property
    def _order_key(self) -> ColumnElement[Any]:
        """The order key; the holder in rows of a program that knew no order keys."""
        return func.coalesce(self._rows.c.order_key, self._rows.c.holder)


def sinks_in(store: SqlStore) -> set[str]:
    """The sinks for which events stand in the outbox of a mall, parked ones too."""
    rows = store.tables.outbox.c
    with store.reading() as connection:
        return set(connection.scalars(select(rows.sink).where(rows.mall == store.mall).distinct()))


def events_of(store: SqlStore, connection: Connection, rows: Sequence[Row[Any]]) -> list[CloudEvent]:
    """Rows of the outbox as events. Holders in them become the host's ids; erased people are left out."""
    told = [store.codec.data_in(row.data) for row in rows]
    holders = {row.holder for row in rows} | {holder for data in told for holder in _people(data).values()}
    holders |= {holder for data in told for holder in _people_in_broken(data).values()}
    users = _users(store, connection, sorted(holders - {None}))
    return [
        CloudEvent(
            id=bytes(row.id).hex(),
            source=f"/quanyi/{store.mall}",
            type=row.event,
            time=row.emitted_at,
            subject=users.get(row.holder),
            data=_named(data, users),
        )
        for row, data in zip(rows, told, strict=True)
    ]


def _people(data: Mapping[str, Any]) -> dict[str, str]:
    """The holders of those whom an event names, by role."""
    return {role: data[role] for role in _ROLES if role in data}


def _people_in_broken(data: Mapping[str, Any]) -> dict[str, str]:
    """The holders of those whom the event names that a campaign broke on, by attribute."""
    return {name: data["data"][name] for name in data.get(_USERS, ()) if data["data"].get(name)}


def _named(data: Mapping[str, Any], users: Mapping[str, str]) -> dict[str, Any]:
    told = {name: value for name, value in _with_ids(data, _people(data), users).items() if value is not None}
    if _USERS in told:
        told["data"] = _with_ids(told["data"], _people_in_broken(told), users)
        del told[_USERS]
    return told


def _with_ids(data: Mapping[str, Any], people: Mapping[str, str], users: Mapping[str, str]) -> dict[str, Any]:
    """*data* with ids in place of holders, without those people who are erased."""
    ids = {name: users.get(holder) for name, holder in people.items()}
    return {name: ids.get(name, value) for name, value in data.items() if name not in ids or ids[name] is not None}


def _users(store: SqlStore, connection: Connection, holders: Sequence[str]) -> dict[str, str]:
    """The host's ids of holders, read with one statement; erased people are left out."""
    record = store.tables.record.c
    known = select(record.kind, record.shape, record.body).where(record.mall == store.mall, record.kind == Person.kind)
    pages = (known.where(record.holder.in_(some)).order_by(record.number) for some in _cut(holders))
    persons = (store.codec.record_in(*row) for query in pages for row in connection.execute(query))
    return {str(p.holder): p.user for p in persons if isinstance(p, Person)}


def _cut(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (values[start : start + _IN_ONE_LIST] for start in range(0, len(values), _IN_ONE_LIST))


def _free(row: Row[Any], now: datetime) -> bool:
    return row.next_at is None or bool(row.next_at <= now)


def _order(row: Row[Any]) -> str | None:
    key: str | None = row.order_key
    return row.holder if key is None else key
