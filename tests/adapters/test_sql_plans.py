"""What is asked often finds its rows by an index, however many others there are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from time import perf_counter
from typing import Any

import pytest
from sqlalchemy import Engine, event

from quanyi.adapters.conformance.material import (
    GOLD,
    HALL,
    NOW,
    PILE,
    balance,
    deal,
    emit,
    put,
    read,
    receipt,
    write,
)
from quanyi.adapters.sql.figures import SqlFigures
from quanyi.adapters.sql.forward import Place, changes_after
from quanyi.adapters.sql.marks import SqlMarks
from quanyi.adapters.sql.migrate import upgrade
from quanyi.adapters.sql.store import SqlStore
from quanyi.adapters.sql.verify import verify
from quanyi.entitlements.accounts import quota
from quanyi.entitlements.listings import Listing
from quanyi.entitlements.needs import CodesOf, CodeTwin, LotsOf

NEEDS = (PILE, GOLD, LotsOf("h-ann", "points"), deal("d1").key, CodesOf("e1"), CodeTwin(b"b"))

LISTINGS = (
    Listing(kind="deal", holders=["h-ann"]),
    Listing(kind="deal", holders=["h-ann"], phase="placed", due_by=NOW),
    Listing(kind="bond", holders=["h-ann"], campaign="friends"),
    Listing(kind="person", holders=["h-ann", "h-bob"]),
    Listing(kind="deal", keys=frozenset([deal("d1").key])),
    Listing(kind="deal", holders=["h-ann"], after=deal("d1").key),
)

QUESTIONS = {
    "a picture": lambda store: store.peek(NEEDS, NOW),
    "due timers": lambda store: store.due(NOW, 10),
    "a wallet": lambda store: store.lots("h-ann"),
    "a history": lambda store: store.entries("h-ann", "points", before=9),
    "somebody's records": lambda store: store.records("deal", holder="h-ann"),
    "a campaign's records": lambda store: store.records("deal", campaign="afternoon", phase="placed"),
    "several lists": lambda store: store.listed(LISTINGS),
    "a receipt": lambda store: store.receipt(receipt("k1").id),
    "the release": lambda store: store.release(),
}


ROUNDS = {
    "the journal's next changes": lambda store: changes_after(store, Place(0, 5)),
    "how far time has come": lambda store: SqlMarks(store).read(),
    "how far figures have come": lambda store: SqlFigures(store, "Asia/Shanghai", lambda *_: {}).standing(NOW),
    "a check of the books": lambda store: verify(store.engine),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_sqlite_scans_no_table(sqlite_engine: Engine, question: str) -> None:
    """Every statement behind a question searches, and never walks through a whole table."""
    plans = plans_of(sqlite_engine, QUESTIONS[question])

    assert plans
    assert not [plan for plan in plans if plan.startswith("SCAN") and "subquery" not in plan.lower()]


@pytest.mark.parametrize("question", ROUNDS)
def test_sqlite_sorts_nothing_that_is_read_in_order(sqlite_engine: Engine, question: str) -> None:
    """What is read on from a number costs what is behind it, and not all that the mall has."""
    plans = plans_of(sqlite_engine, ROUNDS[question])

    assert plans
    assert not [plan for plan in plans if plan == "USE TEMP B-TREE FOR ORDER BY"]


def plans_of(engine: Engine, ask: Callable[[SqlStore], object]) -> list[str]:
    """How SQLite finds the rows of every statement that *ask* sends."""
    upgrade(engine)
    plans: list[str] = []

    @event.listens_for(engine, "before_cursor_execute")
    def explain(_connection: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.lstrip().lower().startswith("select"):
            plans.extend(row[3] for row in cursor.execute(f"explain query plan {statement}", parameters).fetchall())

    ask(SqlStore(engine))
    return plans


@pytest.mark.alone
def test_waiting_timers_cost_nothing(engine: Engine) -> None:
    """Ten thousand timers that wait for later do not slow a picture of one of their accounts down."""
    upgrade(engine)
    store = SqlStore(engine)
    alone = fastest(store)
    later = NOW + timedelta(days=1)
    write(store, timers=tuple(emit(f"t{n}", later, PILE, quota("x", str(n))) for n in range(10_000)))

    assert fastest(store) < alone * 5 + 0.005
    assert read(store, PILE, HALL, now=later - timedelta(microseconds=1)).due == ()


@pytest.mark.alone
def test_a_write_costs_what_it_touches(engine: Engine) -> None:
    """Thirty thousand other accounts and records do not slow one account's write down, nor one record's."""
    upgrade(engine)
    store = SqlStore(engine)
    write(store, balances=(balance(PILE, None, 1),), records=(put(deal("d")),))
    alone = [changed(store, turn) for turn in range(1, 20)]
    others = [quota("x", str(n)) for n in range(30_000)]
    write(store, balances=tuple(balance(account, None, 1) for account in others))
    write(store, records=tuple(put(deal(f"d{n}")) for n in range(30_000)))
    crowded = [changed(store, turn) for turn in range(20, 40)]

    assert min(crowded) < min(alone) * 5 + 0.003


def changed(store: SqlStore, turn: int) -> float:
    """Seconds for a write that changes one account and one record."""
    begun = perf_counter()
    write(store, balances=(balance(PILE, turn, turn + 1),), records=(put(deal("d"), turn),))
    return perf_counter() - begun


def fastest(store: SqlStore, now: datetime = NOW) -> float:
    """Seconds for one picture, at best."""
    seconds = []
    for _ in range(20):
        begun = perf_counter()
        store.peek([PILE, HALL], now)
        seconds.append(perf_counter() - begun)
    return min(seconds)
