"""What only a real database does: lines that are cut, locks that are not had, hosts of other isolation levels."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from quanyi.adapters.conformance.material import (
    GOLD,
    HALL,
    NOW,
    PILE,
    balance,
    change,
    code,
    deal,
    put,
    read,
    receipt,
    write,
)
from quanyi.adapters.sql.engine import prepare_engine
from quanyi.adapters.sql.migrate import upgrade
from quanyi.adapters.sql.store import SqlStore
from quanyi.entitlements.errors import Conflict, StorageError, Unknown
from quanyi.entitlements.needs import LotsOf
from quanyi.entitlements.ports import Writing


@pytest.fixture
def store(engine: Engine) -> SqlStore:
    upgrade(engine)
    return SqlStore(engine, lock_timeout_ms=300)


@pytest.fixture
def pg(postgres_engine: Engine) -> SqlStore:
    upgrade(postgres_engine)
    store = SqlStore(postgres_engine, lock_timeout_ms=300)
    write(store, balances=(balance(PILE, None, 10),), records=(put(deal("d1")),))
    return store


@pytest.fixture
def locking(locking_engine: Engine) -> SqlStore:
    upgrade(locking_engine)
    store = SqlStore(locking_engine, lock_timeout_ms=300)
    write(store, balances=(balance(PILE, None, 10),), records=(put(deal("d1")),))
    return store


# --- lines that are cut ----------------------------------------------------------------------------


def test_tables_that_are_missing(engine):
    """A database without our tables is a storage error that names the driver's as its cause."""
    with pytest.raises(StorageError) as caught:
        read(SqlStore(engine, prefix="missing_"), PILE)

    assert isinstance(caught.value.__cause__, Exception)
    with pytest.raises(StorageError):
        SqlStore(engine, prefix="missing_").lots("h-ann")


def cut(store: SqlStore) -> None:
    """End every other connection of this test's engine, as a server that goes down would."""
    name = store.engine.url.query["application_name"]
    admin = create_engine(store.engine.url.update_query_dict({"application_name": "knife"}))
    with admin.begin() as connection:
        query = text("select pg_terminate_backend(pid) from pg_stat_activity where application_name = :name")
        assert connection.execute(query, {"name": name}).all()
    admin.dispose()


def test_a_line_cut_before_the_write(pg):
    """Nothing stands, it is no Conflict, and the next transaction finds a new line."""
    with pytest.raises((StorageError, Unknown)), pg.begin() as tx:  # noqa: PT012
        tx.lock([PILE], NOW)
        cut(pg)
        tx.known([receipt("k1").id])

    assert read(pg, PILE).balances == {PILE: 10}


def test_a_line_cut_at_the_commit(pg):
    """Nobody can say whether it stands: Unknown, and the key answers later."""
    with pytest.raises(Unknown), pg.begin() as tx:  # noqa: PT012
        tx.lock([PILE], NOW)
        tx.write(Writing(balances=(balance(PILE, 10, 9),), receipts=(receipt("k1"),)))
        cut(pg)

    assert pg.receipt(receipt("k1").id) is None
    assert read(pg, PILE).balances == {PILE: 10}


# --- locks that are not had ------------------------------------------------------------------------


def test_a_lock_that_is_not_had_in_time(locking):
    """Who waits too long is told Conflict, and holds nothing."""
    with locking.begin() as tx:
        tx.lock([PILE], NOW)
        with pytest.raises(Conflict):
            read(SqlStore(locking.engine, lock_timeout_ms=100), HALL, PILE)
        tx.write(Writing(balances=(balance(PILE, 10, 9),)))

    assert read(locking, PILE).balances == {PILE: 9}


def test_another_program_writes_to_sqlite(sqlite_url):
    """While another program is the writer, we wait, and then are told Conflict."""
    engine = prepare_engine(create_engine(sqlite_url), busy_timeout_ms=100)
    upgrade(engine)
    other = sqlite3.connect(sqlite_url.database, isolation_level=None)
    other.execute("begin immediate")
    with pytest.raises(Conflict):
        write(SqlStore(engine), balances=(balance(PILE, None, 1),))
    other.execute("rollback")
    other.close()
    write(SqlStore(engine), balances=(balance(PILE, None, 1),))

    assert read(SqlStore(engine), PILE).balances == {PILE: 1}
    engine.dispose()


def test_a_wallet_is_locked_with_its_debt(locking):
    """Who asks for a wallet keeps out everybody else who asks for it."""
    write(locking, balances=(balance(GOLD, None, 5),))
    with locking.begin() as tx:
        tx.lock([LotsOf("h-ann", "points")], NOW)
        with pytest.raises(Conflict):
            read(SqlStore(locking.engine, lock_timeout_ms=100), GOLD)


# --- a database that guards itself -----------------------------------------------------------------


def test_the_database_itself_keeps_the_floor(store):
    """Even somebody who writes past us cannot take a balance below its floor."""
    write(store, balances=(balance(PILE, None, 1),))
    with pytest.raises(DBAPIError), store.engine.begin() as connection:
        connection.execute(text("update quanyi_balance set balance = -1"))

    assert read(store, PILE).balances == {PILE: 1}


@pytest.mark.parametrize(
    "table", ["balance", "record", "journal", "receipt", "outbox", "timer", "code", "version", "release"]
)
def test_every_unique_key_begins_with_the_mall(store, table):
    """No mall's names get in the way of another's."""
    made = store.tables.metadata.tables[f"quanyi_{table}"]
    keys = [
        list(c.columns.keys())
        for c in made.constraints
        if type(c).__name__ in {"UniqueConstraint", "PrimaryKeyConstraint"}
    ]

    assert [key for key in keys if key != ["number"]]
    assert all(key[0] == "mall" for key in keys if key != ["number"])


def test_numbers_too_large_for_the_database(store):
    """An amount beyond 64 bits is an error, and nothing of its batch stands."""
    with pytest.raises(StorageError):
        write(store, balances=(balance(PILE, None, 2**63),), receipts=(receipt("k1"),))

    assert (read(store, PILE).balances, store.receipt(receipt("k1").id)) == ({}, None)


def test_a_large_batch(store):
    """Thousands of rows in one writing, and thousands of needs in one picture."""
    many = tuple(balance(type(PILE)(kind="used", parts=("l", "", str(n)), unit="times"), None, n) for n in range(5000))
    write(
        store,
        balances=many,
        stash=tuple(code(f"c{n}") for n in range(3000)),
        changes=tuple(change(f"c{n}") for n in range(500)),
    )
    picture = read(store, *(row.account for row in many))

    assert sum(picture.balances.values()) == sum(range(5000))


# --- hosts -----------------------------------------------------------------------------------------


@contextmanager
def host(pg: SqlStore, level: str) -> Iterator[Session]:
    with Session(pg.engine.execution_options(isolation_level=level)) as db:
        db.execute(text("select count(*) from quanyi_balance")).scalar_one()
        yield db


@pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE"])
def test_a_host_with_an_old_snapshot(pg, level):
    """A row that moved since the host's snapshot is a Conflict, and the host can still end its transaction well."""
    with host(pg, level) as db:
        write(pg, balances=(balance(PILE, 10, 9),))
        inside = pg.join(db)
        with pytest.raises(Conflict):
            read(inside, PILE)
        db.execute(text("create table host_order (id text)"))
        db.commit()

    assert read(pg, PILE).balances == {PILE: 9}


@pytest.mark.parametrize("level", ["READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"])
def test_a_key_taken_after_the_hosts_snapshot(pg, level):
    """A key that the host's snapshot cannot see is not taken twice."""
    with host(pg, level) as db:
        write(pg, receipts=(receipt("k1"),))
        with pytest.raises(Conflict):
            write(pg.join(db), receipts=(receipt("k1"),))
        db.commit()


@pytest.mark.parametrize("level", ["READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"])
def test_a_host_of_any_level(pg, level):
    """Where nobody interferes, every level of the host's will do."""
    with host(pg, level) as db:
        write(pg.join(db), balances=(balance(PILE, 10, 8),), records=(put(deal("d1", phase="paid"), 1),))
        db.commit()

    assert (read(pg, PILE).balances, pg.records("deal")) == ({PILE: 8}, [deal("d1", phase="paid")])


def test_a_hosts_settings_come_back(pg):
    """What the host set for its transaction is as it was after we were there."""
    names = ("lock_timeout", "enable_seqscan", "enable_hashjoin", "plan_cache_mode", "jit", "enable_mergejoin")
    with Session(pg.engine) as db:
        db.execute(text("set local lock_timeout = '77s'"))
        db.execute(text("set local enable_hashjoin = off"))
        before = [db.execute(text(f"show {name}")).scalar_one() for name in names]
        write(pg.join(db), balances=(balance(PILE, 10, 8),))
        with pytest.raises(Conflict):
            write(pg.join(db), balances=(balance(PILE, 10, 8),))
        after = [db.execute(text(f"show {name}")).scalar_one() for name in names]

    assert after == before


def test_an_engine_of_another_level(postgres_url):
    """Our own transactions run READ COMMITTED whatever the engine's level is: two in a row see each other."""
    engine = create_engine(postgres_url, isolation_level="SERIALIZABLE")
    upgrade(engine)
    store = SqlStore(engine)
    write(store, balances=(balance(PILE, None, 10),))
    with store.begin() as tx:
        tx.known([])
        write(store, balances=(balance(PILE, 10, 9),))
        assert tx.lock([PILE], NOW).balances == {PILE: 9}

    with engine.connect() as connection:
        assert connection.execute(text("show transaction_isolation")).scalar_one() == "serializable"
    engine.dispose()


def test_repr_names_mall_and_place_and_no_password(store):
    """A store may be printed in a log."""
    engine = (
        create_engine(store.engine.url.set(password="secret"))
        if store.engine.dialect.name != "sqlite"
        else store.engine
    )
    shown = repr(SqlStore(engine, "shop"))

    assert "'shop'" in shown
    assert "secret" not in shown
