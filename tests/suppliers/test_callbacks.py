"""Call-backs in a Flask host: what is the supplier's own is handed on, everything else changes nothing."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Thread
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

import attrs
import pytest
from flask import Flask
from werkzeug.serving import make_server

from quanyi.adapters.suppliers.answers import Said, reply_to_callback
from quanyi.adapters.suppliers.callbacks import init_callbacks
from quanyi.adapters.suppliers.fake.callbacks import sign
from quanyi.entitlements.errors import InputError
from quanyi.entitlements.supply.port import Callback, CallbackRefused, Order
from quanyi.entitlements.supply.replies import Accepted, Delivered, Refused, Unknown
from tests.suppliers.conftest import SECRET, connector_to

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from tests.suppliers.conftest import FakeProcess

DONE = {
    "reference": "r-1",
    "number": "n1",
    "state": "DELIVERED",
    "cost": "12.00",
    "codes": [{"code": "C1"}],
    "error": None,
}
PATH = "/callbacks/fake"


class Host:
    """A host that keeps what it was handed; `fails` is raised instead, once."""

    def __init__(self) -> None:
        self.app = Flask("host")
        self.got: list[tuple[str, Callback]] = []
        self.refused: list[tuple[str, str]] = []
        self.fails: Exception | None = None
        supplier = connector_to("http://127.0.0.1:9")
        init_callbacks(
            self.app, {"fake": supplier}, self.receive, refused=lambda name, reason: self.refused.append((name, reason))
        )

    def receive(self, name: str, callback: Callback) -> None:
        if self.fails is not None:
            fails, self.fails = self.fails, None
            raise fails
        self.got.append((name, callback))


@pytest.fixture
def host() -> Host:
    return Host()


@pytest.fixture
def client(host: Host) -> FlaskClient:
    return host.app.test_client()


def send(
    client: FlaskClient,
    said: Any = None,
    *,
    secret: str = SECRET,
    away: timedelta = timedelta(),
    nonce: str = "n-1",
    altered: bytes | None = None,
    path: str = PATH,
    signed_path: str | None = None,
    **headers: str,
) -> TestResponse:
    body = json.dumps(DONE if said is None else said).encode()
    signed = sign(secret, "POST", signed_path or path, body, datetime.now(UTC) + away, nonce)
    return client.post(path, data=altered or body, headers={**signed, **headers}, content_type="application/json")


def test_what_the_supplier_sent_is_handed_on(host: Host, client: FlaskClient) -> None:
    answer = send(client)
    ((name, callback),) = host.got

    assert (answer.status_code, answer.text) == (200, "")
    assert (name, callback.reference, callback.reply) == ("fake", "r-1", Delivered("n1", 1200, ("C1",)))


@pytest.mark.parametrize(
    ("options", "status", "reason"),
    [
        ({"secret": "guess"}, 401, "bad_signature"),
        ({"altered": json.dumps({**DONE, "reference": "r-2"}).encode()}, 401, "bad_signature"),
        ({"altered": json.dumps({**DONE, "cost": "0.01"}).encode()}, 401, "bad_signature"),
        ({"X-Fake-Nonce": "n-2"}, 401, "bad_signature"),
        ({"X-Fake-Timestamp": str(int(datetime.now(UTC).timestamp()) + 1)}, 401, "bad_signature"),
        ({"X-Fake-Signature": ""}, 401, "bad_signature"),
        ({"X-Fake-Signature": "é" * 64}, 401, "bad_signature"),
        ({"signed_path": "/callbacks/other"}, 401, "bad_signature"),
        ({"away": timedelta(minutes=-6)}, 401, "too_old"),
        ({"away": timedelta(minutes=6)}, 401, "too_old"),
        ({"said": {**DONE, "reference": None}}, 404, "unknown_reference_form"),
        ({"said": {**DONE, "reference": "r\n2"}}, 404, "unknown_reference_form"),
        ({"said": {**DONE, "reference": ["r-1"]}}, 400, "malformed"),
        ({"said": {**DONE, "cost": "12.005"}}, 422, "wrong_amount"),
        ({"said": {**DONE, "cost": "-12"}}, 422, "wrong_amount"),
        ({"said": {**DONE, "cost": ["12"]}}, 422, "wrong_amount"),
        ({"said": {**DONE, "codes": [{"code": {"x": 1}}]}}, 400, "malformed"),
        ({"said": [DONE]}, 400, "malformed"),
        ({"altered": b"x" * 300_000}, 413, "too_large"),
    ],
)
def test_what_is_not_believed_changes_nothing(
    host: Host, client: FlaskClient, options: dict[str, Any], status: int, reason: str
) -> None:
    """It is answered by a status and a word, counted, and handed to nobody."""
    answer = send(client, **options)

    assert (answer.status_code, answer.text) == (status, reason)
    assert host.refused == [("fake", reason)]
    assert host.got == []


def test_the_very_same_request_is_taken_once(host: Host, client: FlaskClient) -> None:
    """What the supplier tells again under a new nonce is handed on: booking it twice comes to the same."""
    answers = [send(client, nonce=nonce).status_code for nonce in ("n-1", "n-1", "n-2")]

    assert answers == [200, 409, 200]
    assert (len(host.got), host.refused) == (2, [("fake", "replayed")])


def test_what_the_host_could_not_take_may_come_again(host: Host, client: FlaskClient) -> None:
    """The answer is no success, and the same request is then no repetition."""
    host.fails = RuntimeError("the database is away")
    answers = [send(client).status_code for _ in range(2)]

    assert (answers, len(host.got), host.refused) == ([500, 200], 1, [])


def test_a_purchase_that_the_host_does_not_know_is_refused(
    host: Host, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    host.fails = CallbackRefused("unknown_reference")
    answer = send(client)

    assert (answer.status_code, host.refused) == (404, [("fake", "unknown_reference")])
    assert "a call-back of fake is refused: unknown_reference" in caplog.text


@pytest.mark.parametrize(
    ("said", "reply"),
    [
        ({"state": "PROCESSING", "codes": []}, Accepted("n1", 1200)),
        ({"state": "ON_HOLD"}, Unknown("the state 'ON_HOLD' is not declared")),
        ({"state": None}, Unknown("no state")),
        ({"number": None}, Unknown("contradicts itself: delivered, and no order number")),
        (
            {"error": {"code": "out_of_stock"}},
            Unknown("contradicts itself: a success, and the word 'out_of_stock'"),
        ),
        ({"state": "FAILED"}, Unknown("contradicts itself: state 'FAILED', and an order number or codes")),
    ],
)
def test_what_is_unclear_is_handed_on_as_unknown(
    host: Host, client: FlaskClient, said: dict[str, Any], reply: Any
) -> None:
    """It is the supplier's own word: an operator sees it, and nothing is concluded."""
    send(client, {**DONE, **said})

    assert [callback.reply for _, callback in host.got] == [reply]


def test_a_supplier_that_nobody_mounted_is_not_there(host: Host, client: FlaskClient) -> None:
    assert send(client, path="/callbacks/other").status_code == 404
    assert (host.got, host.refused) == ([], [])


def test_call_backs_are_mounted_once(host: Host) -> None:
    with pytest.raises(InputError, match="mounted already"):
        init_callbacks(host.app, {}, host.receive)


def test_a_failure_that_is_told_by_a_word_alone_is_one_where_the_file_says_so() -> None:
    """At the call-back itself: what the file's words say is about orders."""
    reading = connector_to("http://127.0.0.1:9").description.operations["order"].reading
    said = Said(number="n1", cost=None, codes=(), state=None, word="lost", reference="r-1")

    assert reply_to_callback(said, attrs.evolve(reading, words={"lost": "refused"})) == Refused("lost", "n1")
    assert isinstance(reply_to_callback(said, reading), Unknown)
    assert isinstance(reply_to_callback(attrs.evolve(said, codes=("C",)), reading), Unknown)


@pytest.mark.parametrize("suppliers", [{"a b": None}, {"a/b": None}, {"fake": object()}, {"": None}])
def test_what_can_not_be_mounted_is_refused(suppliers: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        init_callbacks(Flask("host"), suppliers, Host().receive)


def wait_for(happened: Callable[[], bool]) -> None:
    """Until it has happened, for at most ten seconds."""
    ends = monotonic() + 10
    while not happened() and monotonic() < ends:
        sleep(0.02)


@pytest.fixture
def served(host: Host) -> Iterator[str]:
    """The host on a port."""
    server = make_server("127.0.0.1", 0, host.app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}{PATH}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_the_fake_calls_back_in_every_bad_way_and_the_host_takes_one(
    host: Host, served: str, fake: FakeProcess, order: Callable[..., Order]
) -> None:
    """Forged, stale and replayed ones beside the true one; the answer to the order comes after it."""
    fake.set(callback=served, early_callback=100, forged_callback=100, stale_callback=100, replayed_callback=100)
    asked = order()
    reply = connector_to(fake.url).order(asked)
    wait_for(lambda: {"bad_signature", "too_old", "replayed"} <= {reason for _, reason in host.refused})
    told = [callback for _, callback in host.got if callback.reference == asked.reference]

    assert {reason for _, reason in host.refused} == {"bad_signature", "too_old", "replayed"}
    assert {callback.reply for callback in told} == {reply}
    assert len(told) == 2  # before the answer, and afterwards as usual


def test_a_late_call_back_and_those_that_come_thrice_say_the_same(
    host: Host, served: str, fake: FakeProcess, order: Callable[..., Order]
) -> None:
    fake.set(callback=served, late_callback=100, late_seconds=0.3, duplicate_callback=100)
    reply = connector_to(fake.url).order(order())
    wait_for(lambda: len(host.got) >= 3)

    assert [callback.reply for _, callback in host.got] == [reply] * 3
