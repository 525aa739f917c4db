"""
The floor on PostgreSQL: the same duties, as a careful developer writes them by hand.

psycopg 3 alone, statements prepared, one transaction per claim: key with stored answer, stock row
under FOR UPDATE, a row per user and limit, deal, three journal rows, outbox, timer. Threads share
connections only where the server has fewer.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from queue import LifoQueue

import psycopg
from sqlalchemy import URL

from tests.bench.crowd import Claim, Verdict
from tests.bench.servers import STOCK, connections_left, conninfo

__all__ = ["Bare", "Floor", "FloorJoined"]

TABLES = """
create table stock (item text primary key, remaining bigint not null check (remaining >= 0));
create table used (limit_name text, user_id text, times bigint not null, primary key (limit_name, user_id));
create table key (command text, key text, content text not null, answer jsonb not null, at timestamptz not null,
    primary key (command, key));
create table deal (id text primary key, user_id text not null, item text not null, phase text not null,
    pieces bigint not null, pay bigint not null, placed_at timestamptz not null, due_at timestamptz, body jsonb not null);
create index deal_user on deal (user_id, placed_at);
create table journal (id bigint generated always as identity primary key, deal text not null, source text not null,
    destination text not null, amount bigint not null, label text not null, at timestamptz not null);
create table outbox (id bigint generated always as identity primary key, event text not null, data jsonb not null,
    at timestamptz not null);
create table timer (deal text primary key, event text not null, due_at timestamptz not null);
create index timer_due on timer (due_at);
create table entitlement (id text primary key, user_id text not null, item text not null, deal text not null,
    phase text not null, got_at timestamptz not null);
create table orders (id text primary key, user_id text not null, total bigint not null);
create table bare (id bigint generated always as identity primary key, item text, user_id text, unique (item, user_id));
"""
ITEM = "phone"
PAY = 569900


class _Connections:
    """As many connections as the threads need, or as the server has."""

    def __init__(self, url: URL, threads: int) -> None:
        self.all = [psycopg.connect(conninfo(url)) for _ in range(min(threads, connections_left()))]
        self.free: LifoQueue[psycopg.Connection] = LifoQueue()
        for connection in self.all:
            connection.prepare_threshold = 0
            self.free.put(connection)

    @contextmanager
    def one(self) -> Iterator[psycopg.Connection]:
        connection = self.free.get()
        try:
            yield connection
        finally:
            self.free.put(connection)


class _Shop:
    """Tables, connections, and a transaction around each claim."""

    def __init__(self, url: URL, threads: int) -> None:
        with psycopg.connect(conninfo(url)) as setup:
            setup.execute(TABLES)
            setup.execute("insert into stock values (%s, %s)", (ITEM, STOCK))
        self.connections = _Connections(url, threads)

    def claims(self, threads: int) -> list[Claim]:
        return [self.claim] * threads

    def close(self) -> None:
        for connection in self.connections.all:
            connection.close()

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


class Floor(_Shop):
    """One claim, all duties."""

    def decide(self, cursor: psycopg.Cursor, user: str, key: str) -> Verdict:
        now = datetime.now(UTC)
        cursor.execute("select remaining from stock where item = %s for update", (ITEM,))
        remaining = cursor.fetchone()[0]
        if self.answered(cursor, "place", user, key):  # asked under the lock: it may just have come in
            return "replay"
        cursor.execute("select times from used where limit_name = 'phone-once' and user_id = %s", (user,))
        if cursor.fetchone():
            return "limit"
        if remaining < 1:
            return "out"
        self.place(cursor, user, key, now)
        return "ok"

    def answered(self, cursor: psycopg.Cursor, command: str, user: str, key: str) -> bool:
        cursor.execute("select content, answer from key where command = %s and key = %s", (command, key))
        row = cursor.fetchone()
        if row and row[0] != f"{ITEM} {user}":
            raise ValueError("key reused")
        return row is not None

    def place(self, cursor: psycopg.Cursor, user: str, key: str, now: datetime) -> str:
        deal, due = f"d-{key}", now + timedelta(minutes=60)
        cursor.execute("update stock set remaining = remaining - 1 where item = %s", (ITEM,))
        cursor.execute("insert into used values ('phone-once', %s, 1)", (user,))
        body = json.dumps({"list_price": 599900, "currency": "CNY"})
        cursor.execute(
            "insert into deal values (%s, %s, %s, 'placed', 1, %s, %s, %s, %s)", (deal, user, ITEM, PAY, now, due, body)
        )
        cursor.execute(
            "insert into journal (deal, source, destination, amount, label, at) values"
            " (%s, 'stock/phone', %s, 1, 'place', %s), (%s, 'open/times', %s, 1, 'place', %s),"
            " (%s, 'open/CNY', %s, %s, 'price', %s)",
            (deal, f"held/{deal}", now, deal, f"used/{user}", now, deal, f"owed/{deal}", PAY, now),
        )
        self.tell(cursor, "deal.placed", deal, now)
        self.wake(cursor, deal, due)
        self.answer(cursor, "place", user, key, {"hold": deal, "pay": PAY, "due_at": due.isoformat()})
        return deal

    def tell(self, cursor: psycopg.Cursor, event: str, deal: str, now: datetime) -> None:
        data = json.dumps({"deal": deal, "item": ITEM, "pieces": 1})
        cursor.execute("insert into outbox (event, data, at) values (%s, %s, %s)", (event, data, now))

    def wake(self, cursor: psycopg.Cursor, deal: str, due: datetime) -> None:
        cursor.execute("insert into timer values (%s, 'deal.lapse', %s)", (deal, due))

    def answer(self, cursor: psycopg.Cursor, command: str, user: str, key: str, answer: dict[str, object]) -> None:
        cursor.execute(
            "insert into key values (%s, %s, %s, %s, %s)",
            (command, key, f"{ITEM} {user}", json.dumps(answer), datetime.now(UTC)),
        )

    def books(self) -> dict[str, int]:
        return self.counts(
            sold=f"select {STOCK} - remaining from stock",
            rows="select count(*) from deal",
            users="select count(distinct user_id) from deal",
            limits="select sum(times) from used",
            keys="select count(*) from key where command = 'place'",
            outbox="select count(*) from outbox where event = 'deal.placed'",
            timers="select count(*) from timer",
            journal="select count(*) / 3 from journal where label in ('place', 'price')",
        )


class FloorJoined(Floor):
    """Claim, order and payment in the host's one transaction; paid at once, so there is no timer."""

    def decide(self, cursor: psycopg.Cursor, user: str, key: str) -> Verdict:
        verdict = super().decide(cursor, user, key)
        if verdict == "ok":
            self.pay(cursor, user, key)
        return verdict

    def wake(self, cursor: psycopg.Cursor, deal: str, due: datetime) -> None:
        """Nothing is due once it is paid."""

    def pay(self, cursor: psycopg.Cursor, user: str, key: str) -> None:
        now, deal = datetime.now(UTC), f"d-{key}"
        cursor.execute("insert into orders values (%s, %s, %s)", (f"o-{key}", user, PAY))
        cursor.execute("update deal set phase = 'paid', due_at = null where id = %s and phase = 'placed'", (deal,))
        cursor.execute(
            "insert into journal (deal, source, destination, amount, label, at) values (%s, %s, 'sold', 1, 'pay', %s)",
            (deal, f"held/{deal}", now),
        )
        cursor.execute(
            "insert into entitlement values (%s, %s, %s, %s, 'usable', %s)", (f"e-{key}", user, ITEM, deal, now)
        )
        self.tell(cursor, "deal.paid", deal, now)
        self.answer(cursor, "pay", user, key, {"entitlements": [f"e-{key}"]})

    def books(self) -> dict[str, int]:
        books = super().books() | self.counts(
            orders="select count(*) from orders",
            paid="select count(*) from deal where phase = 'paid'",
            entitlements="select count(*) from entitlement",
        )
        return {name: count for name, count in books.items() if name != "timers"}


class Bare(_Shop):
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
