"""Keys: what is stored of them, how they are rotated and revoked, on every database and in memory."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

import quanyi
from quanyi.adapters.api import SCOPES, KeysInMemory, init_api, issue_key, revoke_key, rotate_key
from quanyi.adapters.api_keys import key_of
from quanyi.adapters.memory import MemoryStore
from quanyi.adapters.sql.api_keys import SqlApiKeys
from quanyi.adapters.sql.store import SqlStore
from quanyi.adapters.wiring import wire
from quanyi.campaigns.project.load import load_project
from tests.api.conftest import FOLDER, START

if TYPE_CHECKING:
    from tests.api.conftest import There


@pytest.fixture(params=["memory", "sqlite", "postgres", "mariadb"])
def keys(request: pytest.FixtureRequest) -> Any:
    if request.param == "memory":
        return KeysInMemory()
    engine = request.getfixturevalue(f"{request.param}_engine")
    quanyi.upgrade(engine)
    return SqlApiKeys(SqlStore(engine, "engine"))


def test_a_key_comes_back_as_it_was_made(keys: Any) -> None:
    ends = START + timedelta(days=30)
    made = issue_key(keys, "ann's phone", ["wallets:read", "deals:write"], now=START, user="ann", ends_at=ends)

    assert keys.find(made.key.id) == made.key == keys.all()[0]
    assert key_of(keys, made.token, START) == made.key
    assert (made.key.user, made.key.ends_at, made.key.scopes) == ("ann", ends, {"wallets:read", "deals:write"})


def test_a_key_is_opened_by_its_own_token_alone(keys: Any) -> None:
    made, other = (issue_key(keys, name, ["offers:read"], now=START) for name in ("one", "two"))
    wrong = [
        "",
        made.token[:-1],
        made.token + "0",
        made.token.upper(),
        made.token.replace(made.key.id, other.key.id),
        made.token + "\n",
        f"qyk_{'0' * 16}_{made.token.rpartition('_')[2]}",
    ]

    assert [key_of(keys, token, START) for token in wrong] == [None] * len(wrong)


def test_a_key_is_refused_from_its_end_on(keys: Any) -> None:
    made = issue_key(keys, "short", ["offers:read"], now=START, ends_at=START + timedelta(hours=1))

    assert key_of(keys, made.token, START + timedelta(minutes=59)) is not None
    assert key_of(keys, made.token, START + timedelta(hours=1)) is None


def test_rotated_both_are_valid_for_a_while(keys: Any) -> None:
    old = issue_key(keys, "till", ["payments:write"], now=START)
    new = rotate_key(keys, old.key.id, now=START, overlap=timedelta(hours=2))
    at = START + timedelta(hours=1)

    assert (new.key.name, new.key.scopes) == ("till", {"payments:write"})
    assert None not in (key_of(keys, old.token, at), key_of(keys, new.token, at))
    assert key_of(keys, old.token, START + timedelta(hours=2)) is None
    assert key_of(keys, new.token, START + timedelta(days=400)) is not None


def test_revoked_it_is_refused_at_once_and_stays_so(keys: Any) -> None:
    """A rotation that was under way does not bring it back."""
    made = issue_key(keys, "lost", ["offers:read"], now=START)
    revoke_key(keys, made.key.id, now=START)
    keys.end(made.key.id, START + timedelta(days=1))

    assert key_of(keys, made.token, START) is None
    assert keys.find(made.key.id).ends_at == START
    with pytest.raises(quanyi.NotFound):
        rotate_key(keys, made.key.id, now=START)
    with pytest.raises(quanyi.NotFound):
        revoke_key(keys, "0" * 16, now=START)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"scopes": []}, "needs a scope"),
        ({"scopes": ["all"]}, "no scope is called 'all'"),
        ({"scopes": ["events:write"], "user": "ann"}, "events:write"),
        ({"user": ""}, "user"),
        ({"ends_at": START}, "ends"),
        ({"name": 7}, "name"),
    ],
    ids=str,
)
def test_what_makes_no_key(more: dict[str, Any], said: str) -> None:
    keys = KeysInMemory()
    with pytest.raises(quanyi.InputError, match=said):
        issue_key(keys, **{"name": "x", "scopes": ["offers:read"], "now": START, **more})
    assert keys.all() == []


def test_no_token_stands_in_the_database_or_in_what_is_printed(there: There) -> None:
    made = issue_key(there.keys, "secret", ["offers:read"], now=START)
    table = there.mall.ports.store.tables.api_key
    with there.mall.ports.store.engine.connect() as connection:
        rows = repr(connection.execute(select(table)).all())
    secret = made.token.rpartition("_")[2]

    assert secret not in rows
    assert bytes.fromhex(secret).hex() not in rows
    assert secret not in repr(made)
    assert "digest" not in repr(made.key) + str(made.key.to_dict())


def test_a_key_of_another_mall_opens_nothing(there: There) -> None:
    other = SqlApiKeys(SqlStore(there.mall.ports.store.engine, "another"))
    token = issue_key(other, "theirs", SCOPES, now=START).token

    assert there.get("/offers", token=token).status_code == 401


def test_over_http_a_revoked_or_ended_key_is_nobodys(there: There) -> None:
    token = there.token("offers:read", ends_at=START + timedelta(hours=1))
    before = there.get("/offers", token=token).status_code
    there.clock.advance(hours=1)

    assert (before, there.get("/offers", token=token).status_code) == (200, 401)


def test_over_http_a_revoked_key_is_nobodys_at_once(there: There) -> None:
    lost = issue_key(there.keys, "lost", ["offers:read"], now=START)
    before = there.get("/offers", token=lost.token).status_code
    revoke_key(there.keys, lost.key.id, now=there.mall.now())

    assert (before, there.get("/offers", token=lost.token).status_code) == (200, 401)


def test_a_mall_in_memory_is_told_where_its_keys_are() -> None:
    from flask import Flask

    project = load_project(FOLDER)
    mall = wire(project, MemoryStore(), clock=quanyi.FixedClock(START))
    with pytest.raises(quanyi.InputError, match="keys="):
        init_api(Flask("a"), mall)
    app, keys = Flask("b"), KeysInMemory()
    init_api(app, mall, keys=keys)
    token = issue_key(keys, "k", ["offers:read"], now=START).token
    assert app.test_client().get("/api/offers", headers={"Authorization": f"Bearer {token}"}).status_code == 200
    with pytest.raises(RuntimeError, match="already"):
        init_api(app, mall, keys=keys)
