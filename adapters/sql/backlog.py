"""
The backlog of the outbox: how many events wait for each sink, since when, and how many are parked; and how many timers are due.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import attrs
from sqlalchemy import case, func, select

from quanyi.entitlements.time import aware

if TYPE_CHECKING:
    from quanyi.adapters.sql.store import SqlStore

__all__ = ["Backlog", "backlog", "most_tries", "timers_due"]


@attrs.frozen(kw_only=True)
class Backlog:
    """
    What waits for one sink.

    Attributes:
        waiting: Events that a relay will hand on, those among them that were put off or are leased.
        oldest: When the first of them was decided; None where none waits.
        parked: Events that wait for people.
    """

    sink: str
    waiting: int
    oldest: datetime | None = attrs.field(validator=attrs.validators.optional(aware))
    parked: int


def backlog(store: SqlStore) -> Sequence[Backlog]:
    """What waits for each sink that is declared or has events, sorted by name; one statement that counts them all."""
    rows = store.tables.outbox.c
    parked = func.count(rows.parked_at)
    oldest = func.min(case((rows.parked_at.is_(None), rows.emitted_at)))
    query = select(rows.sink, func.count(), oldest, parked).where(rows.mall == store.mall).group_by(rows.sink)
    with store.reading() as connection:
        found = {sink: (count, at, put_by) for sink, count, at, put_by in connection.execute(query)}
    counts = dict.fromkeys(store.sinks.takes, (0, None, 0)) | found
    return [
        Backlog(sink=sink, waiting=count - put_by, oldest=at, parked=put_by)
        for sink, (count, at, put_by) in sorted(counts.items())
    ]


def timers_due(store: SqlStore, now: datetime) -> int:
    """How many timers are due by *now* and not booked."""
    timer = store.tables.timer.c
    query = select(func.count()).where(timer.mall == store.mall, timer.due_at <= now)
    with store.reading() as connection:
        return int(connection.scalar(query) or 0)


def most_tries(store: SqlStore, sinks: Sequence[str]) -> dict[str, int]:
    """How often the most tried event was handed on in vain that still waits, by sink; those that have none are left out."""
    rows = store.tables.outbox.c
    tried = select(rows.sink, func.max(rows.attempts)).where(
        rows.mall == store.mall, rows.sink.in_(sorted(sinks)), rows.parked_at.is_(None)
    )
    with store.reading() as connection:
        found = connection.execute(tried.group_by(rows.sink)).all() if sinks else []
    return {sink: tries for sink, tries in found if tries}
