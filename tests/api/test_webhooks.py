"""Webhooks in: signed messages of others become events, once each; nothing else does."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import attrs
import pytest
from flask import Flask
from standardwebhooks import Webhook

import quanyi
from quanyi.adapters.api import ReportedEvent, WebhookSource, init_api
from quanyi.adapters.sql.verify import verify
from quanyi.adapters.webhooks.signatures import new_secret, signed_headers
from tests.api.test_matrix import books

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.test import TestResponse

    from tests.api.conftest import There

PAY, OLD, OTHER = (new_secret(lambda count, c=c: c * count) for c in (b"p", b"o", b"x"))
CHECKED_IN = {"type": "check_in", "subject": "ann"}


def paid(message: Any) -> ReportedEvent | None:
    """The host's reading of its payment provider's own form."""
    if message["kind"] != "payment.done":
        return None
    return ReportedEvent(
        type="order.paid", user=message["buyer"], data={"order": message["no"], "amount": message["sum"]}
    )


@attrs.define
class Sending:
    """Sends messages to the API."""

    there: There

    def send(
        self, said: Any, *, to: str = "shop", secret: str = PAY, id: str = "msg_1", **changed: Any
    ) -> TestResponse:
        body = said if isinstance(said, bytes) else json.dumps(said).encode()
        at = self.there.clock.now() + changed.pop("late", timedelta())
        headers = {**signed_headers([secret], id=id, at=at, body=body), **changed}
        media = headers.pop("media", "application/json")
        return self.there.client.post(f"/api/webhooks/{to}", data=body, headers={"Content-Type": media, **headers})

    def points(self, user: str = "ann") -> int:
        return self.there.mall.wallet(user).units["points"].balance


@pytest.fixture
def sending(open_api: Callable[..., There]) -> Sending:
    sources = {
        "shop": WebhookSource(secrets=[PAY, OLD]),
        "pay": WebhookSource(secrets=lambda: [PAY], event=paid),
        "other": WebhookSource(secrets=[OTHER]),
    }
    return Sending(open_api(webhooks=sources))


def test_a_message_becomes_an_event_once(sending: Sending) -> None:
    """However often it is sent; the journal says who sent it."""
    answers = [sending.send(CHECKED_IN, late=timedelta(seconds=n)) for n in range(3)]

    assert [answer.json for answer in answers] == [{"taken": True, "duplicate": again} for again in (False, True, True)]
    assert sending.points() == 10
    assert sending.there.mall.entries("ann", "points")[0].by == "webhook/shop"
    assert sending.there.get("/receipts?type=check_in&key=webhook/shop/msg_1").status_code == 200


def test_what_the_standards_library_signs_is_taken(sending: Sending) -> None:
    body, at = json.dumps(CHECKED_IN), sending.there.clock.now()
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Webhook-Id": "msg_1",
        "Webhook-Timestamp": str(int(at.timestamp())),
        "Webhook-Signature": Webhook(PAY).sign("msg_1", at, body),
    }

    assert sending.there.client.post("/api/webhooks/shop", data=body, headers=headers).json["taken"]


def test_the_hosts_reading_turns_a_message_into_an_event_or_leaves_it_alone(sending: Sending) -> None:
    done = sending.send({"kind": "payment.done", "buyer": "ann", "no": "o1", "sum": "3000.00"}, to="pay")
    left = sending.send({"kind": "payment.begun"}, to="pay", id="msg_2")

    assert (done.json["taken"], left.json) == (True, {"taken": False, "duplicate": False})
    assert sending.points() == 300


def test_both_secrets_are_valid_while_one_takes_the_place_of_the_other(sending: Sending) -> None:
    assert [sending.send(CHECKED_IN, secret=secret, id=secret[-9:-1]).status_code for secret in (PAY, OLD)] == [
        200,
        200,
    ]


def test_the_same_id_of_two_sources_is_two_messages(sending: Sending) -> None:
    sending.send({**CHECKED_IN, "subject": "ann"})
    answer = sending.send({**CHECKED_IN, "subject": "bob"}, to="other", secret=OTHER)

    assert answer.json == {"taken": True, "duplicate": False}


def test_another_message_under_a_known_id_is_refused(sending: Sending) -> None:
    sending.send(CHECKED_IN)
    answer = sending.send({**CHECKED_IN, "subject": "bob"})

    assert (answer.status_code, answer.json["code"]) == (422, "key-reused")
    assert sending.points("bob") == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"secret": OTHER},
        {"late": -timedelta(minutes=6)},
        {"late": timedelta(minutes=6)},
        {"to": "other"},
        {"webhook-id": "msg_2"},
        {"webhook-timestamp": "1"},
        {"webhook-signature": "v1,"},
        {"webhook-signature": f"v1,{'A' * 43}="},
    ],
    ids=str,
)
def test_what_its_source_has_not_signed_just_now_is_refused(sending: Sending, wrong: dict[str, Any]) -> None:
    before = books(sending.there)
    answer = sending.send(CHECKED_IN, **wrong)

    assert (answer.status_code, answer.json["code"]) == (401, "unsigned")
    assert answer.headers["WWW-Authenticate"].startswith("Webhook")
    assert books(sending.there) == before


def test_a_changed_body_is_refused(sending: Sending) -> None:
    body = json.dumps(CHECKED_IN).encode()
    headers = signed_headers([PAY], id="m", at=sending.there.clock.now(), body=body)
    said = body.replace(b"ann", b"bob")
    answer = sending.there.client.post(
        "/api/webhooks/shop", data=said, headers=headers, content_type="application/json"
    )

    assert answer.status_code == 401


def test_no_api_key_opens_it(sending: Sending) -> None:
    """The host's with every scope neither."""
    before = books(sending.there)
    answer = sending.there.post("/webhooks/shop", CHECKED_IN)

    assert (answer.status_code, answer.json["code"]) == (401, "unsigned")
    assert books(sending.there) == before


def test_the_commands_of_kinds_are_no_messages(sending: Sending) -> None:
    """Who may report what happened can't say that a deal's money has come in, nor buy for others."""
    mall = sending.there.mall
    deal = mall.claim("arena", item="phone", user="ann", key="c").hold
    commands = [name for name, event in mall.project.events.items() if event.command and event.built_in]
    before = books(sending.there)
    data = {"deal": deal, "paid": 569_900, "offer": "coffee", "item": "phone"}
    said = [{"type": name, "subject": "ann", "data": data} for name in commands]
    answers = [sending.send(each, id=f"m{n}") for n, each in enumerate(said)]

    assert {"order.pay", "order.refund", "exchange"} <= set(commands)
    assert {answer.status_code for answer in answers} == {422}
    assert {answer.json["errors"][0]["pointer"] for answer in answers} == {"#/type"}
    assert books(sending.there) == before
    assert verify(mall.ports.store.engine, "engine").differences == ()


@pytest.mark.parametrize(
    ("said", "more", "status", "code"),
    [
        (b"{", {}, 400, "malformed-json"),
        (b"\xff", {}, 400, "malformed-json"),
        (CHECKED_IN, {"media": "text/plain"}, 415, "unsupported-media-type"),
        ({"x": "y" * 70_000}, {}, 413, "too-large"),
        ([], {}, 422, "invalid-request"),
        ({"type": "no.such"}, {}, 422, "invalid-request"),
        ({"type": 7}, {}, 422, "invalid-request"),
        ({"type": "order.paid", "subject": "ann", "data": {"order": "o", "amount": 19.9}}, {}, 422, "invalid-request"),
        (CHECKED_IN, {"to": "nobody"}, 404, "not-found"),
    ],
    ids=str,
)
def test_what_is_no_event_is_answered_by_what_is_wrong(
    sending: Sending, said: Any, more: dict[str, Any], status: int, code: str
) -> None:
    answer = sending.send(said, **more)

    assert (answer.status_code, answer.json["code"]) == (status, code)


def test_a_reading_that_breaks_is_a_failure_of_ours_that_says_nothing(sending: Sending) -> None:
    answer = sending.send({"kind": "payment.done"}, to="pay")

    assert (answer.status_code, answer.json["code"]) == (500, "failed")
    assert "buyer" not in answer.text


def test_who_guesses_signatures_waits(open_api: Callable[..., There]) -> None:
    sending = Sending(
        open_api(webhooks={"shop": WebhookSource(secrets=[PAY])}, rate="100/minute", wrong_keys="2/minute")
    )
    codes = [sending.send(CHECKED_IN, secret=OTHER).status_code for _ in range(3)]

    assert codes == [401, 401, 429]
    assert sending.send(CHECKED_IN).status_code == 200


@pytest.mark.parametrize("secrets", [[], "whsec_" + "A" * 44, ["secret"], [None]], ids=str)
def test_a_source_without_a_right_secret_is_refused_at_the_start(secrets: Any) -> None:
    with pytest.raises(quanyi.InputError, match="secret"):
        WebhookSource(secrets=secrets)


def test_a_source_has_a_name_for_an_address(there: There) -> None:
    with pytest.raises(quanyi.InputError, match="named"):
        init_api(Flask("x"), there.mall, webhooks={"a/b": WebhookSource(secrets=[PAY])})


def test_without_sources_there_is_no_such_address(there: There) -> None:
    assert there.post("/webhooks/shop", CHECKED_IN).status_code == 404
    assert "/webhooks/{source}" not in there.client.get("/api/openapi.json").json["paths"]


def test_a_secret_is_in_no_repr() -> None:
    assert PAY not in repr(WebhookSource(secrets=[PAY]))
