"""The OpenFeature provider, asked by OpenFeature's own SDK."""

from __future__ import annotations

import asyncio
import runpy
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from openfeature import api
from openfeature.client import OpenFeatureClient
from openfeature.evaluation_context import EvaluationContext
from openfeature.exception import ErrorCode
from openfeature.flag_evaluation import Reason

import quanyi
from quanyi.adapters.openfeature import EntitlementProvider
from tests.docs.pages import ROOT, titled_blocks
from tests.engine.conftest import FOLDER

START = datetime(2026, 3, 8, 4, tzinfo=UTC)
PAGE = ROOT / "docs" / "openfeature.md"


@pytest.fixture(autouse=True)
def _no_providers() -> Iterator[None]:
    yield
    api.clear_providers()


@pytest.fixture
def mall(sqlite_engine: Any) -> quanyi.OpenMall:
    quanyi.upgrade(sqlite_engine)
    mall = quanyi.open_mall(FOLDER, sqlite_engine, clock=quanyi.FixedClock(START))
    mall.desk.apply()
    for user in ("ann", "bob", "cid"):
        mall.desk.adjust(user, "points", 1000, key=f"stake/{user}", reason="a stake")
    return mall


@pytest.fixture
def client(mall: quanyi.OpenMall) -> OpenFeatureClient:
    api.set_provider(EntitlementProvider(mall), domain="mall")
    return api.get_client("mall")


def of(user: str | None) -> EvaluationContext:
    return EvaluationContext(targeting_key=user)


def test_who_has_it_is_let_in_until_it_is_used(mall: quanyi.OpenMall, client: OpenFeatureClient) -> None:
    seen = [client.get_boolean_details("coffee", True, of("ann"))]
    right = mall.exchange("coffee", user="ann", key="x").entitlements[0]
    seen.append(client.get_boolean_details("coffee", False, of("ann")))
    mall.redeem(right, user="ann", key="r")
    seen.append(client.get_boolean_details("coffee", True, of("ann")))

    assert [(one.value, one.variant, one.reason) for one in seen] == [
        (False, "none", Reason.DEFAULT),
        (True, "entitled", Reason.TARGETING_MATCH),
        (False, "used", Reason.TARGETING_MATCH),
    ]
    assert client.get_boolean_value("coffee", True, of("bob")) is False


def test_it_says_what_the_mall_says_at_every_moment(mall: quanyi.OpenMall, client: OpenFeatureClient) -> None:
    """And until when."""
    mall.exchange("coffee", user="ann", key="x")
    view = mall.entitlements("ann")[0]
    clock: Any = mall.ports.clock
    values = []
    for _ in range(3):
        told = client.get_boolean_details("coffee", False, of("ann"))
        values.append((told.value, told.variant))
        assert told.value == mall.entitled("coffee", "ann")
        if told.value and view.ends:
            assert told.flag_metadata == {"ends": view.ends.isoformat()}
        clock.advance(days=200)

    assert values[0] == (True, "entitled")
    assert view.ends is None or values[-1] == (False, "expired")


@pytest.mark.parametrize(
    ("flag", "user", "code"),
    [
        ("no-such-benefit", "ann", ErrorCode.FLAG_NOT_FOUND),
        ("coffee", None, ErrorCode.TARGETING_KEY_MISSING),
        ("coffee", "", ErrorCode.TARGETING_KEY_MISSING),
        ("coffee", "a\nb", ErrorCode.INVALID_CONTEXT),
        ("coffee", "x" * 300, ErrorCode.INVALID_CONTEXT),
    ],
)
@pytest.mark.parametrize("default", [True, False])
def test_what_can_not_be_answered_is_the_callers_default(
    client: OpenFeatureClient, flag: str, user: str | None, code: ErrorCode, default: bool
) -> None:
    told = client.get_boolean_details(flag, default, of(user))

    assert (told.value, told.error_code, told.reason) == (default, code, Reason.ERROR)
    assert user is None or len(user) < 3 or user not in (told.error_message or "")


def test_flags_of_other_types_are_a_mismatch(client: OpenFeatureClient) -> None:
    asked = [
        client.get_string_details("coffee", "x", of("ann")),
        client.get_integer_details("coffee", 1, of("ann")),
        client.get_float_details("coffee", 1.5, of("ann")),
        client.get_object_details("coffee", {}, of("ann")),
    ]

    assert [told.error_code for told in asked] == [ErrorCode.TYPE_MISMATCH] * 4
    assert [told.value for told in asked] == ["x", 1, 1.5, {}]


def test_a_database_that_is_away_is_the_callers_default(
    mall: quanyi.OpenMall, client: OpenFeatureClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: Any, **__: Any) -> None:
        raise quanyi.StorageError("password of the database")

    monkeypatch.setattr(mall, "entitlements", away)
    told = client.get_boolean_details("coffee", True, of("ann"))

    assert (told.value, told.error_code) == (True, ErrorCode.GENERAL)
    assert "password" not in (told.error_message or "")


def test_async_code_asks_too(mall: quanyi.OpenMall, client: OpenFeatureClient) -> None:
    mall.exchange("coffee", user="ann", key="x")

    assert asyncio.run(client.get_boolean_value_async("coffee", False, of("ann"))) is True


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_the_page_does_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for title, body in (titled_blocks(ROOT / "docs" / "quickstart.md") | titled_blocks(PAGE)).items():
        (tmp_path / title).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / title).write_text(body, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    names = runpy.run_path("flags.py")
    mall, before = names["mall"], names["may_watch"]("ann")
    deal = mall.claim("film-sale", item="film", user="ann", key="c")
    mall.settle(deal.hold, paid=deal.pay, key="p")
    after = names["may_watch"]("ann")
    names["engine"].dispose()

    assert (before, after) == (False, True)
