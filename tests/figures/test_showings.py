"""What pages and answers over HTTP show is summed, written outside of requests, and decides nothing."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import event

import quanyi
from quanyi.adapters.api_keys import issue_key
from quanyi.entitlements.errors import StorageError

DAY = date(2026, 3, 2)


def total(mall, **asked):
    return mall.figures(first=DAY, last=DAY, **asked).total


@pytest.fixture
def client(stored):
    app = Flask("host")
    app.secret_key = "test"
    quanyi.init_app(
        app, stored, current_user=lambda: "ann", csrf=None, url_prefix="/mall", context=lambda: {"channel": "web"}
    )
    return app.test_client()


def test_a_page_counts_what_it_shows(stored, client):
    for address in ("/mall/things", "/mall/items/coffee-for-points/coffee"):
        answer = client.get(address)
        assert answer.status_code == 200
        answer.close()
    assert total(stored).shown == 0
    stored.showings.write()

    assert total(stored, item="coffee").shown == 2
    assert total(stored, item="coffee").eligible == 0  # ann has no points
    stored.desk.adjust("ann", "points", 300, key="a", reason="for one coffee")
    client.get("/mall/things").close()
    stored.showings.write()
    assert (total(stored, item="coffee").shown, total(stored, item="coffee").eligible) == (3, 1)
    assert stored.figures(by="channel", first=DAY, last=DAY).rows[0].key == "web"


def test_it_is_written_once_the_answer_is_sent(stored, client, clock):
    """No request waits for it: what is written while the page is made, is written for another reason."""
    client.get("/mall/things").close()
    clock.advance(seconds=16)
    said = []
    event.listen(stored.ports.store.engine, "before_cursor_execute", lambda *args: said.append(args[2].lower()))
    answer = client.get("/mall/things", buffered=False)
    before = [text for text in said if "showing" in text]
    answer.close()

    assert before == []
    assert [text for text in said if "showing" in text and text.startswith("insert")] != []
    assert total(stored, item="coffee").shown == 2


def test_an_answer_over_http_counts_too(stored):
    from quanyi.adapters.sql.api_keys import SqlApiKeys

    app = Flask("host")
    quanyi.init_api(app, stored)
    keys = SqlApiKeys(stored.ports.store)
    token = issue_key(keys, "shop", ["offers:read"], now=stored.now()).token
    answer = app.test_client().get("/api/offers?user=ann", headers={"Authorization": f"Bearer {token}"})
    answer.close()
    stored.showings.write()

    assert answer.status_code == 200
    assert total(stored).shown == len(answer.json["items"])


def test_what_can_not_be_written_is_kept(stored, client, monkeypatch):
    client.get("/mall/things").close()

    def broken(*_args):
        raise StorageError("away")

    with monkeypatch.context() as patch:
        patch.setattr("quanyi.adapters.sql.figures.SqlFigures.add_showings", broken)
        stored.showings.write()
    stored.showings.write()

    assert total(stored, item="coffee").shown == 1


def test_a_rebuild_leaves_them_alone(stored, client):
    from quanyi.adapters.figures.reading import in_database

    client.get("/mall/things").close()
    stored.showings.write()
    in_database(stored.ports, stored.ports.store).rebuild()

    assert total(stored, item="coffee").shown == 1


def test_a_mall_in_memory_counts_them(folder, clock):
    from quanyi.adapters.memory import MemoryStore
    from tests.figures.conftest import opened

    mall = opened(folder, MemoryStore(), clock)
    mall.showings.add(mall.offers("ann"))
    mall.showings.write()

    assert total(mall, item="coffee").shown == 1
