"""What an engine must be set to: prepared by us, and looked over by the doctor."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from quanyi.adapters.conformance.material import PILE, balance, read, write
from quanyi.adapters.sql.engine import doctor, prepare_engine
from quanyi.adapters.sql.migrate import upgrade
from quanyi.adapters.sql.store import SqlStore
from quanyi.entitlements.errors import Conflict


@pytest.fixture
def bare(sqlite_url):
    """An engine as SQLAlchemy makes it."""
    engine = create_engine(sqlite_url)
    yield engine
    engine.dispose()


def codes(engine):
    return {finding.code for finding in doctor(engine)}


def test_a_prepared_engine_is_healthy(engine):
    """What `prepare_engine` hands back has no findings, however often it was called."""
    prepare_engine(prepare_engine(engine))

    assert doctor(engine) == []


def test_a_bare_sqlite_is_refused(bare):
    """SQLite as it comes loses commits, blocks readers and begins when it likes."""
    assert codes(bare) == {"no-wal", "driver-begins"}


def test_preparing_reaches_connections_that_were_open(bare):
    """An engine that was used before is as good as a new one."""
    with bare.connect() as connection:
        connection.execute(text("select 1"))
    prepare_engine(bare)

    assert doctor(bare) == []


@pytest.mark.parametrize(
    ("pragma", "code"),
    [
        ("synchronous=NORMAL", "not-synchronous"),
        ("busy_timeout=0", "no-busy-timeout"),
        ("journal_mode=DELETE", "no-wal"),
    ],
)
def test_a_setting_that_was_undone_is_found(sqlite_engine, pragma, code):
    """Somebody's own event that loosens a setting does not pass."""
    with sqlite_engine.connect() as connection:
        connection.connection.driver_connection.execute(f"PRAGMA {pragma}").close()

    assert code in codes(sqlite_engine)


def test_memory_is_no_place_for_books():
    """An in-memory database is told apart, prepared or not."""
    engine = prepare_engine(create_engine("sqlite://"))

    assert codes(engine) == {"in-memory"}
    engine.dispose()


@pytest.mark.parametrize(("setting", "code"), [("synchronous_commit", "synchronous-commit")])
def test_a_loose_postgresql_is_refused(postgres_url, setting, code):
    """A server that may forget commits is named."""
    options = f"{postgres_url.query['options']} -c {setting}=off"
    engine = create_engine(postgres_url.update_query_dict({"options": options}))

    assert codes(engine) == {code}
    engine.dispose()


def test_a_postgresql_that_commits_by_itself_is_refused(postgres_url):
    """AUTOCOMMIT joins nothing."""
    engine = create_engine(postgres_url, isolation_level="AUTOCOMMIT")

    assert codes(engine) == {"autocommit"}
    engine.dispose()


def test_unknown_words_are_refused(bare):
    """There are two ways to begin."""
    with pytest.raises(ValueError, match="deferred or immediate"):
        prepare_engine(bare, begin="later")


# --- SQLite beside a host --------------------------------------------------------------------------


@pytest.fixture
def store(sqlite_engine):
    upgrade(sqlite_engine)
    write(SqlStore(sqlite_engine), balances=(balance(PILE, None, 10),))
    return SqlStore(sqlite_engine, lock_timeout_ms=300)


def test_a_reading_host_does_not_stand_in_our_way(store):
    """A session that has only read stays open while we write, and both see what they should."""
    with Session(store.engine) as db:
        db.execute(text("select count(*) from quanyi_balance")).scalar_one()
        write(store, balances=(balance(PILE, 10, 9),))

        assert read(store, PILE).balances == {PILE: 9}


def test_a_host_that_read_before_somebody_wrote_is_told(store):
    """Its picture is old; joining would decide on it, so that it is a Conflict, and harmless."""
    with Session(store.engine) as db:
        db.execute(text("select count(*) from quanyi_balance")).scalar_one()
        write(store, balances=(balance(PILE, 10, 9),))
        with pytest.raises(Conflict):
            write(store.join(db), balances=(balance(PILE, 9, 8),))
        db.rollback()
        write(store.join(db), balances=(balance(PILE, 9, 8),))
        db.commit()

    assert read(store, PILE).balances == {PILE: 8}


def test_a_host_may_begin_as_the_writer(store):
    """Then nobody can come between its first read and its write."""
    writer = store.engine.execution_options(quanyi_begin="immediate")
    with Session(writer) as db:
        db.execute(text("select count(*) from quanyi_balance")).scalar_one()
        with pytest.raises(Conflict):
            write(store, balances=(balance(PILE, 10, 9),))
        write(store.join(db), balances=(balance(PILE, 10, 8),))
        db.commit()

    assert read(store, PILE).balances == {PILE: 8}
