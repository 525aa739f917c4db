"""The page about async hosts: its shop is served, on PostgreSQL and on SQLite."""

from __future__ import annotations

import asyncio
import types
from typing import Any

import pytest
from sqlalchemy import URL, create_engine, text

import quanyi
from tests.docs.pages import ROOT, titled_blocks

httpx = pytest.importorskip("httpx")
pytest.importorskip("fastapi")
pytest.importorskip("aiosqlite")


@pytest.fixture(params=["postgres", "sqlite"])
def shop(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The page's module, as it is written, with its tables made and its campaigns in force."""
    url: URL = request.getfixturevalue(f"{request.param}_url")
    theirs = url if request.param == "postgres" else url.set(drivername="sqlite+aiosqlite")
    monkeypatch.setenv("MALL", str(ROOT / "tests" / "malls" / "engine"))
    monkeypatch.setenv("MALL_DB", url.render_as_string(hide_password=False))
    monkeypatch.setenv("SHOP_DB", theirs.render_as_string(hide_password=False))
    engine = quanyi.prepare_engine(create_engine(url))
    quanyi.upgrade(engine)
    with engine.begin() as connection:
        connection.execute(text("create table shop_order (id varchar(60) primary key)"))
    engine.dispose()
    module = types.ModuleType("shop")
    exec(titled_blocks(ROOT / "docs" / "async.md")["shop.py"], module.__dict__)
    module.mall.desk.apply()
    yield module
    module.mall.ports.store.engine.dispose()


def test_the_shop_of_the_page_sells(shop: Any) -> None:
    """A claim in a thread, the payment in the session's transaction; a no, and a payment that comes too early rolled back."""

    async def visit() -> list[tuple[int, Any]]:
        transport = httpx.ASGITransport(app=shop.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://shop") as client:
            held = await client.post("/claims/k1", params={"user": "ann", "item": "phone"})
            twice = await client.post("/claims/k2", params={"user": "ann", "item": "phone"})
            short = await client.post(f"/orders/{held.json()['hold']}/paid", params={"amount": 1})
            paid = await client.post(f"/orders/{held.json()['hold']}/paid", params={"amount": 569900})
        await shop.theirs.dispose()
        return [(answer.status_code, answer.json().get("code")) for answer in (held, twice, short, paid)]

    answers = asyncio.run(visit())

    assert answers == [(200, None), (409, "limit-reached"), (422, "malformed"), (200, None)]
    assert [deal.phase for deal in shop.mall.deals("ann")] == ["paid"]
