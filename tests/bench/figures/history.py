"""A history of a million changes, written into the journal as bookings write it, and counted by the worker's own job."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert

from quanyi.adapters.codec import dump

if TYPE_CHECKING:
    from quanyi.adapters.sql.store import SqlStore

__all__ = ["write_history"]

_AT_ONCE = 20_000
_CHANNELS = ("app", "web", "shop", "partner")


def write_history(store: SqlStore, end: datetime, changes: int, days: int = 365, campaigns: int = 60) -> None:
    """Write *changes* gifts of points by *campaigns*, evenly over *days* up to *end*, each by one of four channels."""
    begin, step = end - timedelta(days=days), timedelta(days=days) / changes
    rows = (_row(store.mall, n, begin + n * step, f"c{n % campaigns:02}") for n in range(changes))
    with store.working() as connection:
        while some := [row for _, row in zip(range(_AT_ONCE), rows, strict=False)]:
            connection.execute(insert(store.tables.journal), some)


def _row(mall: str, n: int, at: datetime, campaign: str) -> dict[str, Any]:
    holder = f"h{n % 50_000}"
    lines = [
        ["post", ["outside", "points", "issued"], ["lot", "points", holder, "", ""], 10 + n % 90, "earn"],
        ["emit", "points.changed"],
        ["context", ["channel", _CHANNELS[n % 4]]],
    ]
    return {
        "mall": mall,
        "id": blake2b(b"change %d" % n, digest_size=16).digest(),
        "input": blake2b(b"input %d" % n, digest_size=16).digest(),
        "campaign": campaign,
        "version": "v1",
        "rule": "give",
        "source": "[]",
        "holder": holder,
        "outcome": "done",
        "decided_at": at,
        "lines": dump(lines),
    }
