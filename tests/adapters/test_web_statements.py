"""How often pages ask the database: a few times, however many offers, tasks and people there are."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine, event

import quanyi
from quanyi.adapters.clock import FixedClock
from tests.engine.conftest import NOON

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask.testing import FlaskClient

MALL = """\
mall: shelf
zone: Asia/Shanghai
currency: CNY
units:
  points: {title: {zh: 积分, en: points}, lots: {lasts: 1 year}}
profile:
  level: int = 1
"""
DAILY = """\
campaign: daily
kind: reward
when: check_in
give: {points: 100}
at_most: [1 per user per day]
exposure: {accept: "a test"}
"""
SHELF = """\
campaign: shelf-%d
kind: points_exchange
sells: {%s}
at_most: [3 pieces per user per month]
for: {level: {min: %d}}
exposure: {accept: "a test"}
"""


def folder_with(folder: Path, offers: int) -> Path:
    """A mall project with so many things, ten to a campaign, every second of them for a higher level."""
    for name in ("events", "catalogue", "campaigns"):
        (folder / name).mkdir(parents=True)
    (folder / "mall.yaml").write_text(MALL)
    (folder / "events" / "all.yaml").write_text("events:\n  check_in: {}\n")
    things = "".join(
        f"  t{n}: {{is: voucher, title: {{zh: 券, en: Coupon {n}}}, lasts: 30d, stock: 9}}\n" for n in range(offers)
    )
    (folder / "catalogue" / "all.yaml").write_text(f"benefits:\n{things}")
    shelves = [
        SHELF
        % (first, ", ".join(f"t{n}: {{points: {n + 1}}}" for n in range(first, min(first + 10, offers))), place % 2 + 1)
        for place, first in enumerate(range(0, offers, 10))
    ]
    (folder / "campaigns" / "all.yaml").write_text("---\n".join([DAILY, *shelves]))
    return folder


@contextmanager
def mounted(folder: Path, offers: int, engine: Engine) -> Iterator[tuple[quanyi.OpenMall, FlaskClient]]:
    quanyi.upgrade(engine)
    mall = quanyi.open_mall(folder_with(folder, offers), engine, clock=FixedClock(NOON), facts=lambda _: {"level": 1})
    mall.desk.apply()
    mall.report("check_in", user="ann", key="ci")
    app = Flask("host")
    quanyi.init_app(app, mall, current_user=lambda: "ann", csrf=None)
    yield mall, app.test_client()
    engine.dispose()


@contextmanager
def counting(engine: Engine) -> Iterator[list[str]]:
    """The statements that go to the driver meanwhile."""
    said: list[str] = []

    def heard(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        said.append(statement)

    event.listen(engine, "before_cursor_execute", heard)
    yield said
    event.remove(engine, "before_cursor_execute", heard)


@pytest.mark.parametrize("path", ["/mall/", "/mall/sales", "/mall/items/shelf-0/t3"])
def test_pages_ask_as_often_whatever_is_on_offer(path: str, tmp_path: Path) -> None:
    """As many statements for 200 offers as for 23; begin and all."""
    counts = {}
    for offers in (23, 200):
        engine = quanyi.prepare_engine(create_engine(f"sqlite:///{tmp_path / f'{offers}.db'}"))
        with mounted(tmp_path / str(offers), offers, engine) as (_, client):
            client.get(path)  # who ann is, and what is in force, is known from here on
            with counting(engine) as said:
                page = client.get(path)
            counts[offers] = len(said)
            assert page.status_code == 200
            assert sum(statement.startswith("BEGIN") for statement in said) == 1

    assert counts[200] == counts[23] <= 9, counts


def test_a_page_is_shown_as_it_stands_each_time(engine: Engine, tmp_path: Path) -> None:
    """What was written before a page is on it, whichever request wrote it; and a no is shown on what stands by then."""
    with mounted(tmp_path / "mall", 23, engine) as (mall, client):
        before = client.get("/mall/points").text
        mall.exchange("t9", user="ann", key="x/1", campaign="shelf-0")
        after = client.get("/mall/points").text
        token = client.get("/mall/items/shelf-0/t8").text.partition('name="token" value="')[2].partition('"')[0]
        mall.exchange("t8", user="ann", key="x/2", campaign="shelf-0", qty=2)
        mall.desk.adjust("ann", "points", -70, key="gone", reason="test")
        refused = client.post("/mall/items/shelf-0/t8", data={"token": token, "qty": "1"})

    assert ("<b>100</b>" in before, "<b>90</b>" in after) == (True, True)
    assert refused.status_code == 409
    assert mall.wallet("ann").units["points"].balance == 2
    assert "2" in refused.text
