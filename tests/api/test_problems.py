"""What goes wrong: the status and code of each, where the mistake stands, and nothing of what was sent."""

from __future__ import annotations

import json
import logging
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask
from flask_wtf.csrf import CSRFProtect
from werkzeug.test import EnvironBuilder, run_wsgi_app

import quanyi
from quanyi.adapters.api import init_api
from quanyi.adapters.api.problems import problem_of
from quanyi.adapters.api.titles import LOCALES, TITLES
from quanyi.entitlements.refusals import WORDS
from tests.api.conftest import START

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.api.conftest import There

EVENT = {"type": "check_in", "user": "ann"}


def raw(
    there: There, body: bytes, *, path: str = "/api/events", media: str = "application/json", **headers: str
) -> Any:
    sent = {"Authorization": f"Bearer {there.host}", "Idempotency-Key": "k", "Content-Type": media, **headers}
    return there.client.post(path, data=body, headers=sent)


# --- what is malformed -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({"type": 7}, "#/type"),
        ({"type": ""}, "#/type"),
        ({"type": "x" * 201}, "#/type"),
        ({"type": "a\nb"}, "#/type"),
        ({"type": "check_in", "user": 7}, "#/user"),
        ({"type": "check_in", "usr": "ann"}, "#/usr"),
        ({"type": "check_in", "data": []}, "#/data"),
        ({"type": "check_in", "data": {"a/b~": 1}}, "#/data/a~1b~0"),
        ({"type": "order.paid", "user": "ann", "data": {"order": "o1"}}, "#/data/amount"),
        ({"type": "order.paid", "user": "ann", "data": {"order": "o1", "amount": True}}, "#/data/amount"),
        ({"type": "order.paid", "user": "ann", "data": {"order": "o1", "amount": "1e99999999"}}, "#/data/amount"),
        ({"type": "check_in", "context": {"ip": "10.0.0.1"}}, "#/context/ip"),
        ({}, "#/type"),
        ([], "#"),
        (None, "#"),
    ],
    ids=str,
)
def test_a_mistake_is_told_by_its_place(there: There, said: Any, pointer: str) -> None:
    answer = raw(there, json.dumps(said).encode())

    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"
    assert answer.json["code"] == "invalid-request"
    assert pointer in [mistake["pointer"] for mistake in answer.json["errors"]]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/users/ann/deals?limit=0", "limit"),
        ("/users/ann/deals?limit=101", "limit"),
        ("/users/ann/deals?limit=1_0", "limit"),
        ("/users/ann/deals?limit=-1", "limit"),
        ("/users/ann/deals?limit=1&limit=2", "limit"),
        ("/users/ann/deals?size=1", "size"),
        ("/users/ann/deals?cursor=%F0", "cursor"),
        ("/users/ann/deals?cursor=bm90aGluZw", "cursor"),
        ("/users/ann/wallet/points/entries?cursor=bm90aGluZw", "cursor"),
        ("/users/ann/wallet/points/entries?cursor=LTE", "cursor"),
        ("/users/ann/entitlements?phase=lost", "phase"),
        ("/users/a%00b/wallet", "user"),
        (f"/users/{'x' * 201}/wallet", "user"),
    ],
)
def test_a_mistake_in_the_address_is_told_by_its_name(there: There, path: str, name: str) -> None:
    answer = there.get(path)

    assert answer.status_code == 422
    assert name in [mistake["name"] for mistake in answer.json["errors"]]


def test_what_is_no_object_is_told_without_names_of_classes(there: There) -> None:
    answer = raw(there, b"[1]")

    assert answer.status_code == 422
    assert answer.json["errors"] == [{"place": "body", "pointer": "#", "detail": "Input should be an object"}]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff",
        b'{"type": "check_in", "user": "bob", "user": "ann"}',
        b'{"type": "check_in", "data": {"a": NaN}}',
        b'{"type": "check_in", "data": {"a": Infinity}}',
        b'{"a": ' + b"9" * 10_000 + b"}",
        b"[" * 30_000,
        b'{"a":' * 10_000,
    ],
    ids=range(9),
)
def test_what_is_no_json_is_refused_as_such(there: There, body: bytes) -> None:
    answer = raw(there, body)

    assert (answer.status_code, answer.json["code"]) == (400, "malformed-json")
    assert there.mall.wallet("ann").units["points"].balance == 0


def test_a_number_too_large_for_json_is_no_amount(there: There) -> None:
    answer = raw(there, b'{"type": "order.paid", "user": "ann", "data": {"order": "o1", "amount": 1e999}}')

    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "#/data/amount")


def test_only_json_of_a_bounded_size_is_read(there: There) -> None:
    large = json.dumps({"type": "check_in", "data": {"a": "x" * 65_536}}).encode()

    assert (
        raw(there, b"type=check_in", media="application/x-www-form-urlencoded").json["code"] == "unsupported-media-type"
    )
    assert raw(there, b"{}", media="text/plain").status_code == 415
    assert (raw(there, large).status_code, raw(there, large).json["code"]) == (413, "too-large")


@pytest.mark.parametrize("junk", [b"", b"x"])
def test_a_body_without_a_length_is_bounded_too(there: There, junk: bytes) -> None:
    """And never cut: what stands behind the bound is not left out of sight."""
    headers = {"Authorization": f"Bearer {there.host}", "Idempotency-Key": "k", "Content-Type": "application/json"}
    environ = EnvironBuilder(path="/api/events", method="POST", headers=headers).get_environ()
    environ.pop("CONTENT_LENGTH", None)
    body = json.dumps(EVENT).encode()
    environ |= {"wsgi.input": BytesIO(body + b" " * 65_536 + junk), "wsgi.input_terminated": True}

    assert run_wsgi_app(there.app, environ)[1].startswith("413")
    assert there.mall.wallet("ann").units["points"].balance == 0


def test_nothing_is_at_other_addresses_and_other_methods_are_named(there: There) -> None:
    assert [there.get(path).json["code"] for path in ("/nothing", "/", "/users/ann")] == ["not-found"] * 3
    wrong = there.call("DELETE", "/users/ann/wallet")
    assert (wrong.status_code, wrong.json["code"]) == (405, "method-not-allowed")
    assert "GET" in wrong.headers["Allow"]


# --- keys of writes --------------------------------------------------------------------------------


def test_a_write_without_its_key_is_not_taken(there: There) -> None:
    headers = {"Authorization": f"Bearer {there.host}"}
    answer = there.client.post("/api/events", json=EVENT, headers=headers)

    assert (answer.status_code, answer.json["code"]) == (400, "idempotency-key-missing")
    for wrong in ("", "x" * 129, "a b", 'a"b', "é", '""'):
        answer = there.client.post("/api/events", json=EVENT, headers={**headers, "Idempotency-Key": wrong})
        assert answer.status_code == 400, wrong


def test_the_same_write_again_gets_the_first_receipt(there: There) -> None:
    """Bare or quoted, it is the same key."""
    first, again = there.post("/events", EVENT, key="k"), there.post("/events", EVENT, key='"k"')

    assert (first.json["duplicate"], again.json["duplicate"]) == (False, True)
    assert {**first.json, "duplicate": True} == again.json
    assert there.mall.wallet("ann").units["points"].balance == 10


def test_a_key_with_another_content_is_refused(there: There) -> None:
    there.post("/events", EVENT, key="k")
    other = there.post("/events", {**EVENT, "user": "bob"}, key="k")

    assert (other.status_code, other.json["code"]) == (422, "key-reused")
    assert there.mall.wallet("bob").units["points"].balance == 0


def test_a_hosts_keys_are_those_of_the_mall(there: There) -> None:
    """What Python wrote under a key, the API finds, and the other way round."""
    there.mall.report("check_in", user="ann", key="k")

    assert there.post("/events", EVENT, key="k").json["duplicate"]
    assert there.mall.ask("k", "check_in") is not None


def test_nobody_takes_anothers_key(there: There, ann: str) -> None:
    """The keys of a user are theirs: another's, and the host's, of the same name are others."""
    bob = there.token("deals:write", user="bob")
    for user in ("ann", "bob"):
        there.mall.desk.adjust(user, "points", 300, key=f"stake/{user}", reason="for a coffee")
    told = [
        there.post("/exchanges", {"offer": "coffee", "user": user}, token=token, key="1")
        for user, token in (("ann", ann), ("bob", bob))
    ]

    assert [answer.status_code for answer in told] == [200, 200]
    assert [answer.json["key"] for answer in told] == ["1", "1"]
    assert there.mall.ask("1", "exchange") is None


# --- refusals --------------------------------------------------------------------------------------


def test_a_no_has_its_code_its_numbers_and_a_sentence(there: There) -> None:
    said = {"offer": "coffee", "user": "ann"}
    told = {lang: there.post("/exchanges", said, headers={"Accept-Language": lang}) for lang in ("zh", "en", "fr")}
    no = told["en"].json

    assert told["en"].status_code == 409
    assert (no["code"], no["reason"], no["campaign"]) == ("insufficient-points",) * 2 + ("coffee-for-points",)
    assert no["shows"]["missing"] == {"amount": 300, "unit": "points", "scale": 0}
    assert "300" in no["detail"]
    assert told["zh"].json["title"] == told["fr"].json["title"] == "积分不足"
    assert told["zh"].headers["Content-Language"] == "zh"
    assert "Accept-Language" in told["zh"].headers["Vary"]


def test_an_unknown_entitlement_is_not_found(there: There) -> None:
    assert there.post("/entitlements/none/redeem", {}).status_code == 404


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (quanyi.Busy(), 503, "busy"),
        (quanyi.LockTimeout(), 503, "busy"),
        (quanyi.Unknown(), 503, "unknown-outcome"),
        (quanyi.CampaignFailed("c"), 503, "campaign-failed"),
        (quanyi.ClockAhead(START, START), 503, "clock-ahead"),
        (quanyi.StorageError("secret"), 503, "storage-failed"),
        (quanyi.DataError("secret"), 422, "invalid-request"),
        (quanyi.SupplierError("secret"), 503, "storage-failed"),
        (quanyi.LimitReached(reason="too-many-tries", next_at=START), 429, "too-many-tries"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else str(value),
)
def test_every_error_of_the_library_has_an_answer(error: quanyi.QuanyiError, status: int, code: str) -> None:
    problem = problem_of(error, "en", lambda: START)

    assert (problem.status, problem.code) == (status, code)
    assert b"secret" not in problem.document("en", "1")
    assert ("Retry-After" in problem.headers) == (code in {"busy", "unknown-outcome", "too-many-tries"})


def test_every_code_has_a_title_in_both_languages() -> None:
    refusals = {code.strip() for word in WORDS.values() for code in word.code.split(",")}

    assert refusals <= set(TITLES)
    assert all(len(titles) == len(LOCALES) and all(titles) for titles in TITLES.values())


# --- what the program breaks on --------------------------------------------------------------------


def test_what_breaks_is_answered_with_a_number_that_stands_in_the_log(
    open_api: Callable[..., There], caplog: pytest.LogCaptureFixture
) -> None:
    """Nothing of it in the answer; no address, which names people, in the log."""

    def broken() -> dict[str, Any]:
        raise ZeroDivisionError("of the host")

    there = open_api(context=broken)
    with caplog.at_level(logging.INFO, "quanyi.api"):
        answer = there.get("/users/somebody/wallet")
    number = answer.json["instance"].rpartition(":")[2]

    assert (answer.status_code, answer.json["code"]) == (500, "failed")
    assert "ZeroDivision" not in answer.text
    assert number in caplog.text
    assert "ZeroDivisionError" in caplog.text
    assert "somebody" not in caplog.text


def test_a_clock_that_is_wrong_is_told(there: There, monkeypatch: pytest.MonkeyPatch) -> None:
    def ahead() -> None:
        raise quanyi.ClockAhead(START, START)

    monkeypatch.setattr(there.mall, "now", ahead)
    answer = there.get("/users/ann/wallet")

    assert (answer.status_code, answer.json["code"]) == (503, "clock-ahead")


def test_the_log_of_a_refusal_names_nobody(there: There, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "quanyi.api"):
        there.post("/exchanges", {"offer": "coffee", "user": "somebody"})
        there.get("/users/somebody/wallet?x=somebody")

    assert len(caplog.records) == 2
    assert "somebody" not in caplog.text


def test_a_hosts_protection_of_forms_exempts_the_api(there: There) -> None:
    """It reads no cookie; a host that forgets to exempt it is answered by its own protection."""
    codes = []
    for exempts in (True, False):
        app = Flask("protected")
        app.secret_key = "for tests"
        csrf = CSRFProtect(app)
        blueprint = init_api(app, there.mall)
        if exempts:
            csrf.exempt(blueprint)
        headers = {"Authorization": f"Bearer {there.host}", "Idempotency-Key": "k"}
        codes.append(app.test_client().post("/api/events", json=EVENT, headers=headers).status_code)

    assert codes == [200, 400]


def test_every_answer_says_how_it_may_be_kept(there: There) -> None:
    for answer in (there.get("/users/ann/wallet"), there.get("/nothing"), there.post("/events", {})):
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
