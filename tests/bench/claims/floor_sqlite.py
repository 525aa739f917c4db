"""
The floor on SQLite: the same duties, one durable transaction each.

A connection per thread, WAL, synchronous=FULL, begun as writer. The threads queue on a lock of
the process, which is faster than SQLite's own waiting for the file: a stronger floor.
"""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime, timedelta
from threading import Lock
from uuid import uuid4

from sqlalchemy import URL

from tests.bench.claims.crowd import Claim, Verdict
from tests.bench.claims.floor_postgres import ITEM
from tests.bench.claims.tables import PAY, sqlite_tables
from tests.bench.prepared import KNOWN, known_person
from tests.bench.servers import STOCK

__all__ = ["SqliteFloor"]


class SqliteFloor:
    """One claim, all duties."""

    def __init__(self, url: URL, threads: int, *, known: bool = True) -> None:
        self.path = str(url.database)
        self.queue = Lock()
        setup = self.connect()
        setup.executescript(sqlite_tables())
        setup.execute("insert into stock values (?, ?)", (ITEM, STOCK))
        self.people_before = KNOWN if known else 0
        people = ((known_person(n), uuid4().hex, "2026-01-01") for n in range(self.people_before))
        setup.execute("begin")
        setup.executemany("insert into person values (?, ?, ?)", people)
        setup.execute("commit")
        self.connections = [setup, *(self.connect() for _ in range(threads))]

    def connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False, timeout=60)
        connection.execute("pragma journal_mode = wal")
        connection.execute("pragma synchronous = full")
        return connection

    def claims(self, threads: int) -> list[Claim]:
        return [self.claim_on(connection) for connection in self.connections[1 : threads + 1]]

    def close(self) -> None:
        for connection in self.connections:
            connection.close()

    def claim_on(self, connection: sqlite3.Connection) -> Claim:
        def claim(user: str, key: str) -> Verdict:
            with self.queue:
                connection.execute("begin immediate")
                verdict = self.decide(connection, user, key)
                connection.execute("commit" if verdict == "ok" else "rollback")
                return verdict

        return claim

    def decide(self, db: sqlite3.Connection, user: str, key: str) -> Verdict:
        row = db.execute("select content, answer from key where command = 'place' and key = ?", (key,)).fetchone()
        if row:
            if row[0] != f"{ITEM} {user}":
                raise ValueError("key reused")
            return "replay"
        now = datetime.now(UTC)
        holder = self.holder(db, user, now)
        (remaining,) = db.execute("select remaining from stock where item = ?", (ITEM,)).fetchone()
        asked = "select times from used where limit_name = 'phone-once' and period = '' and holder = ?"
        if db.execute(asked, (holder,)).fetchone():
            return "limit"
        if remaining < 1:
            return "out"
        self.place(db, user, holder, key, now)
        return "ok"

    def holder(self, db: sqlite3.Connection, user: str, now: datetime) -> str:
        if row := db.execute("select holder from person where user_id = ?", (user,)).fetchone():
            return str(row[0])
        holder = uuid4().hex
        db.execute("insert into person values (?, ?, ?)", (user, holder, now.isoformat()))
        return holder

    def place(self, db: sqlite3.Connection, user: str, holder: str, key: str, now: datetime) -> None:
        deal, at, due = f"d-{key}", now.isoformat(), (now + timedelta(minutes=60)).isoformat()
        db.execute("update stock set remaining = remaining - 1 where item = ?", (ITEM,))
        db.execute("insert into used values ('phone-once', '', ?, 1)", (holder,))
        body = json.dumps({"list_price": 599900, "currency": "CNY"})
        row = (deal, holder, ITEM, PAY, at, due, body)
        db.execute("insert into deal values (?, ?, ?, 'placed', 1, ?, ?, ?, ?)", row)
        db.executemany(
            "insert into journal (deal, source, destination, amount, label, at) values (?, ?, ?, ?, ?, ?)",
            [
                (deal, "stock/phone", f"held/{deal}", 1, "place", at),
                (deal, "open/times", f"used/{holder}", 1, "place", at),
                (deal, "open/CNY", f"owed/{deal}", PAY, "price", at),
            ],
        )
        data = json.dumps({"deal": deal, "item": ITEM, "pieces": 1})
        db.execute("insert into outbox (event, data, at) values ('deal.placed', ?, ?)", (data, at))
        db.execute("insert into timer values (?, 'deal.lapse', ?)", (deal, due))
        answer = json.dumps({"hold": deal, "pay": PAY, "due_at": due})
        db.execute("insert into key values ('place', ?, ?, ?, ?)", (key, f"{ITEM} {user}", answer, at))

    def books(self) -> dict[str, int]:
        questions = {
            "sold": f"select {STOCK} - remaining from stock",
            "rows": "select count(*) from deal",
            "users": "select count(distinct holder) from deal",
            "limits": "select sum(times) from used",
            "keys": "select count(*) from key where command = 'place'",
            "outbox": "select count(*) from outbox",
            "timers": "select count(*) from timer",
            "journal": "select count(*) / 3 from journal",
            "people": f"select count(*) - {self.people_before} from person",
        }
        return {name: int(self.connections[0].execute(sql).fetchone()[0] or 0) for name, sql in questions.items()}
