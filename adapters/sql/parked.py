"""
Parked events, which no receiver took: list them, send them again, or give them up.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import attrs
from sqlalchemy import Row, Select, delete, select, update

from quanyi.adapters.ids import RandomIds
from quanyi.adapters.outbox import CloudEvent
from quanyi.adapters.sql.outbox import events_of
from quanyi.entitlements.accounts import digest16
from quanyi.entitlements.changes import Because, Changes
from quanyi.entitlements.errors import InputError
from quanyi.entitlements.inputs import Decision, Receipt
from quanyi.entitlements.ports import ChangeWrite, ReceiptWrite, Writing
from quanyi.entitlements.time import aware

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from quanyi.adapters.sql.store import SqlStore
    from quanyi.entitlements.ports import Clock, Ids

__all__ = ["AT_ONCE", "Parked", "ParkedEvents"]

AT_ONCE = 1_000
"""The most events that one call lists, sends again or gives up."""


@attrs.frozen(kw_only=True)
class Parked:
    """
    One event that was handed on too often without being taken.

    Attributes:
        number: Its place in the outbox, by which it is named; pass the last one as *after* for the next page.
        sink: Who did not take it.
        attempts: How often it was handed on.
    """

    number: int
    sink: str
    event: CloudEvent
    attempts: int
    parked_at: datetime = attrs.field(validator=aware)


class ParkedEvents:
    """The parked events of one mall in a database."""

    def __init__(self, store: SqlStore, clock: Clock, ids: Ids | None = None) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids or RandomIds()
        self._rows = store.tables.outbox

    def list(
        self,
        *,
        sink: str | None = None,
        type_: str | None = None,
        since: datetime | None = None,
        after: int = 0,
        limit: int = 100,
    ) -> Sequence[Parked]:
        """
        Parked events, oldest first: *limit* of them, with a number above *after*.

        Args:
            type_: An exact type: ``campaign.failed``.
            since: Parked at that instant or later.
            limit: At most `AT_ONCE`.
        """
        rows = self._rows.c
        query = self._parked().where(rows.number > after)
        asked = {rows.sink: sink, rows.event: type_}
        for column, value in asked.items():
            query = query if value is None else query.where(column == value)
        query = query if since is None else query.where(rows.parked_at >= since)
        with self._store.reading() as connection:
            found = connection.execute(query.limit(max(0, min(limit, AT_ONCE)))).all()
            return self._shown(connection, found)

    def requeue(self, numbers: Sequence[int], *, by: str, why: str = "") -> int:
        """
        Send parked events again, as if they had never been tried. Returns how many of them were parked.

        Each takes the place that its number has, before later events of its order key that still
        wait. The journal keeps who asked for it and why.
        """
        again = update(self._rows).values(parked_at=None, next_at=None, lease=None, attempts=0)
        return self._do("outbox.requeued", again, numbers, by, why)

    def drop(self, numbers: Sequence[int], *, by: str, why: str = "") -> int:
        """Delete parked events. Returns how many of them were parked. The journal keeps which, who and why."""
        return self._do("outbox.dropped", delete(self._rows), numbers, by, why)

    def _do(self, what: str, statement: Any, numbers: Sequence[int], by: str, why: str) -> int:
        if not by.strip():
            raise InputError("say by whom parked events are sent again or given up")
        if len(numbers) > AT_ONCE:
            raise InputError(f"at most {AT_ONCE} events at once, not {len(numbers)}")
        with self._store.working() as connection:
            chosen = self._parked().where(self._rows.c.number.in_(sorted(numbers))).with_for_update()
            found = connection.execute(chosen).all()
            if found:
                self._note(connection, what, found, by, why)
                connection.execute(statement.where(self._rows.c.number.in_([row.number for row in found])))
        return len(found)

    def _note(self, connection: Connection, what: str, rows: Sequence[Row[Any]], by: str, why: str) -> None:
        """Write a change without lines into the journal, with its receipt: who did what, why, and to which events."""
        events = (f"{row.sink}/{row.event}/{bytes(row.id).hex()}" for row in rows)
        because = Because(campaign="", rule=what, source=("why", why, *events))
        name, now = self._ids.new(), self._clock.now()
        id_ = digest16("outbox", name)
        change = ChangeWrite(
            id=digest16("change", id_.hex()), input=id_, decided_at=now, changes=Changes(because=because), by=by
        )
        done = Receipt(key=name, type=what, at=now, decisions=(Decision(campaign="", rule=what),), by=by)
        receipt = ReceiptWrite(id=id_, digest=digest16(*because.source), receipt=done)
        self._store.write_in(connection, Writing(changes=(change,), receipts=(receipt,)))

    def _parked(self) -> Select[Any]:
        rows = self._rows.c
        waits = select(self._rows).where(rows.mall == self._store.mall, rows.parked_at.is_not(None))
        return waits.order_by(rows.number)

    def _shown(self, connection: Connection, rows: Sequence[Row[Any]]) -> Sequence[Parked]:
        return [
            Parked(number=r.number, sink=r.sink, event=e, attempts=r.attempts, parked_at=r.parked_at)
            for r, e in zip(rows, events_of(self._store, connection, rows), strict=True)
        ]
