"""What a buyer reads of an order that has to be bought from a supplier first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from flask import Flask

from quanyi.adapters.memory import MemoryStore
from quanyi.adapters.web.setup import init_app
from quanyi.entitlements.derived_ids import deal_id
from quanyi.entitlements.supply.replies import Refused, Unknown
from tests.supply.conftest import Shop, bought, opened

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from quanyi.adapters.clock import FixedClock
    from quanyi.adapters.wiring import OpenMall

SAID = {
    "zh": {"coming": "正在为你发货", "chip": "发货中", "done": "权益已放入「我的权益」", "back": "退款"},
    "en": {
        "coming": "We’re getting it for you now",
        "chip": "Being delivered",
        "done": "It’s in My benefits",
        "back": "refunded",
    },
}


@pytest.fixture(params=["zh", "en"])
def lang(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def mall(clock: FixedClock, shop: Shop) -> OpenMall:
    return opened(MemoryStore(), clock, shop)


@pytest.fixture
def client(mall: OpenMall) -> FlaskClient:
    app = Flask("host")
    init_app(app, mall, current_user=lambda: "ann", csrf=None, pay=lambda _: "/till")
    return app.test_client()


def page(client: FlaskClient, lang: str, path: str = "") -> str:
    return client.get(f"/mall/deals/{path or deal_id('', '', 'o1')}", headers={"Accept-Language": lang}).text


def test_an_order_is_on_its_way_until_it_is_delivered(
    mall: OpenMall, client: FlaskClient, shop: Shop, lang: str
) -> None:
    bought(mall)
    text, orders = page(client, lang), client.get("/mall/deals", headers={"Accept-Language": lang}).text
    assert SAID[lang]["coming"] in text
    assert 'href="/mall/entitlements"' not in text.split('class="qy-actions"')[1].split("</section>")[0]
    assert SAID[lang]["chip"] in orders

    shop.says = lambda _: Unknown("odd")
    mall.desk.supply.work()
    assert SAID[lang]["coming"] in page(client, lang)  # nobody knows yet, and nobody is told that it failed


def test_what_was_delivered_is_in_ones_benefits(mall: OpenMall, client: FlaskClient, lang: str) -> None:
    bought(mall)
    mall.desk.supply.work()
    text = page(client, lang)
    assert SAID[lang]["done"] in text
    assert SAID[lang]["coming"] not in text


def test_what_no_supplier_has_is_refunded(mall: OpenMall, client: FlaskClient, shop: Shop, lang: str) -> None:
    shop.says = lambda _: Refused("no")
    bought(mall, item="phone_single")
    mall.desk.supply.work()
    text = page(client, lang)
    assert SAID[lang]["back"] in text
    assert SAID[lang]["coming"] not in text
