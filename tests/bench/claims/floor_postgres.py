"""
The floor on PostgreSQL: the same duties, as a careful developer writes them by hand.

psycopg 3 alone, statements prepared, one transaction per claim: the person, key with stored answer, stock row
under FOR UPDATE, a row per user and limit, deal, three journal rows, outbox, timer. Threads share
connections only where the server has fewer.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from queue import LifoQueue
from uuid import uuid4

import psycopg
from sqlalchemy import URL

from tests.bench.claims.crowd import Claim, Verdict
from tests.bench.claims.tables import PAY, TABLES
from tests.bench.prepared import KNOWN
from tests.bench.servers import STOCK, connections_left, conninfo

__all__ = ["Bare", "Connections", "Floor", "FloorGuarded", "Shop", "know_people"]

ITEM = "phone"


class Connections:
    """As many connections as the threads need, or as the server has."""

    def __init__(self, url: URL, threads: int) -> None:
        self.all = [psycopg.connect(conninfo(url)) for _ in range(min(threads, connections_left()))]
        self.free: LifoQueue[psycopg.Connection] = LifoQueue()
        for connection in self.all:
            connection.prepare_threshold = 0
            self.free.put(connection)

    @contextmanager
    def one(self) -> Iterator[psycopg.Connection]:
        """One that nobody else uses meanwhile."""
        connection = self.free.get()
        try:
            yield connection
        finally:
            self.free.put(connection)

    def close(self) -> None:
        for connection in self.all:
            connection.close()


def know_people(setup: psycopg.Connection) -> None:
    """The people whom a prepared mall knows, in the floor's table."""
    setup.execute(
        "insert into person select 'p' || n, md5('holder' || n), now() from generate_series(0, %s) n", (KNOWN - 1,)
    )


class Shop:
    """Tables, connections, and a transaction around each claim."""

    def __init__(self, url: URL, threads: int, *, known: bool = True) -> None:
        with psycopg.connect(conninfo(url)) as setup:
            setup.execute(TABLES)
            setup.execute("insert into stock values (%s, %s)", (ITEM, STOCK))
            setup.execute("insert into budget values ('rebate', 0, 100000000000)")
            if known:
                know_people(setup)
        self.people_before = KNOWN if known else 0
        self.connections = Connections(url, threads)

    def claims(self, threads: int) -> list[Claim]:
        return [self.claim] * threads

    def close(self) -> None:
        self.connections.close()

    def claim(self, user: str, key: str) -> Verdict:
        with self.connections.one() as connection:
            cursor = connection.cursor()
            try:
                verdict = self.decide(cursor, user, key)
            except BaseException:
                connection.rollback()
                raise
            connection.commit() if verdict == "ok" else connection.rollback()
            return verdict

    def decide(self, cursor: psycopg.Cursor, user: str, key: str) -> Verdict:
        raise NotImplementedError

    def counts(self, **questions: str) -> dict[str, int]:
        with self.connections.one() as connection, connection.transaction():
            return {name: int(connection.execute(sql).fetchone()[0] or 0) for name, sql in questions.items()}


class Floor(Shop):
    """One claim, all duties."""

    limits = (("phone-once", "", 1),)
    """Name, period and most of each limit per user."""

    def decide(self, cursor: psycopg.Cursor, user: str, key: str) -> Verdict:
        now = datetime.now(UTC)
        holder = self.holder(cursor, user, now)  # before the lock, which everybody waits for
        cursor.execute("select remaining from stock where item = %s for update", (ITEM,))
        remaining = cursor.fetchone()[0]
        if self.answered(cursor, "place", user, key):  # asked under the lock: it may just have come in
            return "replay"
        if not self.has_room(cursor, holder):
            return "limit"
        if remaining < 1:
            return "out"
        self.place(cursor, user, holder, key, now)
        return "ok"

    def holder(self, cursor: psycopg.Cursor, user: str, now: datetime) -> str:
        """Who stands for the user here; a newcomer gets a row."""
        cursor.execute("select holder from person where user_id = %s", (user,))
        if row := cursor.fetchone():
            return str(row[0])
        cursor.execute(
            "insert into person values (%s, %s, %s) on conflict (user_id) do update set since = person.since"
            " returning holder",
            (user, uuid4().hex, now),
        )
        return str(cursor.fetchone()[0])

    def answered(self, cursor: psycopg.Cursor, command: str, user: str, key: str) -> bool:
        cursor.execute("select content, answer from key where command = %s and key = %s", (command, key))
        row = cursor.fetchone()
        if row and row[0] != f"{ITEM} {user}":
            raise ValueError("key reused")
        return row is not None

    def has_room(self, cursor: psycopg.Cursor, holder: str) -> bool:
        for name, period, most in self.limits:
            cursor.execute(
                "select times from used where limit_name = %s and period = %s and holder = %s", (name, period, holder)
            )
            row = cursor.fetchone()
            if row and row[0] >= most:
                return False
        return True

    def place(self, cursor: psycopg.Cursor, user: str, holder: str, key: str, now: datetime) -> str:
        deal, due = f"d-{key}", now + timedelta(minutes=60)
        cursor.execute("update stock set remaining = remaining - 1 where item = %s", (ITEM,))
        for name, period, _ in self.limits:
            cursor.execute(
                "insert into used values (%s, %s, %s, 1) on conflict (limit_name, period, holder)"
                " do update set times = used.times + 1",
                (name, period, holder),
            )
        body = json.dumps({"list_price": 599900, "currency": "CNY"})
        cursor.execute(
            "insert into deal values (%s, %s, %s, 'placed', 1, %s, %s, %s, %s)",
            (deal, holder, ITEM, PAY, now, due, body),
        )
        self.write_down(cursor, deal, holder, now)
        self.tell(cursor, "deal.placed", deal, now)
        cursor.execute("insert into timer values (%s, 'deal.lapse', %s)", (deal, due))
        self.answer(cursor, "place", user, key, {"hold": deal, "pay": PAY, "due_at": due.isoformat()})
        return deal

    def write_down(self, cursor: psycopg.Cursor, deal: str, holder: str, now: datetime) -> None:
        cursor.execute(
            "insert into journal (deal, source, destination, amount, label, at) values"
            " (%s, 'stock/phone', %s, 1, 'place', %s), (%s, 'open/times', %s, 1, 'place', %s),"
            " (%s, 'open/CNY', %s, %s, 'price', %s)",
            (deal, f"held/{deal}", now, deal, f"used/{holder}", now, deal, f"owed/{deal}", PAY, now),
        )

    def tell(self, cursor: psycopg.Cursor, event: str, deal: str, now: datetime) -> None:
        data = json.dumps({"deal": deal, "item": ITEM, "pieces": 1})
        cursor.execute("insert into outbox (event, data, at) values (%s, %s, %s)", (event, data, now))

    def answer(self, cursor: psycopg.Cursor, command: str, user: str, key: str, answer: dict[str, object]) -> None:
        cursor.execute(
            "insert into key values (%s, %s, %s, %s, %s)",
            (command, key, f"{ITEM} {user}", json.dumps(answer), datetime.now(UTC)),
        )

    def books(self) -> dict[str, int]:
        return self.counts(
            sold=f"select {STOCK} - remaining from stock",
            rows="select count(*) from deal",
            users="select count(distinct holder) from deal",
            limits=f"select sum(times) / {len(self.limits)} from used",
            keys="select count(*) from key where command = 'place'",
            outbox="select count(*) from outbox where event = 'deal.placed'",
            timers="select count(*) from timer",
            journal="select count(*) / 3 from journal where label in ('place', 'price')",
            people=f"select count(*) - {self.people_before} from person",
        )


class FloorGuarded(Floor):
    """The same under a second limit, in a month, and a budget, each with a journal row of its own."""

    limits = (("phone-once", "", 1), ("phone-month", "2026-11", 3))
    rebate = 10_000

    def place(self, cursor: psycopg.Cursor, user: str, holder: str, key: str, now: datetime) -> str:
        # The stock row's lock is the budget's as well: every claim takes of both.
        cursor.execute("update budget set spent = spent + %s where name = 'rebate'", (self.rebate,))
        deal = super().place(cursor, user, holder, key, now)
        cursor.execute(
            "insert into journal (deal, source, destination, amount, label, at) values"
            " (%s, 'open/times', %s, 1, 'month', %s), (%s, 'open/CNY', 'used/rebate', %s, 'budget', %s)",
            (deal, f"used/{holder}/month", now, deal, self.rebate, now),
        )
        return deal

    def books(self) -> dict[str, int]:
        more = self.counts(
            budget=f"select spent / {self.rebate} from budget",
            guards="select count(*) / 2 from journal where label in ('month', 'budget')",
        )
        return super().books() | more


class Bare(Shop):
    """Stock and order row, and nothing else."""

    def decide(self, cursor: psycopg.Cursor, user: str, key: str) -> Verdict:
        cursor.execute("select remaining from stock where item = %s for update", (ITEM,))
        remaining = cursor.fetchone()[0]
        cursor.execute("select 1 from bare where item = %s and user_id = %s", (ITEM, user))
        if cursor.fetchone():
            return "limit" if key.startswith("second") else "replay"
        if remaining < 1:
            return "out"
        cursor.execute("update stock set remaining = remaining - 1 where item = %s", (ITEM,))
        cursor.execute("insert into bare (item, user_id) values (%s, %s)", (ITEM, user))
        return "ok"

    def books(self) -> dict[str, int]:
        return self.counts(
            sold=f"select {STOCK} - remaining from stock",
            rows="select count(*) from bare",
            users="select count(distinct user_id) from bare",
        )
