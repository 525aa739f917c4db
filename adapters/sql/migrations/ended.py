"""
What lots of an older release held at their end.

Since `0002` points that end are kept apart by lot, so that an undo of what brought them finds them
gone and takes no others in their place. For lots that ended before, the journal says how much that
was: each posting of the label ``expire``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any

import sqlalchemy as sa

from quanyi.adapters.sql.types import Instant

__all__ = ["keep_what_ended"]

_AT_ONCE = 1_000
_Lot = tuple[str, str, tuple[str, ...]]
"""Mall, unit, parts."""


def keep_what_ended(connection: sa.Connection, prefix: str, schema: str | None) -> None:
    """Open an account for what each lot held at its end, by changes of the rule ``upgrade``."""
    meta = sa.MetaData(schema=schema)
    journal = sa.Table(f"{prefix}journal", meta, sa.Column("decided_at", Instant), autoload_with=connection)
    balance = sa.Table(f"{prefix}balance", meta, autoload_with=connection)
    ended, latest = _ended(connection, journal)
    for mall in sorted({lot[0] for lot in ended}):
        rows = [(unit, parts, ended[lot]) for lot in sorted(ended) if lot[0] == mall for _, unit, parts in [lot]]
        for portion, start in enumerate(range(0, len(rows), _AT_ONCE)):
            some = rows[start : start + _AT_ONCE]
            connection.execute(sa.insert(balance), [_account(mall, *row) for row in some])
            connection.execute(sa.insert(journal), [_change(mall, portion, some, latest[mall])])


def _ended(connection: sa.Connection, journal: sa.Table) -> tuple[dict[_Lot, int], dict[str, datetime]]:
    """How much ended of each lot, and when each mall's last change was decided."""
    found: dict[_Lot, int] = {}
    latest: dict[str, datetime] = {}
    query = sa.select(journal.c.number, journal.c.mall, journal.c.decided_at, journal.c.lines)
    query, last = query.order_by(journal.c.number).limit(_AT_ONCE), 0
    while page := connection.execute(query.where(journal.c.number > last)).all():
        last = page[-1].number
        for row in page:
            latest[row.mall] = max(latest.get(row.mall, row.decided_at), row.decided_at)
            for unit, parts, amount in _expired(row.lines):
                lot = (row.mall, unit, parts)
                found[lot] = found.get(lot, 0) + amount
    return found, latest


def _expired(lines: str) -> Iterator[tuple[str, tuple[str, ...], int]]:
    if '"expire"' not in lines:
        return
    for line in json.loads(lines):
        if line[0] == "post" and line[4] == "expire" and line[1][0] == "lot" and line[2][0] == "outside":
            _, unit, *parts = line[1]
            yield unit, tuple(parts), line[3]


def _account(mall: str, unit: str, parts: tuple[str, ...], amount: int) -> dict[str, Any]:
    return {
        "mall": mall,
        "id": _digest("account", "ended", unit, *parts),
        "kind": "ended",
        "unit": unit,
        "parts": json.dumps(parts, ensure_ascii=False, separators=(",", ":")),
        "balance": amount,
        "floor": 0,
    }


def _change(mall: str, portion: int, rows: Sequence[tuple[str, tuple[str, ...], int]], at: datetime) -> dict[str, Any]:
    moves = [["post", ["outside", unit, "expired"], ["ended", unit, *parts], n, "expire"] for unit, parts, n in rows]
    return {
        "mall": mall,
        "id": _digest("change", "upgrade", "ended", str(portion)),
        "input": _digest("upgrade", "0002"),
        "campaign": "",
        "version": "",
        "rule": "upgrade",
        "source": "[]",
        "outcome": "done",
        "decided_at": at.astimezone(UTC),
        "lines": json.dumps([["covered", "ended"], *moves], ensure_ascii=False, separators=(",", ":")),
    }


def _digest(*fields: str) -> bytes:
    body = b"".join(len(raw).to_bytes(4) + raw for raw in map(str.encode, fields))
    return blake2b(body, digest_size=16).digest()
