"""
Fills in what lots of an older release held at their end.

Since `0002` points that end are kept apart by lot, so that an undo of what brought them finds them
ended and takes no others in their place. For lots that ended before, the journal says how much that
was: each posting of the label ``expire``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from quanyi.adapters.sql.migrations.changes import digest, journal_of, latest_of, upgrade_change

__all__ = ["keep_what_ended"]

_AT_ONCE = 1_000
_Lot = tuple[str, str, tuple[str, ...]]
"""Mall, unit, parts."""


def keep_what_ended(connection: sa.Connection, prefix: str, schema: str | None) -> None:
    """Open an account for what each lot held at its end, by changes of the rule ``upgrade``."""
    journal = journal_of(connection, prefix, schema)
    balance = sa.Table(f"{prefix}balance", sa.MetaData(schema=schema), autoload_with=connection)
    ended = _ended(connection, journal)
    for mall in sorted({lot[0] for lot in ended}):
        rows = [(unit, parts, ended[lot]) for lot in sorted(ended) if lot[0] == mall for _, unit, parts in [lot]]
        for portion, start in enumerate(range(0, len(rows), _AT_ONCE)):
            some = rows[start : start + _AT_ONCE]
            connection.execute(sa.insert(balance), [_account(mall, *row) for row in some])
            at = latest_of(connection, journal, mall)
            connection.execute(sa.insert(journal), [upgrade_change(mall, "ended", portion, _moves(some), at)])


def _ended(connection: sa.Connection, journal: sa.Table) -> dict[_Lot, int]:
    """The amount that ended, by lot."""
    found: dict[_Lot, int] = {}
    query = sa.select(journal.c.number, journal.c.mall, journal.c.lines)
    query, last = query.order_by(journal.c.number).limit(_AT_ONCE), 0
    while page := connection.execute(query.where(journal.c.number > last)).all():
        last = page[-1].number
        for row in page:
            for unit, parts, amount in _expired(row.lines):
                lot = (row.mall, unit, parts)
                found[lot] = found.get(lot, 0) + amount
    return found


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
        "id": digest("account", "ended", unit, *parts),
        "kind": "ended",
        "unit": unit,
        "parts": json.dumps(parts, ensure_ascii=False, separators=(",", ":")),
        "balance": amount,
        "floor": 0,
    }


def _moves(rows: Sequence[tuple[str, tuple[str, ...], int]]) -> list[list[Any]]:
    return [["post", ["outside", unit, "expired"], ["ended", unit, *parts], n, "expire"] for unit, parts, n in rows]
