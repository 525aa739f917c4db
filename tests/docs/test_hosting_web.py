"""The page about hosting on the web is built as it says, word for word, and attacked a little."""

from __future__ import annotations

import re
import runpy
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from flask import request

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.testing import FlaskClient

DOCS = Path(__file__).parents[2] / "docs"
_BLOCK = re.compile(r"^```\w+ title=(\S+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """The page's host, beside the quickstart's mall."""
    pages = "".join(
        (DOCS / name).read_text(encoding="utf-8") for name in ("quickstart.md", "quickstart-flask.md", "hosting-web.md")
    )
    for title, body in _BLOCK.findall(pages):
        (tmp_path / title).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / title).write_text(body, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    names = runpy.run_path("web.py")
    yield names
    names["engine"].dispose()


@pytest.fixture
def client(host: dict[str, Any]) -> FlaskClient:
    found: FlaskClient = host["app"].test_client()
    return found


def sign_in(client: FlaskClient, path: str) -> Any:
    token = _CSRF.search(client.get(path, base_url="https://localhost").text)
    assert token is not None
    return client.post(
        path, data={"csrf_token": token[1]}, base_url="https://localhost", headers={"Referer": "https://localhost/"}
    )


def test_somebody_is_sent_to_sign_in_and_back(client: FlaskClient) -> None:
    """By a cookie that only https carries and no script reads."""
    away = client.get("/mall/points?way=in", base_url="https://localhost").location
    back = sign_in(client, away)

    assert back.location == "/mall/points?way=in"
    assert client.get(back.location, base_url="https://localhost").status_code == 200
    for wanted in ("Secure", "HttpOnly", "SameSite=Lax"):
        assert wanted in back.headers["Set-Cookie"]


@pytest.mark.parametrize(
    "path", ["https://evil.example", "//evil.example", "/\\evil.example", "/\tevil", "javascript:1", ""]
)
def test_next_leads_nowhere_else(client: FlaskClient, path: str) -> None:
    """Whatever stands in the address."""
    from urllib.parse import quote

    assert sign_in(client, f"/sign-in?next={quote(path)}").location == "/mall/"


def test_a_form_without_its_token_is_not_taken(client: FlaskClient) -> None:
    """Signed out, it leads to signing in and back to the step; signed in, to a fresh form."""
    item = "/mall/items/coffee-corner/coffee"
    out = client.post(item, data={"token": "a"}, base_url="https://localhost")
    sign_in(client, "/sign-in")
    stale = client.post(item, data={"token": "a"}, base_url="https://localhost")

    assert out.location == f"/sign-in?next={item}"
    assert stale.status_code == 400
    assert f'href="{item}"' in stale.text


def test_the_till_of_the_provider_is_in_the_policy(client: FlaskClient) -> None:
    """And nothing else outside, but for where pictures come from."""
    policy = client.get("/mall/").headers["Content-Security-Policy"]

    assert "form-action 'self' https://pay.example" in policy
    assert policy.count("https://pay.example") == 1
    assert policy.count("https://cdn.example") == 2  # pictures and videos
    assert policy.count("https://") == 3


def test_the_brake_counts_the_visitor_behind_the_proxy(host: dict[str, Any]) -> None:
    """The last address that the one proxy has written, and no other that a visitor put before it."""
    seen = []
    host["app"].add_url_rule("/address", "address", lambda: seen.append(request.remote_addr) or "")
    host["app"].test_client().get("/address", headers={"X-Forwarded-For": "6.6.6.6, 10.0.0.7"})

    assert seen == ["10.0.0.7"]


def test_the_mall_stands_in_the_hosts_layout(client: FlaskClient) -> None:
    """The host's head, then the mall's; one document in the mall's language."""
    text = client.get("/mall/?lang=zh").text

    assert text.index("/static/shop.css") < text.index("/quanyi.css")
    assert ('<html lang="zh-CN">' in text, '<a href="/">The shop</a>' in text, text.count("<main")) == (True, True, 1)
