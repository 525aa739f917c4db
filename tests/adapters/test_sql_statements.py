"""
SQLite's statements as texts: they find what SQLAlchemy's own way of running them finds.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import Select, select

from quanyi.adapters.clock import FixedClock
from quanyi.adapters.sql.dialects.reading import Reading
from quanyi.adapters.sql.migrate import upgrade
from tests.engine.paired import applied

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

    from quanyi.adapters.sql.store import SqlStore

FOLDER = Path(__file__).parents[1] / "malls" / "stampede"
TEN = datetime(2026, 3, 2, 2, 30, tzinfo=UTC)  # 10:30 in Shanghai
LATER = TEN + timedelta(days=30)


@pytest.fixture
def store(sqlite_engine: Engine) -> SqlStore:
    """A mall in which some things were claimed and none was paid, so that holds are due later."""
    upgrade(sqlite_engine)
    mall = applied(sqlite_engine, "m", FixedClock(TEN), FOLDER)
    for number in range(5):
        mall.claim("once", item="phone", user=f"u{number}", key=f"k{number}")
    return mall.ports.store


@pytest.fixture
def connection(store: SqlStore) -> Iterator[Connection]:
    with store.engine.connect() as connection:
        yield connection


def ids_in(connection: Connection, store: SqlStore, name: str) -> list[Any]:
    """What some statement's list may name: ids of a table, keys that timers wake on, holders."""
    tables = store.tables
    column = {
        "waking": tables.wake.c.key,
        "backs": tables.wake.c.key,
        "lots": tables.balance.c.holder,
        "wallets": tables.balance.c.holder,
        "holders": tables.record.c.id,
        "records": tables.record.c.id,
        "receipts": tables.receipt.c.id,
        "timers": tables.timer.c.id,
        "balances": tables.balance.c.id,
    }[name]
    return sorted(value for (value,) in connection.execute(select(column).distinct()) if value is not None)


def both(connection: Connection, store: SqlStore, query: Select[Any], said: dict[str, Any]) -> list[tuple[Any, ...]]:
    """What is found by the text, which must be what SQLAlchemy finds."""
    found: list[tuple[Any, ...]] = store._dialect._rows(connection, query, said)
    assert found == Reading._rows(store._dialect, connection, query, said)
    return found


@pytest.mark.parametrize(
    "name", ["balances", "records", "holders", "receipts", "timers", "lots", "wallets", "waking", "backs"]
)
def test_lists_of_every_length_find_the_same_rows(connection: Connection, store: SqlStore, name: str) -> None:
    query, found = getattr(store._dialect._selects, name), []
    ids = ids_in(connection, store, name)
    more = {"timers": {"now": LATER}, "waking": {"now": LATER, "most": 64}, "backs": {"now": LATER, "deciding": []}}
    for length in range(len(ids) + 1):
        found = both(connection, store, query, {"ids": ids[:length], **more.get(name, {})})

    assert found or name in ("lots", "wallets")


def test_two_lists_of_different_lengths_are_told_apart(connection: Connection, store: SqlStore) -> None:
    keys, timers = ids_in(connection, store, "backs"), ids_in(connection, store, "timers")
    sums = []
    for ids, deciding in ((keys, timers[:2]), (keys[:2], timers), (keys, timers), (keys, [])):
        said = {"ids": ids, "now": LATER, "deciding": deciding}
        sums.append(len(both(connection, store, store._dialect._selects.backs, said)))

    assert sums[2] == 0 < sums[3], "every timer is left out, and none"


def test_an_instant_is_read_as_it_was_written(connection: Connection, store: SqlStore) -> None:
    due = both(connection, store, store._dialect._selects.due, {"now": LATER, "most": 1})

    assert TEN < due[0][2] <= LATER
