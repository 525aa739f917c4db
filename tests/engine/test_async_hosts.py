"""Hosts that are async: their transaction carries our books, whatever driver they have."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import URL, Engine, create_engine, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from quanyi import prepare_engine
from quanyi.adapters.clock import FixedClock
from quanyi.adapters.sql.verify import verify
from quanyi.adapters.vault import KeyRing, SealingVault
from quanyi.adapters.wiring import OpenMall, wire
from quanyi.campaigns.project.load import load_project
from quanyi.entitlements.errors import Conflict, InsufficientPoints, LockTimeout
from quanyi.entitlements.inputs import Receipt
from tests.engine.conftest import FOLDER, NOON, sql_store

PROJECT = load_project(FOLDER)
VAULT = SealingVault(KeyRing.for_development())

Work = Callable[[AsyncSession], Awaitable[Any]]


@pytest.fixture(params=["psycopg", "asyncpg", "aiosqlite"])
def host(request: pytest.FixtureRequest) -> Iterator[tuple[Engine, URL]]:
    """A mall's own engine, and the URL by which an async host reaches the same database."""
    pytest.importorskip(request.param)
    url: URL = request.getfixturevalue("sqlite_url" if request.param == "aiosqlite" else "postgres_url")
    engine = prepare_engine(create_engine(url))
    yield engine, theirs(url, request.param)
    engine.dispose()


def theirs(url: URL, driver: str) -> URL:
    """The same database through another driver."""
    if driver == "aiosqlite":
        return url.set(drivername="sqlite+aiosqlite")
    if driver == "psycopg":
        return url
    schema = str(url.query["application_name"])
    return url.set(drivername="postgresql+asyncpg", query={}).update_query_dict({"schema": schema})


@pytest.fixture
def mall(host: tuple[Engine, URL]) -> OpenMall:
    mall = wire(PROJECT, sql_store(host[0]), clock=FixedClock(NOON), vault=VAULT)
    mall.desk.apply()
    mall.desk.import_codes("music", [f"CODE-{n}" for n in range(3)], key="codes")
    with host[0].begin() as connection:
        connection.execute(text("create table host_order (id varchar(40) primary key)"))
    return mall


def in_a_host(host: tuple[Engine, URL], work: Work) -> Any:
    """Run *work* in a session of an async engine on the same database."""

    async def run() -> Any:
        query = dict(host[1].query)
        schema = query.pop("schema", None)
        settings = {"server_settings": {"search_path": schema}} if schema else {}
        engine = create_async_engine(host[1].set(query=query), connect_args=settings)
        prepare_engine(engine.sync_engine)
        try:
            async with AsyncSession(engine) as session:
                return await work(session)
        finally:
            await engine.dispose()

    return asyncio.run(run())


def placed(mall: OpenMall, user: str = "ann") -> str:
    mall.report("points.granted", user=user, key=f"g/{user}", data={"points": 100})
    return str(mall.exchange("music", user=user, key=f"x/{user}").hold)


def orders(engine: Engine) -> int:
    with engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(text("host_order"))) or 0


async def order(session: AsyncSession, hold: str) -> None:
    await session.execute(text("insert into host_order values (:id)"), {"id": hold})


def test_both_stand(mall: OpenMall, host: tuple[Engine, URL]) -> None:
    """The host's order and our settlement, a code drawn with it, in the transaction of an async session."""
    hold = placed(mall)

    async def buy(session: AsyncSession) -> Receipt:
        async with session.begin():
            await order(session, hold)
            return await session.run_sync(lambda db: mall.within(db).settle(hold, paid=500, key="pay"))

    receipt = in_a_host(host, buy)

    assert (orders(host[0]), mall.deal(hold).phase, len(mall.entitlements("ann"))) == (1, "paid", 1)
    kept = mall.ask("pay", "order.pay")
    assert kept is not None
    assert (kept.answer, kept.given) == (receipt.answer, receipt.given)
    assert verify(host[0], "engine").differences == ()


def test_both_vanish(mall: OpenMall, host: tuple[Engine, URL]) -> None:
    hold = placed(mall)

    async def change_its_mind(session: AsyncSession) -> None:
        await order(session, hold)
        await session.run_sync(lambda db: mall.within(db).settle(hold, paid=500, key="pay"))
        await session.rollback()

    in_a_host(host, change_its_mind)

    assert (orders(host[0]), mall.deal(hold).phase, mall.entitlements("ann")) == (0, "placed", [])


def test_many_things_in_one_transaction(mall: OpenMall, host: tuple[Engine, URL]) -> None:
    """A newcomer's points, what they buy, a no that leaves the session usable, and the codes to see at once."""

    async def visit(session: AsyncSession) -> Any:
        async with session.begin():
            within = await session.run_sync(mall.within)
            with pytest.raises(InsufficientPoints):
                await session.run_sync(lambda _: within.exchange("coffee", user="bob", key="too-early"))
            await session.run_sync(lambda _: within.report("points.granted", user="bob", key="g", data={"points": 100}))
            hold = await session.run_sync(lambda _: within.exchange("music", user="bob", key="x").hold)
            await order(session, hold)
            await session.run_sync(lambda _: within.settle(hold, paid=500, key="pay"))
            (right,) = await session.run_sync(lambda _: within.entitlements("bob"))
            shown = await session.run_sync(lambda _: within.reveal(right.id, user="bob", key="look"))
            return shown.codes, await session.run_sync(lambda _: within.wallet("bob").units["points"].balance)

    codes, left = in_a_host(host, visit)

    assert (codes, left, orders(host[0])) == (("CODE-0",), 0, 1)
    assert verify(host[0], "engine").differences == ()


@pytest.mark.parametrize("host", ["psycopg", "asyncpg"], indirect=True)
def test_an_async_host_waits_for_a_bounded_time(mall: OpenMall, host: tuple[Engine, URL]) -> None:
    """Somebody else holds the deal: a Conflict after our time-out; the host's own comes back, and its session goes on."""
    hold = placed(mall)
    quick = wire(
        PROJECT, type(mall.ports.store)(host[0], "engine", lock_timeout_ms=200), clock=FixedClock(NOON), vault=VAULT
    )
    time_out = select(func.current_setting("lock_timeout"))

    async def meet(session: AsyncSession) -> tuple[str, str]:
        before = await session.scalar(time_out)
        with host[0].begin() as other:
            mall.within(other).settle(hold, paid=500, key="pay/other")
            with pytest.raises(LockTimeout):
                await session.run_sync(lambda db: quick.within(db).settle(hold, paid=500, key="pay"))
            await session.run_sync(lambda db: quick.within(db).report("check_in", user="bob", key="ci"))
        after = await session.scalar(time_out)
        await session.commit()
        return before, after

    before, after = in_a_host(host, meet)

    assert before == after
    assert mall.wallet("bob").units["points"].balance == 10
    assert issubclass(LockTimeout, Conflict)
