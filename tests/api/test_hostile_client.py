"""Somebody who has read the documentation and means no good: headers, cursors and bodies that try the edges of the API."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.middleware.proxy_fix import ProxyFix

from tests.api.conftest import There

LISTS = (
    "/offers?user=ann",
    "/users/ann/deals",
    "/users/ann/entitlements",
    "/users/ann/wallet/points/entries",
    "/alarms",
)
OVERRIDES = ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override")
FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-IP", "X-Client-IP", "True-Client-IP", "CF-Connecting-IP")


@pytest.fixture
def rich(there: There) -> There:
    """Ann and bob have things."""
    for user in ("ann", "bob"):
        there.mall.desk.adjust(user, "points", 5000, key=f"gift/{user}", reason="gift")
        there.mall.exchange("coffee", user=user, key=f"x/{user}")
        there.mall.report("check_in", user=user, key=f"ci/{user}")
    return there


def cursor(place: str) -> str:
    return urlsafe_b64encode(place.encode()).decode().rstrip("=")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    path=st.sampled_from(LISTS),
    forged=st.one_of(
        st.text(st.characters(exclude_categories=["Cs"]), max_size=60),
        st.text(st.characters(exclude_categories=["Cs"]), max_size=40).map(cursor),
        st.integers().map(str).map(cursor),
        st.sampled_from(["2026-03-08T04:00:00Z/x", "flash/phone", "0" * 32, "f" * 32, "a/b/c", "\x00", "²"]).map(
            cursor
        ),
    ),
)
def test_a_forged_cursor_is_a_place_or_a_mistake(rich: There, path: str, forged: str) -> None:
    answer = rich.client.get(
        f"/api{path.partition('?')[0]}",
        query_string={"cursor": forged, **({"user": "ann"} if "?" in path else {})},
        headers={"Authorization": f"Bearer {rich.host}"},
    )

    assert answer.status_code in (200, 422), answer.text


@pytest.mark.parametrize("kind", ["deals", "entitlements", "wallet/points/entries"])
def test_a_cursor_of_somebody_elses_list_shows_nothing_of_theirs(rich: There, ann: str, kind: str) -> None:
    """A place in bob's list is none in ann's, or one behind which there are her own things alone."""
    rich.mall.exchange("coffee", user="bob", key="x/bob/2") if kind != "deals" else None
    theirs = rich.get(f"/users/bob/{kind}?limit=1").json
    own = json.dumps(rich.get(f"/users/ann/{kind}", token=ann).json["items"])
    assert theirs["items"]
    place = theirs["next"] or cursor(str(theirs["items"][0].get("id") or theirs["items"][0].get("number") or "x"))
    answer = rich.get(f"/users/ann/{kind}?cursor={place}", token=ann)

    assert answer.status_code in (200, 422)
    for item in answer.json.get("items", []):
        assert json.dumps(item) in own


@pytest.mark.parametrize("header", OVERRIDES)
def test_a_read_stays_a_read_whatever_a_header_says(rich: There, header: str) -> None:
    before = rich.mall.wallet("ann")
    for method in ("POST", "DELETE", "PUT"):
        answer = rich.call("GET", "/users/ann/wallet?_method=POST", headers={header: method})
        assert answer.status_code in (200, 422)

    assert rich.call("GET", "/exchanges", headers={header: "POST"}).status_code == 405
    assert rich.mall.wallet("ann") == before


@pytest.mark.parametrize("header", FORWARDED)
def test_a_header_is_no_address(open_api: Callable[..., There], header: str) -> None:
    """Who tries keys is counted by the address that the connection has, whatever their headers say."""
    there = open_api(wrong_keys="2/hour", rate="100/minute")
    said = [{header: f"203.0.113.{n}" if header != "Forwarded" else f"for=203.0.113.{n}"} for n in range(3)]
    codes = [there.get("/offers", token="qyk_wrong", headers=one).status_code for one in said]

    assert codes == [401, 401, 429]


def test_behind_a_proxy_the_address_is_what_that_proxy_says(open_api: Callable[..., There]) -> None:
    """The visitor's own words stand before the proxy's, and are not counted by."""
    there = open_api(wrong_keys="2/hour", rate="100/minute")
    there.app.wsgi_app = ProxyFix(there.app.wsgi_app, x_for=1)  # type: ignore[method-assign]

    def tried(said: str) -> int:
        return there.get("/offers", token="qyk_wrong", headers={"X-Forwarded-For": said}).status_code

    assert [tried(f"203.0.113.{n}, 198.51.100.7") for n in range(3)] == [401, 401, 429]
    assert tried("203.0.113.9, 198.51.100.8") == 401


def test_who_owns_a_whole_network_is_one_address(open_api: Callable[..., There]) -> None:
    """A home has 2**64 addresses of IPv6: its network is counted, as one address of IPv4 is."""
    there = open_api(wrong_keys="2/hour", rate="100/minute")

    def tried(address: str) -> int:
        headers = {"Authorization": "Bearer qyk_wrong"}
        return there.client.get("/api/offers", headers=headers, environ_base={"REMOTE_ADDR": address}).status_code

    assert [tried(f"2001:db8:1:2::{n}") for n in range(1, 4)] == [401, 401, 429]
    assert tried("2001:db8:1:3::1") == 401
    assert [tried(f"::ffff:192.0.2.{n}") for n in range(1, 4)] == [401, 401, 401]


def test_a_key_stands_in_one_place_alone(rich: There) -> None:
    """Not in the address, where logs keep it, not in a cookie, which another site's page sends along, and in no other scheme."""
    query, cookie = (
        f"?access_token={rich.host}&api_key={rich.host}",
        {"Cookie": f"key={rich.host}; session={rich.host}"},
    )
    tries: list[dict[str, str]] = [
        {},
        cookie,
        {"Authorization": f"Basic {rich.host}"},
        {"Authorization": rich.host},
        {"Authorization": f"Bearer {rich.host}, Bearer {rich.host}"},
        {"Authorization": f"Bearer  {rich.host} x"},
        {"X-Api-Key": rich.host},
    ]
    for headers in tries:
        answer = rich.client.get(f"/api/users/ann/wallet{query}", headers=headers)
        assert (answer.status_code, answer.json["code"]) == (401, "unauthenticated"), headers


BODIES: dict[str, tuple[bytes, dict[str, str]]] = {
    "another charset": (json.dumps({"type": "check_in", "user": "ann"}).encode("utf-16"), {}),
    "a mark of order": (b"\xef\xbb\xbf" + b'{"type": "check_in", "user": "ann"}', {}),
    "compressed": (b"\x1f\x8b\x08\x00\x00\x00\x00\x00", {"Content-Encoding": "gzip"}),
    "two values": (b'{"type": "check_in", "user": "ann"}{"type": "check_in", "user": "ann"}', {}),
    "a name twice within": (b'{"type": "check_in", "user": "ann", "data": {"a": 1, "a": 2}}', {}),
    "a half of a letter": (b'{"type": "check_in", "user": "\\ud800"}', {}),
    "nothing that is seen": (b'{"type": "check_in", "user": "ann\\u0000"}', {}),
    "a list": (b'[{"type": "check_in", "user": "ann"}]', {}),
    "a comment": (b'{"type": "check_in", "user": "ann"} // so be it', {}),
    "proto": (b'{"type": "check_in", "user": "ann", "__proto__": {"admin": true}}', {}),
    "class": (b'{"type": "check_in", "user": "ann", "__class__": "Host"}', {}),
    "deep data": (b'{"type": "check_in", "user": "ann", "data": ' + b'{"a":' * 500 + b"1" + b"}" * 500 + b"}", {}),
    "many names": (
        json.dumps({"type": "check_in", "user": "ann", "data": {f"n{n}": n for n in range(4000)}}).encode(),
        {},
    ),
}


@pytest.mark.parametrize("name", BODIES)
def test_a_body_that_is_no_body_books_nothing(there: There, name: str) -> None:
    """It is told as a mistake of the request, in a problem of a few kilobytes that repeats nothing of it."""
    body, more = BODIES[name]
    headers = {
        "Authorization": f"Bearer {there.host}",
        "Idempotency-Key": "k",
        "Content-Type": "application/json",
        **more,
    }
    answer = there.client.post("/api/events", data=body, headers=headers)

    assert answer.status_code in (400, 415, 422), answer.text
    assert answer.content_type == "application/problem+json"
    assert len(answer.data) < 8_000
    assert there.mall.wallet("ann").units["points"].balance == 0


@pytest.mark.parametrize(
    "media",
    [
        "text/json",
        "application/problem+json",
        "application/json-patch+json",
        "multipart/form-data",
        "",
        "application/x-www-form-urlencoded",
    ],
)
def test_only_json_that_is_said_to_be_json_is_read(there: There, media: str) -> None:
    """What a form of another site can send without asking is none of it."""
    headers = {"Authorization": f"Bearer {there.host}", "Idempotency-Key": "k", "Content-Type": media}
    answer = there.client.post("/api/events", data=b'{"type": "check_in", "user": "ann"}', headers=headers)

    assert answer.status_code == 415
    assert there.mall.wallet("ann").units["points"].balance == 0


def test_a_key_of_a_write_is_not_shared_by_two_operations(rich: There) -> None:
    """The same key for another operation, another user or another amount is refused; the first receipt stays."""
    first = rich.post("/exchanges", {"offer": "coffee", "user": "bob"}, key="one")
    others: tuple[tuple[str, dict[str, Any]], ...] = (
        ("/exchanges", {"offer": "coffee", "user": "ann"}),
        ("/exchanges", {"offer": "coffee", "user": "bob", "qty": 2}),
        ("/claims", {"campaign": "flash", "item": "phone", "user": "bob"}),
        ("/events", {"type": "check_in", "user": "bob"}),
    )
    told = [rich.post(path, said, key="one") for path, said in others]

    assert first.status_code == 200, first.text
    assert [(answer.status_code, answer.json["code"]) for answer in told[:2]] == [(422, "key-reused")] * 2
    assert all(answer.status_code in (200, 409, 422) for answer in told)
    assert rich.post("/exchanges", {"offer": "coffee", "user": "bob"}, key="one").json["duplicate"] is True


def test_the_document_names_addresses_as_callers_reach_them(there: There) -> None:
    """Behind a proxy that takes a prefix away they begin with it."""
    plain = there.client.get("/api/openapi.json").json
    there.app.wsgi_app = ProxyFix(there.app.wsgi_app, x_prefix=1)  # type: ignore[method-assign]
    below = there.client.get("/api/openapi.json", headers={"X-Forwarded-Prefix": "/club/deep"}).json

    assert plain["servers"] == [{"url": "/api"}]
    assert below["servers"] == [{"url": "/club/deep/api"}]
    assert {**plain, "servers": 0} == {**below, "servers": 0}
