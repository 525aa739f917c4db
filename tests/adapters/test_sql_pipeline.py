"""Messages to PostgreSQL: several statements at once, and plans that are kept."""

from __future__ import annotations

from collections.abc import Iterator
from time import monotonic, sleep

import psycopg
import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

from quanyi.adapters.conformance.material import NOW, PILE, balance, read, write
from quanyi.adapters.sql.dialects.arrays import Texts
from quanyi.adapters.sql.dialects.pipeline import Pipeline, Statement
from quanyi.adapters.sql.migrate import upgrade
from quanyi.adapters.sql.store import SqlStore

ECHO: Statement = ("select * from unnest($1) u", [Texts(["a"])])
PLANS: Statement = ("select count(*) from pg_prepared_statements where name like 'quanyi%'", ())


@pytest.fixture
def line(postgres_engine: Engine) -> Iterator[Pipeline]:
    with postgres_engine.connect() as connection:
        yield Pipeline(connection.connection.driver_connection)  # type: ignore[arg-type]


@pytest.fixture
def store(postgres_engine: Engine) -> Iterator[SqlStore]:
    """A store on one single connection, so that everybody shares its plans."""
    engine = create_engine(postgres_engine.url, pool_size=1, max_overflow=0)
    upgrade(engine)
    store = SqlStore(engine)
    write(store, balances=(balance(PILE, None, 10),))
    yield store
    engine.dispose()


def test_each_statement_has_its_answer(line: Pipeline) -> None:
    """In order, whatever there is: rows, none, no columns at all."""
    none: Statement = ("select * from unnest($1) u", [Texts([])])

    assert line.say([ECHO, none, ("begin", ()), ECHO, ("rollback", ())]) == [[("a",)], [], [], [("a",)], []]


def test_a_plan_is_made_once(line: Pipeline) -> None:
    """The second time the statement goes by its name, also after a rollback."""
    line.say([ECHO])
    line.say([("begin", ()), ECHO, ("rollback", ())])

    assert line.say([ECHO, PLANS]) == [[("a",)], [(1,)]]


def test_a_host_may_forbid_plans(postgres_engine: Engine) -> None:
    """Behind a pooler nothing may be kept on a connection."""
    engine = create_engine(postgres_engine.url, connect_args={"prepare_threshold": None})
    with engine.connect() as connection:
        line = Pipeline(connection.connection.driver_connection)  # type: ignore[arg-type]

        assert line.say([ECHO, PLANS]) == [[("a",)], [(0,)]]
    engine.dispose()


def test_what_fails_takes_its_message_along(line: Pipeline) -> None:
    """The first error is raised; nothing behind it is done, and the line goes on."""
    broken: Statement = ("select 1 / $1::int", [Texts(["x"])])
    with pytest.raises(psycopg.Error):
        line.say([ECHO, broken, ("create temporary table t ()", ())])

    assert line.say([ECHO, ("select count(*) from pg_class where relname = 't'", ())]) == [[("a",)], [(0,)]]


def test_a_value_that_cannot_be_said_takes_its_message_along(line: Pipeline) -> None:
    """Nothing of it is done, though the statements before it were sent already; and the line goes on."""
    with pytest.raises(UnicodeEncodeError):
        line.say([ECHO, ("create temporary table t ()", ()), ("select $1", ["\ud800"])])

    assert line.say([ECHO, ("select count(*) from pg_class where relname = 't'", ())]) == [[("a",)], [(0,)]]


def test_a_large_statement_is_under_way_while_the_next_one_is_made(line: Pipeline, postgres_engine: Engine) -> None:
    """Somebody else sees what it has locked before the message has an end."""

    def statements() -> Iterator[Statement]:
        yield "select count(*), pg_advisory_lock(4711)::text from unnest($1) u", [Texts(["x" * 100] * 100)]
        until_locked(postgres_engine, 4711)
        yield ECHO

    assert line.say(statements())[1:] == [[("a",)]]


def test_the_server_works_meanwhile(line: Pipeline, postgres_engine: Engine) -> None:
    """All of a message is sent before what is done meanwhile is begun."""
    lock: Statement = ("select 1, pg_advisory_lock(4712)::text", ())

    assert len(line.say([lock, ECHO], meanwhile=lambda: until_locked(postgres_engine, 4712))) == 2


def test_what_fails_meanwhile_leaves_the_line_as_it_was(line: Pipeline) -> None:
    with pytest.raises(ZeroDivisionError):
        line.say([ECHO], meanwhile=lambda: 1 / 0)

    assert line.say([ECHO]) == [[("a",)]]


def test_dropped_plans_are_made_again(store: SqlStore) -> None:
    """Somebody drops every plan of the connection, as the driver does after a host's rollback."""
    write(store, balances=(balance(PILE, 10, 9),))
    drop(store)
    write(store, balances=(balance(PILE, 9, 8),))
    drop(store)
    assert read(store, PILE).balances == {PILE: 8}
    drop(store)
    assert store.peek([PILE], NOW).balances == {PILE: 8}

    with Session(store.engine) as db, db.begin():
        db.execute(text("deallocate all"))
        write(store.join(db), balances=(balance(PILE, 8, 7),))
    assert read(store, PILE).balances == {PILE: 7}


def until_locked(engine: Engine, number: int) -> None:
    """Return once somebody holds the advisory lock of that number."""
    asked = text("select count(*) from pg_locks where locktype = 'advisory' and objid = :number")
    until = monotonic() + 10
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        while not connection.scalar(asked, {"number": number}):
            assert monotonic() < until, "nobody holds it"
            sleep(0.01)


def drop(store: SqlStore) -> None:
    with store.engine.begin() as connection:
        connection.execute(text("deallocate all"))
