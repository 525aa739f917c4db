"""Signatures: what we sign the standard's own library reads, and what it signs we read; nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook

from quanyi import InputError
from quanyi.adapters.webhooks.signatures import (
    SignatureError,
    new_secret,
    read_signed,
    secret_bytes,
    signed_headers,
)

ONE, OTHER = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", new_secret(lambda count: b"o" * count)
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
BODY = '{"type": "deal.paid", "数": 1}'.encode()


def headers(secrets: Any = (ONE,), *, at: datetime = NOW, body: bytes = BODY, **changed: str) -> dict[str, str]:
    signed = signed_headers(secrets, id="msg_1", at=at, body=body)
    return {**signed, **{name.replace("_", "-"): value for name, value in changed.items()}}


def test_the_example_of_the_standard_comes_out() -> None:
    at = datetime.fromtimestamp(1614265330, UTC)
    told = signed_headers([ONE], id="msg_p5jXN8AQM9LWM0D4loKWxJek", at=at, body=b'{"test": 2432232314}')

    assert told["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@given(body=st.text(st.characters(exclude_categories=["Cs"]), max_size=200), key=st.binary(min_size=24, max_size=64))
def test_what_we_sign_the_library_reads(body: str, key: bytes) -> None:
    secret = new_secret(lambda _: key)
    told = signed_headers([OTHER, secret], id="msg_1", at=datetime.now(UTC), body=body.encode())

    assert Webhook(secret).verify(body, told, json_parse=False) is None


@given(body=st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_what_the_library_signs_we_read(body: str) -> None:
    at = datetime.fromtimestamp(int(NOW.timestamp()), UTC)
    told = headers(webhook_signature=Webhook(ONE).sign("msg_1", at, body))

    assert read_signed([OTHER, ONE], told, body.encode(), now=NOW).id == "msg_1"


def test_two_secrets_give_two_signatures_of_which_one_is_enough() -> None:
    told = headers([ONE, OTHER])

    assert len(told["webhook-signature"].split(" ")) == 2
    for secret in (ONE, OTHER):
        assert read_signed([secret], told, BODY, now=NOW).at == NOW


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"webhook_id": "msg_2"}, "no signature"),
        ({"webhook_id": ""}, "webhook-id"),
        ({"webhook_id": "a.b"}, "webhook-id"),
        ({"webhook_id": "x" * 129}, "webhook-id"),
        ({"webhook_timestamp": str(int(NOW.timestamp()) + 1)}, "no signature"),
        ({"webhook_timestamp": "soon"}, "webhook-timestamp"),
        ({"webhook_timestamp": "1e9"}, "webhook-timestamp"),
        ({"webhook_timestamp": "٣"}, "webhook-timestamp"),
        ({"webhook_timestamp": "99999999999"}, "five minutes"),
        ({"webhook_signature": ""}, "no signature"),
        ({"webhook_signature": "v1"}, "no signature"),
        ({"webhook_signature": "v1,"}, "no signature"),
        ({"webhook_signature": "v1,%%% v2,x ünd"}, "no signature"),
        ({"webhook_signature": headers()["webhook-signature"].replace("v1,", "v1a,")}, "no signature"),
    ],
    ids=str,
)
def test_what_is_not_signed_is_refused(wrong: dict[str, str], said: str) -> None:
    with pytest.raises(SignatureError, match=said) as met:
        read_signed([ONE], headers(**wrong), BODY, now=NOW)

    assert ONE not in str(met.value)


def test_another_body_or_another_secret_is_refused() -> None:
    for secrets, body in (([ONE], BODY + b" "), ([OTHER], BODY), ([], BODY)):
        with pytest.raises(SignatureError, match="no signature"):
            read_signed(secrets, headers(), body, now=NOW)


@pytest.mark.parametrize(("minutes", "taken"), [(5, True), (-5, True), (5.02, False), (-5.02, False)])
def test_a_message_is_taken_within_five_minutes(minutes: float, taken: bool) -> None:
    told = headers(at=NOW)
    now = NOW + timedelta(minutes=minutes)
    if taken:
        assert read_signed([ONE], told, BODY, now=now)
    else:
        with pytest.raises(SignatureError, match="five minutes"):
            read_signed([ONE], told, BODY, now=now)


@pytest.mark.parametrize(
    "text", ["", "whsec_", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_c2hvcnQ=", "whsec_%%", None, 7]
)
def test_what_is_no_secret_is_refused_without_repeating_it(text: Any) -> None:
    with pytest.raises(InputError) as met:
        secret_bytes(text)

    assert "c2hvcnQ" not in str(met.value)


def test_a_secret_may_be_written_without_padding() -> None:
    assert secret_bytes(OTHER.rstrip("=")) == secret_bytes(OTHER) == b"o" * 32
