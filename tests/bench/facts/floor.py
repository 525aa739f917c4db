"""
The floor of facts and points: the same duties by hand, one transaction for each fact.

The person, the key with its answer, a row per limit and user, the wallet and its lot, a line of its history, a
journal row and an outbox row for each campaign that gives; the budget, which all facts take of, comes last, so that its
row is locked for the shortest time.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from uuid import uuid4

import attrs
import psycopg
from sqlalchemy import URL

from tests.bench.claims.crowd import Claim, Verdict
from tests.bench.claims.floor_postgres import Connections, know_people
from tests.bench.prepared import KNOWN
from tests.bench.servers import conninfo

__all__ = ["FactFloor", "Gives"]

TABLES = """
create table person (user_id text primary key, holder text not null unique, since timestamptz not null);
create table key (command text, key text, content text not null, answer jsonb not null, at timestamptz not null,
    primary key (command, key));
create table used (limit_name text, period text, holder text, times bigint not null,
    primary key (limit_name, period, holder));
create table budget (name text primary key, spent bigint not null, most bigint not null, check (spent <= most));
create table wallet (holder text, unit text, balance bigint not null, primary key (holder, unit));
create table lot (holder text, unit text, ends date, amount bigint not null, primary key (holder, unit, ends));
create table entry (id bigint generated always as identity primary key, holder text not null, unit text not null,
    amount bigint not null, balance bigint not null, campaign text not null, at timestamptz not null);
create index entry_holder on entry (holder, unit, id);
create table journal (id bigint generated always as identity primary key, campaign text not null, cause text not null,
    holder text not null, lines jsonb not null, at timestamptz not null);
create table outbox (id bigint generated always as identity primary key, event text not null, data jsonb not null,
    at timestamptz not null);
"""
MOST = 100_000
ENDS = "2027-11-30"


@attrs.frozen
class Gives:
    """A campaign that gives points for a fact; `budget` if what it gives is taken of one."""

    campaign: str
    points: int
    budget: bool = False


class FactFloor:
    """Reports one fact, by hand."""

    def __init__(self, url: URL, threads: int, campaigns: tuple[Gives, ...]) -> None:
        self.campaigns = campaigns
        self.budgets = tuple(gives for gives in campaigns if gives.budget)
        with psycopg.connect(conninfo(url)) as setup:
            setup.execute(TABLES)
            know_people(setup)
            # Everybody has a point, as in the mall beside it.
            setup.execute("insert into wallet select holder, 'points', 1 from person")
            setup.execute("insert into lot select holder, 'points', %s, 1 from person", (ENDS,))
            for gives in self.budgets:
                setup.execute("insert into budget values (%s, 0, 100000000000)", (gives.campaign,))
        self.connections = Connections(url, threads)

    def claims(self, threads: int) -> list[Claim]:
        return [self.report] * threads

    def close(self) -> None:
        self.connections.close()

    def report(self, user: str, key: str) -> Verdict:
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
        now, content = datetime.now(UTC), f"{user} {key}"
        cursor.execute("select content, answer from key where command = 'report' and key = %s", (key,))
        if row := cursor.fetchone():
            if row[0] != content:
                raise ValueError("key reused")
            return "replay"
        holder = self.holder(cursor, user, now)
        giving = [gives for gives in self.campaigns if self.takes_place(cursor, gives, holder)]
        balance = self.credit(cursor, holder, sum(gives.points for gives in giving))
        self.write_down(cursor, holder, key, giving, balance, now)
        answer = json.dumps({gives.campaign: gives.points for gives in giving})
        # Another process may have answered meanwhile: the key is unique.
        cursor.execute("insert into key values ('report', %s, %s, %s, %s)", (key, content, answer, now))
        for gives in self.budgets:
            cursor.execute("update budget set spent = spent + %s where name = %s", (gives.points, gives.campaign))
        return "ok"

    def holder(self, cursor: psycopg.Cursor, user: str, now: datetime) -> str:
        cursor.execute("select holder from person where user_id = %s", (user,))
        if row := cursor.fetchone():
            return str(row[0])
        holder = uuid4().hex
        cursor.execute("insert into person values (%s, %s, %s)", (user, holder, now))
        return holder

    def takes_place(self, cursor: psycopg.Cursor, gives: Gives, holder: str) -> bool:
        cursor.execute(
            "insert into used values (%s, '2026-11', %s, 1) on conflict (limit_name, period, holder)"
            " do update set times = used.times + 1 where used.times < %s",
            (gives.campaign, holder, MOST),
        )
        return cursor.rowcount == 1

    def credit(self, cursor: psycopg.Cursor, holder: str, amount: int) -> int:
        """The balance after it; the lot of this month's points grows too."""
        cursor.execute(
            "insert into wallet values (%s, 'points', %s) on conflict (holder, unit)"
            " do update set balance = wallet.balance + excluded.balance returning balance",
            (holder, amount),
        )
        balance = int(cursor.fetchone()[0])
        cursor.execute(
            "insert into lot values (%s, 'points', %s, %s) on conflict (holder, unit, ends)"
            " do update set amount = lot.amount + excluded.amount",
            (holder, ENDS, amount),
        )
        return balance

    def write_down(
        self, cursor: psycopg.Cursor, holder: str, key: str, giving: list[Gives], balance: int, now: datetime
    ) -> None:
        """History, journal and outbox: a row of each for each campaign, one statement a table."""
        entries, journal, outbox = [], [], []
        running = balance - sum(gives.points for gives in giving)
        for gives in giving:
            running += gives.points
            entries += [holder, gives.points, running, gives.campaign, now]
            lines = [["issued", f"lot/{holder}", gives.points], ["open", f"used/{gives.campaign}/{holder}", 1]]
            journal += [gives.campaign, key, holder, json.dumps(lines), now]
            outbox += [json.dumps({"unit": "points", "amount": gives.points, "balance": running}), now]
        rows = len(giving)
        cursor.execute(
            "insert into entry (holder, unit, amount, balance, campaign, at) values "
            + ", ".join(["(%s, 'points', %s, %s, %s, %s)"] * rows),
            entries,
        )
        cursor.execute(
            "insert into journal (campaign, cause, holder, lines, at) values "
            + ", ".join(["(%s, %s, %s, %s, %s)"] * rows),
            journal,
        )
        cursor.execute(
            "insert into outbox (event, data, at) values " + ", ".join(["('points.changed', %s, %s)"] * rows), outbox
        )

    def books(self) -> dict[str, int]:
        """How many facts each table says there were."""
        many, points = len(self.campaigns), sum(gives.points for gives in self.campaigns)
        questions = {
            "keys": "select count(*) from key",
            "wallets": f"select (sum(balance) - {KNOWN}) / {points} from wallet",
            "lots": f"select (sum(amount) - {KNOWN}) / {points} from lot",
            "entries": f"select count(*) / {many} from entry",
            "journal": f"select count(*) / {many} from journal",
            "outbox": f"select count(*) / {many} from outbox",
            "limits": f"select sum(times) / {many} from used",
        }
        for gives in self.budgets:
            questions["budget"] = f"select spent / {gives.points} from budget where name = '{gives.campaign}'"
        with self.connections.one() as connection, connection.transaction():
            return {name: int(connection.execute(sql).fetchone()[0] or 0) for name, sql in questions.items()}
