"""Ours: the same calls through the public face, as any host makes them."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import URL, Column, Engine, MetaData, String, Table, create_engine, insert, text
from sqlalchemy.orm import Session

from quanyi import LimitReached, OutOfStock, open_mall, prepare_engine
from quanyi.adapters.sql.migrate import upgrade
from tests.bench.crowd import Claim, Verdict
from tests.bench.servers import STOCK

__all__ = ["Ours", "OursJoined"]

FOLDER = Path(__file__).parent / "malls" / "sale"
SALE, ITEM = "phones", "phone"

_HOST = MetaData()
_ORDERS = Table("orders", _HOST, Column("id", String, primary_key=True), Column("user_id", String, nullable=False))

_COUNTS = {
    "rows": "select count(*) from quanyi_record where kind = 'deal'",
    "users": "select count(distinct holder) from quanyi_record where kind = 'deal'",
    "limits": "select sum(balance) from quanyi_balance where kind = 'used'",
    "outbox": "select count(*) from quanyi_outbox where event = 'deal.placed'",
    "journal": "select count(*) from quanyi_journal where rule = 'place'",
}


class Ours:
    """One claim by `mall.claim`, all guards, keys, journal, outbox and timers on."""

    counts = _COUNTS | {
        "timers": "select count(*) from quanyi_timer",
        "held": "select sum(balance) from quanyi_balance where kind = 'held' and unit = 'pieces'",
        "keys": "select count(*) - 1 from quanyi_receipt",  # one was taken when the sale was loaded
    }

    def __init__(self, url: URL, threads: int) -> None:
        self.engine = _engine(url)
        self.mall = open_mall(FOLDER, self.engine)
        self.mall.desk.apply()

    def claims(self, threads: int) -> list[Claim]:
        return [self.claim] * threads

    def close(self) -> None:
        self.engine.dispose()

    def claim(self, user: str, key: str) -> Verdict:
        try:
            receipt = self.mall.claim(SALE, item=ITEM, user=user, key=key)
        except LimitReached:
            return "limit"
        except OutOfStock:
            return "out"
        return "replay" if receipt.duplicate else "ok"

    def books(self) -> dict[str, int]:
        left = self.mall.offer(SALE, ITEM).left
        with self.engine.connect() as connection:
            found = {name: int(connection.execute(text(sql)).scalar() or 0) for name, sql in self.counts.items()}
        return {"sold": STOCK - left, **found}


class OursJoined(Ours):
    """Reserved by us, and paid inside the host's own order transaction."""

    counts = _COUNTS | {
        "orders": "select count(*) from orders",
        "paid": "select count(*) from quanyi_record where kind = 'deal' and phase = 'paid'",
        "keys": "select (count(*) - 1) / 2 from quanyi_receipt",
    }

    def __init__(self, url: URL, threads: int) -> None:
        super().__init__(url, threads)
        _HOST.create_all(self.engine)

    def claim(self, user: str, key: str) -> Verdict:
        try:
            deal = self.mall.claim(SALE, item=ITEM, user=user, key=key)
        except LimitReached:
            return "limit"
        if deal.duplicate:
            return "replay"
        with Session(self.engine) as db, db.begin():
            db.execute(insert(_ORDERS).values(id=f"o-{key}", user_id=user))
            self.mall.within(db).settle(deal.hold, paid=deal.pay, key=f"pay-{key}", user=user)
        return "ok"


def _engine(url: URL) -> Engine:
    """An engine as a host sets it up; the tables are in place."""
    engine = create_engine(url, pool_size=20, max_overflow=10, pool_timeout=60)
    prepare_engine(engine)
    upgrade(engine)
    return engine
