"""Who stands behind a brand sees the figures of its own things, and nothing else."""

from __future__ import annotations

import pytest
from flask import Flask

import quanyi
from quanyi.adapters.api import OPERATIONS
from quanyi.adapters.api_keys import issue_key, rotate_key
from quanyi.adapters.memory import MemoryStore
from quanyi.adapters.sql.api_keys import SqlApiKeys
from quanyi.entitlements.errors import InputError
from tests.engine.conftest import sql_store
from tests.figures.conftest import opened

RANGE = "first=2026-03-01&last=2026-03-31"


@pytest.fixture
def mall(folder, sqlite_engine, clock):
    mall = opened(folder, sql_store(sqlite_engine), clock)
    mall.desk.adjust("ann", "points", 900, key="a", reason="to spend")
    mall.desk.import_codes("music", ["M-1", "M-2"], key="codes")
    mall.exchange("coffee", user="ann", key="x1")
    mall.claim("flash", item="phone", user="ann", key="c1")
    mall.worker().catch_up()
    return mall


@pytest.fixture
def keys(mall):
    return SqlApiKeys(mall.ports.store)


@pytest.fixture
def get(mall):
    app = Flask("host")
    quanyi.init_api(app, mall, rate=None)
    return lambda token, path: app.test_client().get(f"/api{path}", headers={"Authorization": f"Bearer {token}"})


def token(keys, mall, *scopes, **more):
    return issue_key(keys, "of a test", scopes, now=mall.now(), **more).token


def test_a_key_of_a_brand_reads_its_things_alone(mall, keys, get):
    own = token(keys, mall, "figures:read", brand="Tidewater")
    answer = get(own, f"/figures?by=item&{RANGE}")

    assert [(row["key"], row["claims"], row["cost"]) for row in answer.json["rows"]] == [("coffee", 1, None)]
    assert answer.json["total"]["spent"] == answer.json["total"]["issued"] == {}
    for wanted in ("by=campaign", "by=brand", "by=hour", "item=phone&by=item", "campaign=flash&by=item", "by=channel"):
        rows = get(own, f"/figures?{wanted}&{RANGE}").json["rows"]
        assert {row["key"] for row in rows} & {"phone", "flash", "music", "points", "ann"} == set()


def test_it_opens_nothing_else(mall, keys, get):
    own = token(keys, mall, "figures:read", brand="Tidewater")
    shut = [
        get(own, operation.path.format(**dict.fromkeys(operation.names, "ann"))).status_code
        for operation in OPERATIONS
        if operation.method == "GET" and operation.id != "getFigures"
    ]

    assert set(shut) == {403}


def test_it_can_be_given_nothing_else(mall, keys):
    for scopes, more in (
        (["figures:read", "deals:read"], {}),
        (["offers:read"], {}),
        (["figures:read"], {"user": "ann"}),
    ):
        with pytest.raises(InputError):
            issue_key(keys, "of a test", scopes, now=mall.now(), brand="Tidewater", **more)
    with pytest.raises(InputError):
        issue_key(keys, "of a test", ["figures:read"], now=mall.now(), user="ann")


def test_a_rotated_key_is_of_the_same_brand(mall, keys, get):
    old = issue_key(keys, "of a test", ["figures:read"], now=mall.now(), brand="Tidewater").key
    new = rotate_key(keys, old.id, now=mall.now())

    assert new.key.brand == keys.find(new.key.id).brand == "Tidewater"
    assert [row["key"] for row in get(new.token, f"/figures?by=item&{RANGE}").json["rows"]] == ["coffee"]


def test_a_brand_without_things_has_nothing(mall, keys, get):
    answer = get(token(keys, mall, "figures:read", brand="Nobody"), f"/figures?by=item&{RANGE}")

    assert (answer.status_code, answer.json["rows"]) == (200, [])


def test_a_program_of_the_host_reads_all(mall, keys, get):
    answer = get(token(keys, mall, "figures:read"), f"/figures?by=item&{RANGE}")

    assert {row["key"] for row in answer.json["rows"]} >= {"coffee", "phone", "music"}
    assert answer.json["total"]["cost"] == mall.ports.project.benefits["coffee"].cost


@pytest.mark.parametrize("wrong", ["by=nothing", "first=2026-02-30", "first=2026-05-01&last=2026-03-01", "first=march"])
def test_a_wrong_question_is_answered_with_what_is_wrong(mall, keys, get, wrong):
    answer = get(token(keys, mall, "figures:read"), f"/figures?{wrong}")

    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")


def test_brands_of_a_mall_in_memory(folder, clock):
    mall = opened(folder, MemoryStore(), clock)
    mall.desk.adjust("ann", "points", 900, key="a", reason="to spend")
    mall.exchange("coffee", user="ann", key="x1")

    assert [(row.key, row.claims) for row in mall.figures(by="brand", brand="Tidewater").rows] == [("Tidewater", 1)]
