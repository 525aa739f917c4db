"""Rows that must be new: inserted plainly, and a conflict where one is there already."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from time import monotonic, sleep
from typing import Any

import pytest
from sqlalchemy import Engine, func, select, text

from quanyi.adapters.conformance.material import (
    NOW,
    PILE,
    balance,
    change,
    code,
    deal,
    emit,
    put,
    read,
    receipt,
    write,
)
from quanyi.adapters.sql.batches import Batch
from quanyi.adapters.sql.dialects.guarded import Forms
from quanyi.adapters.sql.migrate import upgrade
from quanyi.adapters.sql.store import SqlStore
from quanyi.entitlements.accounts import quota
from quanyi.entitlements.errors import Conflict
from quanyi.entitlements.ports import Release, Writing

MINE = deal("d1")
GIVES = {PILE: 1}

TAKEN: dict[str, tuple[dict[str, Any], str]] = {
    "receipt": ({"receipts": (receipt("k1"),)}, "a key is taken"),
    "balance": ({"balances": (balance(PILE, None, 1),)}, "an account was opened by somebody else"),
    "record": ({"records": (put(MINE),)}, "a record was made by somebody else"),
    "journal": ({"changes": (change("c1"),)}, "a change was written already"),
    "outbox": ({"outbox": (emit("e1"),)}, "an event was written already"),
    "code": ({"stash": (code("one"),)}, "a code is there already"),
    "release": ({"release": Release(epoch=1)}, "another release came first"),
}


@pytest.fixture
def store(engine: Engine) -> SqlStore:
    upgrade(engine)
    return SqlStore(engine)


@pytest.mark.parametrize("table", TAKEN)
def test_a_row_that_is_there_already_is_named(store: SqlStore, table: str) -> None:
    """The conflict says what is there already: SQLite in our words, PostgreSQL by the table's key."""
    pieces, words = TAKEN[table]
    write(store, **pieces)
    with pytest.raises(Conflict) as caught:
        write(store, **pieces)

    assert words in str(caught.value) or f"quanyi_{table}_" in str(caught.value)
    assert "\n" not in str(caught.value), "details name values of the row"


def test_the_timer_of_a_new_record_is_new(store: SqlStore) -> None:
    """A timer that stands there for a record which does not exist is not taken for the new record's."""
    write(store, timers=(emit("t1", NOW, of=MINE.key),))
    with pytest.raises(Conflict):
        write(store, records=(put(MINE),), timers=(emit("t1", NOW, of=MINE.key),))

    assert store.records("deal") == []


def test_another_timer_that_is_there_already_stays(store: SqlStore) -> None:
    """A record that was made before may set its timer again; the first one stays."""
    write(store, records=(put(MINE),), timers=(emit("t1", NOW, of=MINE.key, gives=GIVES),))
    write(store, records=(put(MINE, 1),), timers=(emit("t1", NOW, of=MINE.key, gives=GIVES),))

    assert [timer.id for timer in read(store, MINE.key).due] == [MINE.key.id]


def test_a_timer_has_one_row_for_each_key(store: SqlStore) -> None:
    """A timer that wakes an account and gives back to it as well is decided first there, and in no sum."""
    write(store, records=(put(MINE),), timers=(emit("t1", NOW, PILE, gives=GIVES, of=MINE.key),))
    with store.engine.connect() as connection:
        found = connection.execute(select(func.count(), func.count(store.tables.wake.c.amount))).one()

    assert tuple(found) == (1, 0)


# --- value by value ----------------------------------------------------------------------------------


def test_few_rows_go_value_by_value_in_few_forms(store: SqlStore) -> None:
    """Only the first forms that come do, so that plans stay bounded; many rows go as arrays."""
    one, two, many = (Batch(("id",), [(b"%d" % n,) for n in range(count)]) for count in (1, 2, 5))
    forms = Forms(few=4, most=2)

    def counts(*batches: Batch) -> list[int]:
        return [count for _, _, count in forms.form(store.tables, list(enumerate(batches)))]

    assert counts(one, two) == [1, 2]
    assert counts(one, many) == [0, 0]
    assert counts(two) == [2]
    assert counts(one) == [0], "the third form"
    assert counts(one, two) == [1, 2], "the first one, again"


@pytest.mark.parametrize("few", [0, 4])
def test_any_number_of_rows_is_written(postgres_engine: Engine, few: int) -> None:
    """One row, a few, and more than a few of one table stand, whichever way they go."""
    upgrade(postgres_engine)
    store: Any = SqlStore(postgres_engine)
    store._dialect.forms = Forms(few=few)
    for count in (1, 2, 4, 5, 40):
        piles = [quota("afternoon", f"{count}/{n}") for n in range(count)]
        write(store, balances=tuple(balance(pile, None, 2) for pile in piles))
        write(store, balances=tuple(balance(pile, 2, 1) for pile in piles))
        with pytest.raises(Conflict):
            write(store, balances=(*(balance(pile, 1, 0) for pile in piles[1:]), balance(piles[0], 7, 6)))

        assert read(store, *piles).balances == dict.fromkeys(piles, 1)


@pytest.mark.parametrize("few", [0, 4])
def test_keys_are_written_before_accounts(postgres_engine: Engine, few: int) -> None:
    """Who waits for a key that another is writing holds no account yet that a third one opens."""
    upgrade(postgres_engine)
    store: Any = SqlStore(postgres_engine, lock_timeout_ms=10_000)
    store._dialect.forms = Forms(few=few)
    with postgres_engine.connect() as other, ThreadPoolExecutor(1) as threads:
        other.begin()
        SqlStore(postgres_engine).write_in(other, Writing(receipts=(receipt("k1"),)))
        waiting = threads.submit(write, store, receipts=(receipt("k1"),), balances=(balance(PILE, None, 1),))
        until_one_waits(postgres_engine)
        write(SqlStore(postgres_engine, lock_timeout_ms=500), balances=(balance(PILE, None, 1),))
        other.rollback()

        assert isinstance(waiting.exception(10), Conflict)


@pytest.mark.parametrize("refused", ["a balance", "an event"])
def test_a_large_writing_is_written_whole_or_not_at_all(postgres_engine: Engine, refused: str) -> None:
    """It goes in several statements. What the first or the last of them can't do takes the others along."""
    upgrade(postgres_engine)
    store = SqlStore(postgres_engine)
    write(store, balances=(balance(PILE, None, 9),), outbox=(emit("e0"),))
    piles = [quota("afternoon", str(n)) for n in range(20)]
    parts: dict[str, Any] = {
        "receipts": tuple(receipt(f"k{n}") for n in range(20)),
        "balances": (balance(PILE, 7 if refused == "a balance" else 9, 1), *(balance(p, None, 1) for p in piles)),
        "changes": tuple(change(f"c{n}") for n in range(20)),
        "outbox": tuple(emit(f"e{n if refused == 'an event' else n + 1}") for n in range(20)),
    }
    with pytest.raises(Conflict):
        write(store, **parts)
    assert read(store, PILE, *piles).balances == {PILE: 9}
    assert counted(store) == (0, 0, 1)

    good = {
        "balances": (balance(PILE, 9, 1), *parts["balances"][1:]),
        "outbox": tuple(emit(f"f{n}") for n in range(20)),
    }
    write(store, **parts | good)
    assert read(store, PILE).balances == {PILE: 1}
    assert counted(store) == (20, 20, 21)


def counted(store: SqlStore) -> tuple[int, ...]:
    """How many keys, changes and events there are."""
    tables = store.tables
    with store.engine.connect() as connection:
        counts = (select(func.count()).select_from(t) for t in (tables.receipt, tables.journal, tables.outbox))
        return tuple(int(connection.scalar(count) or 0) for count in counts)


def until_one_waits(engine: Engine) -> None:
    """Return once a statement of this test waits for a lock."""
    name = engine.url.query["application_name"]
    asked = text("select count(*) from pg_stat_activity where application_name = :name and wait_event_type = 'Lock'")
    until = monotonic() + 10
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        while not connection.scalar(asked, {"name": name}):
            assert monotonic() < until, "nobody waits"
            sleep(0.01)
