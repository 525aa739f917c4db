"""The host's order and ours stand or vanish together, wherever the process dies."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import count

import pytest
from sqlalchemy import URL, Engine, String, create_engine, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from quanyi.adapters.clock import FixedClock
from quanyi.adapters.sql.engine import prepare_engine
from quanyi.adapters.sql.verify import verify
from quanyi.adapters.wiring import OpenMall, wire
from quanyi.campaigns.project.load import load_project
from quanyi.entitlements.errors import InputError, Refused
from tests.engine.conftest import FOLDER, NOON, sql_store
from tests.engine.crash import killed_at

PROJECT = load_project(FOLDER)
COUNTED = {"mariadb+pymysql": "insert|update|delete|release"}
"""Of the many statements to MariaDB those that write, and commits; death at others tells nothing more."""


class Base(DeclarativeBase):
    pass


class HostOrder(Base):
    """The host's own table."""

    __tablename__ = "host_order"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)


@pytest.fixture(params=["sqlite", "postgres", "mariadb"])
def url(request: pytest.FixtureRequest) -> URL:
    return request.getfixturevalue(f"{request.param}_url")


@pytest.fixture
def engine(url: URL) -> Iterator[Engine]:
    engine = create_engine(url)
    prepare_engine(engine)
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.mark.parametrize("given", [None, 3, "engine", "async"])
def test_what_is_no_transaction_is_refused_in_words(sqlite_url: URL, given: object) -> None:
    """The engine itself, nothing, or a session of asyncio, whose connection would have to be awaited."""
    engine = create_engine(sqlite_url)
    mall = wire(PROJECT, _store(engine), clock=FixedClock(NOON))
    wrong = {"engine": engine, "async": AsyncSession()}.get(str(given), given)

    with pytest.raises(InputError, match="Session or Connection that has begun, not"):
        mall.within(wrong)
    engine.dispose()


def buy(engine: Engine, hold: str) -> None:
    """What a host does when the money has come in: its order and our settlement, in one transaction."""
    mall = wire(PROJECT, _store(engine), clock=FixedClock(NOON))
    with Session(engine) as db, db.begin():
        db.add(HostOrder(id=hold))
        mall.within(db).settle(hold, paid=500, key=f"pay/{hold}")


def _store(engine: Engine) -> object:
    from quanyi.adapters.sql.store import SqlStore

    return SqlStore(engine, "engine")


def placed(mall: OpenMall, user: str) -> str:
    """A deal for 100 points and 5.00, placed and not paid."""
    mall.report("points.granted", user=user, key=f"g/{user}", data={"points": 100})
    return mall.exchange("music", user=user, key=f"x/{user}").hold


def codes(mall: OpenMall, n: int) -> None:
    mall.desk.import_codes("music", [f"CODE-{i:04d}" for i in range(n)], key=f"codes/{n}")


def orders(engine: Engine) -> int:
    with Session(engine) as db:
        return db.scalar(select(func.count()).select_from(HostOrder)) or 0


def test_a_hosts_rollback_takes_ours_along(engine: Engine) -> None:
    """The host changes its mind after we settled: nothing of it stands, and the deal is still placed."""
    mall = open_with_codes(engine)
    hold = placed(mall, "ann")
    with Session(engine) as db:
        db.add(HostOrder(id=hold))
        mall.within(db).settle(hold, paid=500, key="pay")
        db.rollback()

    assert (orders(engine), mall.deal(hold).phase, mall.entitlements("ann")) == (0, "placed", [])


def test_a_refusal_leaves_the_hosts_transaction_usable(engine: Engine) -> None:
    """A no inside the host's transaction is a value: the host may go on and commit."""
    mall = open_with_codes(engine)
    hold = placed(mall, "ann")
    with Session(engine) as db, db.begin():
        db.add(HostOrder(id=hold))
        with pytest.raises(Refused):
            mall.within(db).exchange("coffee", user="ann", key="x/coffee")
        mall.within(db).settle(hold, paid=500, key="pay")

    assert (orders(engine), mall.deal(hold).phase) == (1, "paid")


def test_killed_at_every_statement_both_stand_or_both_vanish(url: URL, engine: Engine) -> None:
    """SIGKILL before and after each statement of the host's transaction, commit included."""
    mall = open_with_codes(engine, 400)
    deaths = 0
    for step in count(1):
        user = f"u{step}"
        hold = placed(mall, user)
        engine.dispose()  # the child must not inherit open connections
        died = killed_at(step, url, lambda own, hold=hold: buy(own, hold), only=COUNTED.get(url.drivername, ""))
        deaths += died
        with Session(engine) as db:
            ordered = db.get(HostOrder, hold) is not None
        rights = mall.entitlements(user)

        assert (mall.deal(hold).phase == "paid") == ordered == (len(rights) == 1), f"killed at step {step}"
        assert (mall.ask(f"pay/{hold}", "order.pay") is not None) == ordered
        if not died:
            break

    assert deaths >= 8
    assert verify(engine, "engine").differences == ()


def test_an_abandoned_hold_lapses(url: URL, engine: Engine) -> None:
    """The process died before it paid: at the hold's end points and piece are back, with no help."""
    clock = FixedClock(NOON)
    mall = open_with_codes(engine, clock=clock)
    hold = placed(mall, "ann")
    before = mall.wallet("ann").units["points"].balance
    engine.dispose()
    killed_at(3, url, lambda own: buy(own, hold))
    clock.advance(timedelta(minutes=30))

    assert (before, mall.wallet("ann").units["points"].balance) == (0, 100)
    assert mall.offer("music-for-both", "music").left == 10


def open_with_codes(engine: Engine, n: int = 10, clock: FixedClock | None = None) -> OpenMall:
    from quanyi.adapters.vault import KeyRing, SealingVault

    mall = wire(
        PROJECT, sql_store(engine), clock=clock or FixedClock(NOON), vault=SealingVault(KeyRing.for_development())
    )
    mall.desk.apply()
    codes(mall, n)
    return mall
