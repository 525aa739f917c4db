"""What MariaDB does to a host's transaction: it rolls all of it back, or shows old rows, without saying so."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress

import pytest
from sqlalchemy import Connection, Engine, create_engine, func, insert, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from quanyi.adapters.clock import FixedClock
from quanyi.adapters.sql.store import SqlStore
from quanyi.adapters.sql.tables import tables_of
from quanyi.adapters.sql.verify import verify
from quanyi.adapters.wiring import OpenMall, wire
from quanyi.campaigns.project.load import load_project
from quanyi.entitlements.errors import Conflict, InputError, LockTimeout, Refused, TransactionLost
from quanyi.entitlements.inputs import Input
from tests.engine.conftest import FOLDER, NOON
from tests.engine.test_host_transaction import Base, HostOrder, open_with_codes
from tests.engine.test_processes import crowd

PROJECT = load_project(FOLDER)
PATIENCE = 20


@pytest.fixture
def engine(mariadb_engine: Engine) -> Engine:
    Base.metadata.create_all(mariadb_engine)
    return mariadb_engine


@pytest.fixture
def mall(engine: Engine) -> OpenMall:
    mall = open_with_codes(engine)
    mall.report("points.granted", user="ann", key="g", data={"points": 700})
    return mall


@pytest.fixture
def hands() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as threads:
        yield threads


def orders(engine: Engine) -> int:
    with engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(HostOrder.__table__)) or 0


def waiting(engine: Engine) -> None:
    """Come back once a statement of this test's database takes so long that it must be waiting for a lock."""
    long = (
        "select count(*) from information_schema.processlist"
        " where db = database() and command = 'Query' and time_ms > 300 and id <> connection_id()"
    )
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for _ in range(PATIENCE * 20):
            if connection.exec_driver_sql(long).scalar():
                return
            time.sleep(0.05)
    raise AssertionError("nobody waits")


@contextmanager
def stubborn(engine: Engine) -> Iterator[Connection]:
    """A transaction that has written much, so that of two which wait for each other the other one is rolled back."""
    with engine.connect() as connection:
        connection.execute(insert(HostOrder.__table__), [{"id": f"much-{n}"} for n in range(200)])
        yield connection
        connection.rollback()


def in_a_ring(mall: OpenMall, engine: Engine, hands: ThreadPoolExecutor, host: Callable[[OpenMall], object]) -> object:
    """
    Let *host* meet a deadlock: it holds the order ``shelf`` and wants the mall's balances, which somebody else holds
    who then wants ``shelf``. Returns the error.
    """
    with stubborn(engine) as other:
        other.exec_driver_sql("update quanyi_balance set balance = balance")
        rival = hands.submit(
            lambda: (waiting(engine), other.execute(text("delete from host_order where id = 'shelf'")))
        )
        with pytest.raises(TransactionLost) as caught:
            host(mall)
        with suppress(SQLAlchemyError):
            rival.result(PATIENCE)
    return caught.value


def buy(mall: OpenMall, db: Session | Connection) -> object:
    return mall.within(db).exchange("coffee", user="ann", key="x")


def test_half_of_a_sessions_order_is_never_committed(mall: OpenMall, engine: Engine, hands: ThreadPoolExecutor) -> None:
    """After a deadlock the session can write and commit nothing more, and none of its rows stand."""
    db = Session(engine)
    db.add(HostOrder(id="shelf"))
    db.flush()
    in_a_ring(mall, engine, hands, lambda mall: buy(mall, db))
    with pytest.raises(SQLAlchemyError):
        db.execute(insert(HostOrder).values(id="second half"))
    with pytest.raises(SQLAlchemyError):
        db.commit()
    db.close()

    assert (orders(engine), mall.ask("x", "exchange")) == (0, None)


def test_half_of_a_connections_order_is_never_committed(
    mall: OpenMall, engine: Engine, hands: ThreadPoolExecutor
) -> None:
    """The same for a host without an ORM; its next transaction is whole."""
    with engine.connect() as db:
        db.execute(insert(HostOrder.__table__).values(id="shelf"))
        in_a_ring(mall, engine, hands, lambda mall: buy(mall, db))
        with pytest.raises(SQLAlchemyError):
            db.execute(insert(HostOrder.__table__).values(id="second half"))
        with pytest.raises(SQLAlchemyError):
            db.commit()
        db.rollback()
        db.execute(insert(HostOrder.__table__).values(id="again"))
        buy(mall, db)
        db.commit()

    assert orders(engine) == len(mall.entitlements("ann")) == 1
    assert verify(engine, "engine").differences == ()


def test_a_transaction_of_ours_that_met_a_deadlock_is_tried_again(
    mall: OpenMall, engine: Engine, hands: ThreadPoolExecutor
) -> None:
    """
    The caller notices nothing. Ours has the balances and waits for a receipt that the other one wrote, who then wants
    the balances.
    """
    receipt = tables_of().receipt
    id_ = Input(type="exchange", key="x", at=NOON, user="ann").id
    with stubborn(engine) as other:
        other.execute(insert(receipt).values(mall="engine", id=id_, digest=id_, at=NOON, body="{}"))
        bought = hands.submit(lambda: mall.exchange("coffee", user="ann", key="x"))
        waiting(engine)
        other.exec_driver_sql("select * from quanyi_balance for update").all()
        other.rollback()
        bought.result(PATIENCE)

    assert len(mall.entitlements("ann")) == 1
    assert verify(engine, "engine").differences == ()


def test_a_host_that_waited_too_long_may_go_on(mall: OpenMall, engine: Engine) -> None:
    """The server takes back one statement then, not the transaction: what the host wrote stands when it commits."""
    patient = wire(PROJECT, SqlStore(engine, "engine", lock_timeout_ms=200), clock=FixedClock(NOON))
    with engine.connect() as other, engine.connect() as db:
        other.exec_driver_sql("update quanyi_balance set balance = balance")
        db.execute(insert(HostOrder.__table__).values(id="o1"))
        with pytest.raises(LockTimeout):
            buy(patient, db)
        db.commit()

    assert (orders(engine), mall.ask("x", "exchange")) == (1, None)


@pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE", "READ UNCOMMITTED"])
def test_a_host_that_may_see_old_rows_is_refused(mall: OpenMall, engine: Engine, level: str) -> None:
    """Nothing is booked; the host's own work is not touched."""
    with engine.connect().execution_options(isolation_level=level) as db:
        db.execute(insert(HostOrder.__table__).values(id="o1"))
        with pytest.raises(InputError, match="READ COMMITTED"):
            buy(mall, db)
        db.commit()

    assert (orders(engine), mall.ask("x", "exchange")) == (1, None)


def test_a_look_at_the_books_leaves_the_level_as_it_was(mall: OpenMall, engine: Engine) -> None:
    """`verify` reads at another level, on connections that the host's next transaction gets."""
    verify(engine, "engine")
    with Session(engine) as db, db.begin():
        buy(mall, db)

    assert len(mall.entitlements("ann")) == 1


def test_sessions_are_given_back_as_they_were_lent(mall: OpenMall, engine: Engine) -> None:
    """Whether a call is booked or refused, alone or in a host's transaction, the session's settings stay the host's."""
    own = create_engine(engine.url, pool_size=1, max_overflow=0, isolation_level="READ COMMITTED")
    joined = wire(PROJECT, SqlStore(own, "engine"), clock=FixedClock(NOON))
    joined.wallet("ann")
    with own.connect() as db:
        db.exec_driver_sql("set session innodb_lock_wait_timeout = 17, session sql_mode = 'ANSI_QUOTES'")
        db.commit()
        buy(joined, db)
        with suppress(Exception):
            joined.within(db).exchange("coffee", user="bob", key="no")
        db.commit()
    joined.report("points.granted", user="ann", key="g2", data={"points": 1})
    with own.connect() as db:
        names = ("innodb_lock_wait_timeout", "sql_mode", "tx_isolation")
        stand = [db.exec_driver_sql(f"select @@{name}").scalar() for name in names]
    own.dispose()

    assert stand == [17, "ANSI_QUOTES", "READ-COMMITTED"]


@pytest.mark.alone
def test_careless_hosts_in_four_processes_commit_no_half(mall: OpenMall, engine: Engine) -> None:
    """
    Sixty-four hosts lock their own row and our quota in either order, so that many meet deadlocks. After an error of
    ours they go on as if nothing had happened: each order stands whole, with what it bought, or not at all.
    """
    with engine.begin() as connection:
        connection.execute(insert(HostOrder.__table__), [{"id": "shelf"}])
    url = engine.url
    engine.dispose()  # the children must not inherit open connections
    answers = crowd(url, careless)
    with engine.connect() as connection:
        rows = set(connection.scalars(select(HostOrder.id)))
    heads, tails = ({row.partition("/")[0] for row in rows if row.endswith(end)} for end in ("/head", "/tail"))
    bought = {str(n) for n in range(64) if mall.ask(f"c{n}", "order.place") is not None}

    assert "lost" in answers, answers
    assert heads == tails
    assert bought <= heads
    assert verify(engine, "engine").differences == ()


def careless(mall: OpenMall, n: int) -> str:
    """A host's order: its head, its own row and a claim of ours in either order, its tail. What came of it."""
    engine, said = mall.ports.store.engine, "whole"  # type: ignore[attr-defined]
    with Session(engine) as db:
        try:
            db.execute(insert(HostOrder).values(id=f"{n}/head"))
            if n % 2:
                said = claimed(mall, db, n)
                time.sleep(0.02)
            db.execute(text("select id from host_order where id = 'shelf' for update"))
            if not n % 2:
                time.sleep(0.02)
                said = claimed(mall, db, n)
            db.execute(insert(HostOrder).values(id=f"{n}/tail"))
            db.commit()
        except SQLAlchemyError:
            db.rollback()
    return said


def claimed(mall: OpenMall, db: Session, n: int) -> str:
    try:
        mall.within(db).claim("flash", item="phone", user=f"u{n}", key=f"c{n}")
    except TransactionLost:
        return "lost"
    except (Conflict, Refused):
        return "none"
    return "bought"
