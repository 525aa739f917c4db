"""Ten thousand things in three hundred campaigns: a page costs what it shows, and not what there is."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import attrs
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, create_engine

import quanyi
from quanyi.adapters.clock import FixedClock
from quanyi.adapters.sql.store import SqlStore
from quanyi.campaigns.catalogue.query import SORTS
from quanyi.entitlements.plays.sale import view
from tests.adapters.test_web_statements import counting
from tests.bench.catalogue.project import write_catalogue
from tests.engine.conftest import NOON

FEW, MANY = 100, 10_000
PATHS = (
    "",
    *(f"things?sort={sort}" for sort in SORTS),
    "things?category=video",
    "things?mine=1&sort=price_down",
    "things?q=影视",
    "things?q=ys",
    "sales",
    "items/shelf-012/t00012",
)
_LARGEST = 60 * 1024

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@attrs.define
class Costs:
    """
    What pages cost.

    Attributes:
        needs: How many rows they ask the store for.
        offers: How many offers they work out.
    """

    statements: int = 0
    needs: int = 0
    offers: int = 0
    bytes: int = 0


@pytest.fixture(scope="module")
def costs(tmp_path_factory: pytest.TempPathFactory) -> dict[int, dict[str, Costs]]:
    """What each page costs in a mall of few things and in one of many."""
    found = {}
    for things, campaigns in ((FEW, 30), (MANY, 300)):
        folder = write_catalogue(tmp_path_factory.mktemp("many"), things, campaigns)
        with _mounted(folder) as (engine, client):
            found[things] = {path: _cost(client, f"/mall/{path}", engine) for path in PATHS}
    return found


@contextmanager
def _mounted(folder: Any) -> Iterator[tuple[Engine, FlaskClient]]:
    engine = quanyi.prepare_engine(create_engine(f"sqlite:///{folder / 'many.db'}"))
    quanyi.upgrade(engine)
    mall = quanyi.open_mall(folder, engine, clock=FixedClock(NOON))
    mall.desk.apply()
    mall.report("points.granted", user="ann", key="g", data={"points": 2_000})
    app = Flask("host")
    quanyi.init_app(app, mall, current_user=lambda: "ann", csrf=None, pay=lambda _: "/till")
    yield engine, app.test_client()
    engine.dispose()


def _cost(client: FlaskClient, path: str, engine: Engine) -> Costs:
    client.get(path)  # who ann is, and what is in force, is known from here on
    cost, peek, shown = Costs(), SqlStore.peek, view.state_of

    def peeked(store: SqlStore, needs: Any, *more: Any) -> Any:
        asked = list(needs)
        cost.needs += len(asked)
        return peek(store, asked, *more)

    def worked_out(*given: Any, **named: Any) -> Any:
        cost.offers += 1
        return shown(*given, **named)

    with pytest.MonkeyPatch.context() as patch, counting(engine) as said:
        patch.setattr(SqlStore, "peek", peeked)
        patch.setattr(view, "state_of", worked_out)
        page = client.get(path)
    assert page.status_code == 200
    cost.statements, cost.bytes = len(said), len(gzip.compress(page.data, mtime=0))
    return cost


@pytest.mark.parametrize("path", PATHS)
def test_a_page_asks_as_much_of_ten_thousand_things_as_of_a_hundred(
    costs: dict[int, dict[str, Costs]], path: str
) -> None:
    few, many = costs[FEW][path], costs[MANY][path]

    assert many.statements <= few.statements + 1  # a page that is full, where that of few is not
    assert many.statements <= 9
    assert many.needs <= 500


@pytest.mark.parametrize("path", PATHS)
def test_only_what_is_shown_is_worked_out(costs: dict[int, dict[str, Costs]], path: str) -> None:
    """
    24 things, each once; on the first page eight, and those of a sale besides.

    The page of one thing asks for eight that are like it, and some again once the look has what it lacked: 11 in all.
    """
    wanted = {"": 8 + 6, "items/shelf-012/t00012": 11}.get(path, 24)

    assert costs[MANY][path].offers == wanted


@pytest.mark.parametrize("path", PATHS)
def test_a_page_is_small(costs: dict[int, dict[str, Costs]], path: str) -> None:
    assert costs[MANY][path].bytes <= _LARGEST
