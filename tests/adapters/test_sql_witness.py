"""Whatever is changed behind our back is named, column by column; damaged rows are named, and stop nothing."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, LargeBinary, create_engine, delete, select, text, update

from quanyi.adapters.clock import FixedClock
from quanyi.adapters.sql.digests import receipt_digest
from quanyi.adapters.sql.engine import prepare_engine
from quanyi.adapters.sql.migrate import upgrade
from quanyi.adapters.sql.store import SqlStore
from quanyi.adapters.sql.tables import tables_of
from quanyi.adapters.sql.types import Instant
from quanyi.adapters.sql.verify import verify
from quanyi.adapters.vault import KeyRing, SealingVault
from quanyi.adapters.wiring import wire
from quanyi.campaigns.project.load import load_project
from tests.releases.kept import RELEASES, restore

TABLES = tables_of()
FOLDER = Path(__file__).parents[1] / "malls" / "engine"
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)

UNWITNESSED = {
    ("record", "number"): "only the order of lists",
    ("journal", "number"): "only an order",
    ("journal", "xact"): "which transaction wrote it, for who reads the journal forward",
    ("entry", "number"): "only an order; within a wallet the balances hold it",
    ("outbox", "number"): "only an order",
    ("outbox", "attempts"): "how far it has been handed on",
    ("outbox", "next_at"): "how far it has been handed on",
    ("outbox", "parked_at"): "how far it has been handed on",
    ("outbox", "lease"): "how far it has been handed on",
    ("outbox", "sink"): "who takes it may be changed",
    ("outbox", "order_key"): "who takes it may be changed",
    ("code", "number"): "only the order in which codes are drawn",
    ("code", "sealed"): "changes when codes are sealed with another key; its own seal tells an edit",
    ("code", "key_id"): "the same",
    ("code", "seen_at"): "when its owner first saw it, which the record of the entitlement says too",
}
"""Columns of which nothing can tell an edit, and why."""

OTHERS = {
    "api_key": "who may call over HTTP, which no booking depends on (decision 0038)",
    "figure": "counted from the journal, and counted again by a command (decision 0042)",
    "proposal": "what is not in force, which no booking depends on",
    "trial": "what came of trying a proposal, which decides nothing (decision 0055)",
    "mark": "what the mall keeps of the present moment",
    "webhook": "who is told of events, which no booking depends on (decision 0044)",
    "showing": "what pages say, which decides nothing (decision 0042)",
}
"""Tables that the journal says nothing of."""

COLUMNS = [
    (name, column.name)
    for name in (
        "balance",
        "record",
        "lookup",
        "journal",
        "entry",
        "outbox",
        "timer",
        "wake",
        "receipt",
        "code",
        "version",
        "release",
    )
    for column in getattr(TABLES, name).c
]


@pytest.fixture(scope="module")
def filled(tmp_path_factory) -> Path:
    """A mall that has lived: something in every table."""
    path = tmp_path_factory.mktemp("filled") / "mall.db"
    engine = prepare_engine(create_engine(f"sqlite:///{path}"))
    upgrade(engine)
    vault = SealingVault(KeyRing.for_development())
    mall = wire(load_project(FOLDER), SqlStore(engine, "engine"), clock=FixedClock(NOON), vault=vault)
    mall.desk.apply(by="a clerk")
    mall.desk.import_codes("music", ["AAAA-1111", "BBBB-2222"], key="codes")
    for user in ("ann", "bob"):
        mall.report("points.granted", user=user, key=f"gift/{user}", data={"points": 900})
        mall.report("check_in", user=user, key=f"in/{user}")
        mall.report("order.paid", user=user, key=f"order/{user}", data={"order": f"o-{user}", "amount": "30.00"})
        mall.exchange("coffee", user=user, key=f"coffee/{user}")
        mall.settle(mall.exchange("music", user=user, key=f"music/{user}").hold, paid=500, key=f"pay/{user}")
        mall.claim("flash", item="phone", user=user, key=f"phone/{user}")
    mall.desk.pause("hot", by="a clerk")
    assert verify(engine, "engine").good
    engine.dispose()
    return path


@pytest.fixture
def books(filled, tmp_path) -> Engine:
    """A copy of it."""
    for path in filled.parent.glob("mall.db*"):
        shutil.copy(path, tmp_path / path.name)
    return prepare_engine(create_engine(f"sqlite:///{tmp_path / 'mall.db'}"))


def _found(engine: Engine) -> list[str]:
    return [str(difference) for mall in ("engine", "other") for difference in verify(engine, mall).differences]


def _edited(column: Any, value: Any) -> Any:
    """Something else of the same kind that could stand there."""
    if column.name == "mall":
        return "other"
    if isinstance(column.type, Instant):
        return NOON if value is None else value + timedelta(hours=1)
    if isinstance(column.type, LargeBinary):
        return b"\x01" * 16 if value is None else bytes([value[0] ^ 1]) + bytes(value[1:])
    if isinstance(value, int) or column.type.python_type is int:
        return (value or 0) + 7
    if column.name == "parts":
        return str(value).replace('"', '"x', 1)
    if str(value)[:1] in "[{":
        return f"{value} "
    return f"{value or ''}x"


def _row(connection: Any, name: str, column: str) -> Any:
    """A row that says something in that column, if any does."""
    table = getattr(TABLES, name)
    query = (
        select(table).where(table.c.mall == "engine").order_by(table.c[column].is_(None), *table.primary_key.columns)
    )
    if name == "record":
        query = query.where(table.c.kind == "entitlement")
    if name == "balance":
        query = query.where(table.c.balance != 0)  # an empty one is as good as none
    return connection.execute(query.limit(1)).mappings().one()


def _this(name: str, row: Any) -> Any:
    table = getattr(TABLES, name)
    return [column == row[column.name] for column in table.primary_key.columns]


@pytest.mark.parametrize(("name", "column"), [each for each in COLUMNS if each not in UNWITNESSED])
def test_an_edit_of_any_column_is_named(books, name, column):
    """One row, one column, something plausible: and `verify` says so."""
    table = getattr(TABLES, name)
    with books.begin() as connection:
        connection.execute(text("pragma ignore_check_constraints = on"))
        row = _row(connection, name, column)
        changed = update(table).where(*_this(name, row)).values({column: _edited(table.c[column], row[column])})
        assert connection.execute(changed).rowcount == 1

    assert _found(books)


def test_every_table_and_column_is_looked_at_or_said_not_to_be():
    """Whoever adds a column says whether an edit of it is seen."""
    tables = {name: getattr(TABLES, name) for name in {name for name, _ in COLUMNS} | OTHERS.keys()}

    assert {table.name for table in tables.values()} | {TABLES.version_table} == TABLES.names()
    assert set(UNWITNESSED) <= set(COLUMNS)


@pytest.mark.parametrize(
    "name",
    ["balance", "record", "lookup", "journal", "entry", "timer", "wake", "receipt", "code", "version", "release"],
)
def test_a_row_that_is_gone_is_named(books, name):
    """Of every table whose rows never go, or go only with a trace."""
    with books.begin() as connection:
        row = _row(connection, name, "mall")
        connection.execute(delete(getattr(TABLES, name)).where(*_this(name, row)))

    found = _found(books)
    assert [said for said in found if name != "record" or said.startswith("record")], found


def test_two_journal_rows_that_change_places_are_named(books):
    """Their contents are exchanged, and everything else stays."""
    journal = TABLES.journal
    with books.begin() as connection:
        one, other = connection.execute(select(journal).order_by(journal.c.number).limit(2)).mappings().all()
        for here, there in ((one, other), (other, one)):
            said = {name: there[name] for name in ("campaign", "rule", "lines", "holder", "bodies", "source")}
            connection.execute(update(journal).where(journal.c.number == here["number"]).values(said))

    assert [found for found in _found(books) if found.startswith("journal: change 1 ")]


@pytest.mark.parametrize(
    ("name", "column", "value"),
    [
        ("journal", "lines", "[["),
        ("journal", "lines", '[["post", 1]]'),
        ("journal", "lines", '[["post", ["purse", "points", "x"], ["lot", "points", "h", "", ""], 1, "x"]]'),
        ("journal", "bodies", b"odd"),
        ("journal", "decided_at", "yesterday"),
        ("balance", "parts", "{"),
        ("balance", "parts", "null"),
        ("balance", "kind", "purse"),
        ("balance", "balance", "many"),
        ("record", "body", "[]"),
        ("record", "body", '{"id": 7}'),
        ("record", "changed_at", "soon"),
        ("receipt", "body", "null"),
        ("receipt", "at", "?"),
        ("entry", "amount", "much"),
        ("entry", "at", "?"),
        ("outbox", "data", "{"),
        ("timer", "due_at", "?"),
        ("wake", "due_at", "?"),
        ("code", "blind", "text"),
        ("version", "body", "{"),
        ("release", "campaigns", "["),
    ],
)
def test_a_damaged_row_is_named_and_stops_nothing(books, name, column, value):
    """Half a JSON text, a word for a number, an unknown kind of account: a difference, never a crash."""
    table = f"quanyi_{name}"
    with books.begin() as connection:
        connection.execute(text("pragma ignore_check_constraints = on"))
        connection.execute(
            text(
                f"update {table} set {column} = :v where rowid = (select min(rowid) from {table})"
                if name in ("journal", "record", "entry", "outbox", "code", "version", "release")
                else f"update {table} set {column} = :v"
            ),
            {"v": value},
        )
    report = verify(books, "engine")

    assert report.differences
    assert report.rows["release"] == 2  # the last table was read


@pytest.mark.parametrize("inside", [False, True])
def test_a_receipt_of_a_newer_program_is_named_though_its_digest_fits(books, inside):
    """Only a receipt that has nothing but known fields is taken as it stands."""
    receipt = TABLES.receipt
    with books.begin() as connection:
        row = next(r for r in connection.execute(select(receipt)).all() if '"decisions"' in r.body)
        body = json.loads(row.body)
        (body["decisions"][0] if inside else body)["colour"] = "red"
        said = json.dumps(body)
        digest = receipt_digest(row.id, row.digest, row.at, row.formula, said, row.holder, row.input)
        edited = update(receipt).where(receipt.c.id == row.id).values(body=said, body_digest=digest)
        connection.execute(edited)

    assert [said.partition(":")[0] for said in _found(books)] == ["damaged", "receipt"]


def test_a_campaign_that_broke_is_counted_and_no_difference(books, monkeypatch):
    """One failed decision does not make the books bad for ever."""
    mall = wire(load_project(FOLDER), SqlStore(books, "engine"), clock=FixedClock(NOON + timedelta(days=1)))

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("quanyi.entitlements.plays.reward.Reward.decide", broken)
    mall.report("check_in", user="zoe", key="in/zoe")
    report = verify(books, "engine")

    assert (report.differences, report.failed) == ((), 1)


def test_an_upgraded_database_is_watched_as_well(sqlite_engine):
    """What stood there on the day of the upgrade is what is trusted from then on, in every table."""
    restore(RELEASES[0], sqlite_engine)
    upgrade(sqlite_engine)
    edits = {
        "balance": ("ends_at", "2031-01-01 00:00:00.000000"),
        "record": ("changed_at", "2026-01-01 00:00:00.000000"),
        "journal": ("decided_at", "2026-01-01 00:00:00.000000"),
        "entry": ("campaign", "another"),
        "outbox": ("data", "{}"),
        "timer": ("data", "{}"),
        "receipt": ("at", "2026-01-01 00:00:00.000000"),
        "code": ("blind", b"\x00" * 16),
        "version": ("source", ""),
        "release": ("paused", '["check-in"]'),
    }
    with sqlite_engine.begin() as connection:
        for name, (column, value) in edits.items():
            some = {
                "balance": "kind = 'lot'",
                "record": "kind = 'deal'",
                "code": "id = (select min(id) from quanyi_code where mall = 'lumen')",
            }
            where = f"mall = 'lumen' and {some.get(name, '1 = 1')}"
            connection.execute(text(f"update quanyi_{name} set {column} = :v where {where}"), {"v": value})
    found = {difference.code for difference in verify(sqlite_engine, "lumen", limit=100_000).differences}

    assert found >= {
        "account",
        "record",
        "journal",
        "entry",
        "outbox",
        "timer",
        "receipt",
        "code",
        "version",
        "release",
    }
