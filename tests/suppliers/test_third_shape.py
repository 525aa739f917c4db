"""A third shape: everything in the query, a token beside a signature in base64, no instant, errors by HTTP status."""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from flask import Flask

from quanyi.adapters.suppliers import HttpSupplier
from quanyi.adapters.suppliers.answers import reply_of
from quanyi.adapters.suppliers.callbacks import init_callbacks
from quanyi.adapters.suppliers.exchange import Answer, Request
from quanyi.adapters.suppliers.requests import build_request, order_values
from quanyi.campaigns.project.suppliers import supplier_of
from quanyi.entitlements.errors import InputError
from quanyi.entitlements.supply.replies import Absent, Accepted, Busy, Delivered, Refused, Unknown

TEXT = """
supplier: tide
url: https://api.tide.example/gate/
currency: USD
scale: 3
secrets: {hmac: TIDE_HMAC, token: TIDE_TOKEN}
headers: {Authorization: "Bearer {secret.token}"}
signing:
  algorithm: hmac-sha1
  key: hmac
  text: "{method} {path}?{fields}"
  pair: "{name}:{value}"
  joined: ";"
  empty: true
  written: base64
  at: {header: X-Tide}
  nonce: {field: once}
reads:
  number: result[0].id
  cost: result[0].charged
  codes: {at: "result[0].vouchers[]", text: "{serial}-{pin}"}
  no_state: delivered
  word: fault
  status: {429: busy, 402: refused}
operations:
  order:
    method: GET
    path: /buy/{product}
    send: {ref: "{reference}", n: "{quantity}", most: "{price}", mail: "{account.mail?}", v: 2, live: true}
  query:
    method: GET
    path: /buys/{reference}
    reads: {status: {404: absent}, words: {refused: [lost]}}
callback:
  body: query
  age: none
  reads: {number: id, cost: charged, codes: null, reference: ref, word: null}
  taken: {status: 202, text: '{"ok":true}', type: application/json}
"""
SECRETS = {"TIDE_HMAC": "h", "TIDE_TOKEN": "t0k"}


@pytest.fixture
def supplier() -> HttpSupplier:
    return HttpSupplier.of(supplier_of(TEXT), SECRETS)


def signed(text: str, key: str = "h") -> str:
    return b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha1).digest()).decode()


def built(supplier: HttpSupplier, price: int | None = 1250, **values: Any) -> Request:
    known = {"reference": "r 1/ü", "product": "a/b", "quantity": 2, **values}
    return build_request(
        supplier.description,
        supplier.description.operations["order"],
        order_values(supplier.description, price, known),
        secrets=supplier.secrets,
        at=datetime(2026, 5, 1, tzinfo=UTC),
        nonce="x1",
    )


def test_a_request_is_all_in_its_address(supplier: HttpSupplier) -> None:
    """What is optional is left out, what is no text is written as one, and a value stays one step of the path."""
    request = built(supplier)
    url = urlsplit(request.url)
    fields = {name: values[0] for name, values in parse_qs(url.query).items()}

    assert (request.method, request.body, url.netloc, url.path) == ("GET", b"", "api.tide.example", "/gate/buy/a%2Fb")
    assert fields == {"ref": "r 1/ü", "n": "2", "most": "1.250", "v": "2", "live": "true", "once": "x1"}
    assert request.headers["Authorization"] == "Bearer t0k"
    text = "GET /gate/buy/a%2Fb?live:true;most:1.250;n:2;once:x1;ref:r 1/ü;v:2"
    assert request.headers["X-Tide"] == signed(text)
    assert "Content-Type" not in request.headers


def test_what_there_is_is_sent(supplier: HttpSupplier) -> None:
    fields = parse_qs(urlsplit(built(supplier, None, **{"account.mail": "a@b.example"}).url).query)

    assert fields["mail"] == ["a@b.example"]
    assert "most" not in fields


@pytest.mark.parametrize("product", [".", "..", ""])
def test_a_value_that_would_lead_elsewhere_is_not_sent(supplier: HttpSupplier, product: str) -> None:
    with pytest.raises(InputError, match="product can't stand in an address"):
        built(supplier, product=product)


@pytest.mark.parametrize(
    ("asked", "status", "said", "reply"),
    [
        (
            "order",
            200,
            {
                "result": [
                    {"id": 7, "charged": 12.5, "vouchers": [{"serial": 1, "pin": "a"}, {"serial": 2, "pin": "b"}]}
                ]
            },
            Delivered("7", 12500, ("1-a", "2-b")),
        ),
        ("order", 200, {"result": []}, Unknown("contradicts itself: delivered, and no order number")),
        ("order", 200, {"result": [{"id": 7}], "fault": "half"}, Unknown("the word 'half' is not declared")),
        ("order", 429, {}, Busy("busy")),
        ("order", 402, {}, Refused("refused")),
        ("order", 404, {}, Unknown("status 404 without a word that is declared")),
        ("order", 429, {"result": [{"id": 7}]}, None),
        ("query", 404, {}, Absent()),
        ("query", 404, {"fault": "moved"}, Unknown("the word 'moved' is not declared")),
        ("query", 429, {}, Unknown("status 429 without a word that is declared")),
        ("query", 200, {"fault": "lost"}, Refused("lost")),
    ],
)
def test_what_is_answered(supplier: HttpSupplier, asked: Any, status: int, said: Any, reply: Any) -> None:
    reading = supplier.description.operations[asked].reading
    answer = Answer(status=status, headers={}, body=json.dumps(said).encode())
    found = reply_of(answer, asked, "r", reading, supplier.description)

    assert found == reply if reply is not None else isinstance(found, Unknown)


@pytest.fixture
def host(supplier: HttpSupplier) -> tuple[Flask, list[Any]]:
    app, got = Flask("host"), []
    init_callbacks(
        app, {"tide": supplier}, lambda name, callback: got.append((name, callback.reference, callback.reply))
    )
    return app, got


def address(**fields: str) -> str:
    return f"/callbacks/tide?{urlencode(fields)}"


def test_a_call_back_by_get_is_taken_and_answered_as_the_file_says(host: tuple[Flask, list[Any]]) -> None:
    app, got = host
    sign = signed("GET /callbacks/tide?charged:0.250;id:7;memo:;once:o1;ref:r-1")
    path = address(charged="0.250", id="7", memo="", once="o1", ref="r-1")
    answer = app.test_client().get(path, headers={"X-Tide": sign})

    assert (answer.status_code, answer.json, answer.content_type) == (202, {"ok": True}, "application/json")
    assert got == [("tide", "r-1", Delivered("7", 250))]


@pytest.mark.parametrize(
    "send",
    [
        lambda client, sign: client.get(address(id="7", ref="r-2"), headers={"X-Tide": sign}),
        lambda client, sign: client.post(address(id="7", ref="r-1"), headers={"X-Tide": sign}),
        lambda client, sign: client.get(address(id="7", ref="r-1", x=""), headers={"X-Tide": sign}),
        lambda client, sign: client.get(address(id="7", ref="r-1"), headers={"X-Tide": sign.swapcase()}),
        lambda client, sign: client.get(address(id="7", ref="r-1"), headers={"X-Other": sign}),
    ],
)
def test_an_altered_one_is_refused(host: tuple[Flask, list[Any]], send: Callable[..., Any]) -> None:
    app, got = host
    answer = send(app.test_client(), signed("GET /callbacks/tide?id:7;ref:r-1"))

    assert (answer.status_code, got) == (401, [])


def test_what_the_supplier_does_not_say_is_not_concluded(host: tuple[Flask, list[Any]]) -> None:
    """Without a state a number says what the file says; without a number nothing does."""
    app, got = host
    for fields in ({"id": "7"}, {}):
        text = ";".join(f"{name}:{value}" for name, value in sorted({**fields, "ref": "r-1"}.items()))
        path = address(**{**fields, "ref": "r-1"})
        app.test_client().get(path, headers={"X-Tide": signed(f"GET /callbacks/tide?{text}")})

    assert [reply for _, _, reply in got] == [
        Delivered("7"),
        Unknown("contradicts itself: delivered, and no order number"),
    ]
    assert not isinstance(got[1][2], Accepted)
