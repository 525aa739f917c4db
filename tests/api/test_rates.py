"""How many requests a key may send, how many an address without one, and how many codes somebody may guess."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from limits.storage import MemoryStorage

import quanyi
from quanyi.adapters.api.rates import Rates

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.api.conftest import There


def test_a_key_that_sends_too_much_waits_and_others_do_not(open_api: Callable[..., There]) -> None:
    there = open_api(rate="3/hour")
    mine, other = there.token("offers:read"), there.token("offers:read")
    answers = [there.get("/offers", token=mine) for _ in range(4)]
    no = answers[3]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [answer.headers["RateLimit"].partition(";t=")[0] for answer in answers[:3]] == [
        f'"key";r={n}' for n in (2, 1, 0)
    ]
    assert answers[0].headers["RateLimit-Policy"] == '"key";q=3;w=3600'
    assert no.json["code"] == "too-many-requests"
    assert 0 < int(no.headers["Retry-After"]) <= 3600
    assert there.get("/offers", token=other).status_code == 200


def test_who_tries_keys_waits_and_who_has_one_does_not(open_api: Callable[..., There]) -> None:
    there = open_api(rate="100/minute", wrong_keys="2/hour")
    codes = [there.get("/offers", token="qyk_wrong").status_code for _ in range(3)]

    assert codes == [401, 401, 429]
    assert there.get("/offers").status_code == 200


def test_a_refused_scope_counts_too(open_api: Callable[..., There]) -> None:
    there = open_api(rate="2/hour")
    token = there.token("offers:read")

    assert [there.get("/users/ann/wallet", token=token).status_code for _ in range(3)] == [403, 403, 429]


def test_a_storage_that_is_down_stops_nobody(open_api: Callable[..., There], caplog: pytest.LogCaptureFixture) -> None:
    class Down(MemoryStorage):
        def acquire_entry(self, *_: Any, **__: Any) -> bool:
            raise ConnectionError("of a cache")

    there = open_api(rate="1/hour", rate_storage=Down())

    assert [there.get("/offers").status_code for _ in range(3)] == [200, 200, 200]
    assert "can't be read" in caplog.text


@pytest.mark.parametrize(
    "options",
    [{"rate": "often"}, {"rate": "5/minute", "wrong_keys": "x"}, {"rate": "5/minute", "rate_storage": "nowhere://"}],
    ids=str,
)
def test_what_is_no_rate_is_refused_when_the_api_is_mounted(open_api: Callable[..., There], options: Any) -> None:
    with pytest.raises(quanyi.InputError):
        open_api(**options)


def test_counts_are_shared_by_those_that_share_a_storage() -> None:
    storage = MemoryStorage()
    one, two = (Rates("2/hour", "2/hour", storage) for _ in range(2))
    left = [rates.take("k").left for rates in (one, two)]

    assert left == [1, 0]


def test_who_guesses_coupon_codes_waits(open_api: Callable[..., There]) -> None:
    """Ten wrong ones; then even a request with a right one has to wait, and says until when."""
    there = open_api()
    said = {"campaign": "flash", "item": "phone", "user": "ann", "code": "NONE"}
    answers = [there.post("/claims", said) for _ in range(11)]
    last = answers[10]

    assert {answer.status_code for answer in answers[:10]} == {409}
    assert (last.status_code, last.json["code"]) == (429, "too-many-tries")
    assert int(last.headers["Retry-After"]) == 600
    assert there.post("/claims", {**said, "code": None}).status_code == 200
