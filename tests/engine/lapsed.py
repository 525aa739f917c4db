"""
A mall with a great many holds that have ended and nobody booked: written in bulk, as a sale that nobody paid leaves it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from shutil import copytree
from typing import Any

from sqlalchemy import bindparam, text

from quanyi.adapters.clock import FixedClock
from quanyi.adapters.memory import MemoryStore
from quanyi.adapters.sql.types import Instant
from quanyi.adapters.wiring import OpenMall, wire
from quanyi.campaigns.project.load import load_project
from quanyi.entitlements.accounts import Account, held, outside, quota, used
from quanyi.entitlements.changes import Emit
from quanyi.entitlements.ports import BalanceWrite, EmitWrite, RecordWrite, Writing
from quanyi.entitlements.records import Deal, Move
from tests.engine.conftest import FOLDER, NOON

__all__ = ["PIECES", "counted", "hold_many", "name", "stadium"]

STADIUM = """
campaign: stadium
kind: flash_sale
sells: {phone: 5699.00}
quota: {phone: %d}
at_most: [1 piece per user]
hold: {pay_within: 30m}
---
campaign: later
kind: reward
when: order.paid
give: {points: 7}
after: 7d
at_most: [{count: 1, per: order, back: never}]
exposure: {accept: "seven points an order"}
"""
PIECES = quota("stadium", "phone")
_ENDINGS = ("closed", "lapsed", "refunded")
_AT_ONCE = 5_000


def stadium(store: Any, folder: Path, pieces: int, clock: FixedClock) -> OpenMall:
    """The engine's mall with one more sale, of so many pieces."""
    copytree(FOLDER, folder / "mall")
    (folder / "mall" / "campaigns" / "stadium.yaml").write_text(STADIUM % pieces, encoding="utf-8")
    mall = wire(load_project(folder / "mall"), store, clock=clock)
    mall.desk.apply()
    return mall


def hold_many(mall: OpenMall, count: int, *, whole: int) -> None:
    """
    Let strangers hold *count* pieces of the stadium, until so many milliseconds after noon, half an hour later.

    Args:
        whole: Of so many, the oldest, deal and hold are there as well; of the others only what a picture reads.
    """
    store: Any = mall.ports.store
    version = mall.ports.transactions.in_force.play("stadium", store.release().campaigns["stadium"]).head.version
    for start in range(0, whole, _AT_ONCE):
        some = [_deal(n, version) for n in range(start, min(start + _AT_ONCE, whole))]
        writes = [write for deal in some for write in _balances(deal)]
        with store.begin() as tx:
            tx.write(
                Writing(
                    balances=tuple(sorted(writes, key=lambda write: write.account.id)),
                    records=tuple(sorted(map(_record, some), key=lambda write: write.record.key.id)),
                    timers=tuple(map(_timer, some)),
                )
            )
    if count > whole:
        _only_timers(store, range(whole, count))
    with store.begin() as tx:
        before = tx.lock([PIECES], NOON).balances[PIECES]
        tx.write(Writing(balances=(BalanceWrite(account=PIECES, before=before, after=before - count),)))


def _only_timers(store: Any, numbers: range) -> None:
    """Timers and what they give back to the pieces, straight into the tables."""
    if isinstance(store, MemoryStore):
        tables = store._tables
        tables.timers |= {
            n.to_bytes(16): EmitWrite(id=n.to_bytes(16), emit=_LAPSE, emitted_at=_end(n)) for n in numbers
        }
        tables.givers.setdefault(PIECES, []).extend((_end(n), n.to_bytes(16), 1) for n in numbers)
        tables.agenda.extend((_end(n), n.to_bytes(16)) for n in numbers)
        return
    tables, end = store.tables, _end(numbers.start)
    series, id_ = _SERIES[store.engine.dialect.name]
    key = store.engine.dialect.identifier_preparer.quote("key")
    with store.engine.begin() as connection:
        lapses = f"insert into {tables.timer} (mall, id, event, data, due_at) {series} select :mall, {id_}, 'many', '{{}}', :end from c"
        wakes = f"insert into {tables.wake} (mall, {key}, due_at, timer, amount) select mall, :key, due_at, id, 1 from {tables.timer} where event = 'many'"
        typed = bindparam("end", type_=Instant)
        connection.execute(text(lapses).bindparams(typed), {"mall": store.mall, "end": end, "count": len(numbers)})
        connection.execute(text(wakes), {"key": PIECES.id})


_SERIES = {
    "postgresql": ("with c as (select n from generate_series(1, :count) n)", "decode(md5(n::text), 'hex')"),
    "mariadb": ("with c as (select seq n from seq_1_to_1000000 where seq <= :count)", "unhex(md5(n))"),
    "sqlite": ("with recursive c(n) as (select 1 union all select n + 1 from c where n < :count)", "randomblob(16)"),
}


def name(n: int) -> str:
    """The number of the deal that ends as the n-th."""
    return f"d{n:06}"


@contextmanager
def counted(mall: OpenMall) -> Iterator[list[int]]:
    """How many transactions are begun meanwhile, and how many writes they make."""
    store: Any = mall.ports.store
    begin, begun = store.begin, [0]

    def counting() -> Any:
        begun[0] += 1
        return begin()

    store.begin = counting
    try:
        yield begun
    finally:
        del store.begin


def _deal(n: int, version: str) -> Deal:
    holder, number = f"h-{n}", name(n)
    moves = (
        Move(source=outside("open", "pieces"), destination=_place(holder), amount=1, back=_ENDINGS),
        Move(source=PIECES, destination=held(number, "pieces"), amount=1, back=_ENDINGS),
    )
    return Deal(
        id=number,
        holder=holder,
        phase="placed",
        campaign="stadium",
        version=version,
        item="phone",
        due_at=_end(n),
        pay=569900,
        currency="CNY",
        moves=moves,
        placed_at=NOON,
    )


def _end(n: int) -> datetime:
    return NOON + timedelta(minutes=30, milliseconds=n)


def _place(holder: str) -> Account:
    return used(_LIMIT, "", holder, unit="pieces")


_LIMIT = "stadium-places"
_LAPSE = Emit(event="deal.lapse", gives=((PIECES, 1),))


def _balances(deal: Deal) -> tuple[BalanceWrite, ...]:
    accounts = (_place(deal.holder or ""), held(deal.id, "pieces"))
    return tuple(BalanceWrite(account=account, before=None, after=1) for account in accounts)


def _record(deal: Deal) -> RecordWrite:
    return RecordWrite(record=deal, before=None, after=1)


def _timer(deal: Deal) -> EmitWrite:
    data = {"deal": deal.id, "campaign": deal.campaign, "version": deal.version}
    gives = ((PIECES, 1), (_place(deal.holder or ""), 1))
    emit = Emit(event="deal.lapse", data=data, at=deal.due_at, gives=gives, of=deal.key, holder=deal.holder)
    return EmitWrite(id=deal.key.id, emit=emit, emitted_at=NOON)
