"""No secret and no code stands in a repr, a reply's reason, an error or a log."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import attrs
import pytest
from flask import Flask

from quanyi.adapters.suppliers.callbacks import init_callbacks
from quanyi.adapters.suppliers.connector import HttpSupplier, secrets_from
from quanyi.adapters.suppliers.fake.callbacks import sign
from quanyi.adapters.suppliers.fake.server import fake_description
from quanyi.adapters.suppliers.requests import build_request
from quanyi.entitlements.errors import InputError
from quanyi.entitlements.supply.port import Order
from tests.suppliers.conftest import SECRET, connector_to

if TYPE_CHECKING:
    from tests.suppliers.conftest import FakeProcess

CODE = "CANARY-CODE-7741"


def test_secrets_come_from_the_environment_and_missing_ones_are_named() -> None:
    """By the name of the variable, and not by what is in it."""
    described = fake_description()
    with pytest.raises(InputError, match="the supplier fake needs secrets in the environment: FAKE_SUPPLIER_SECRET"):
        secrets_from(described, {"OTHER": SECRET})
    with pytest.raises(InputError, match="the supplier fake lacks secrets: sign"):
        HttpSupplier(description=described, secrets={})


def test_no_repr_shows_a_secret_a_code_or_an_account(fake: FakeProcess, order: Callable[..., Order]) -> None:
    supplier = connector_to(fake.url)
    asked = order("phone-100", account={"phone": "13812345678"})
    reply: Any = supplier.order(order())
    request = build_request(
        supplier.description,
        supplier.description.operations["order"],
        {"reference": "r", "product": "p", "quantity": 1, "account.phone": "13812345678"},
        secrets=supplier.secrets,
        at=datetime(2026, 5, 1, tzinfo=UTC),
        nonce="n",
    )
    shown = "".join(map(repr, (supplier, asked, reply, request)))

    assert reply.codes
    assert SECRET in "".join(supplier.secrets["sign"])
    assert not [text for text in (SECRET, "13812345678", *reply.codes) if text in shown]


def test_no_log_and_no_answer_of_a_call_back_shows_one(fake: FakeProcess, caplog: pytest.LogCaptureFixture) -> None:
    """Whether it is refused, or the host fails on it."""
    caplog.set_level(logging.DEBUG)
    app = Flask("host")

    def fails(name: str, callback: Any) -> None:
        raise RuntimeError(f"{name} {callback.reply.codes}")

    init_callbacks(app, {"fake": connector_to(fake.url)}, fails)
    body = f'{{"reference": "r", "number": "n", "state": "DELIVERED", "codes": [{{"code": "{CODE}"}}]}}'.encode()
    now = datetime.now(UTC)
    answers = [
        app.test_client().post(
            "/callbacks/fake", data=body, headers=sign(key, "POST", "/callbacks/fake", body, now, "n")
        )
        for key in (SECRET, "somebody's")
    ]
    told = caplog.text + "".join(each.text for each in answers)

    assert [each.status_code for each in answers] == [500, 401]
    assert "RuntimeError" in caplog.text
    assert "bad_signature" in caplog.text
    assert not [text for text in (SECRET, CODE) if text in told]


def test_what_could_not_be_sent_shows_none(order: Callable[..., Order]) -> None:
    """A header takes only what HTTP can carry; the error names it alone."""
    described = fake_description("http://127.0.0.1:9")
    plain = described.operations["order"]
    from quanyi.campaigns.language.suppliers import Template

    headers = {"X-Key": Template.parse("{secret.sign}")}
    supplier = HttpSupplier(
        description=attrs.evolve(described, operations={"order": attrs.evolve(plain, headers=headers)}),
        secrets={"sign": ("bad\nsecret",)},
    )
    with pytest.raises(InputError) as no:
        supplier.order(order())

    assert "X-Key" in str(no.value)
    assert "bad" not in str(no.value)
