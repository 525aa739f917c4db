"""
Brings timers of holds into today's form: under the id of their deal, with what they give back; and none
for a deal that has ended.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs
import sqlalchemy as sa
from sqlalchemy import Connection

from quanyi.adapters.sql.migrations.changes import digest, journal_of, latest_of, upgrade_change
from quanyi.adapters.sql.types import BODY, COUNT, DIGEST, NAME, Instant

__all__ = ["fill_wakes"]

_AT_ONCE = 500
_ROOM = frozenset({"quota", "stock", "used"})
_OUTSIDE = "outside"


def fill_wakes(connection: Connection, prefix: str, schema: str | None) -> None:
    """
    Give the wakes of placed deals their amounts, and their timers the deals' ids.

    A deal is found by its own id from then on, so the wake that led there goes. Timers of deals
    that are paid or closed go with their wakes: they would be counted as due to come back. Deals
    that can't be read keep what they have, and are booked before anything is decided, as before.
    """
    tables = _Tables.of(prefix, schema)
    timer = tables.timer
    found = sa.select(timer.c.mall, timer.c.id, timer.c.data).where(timer.c.event == "deal.lapse")
    found = found.order_by(timer.c.mall, timer.c.id)
    rows = list(connection.execute(found))
    journal = journal_of(connection, prefix, schema)
    for portion, start in enumerate(range(0, len(rows), _AT_ONCE)):
        changed = _portion(connection, tables, rows[start : start + _AT_ONCE])
        for mall in sorted({mall for mall, _ in changed}):
            off = [["off", "timer", timer.hex()] for owner, timer in changed if owner == mall]
            at = latest_of(connection, journal, mall)
            connection.execute(sa.insert(journal), [upgrade_change(mall, "wakes", portion, off, at)])


@attrs.frozen
class _Tables:
    timer: sa.Table
    wake: sa.Table
    record: sa.Table

    @classmethod
    def of(cls, prefix: str, schema: str | None) -> _Tables:
        meta = sa.MetaData(schema=schema)

        def table(name: str, **columns: Any) -> sa.Table:
            return sa.Table(f"{prefix}{name}", meta, *(sa.Column(c, type_) for c, type_ in columns.items()))

        return cls(
            table("timer", mall=NAME, id=DIGEST, event=NAME, data=BODY),
            table("wake", mall=NAME, key=DIGEST, due_at=Instant, timer=DIGEST, amount=COUNT),
            table("record", mall=NAME, id=DIGEST, phase=NAME, body=BODY),
        )


def _portion(connection: Connection, tables: _Tables, timers: Sequence[Any]) -> list[tuple[str, bytes]]:
    """Change some timers. Returns mall and id of each that no longer exists under its id."""
    timer, wake = tables.timer, tables.wake
    deals = {(row.mall, bytes(row.id)): digest("record", "deal", _deal_of(row.data)) for row in timers}
    standing = _standing(connection, tables.record, deals)
    gone, kept, given = [], [], []
    for (mall, old), deal in deals.items():
        about = {"b_mall": mall, "b_timer": old, "deal": deal}
        phase, amounts = standing.get((mall, deal), ("", None))
        if phase in ("closed", "paid", "refunded"):
            gone.append(about)
        elif phase == "placed" and amounts is not None:
            kept.append(about)
            given += [{**about, "b_key": key, "amount": amount} for key, amount in amounts.items()]
    of_timer = (wake.c.mall == sa.bindparam("b_mall"), wake.c.timer == sa.bindparam("b_timer"))
    of_key = wake.c.key == sa.bindparam("b_key")
    the_timer = (timer.c.mall == sa.bindparam("b_mall"), timer.c.id == sa.bindparam("b_timer"))
    own = wake.c.key == sa.bindparam("deal")
    for statement, values in (
        (sa.update(wake).where(*of_timer, of_key).values(amount=sa.bindparam("amount")), given),
        (sa.delete(wake).where(*of_timer, own), kept),
        (sa.update(wake).where(*of_timer).values(timer=sa.bindparam("deal")), kept),
        (sa.update(timer).where(*the_timer).values(id=sa.bindparam("deal")), kept),
        (sa.delete(wake).where(*of_timer), gone),
        (sa.delete(timer).where(*the_timer), gone),
    ):
        if values:
            connection.execute(statement, values)
    return [(str(about["b_mall"]), bytes(about["b_timer"])) for about in (*gone, *kept)]


def _standing(
    connection: Connection, record: sa.Table, deals: Mapping[tuple[str, bytes], bytes]
) -> dict[tuple[str, bytes], tuple[str, dict[bytes, int] | None]]:
    """The phase of each deal, and what its hold gives back, by mall and the deal's id."""
    ids = sorted(set(deals.values()))
    found = sa.select(record.c.mall, record.c.id, record.c.phase, record.c.body).where(record.c.id.in_(ids))
    return {(row.mall, bytes(row.id)): (row.phase, _amounts(row.body)) for row in connection.execute(found)}


def _amounts(body: str) -> dict[bytes, int] | None:
    """What a lapse gives back to shared balances, by their ids; None for a body that can't be read."""
    amounts: dict[bytes, int] = {}
    try:
        for kind, unit, parts, amount in _lapsing(json.loads(body)):
            if kind in _ROOM:
                key = digest("account", kind, unit, *parts)
                amounts[key] = amounts.get(key, 0) + amount
    except (KeyError, TypeError, ValueError):
        return None
    return amounts


def _lapsing(deal: Mapping[str, Any]) -> Iterator[tuple[str, str, list[str], int]]:
    for move in deal.get("moves", ()):
        if "lapsed" in move.get("back", ()):
            kind, unit, *parts = move["destination"] if move["source"][0] == _OUTSIDE else move["source"]
            yield kind, unit, parts, move["amount"]


def _deal_of(data: str) -> str:
    return str(json.loads(data).get("deal", ""))
