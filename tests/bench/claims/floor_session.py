"""
The floor of a host that works through SQLAlchemy: claim, order and payment in its one transaction, through its Session.

The same duties as by hand, as Core statements on the Session's connection, each compiled once and cached by
SQLAlchemy. What is paid at once needs no timer; the ticket is an entitlement.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import psycopg
from sqlalchemy import URL, MetaData, Table, create_engine, insert, select, text, update
from sqlalchemy.orm import Session

from tests.bench.claims.crowd import Claim, Verdict
from tests.bench.claims.floor_postgres import ITEM, know_people
from tests.bench.claims.tables import PAY, TABLES
from tests.bench.prepared import KNOWN
from tests.bench.servers import STOCK, conninfo

__all__ = ["FloorSession"]

_COUNTS = {
    "sold": f"select {STOCK} - remaining from stock",
    "rows": "select count(*) from deal",
    "users": "select count(distinct holder) from deal",
    "limits": "select sum(times) from used",
    "keys": "select count(*) / 2 from key",
    "outbox": "select count(*) from outbox where event = 'deal.placed'",
    "paid outbox": "select count(*) from outbox where event = 'deal.paid'",
    "granted outbox": "select count(*) from outbox where event = 'entitlement.granted'",
    "journal": "select count(*) / 4 from journal",
    "orders": "select count(*) from orders",
    "paid": "select count(*) from deal where phase = 'paid'",
    "tickets": "select count(*) from entitlement",
    "people": f"select count(*) - {KNOWN} from person",
}


class FloorSession:
    """Claim, order and payment: all duties of both."""

    def __init__(self, url: URL, threads: int) -> None:
        with psycopg.connect(conninfo(url)) as setup:
            setup.execute(TABLES)
            setup.execute("insert into stock values (%s, %s)", (ITEM, STOCK))
            know_people(setup)
        self.engine = create_engine(url, pool_size=threads, max_overflow=0)
        meta = MetaData()
        meta.reflect(self.engine)
        self.tables: dict[str, Table] = dict(meta.tables)

    def claims(self, threads: int) -> list[Claim]:
        return [self.claim] * threads

    def close(self) -> None:
        self.engine.dispose()

    def books(self) -> dict[str, int]:
        with self.engine.connect() as connection:
            return {name: int(connection.execute(text(sql)).scalar() or 0) for name, sql in _COUNTS.items()}

    def claim(self, user: str, key: str) -> Verdict:
        with Session(self.engine) as db:
            verdict = self.decide(db, user, key)
            if verdict == "ok":
                db.commit()
            return verdict

    def decide(self, db: Session, user: str, key: str) -> Verdict:
        now = datetime.now(UTC)
        stock, used, keys = self.tables["stock"], self.tables["used"], self.tables["key"]
        holder = self.holder(db, user, now)
        remaining = db.scalar(select(stock.c.remaining).where(stock.c.item == ITEM).with_for_update())
        content = db.scalar(select(keys.c.content).where(keys.c.command == "place", keys.c.key == key))
        if content is not None:
            return "replay"
        limit = select(used.c.times).where(used.c.limit_name == "once", used.c.period == "", used.c.holder == holder)
        if db.scalar(limit) is not None:
            return "limit"
        if not remaining:
            return "out"
        self.place(db, user, holder, key, now)
        self.pay(db, user, holder, key, now)
        return "ok"

    def holder(self, db: Session, user: str, now: datetime) -> str:
        person = self.tables["person"]
        found = db.scalar(select(person.c.holder).where(person.c.user_id == user))
        if found is None:
            found = uuid4().hex
            db.execute(insert(person).values(user_id=user, holder=found, since=now))
        return str(found)

    def place(self, db: Session, user: str, holder: str, key: str, now: datetime) -> None:
        stock, deal = self.tables["stock"], f"d-{key}"
        db.execute(update(stock).where(stock.c.item == ITEM).values(remaining=stock.c.remaining - 1))
        self.add(db, "used", limit_name="once", period="", holder=holder, times=1)
        self.add(
            db,
            "deal",
            id=deal,
            holder=holder,
            item=ITEM,
            phase="placed",
            pieces=1,
            pay=PAY,
            placed_at=now,
            due_at=now + timedelta(minutes=60),
            body={"list_price": 599900, "currency": "CNY"},
        )
        lines = (
            ("stock/phone", f"held/{deal}", 1, "place"),
            ("open/times", f"used/{holder}", 1, "place"),
            ("open/CNY", f"owed/{deal}", PAY, "price"),
        )
        for line in lines:
            self.write_down(db, deal, line, now)
        self.tell(db, "deal.placed", deal, now)
        self.answer(db, "place", user, key, {"hold": deal, "pay": PAY}, now)

    def pay(self, db: Session, user: str, holder: str, key: str, now: datetime) -> None:
        deals, deal, ticket = self.tables["deal"], f"d-{key}", f"e-{key}"
        self.add(db, "orders", id=f"o-{key}", user_id=user, total=PAY)
        db.execute(update(deals).where(deals.c.id == deal, deals.c.phase == "placed").values(phase="paid", due_at=None))
        self.write_down(db, deal, (f"held/{deal}", "sold", 1, "pay"), now)
        ends = now + timedelta(days=90)
        self.add(
            db,
            "entitlement",
            id=ticket,
            holder=holder,
            item=ITEM,
            deal=deal,
            phase="usable",
            got_at=now,
            ends_at=ends,
        )
        self.tell(db, "entitlement.granted", deal, now)
        self.tell(db, "deal.paid", deal, now)
        self.answer(db, "pay", user, key, {"entitlements": [ticket]}, now)

    def write_down(self, db: Session, deal: str, line: tuple[str, str, int, str], now: datetime) -> None:
        source, destination, amount, label = line
        self.add(db, "journal", deal=deal, source=source, destination=destination, amount=amount, label=label, at=now)

    def tell(self, db: Session, event: str, deal: str, now: datetime) -> None:
        self.add(db, "outbox", event=event, data={"deal": deal, "item": ITEM, "pieces": 1}, at=now)

    def answer(self, db: Session, command: str, user: str, key: str, answer: dict[str, object], now: datetime) -> None:
        self.add(db, "key", command=command, key=key, content=f"{ITEM} {user}", answer=answer, at=now)

    def add(self, db: Session, table: str, **values: object) -> None:
        db.execute(insert(self.tables[table]).values(**values))
