"""The Flask quickstart is built as the page says, word for word, and used by somebody."""

from __future__ import annotations

import re
import runpy
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.testing import FlaskClient

DOCS = Path(__file__).parents[2] / "docs"
PAGES = (DOCS / "quickstart.md", DOCS / "quickstart-flask.md")
_BLOCK = re.compile(r"^```\w+ title=(\S+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_TOKEN = re.compile(r'name="token" value="([^"]+)"')


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """Everything that the page's host has, in a folder with the files of both pages."""
    for title, body in _BLOCK.findall("".join(page.read_text(encoding="utf-8") for page in PAGES)):
        (tmp_path / title).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / title).write_text(body, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    names = runpy.run_path("host.py")
    yield names
    names["engine"].dispose()


@pytest.fixture
def ann(host: dict[str, Any]) -> FlaskClient:
    """Ann's browser, after she signed in."""
    client: FlaskClient = host["app"].test_client()
    client.get("/enter/ann")
    return client


def order(client: FlaskClient, campaign: str, item: str) -> str:
    """Press the button of an offer; where that leads."""
    path = f"/mall/items/{campaign}/{item}"
    token = _TOKEN.search(client.get(path).text)
    assert token is not None
    return client.post(path, data={"token": token[1]}).location


def test_the_host_is_as_short_as_the_page_promises(host: dict[str, Any]) -> None:
    """Under thirty lines that are not empty."""
    lines = [line for line in Path("host.py").read_text(encoding="utf-8").splitlines() if line.strip()]

    assert len(lines) < 30


def test_somebody_exchanges_claims_and_pays(host: dict[str, Any], ann: FlaskClient) -> None:
    """A home page, an exchange, a claim paid at the host's till, and both benefits in the list."""
    assert ann.get("/mall/").status_code == 200
    order(ann, "coffee-corner", "coffee")
    till = order(ann, "film-sale", "film")
    assert "9.90" in ann.get(till).text
    assert ann.post(till).status_code == 302
    listed = ann.get("/mall/entitlements?lang=en").text
    with host["engine"].connect() as db:
        paid = [row.paid for row in db.execute(host["orders"].select())]

    assert paid == [990]
    assert "Coffee" in listed
    assert "Film pass" in listed
    assert host["mall"].wallet("ann").units["points"].balance == 40


def test_the_till_shows_nobody_what_is_anothers(host: dict[str, Any], ann: FlaskClient) -> None:
    """A deal is found by its buyer alone, and paid once however often the button is pressed."""
    till = order(ann, "film-sale", "film")
    stranger = host["app"].test_client()
    assert stranger.get(till).status_code == 404
    stranger.get("/enter/bob")
    assert stranger.post(till).status_code == 404
    ann.post(till)
    ann.post(till)
    with host["engine"].connect() as db:
        rows = list(db.execute(host["orders"].select()))

    assert len(rows) == 1


@pytest.mark.parametrize("state", ["placed", "paid", "released", "refunded", "lapsed"])
def test_only_who_still_has_to_pay_is_asked_to(
    host: dict[str, Any], ann: FlaskClient, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    """At the till and on the deal's own page, in both languages; what is over leads to the page that says so, and takes no money."""
    mall, till = host["mall"], order(ann, "film-sale", "film")
    deal = till.rpartition("/")[2]
    if state in ("paid", "refunded"):
        ann.post(till)
    if state == "refunded":
        mall.refund(deal, key="back", user="ann")
    if state == "released":
        mall.release(deal, key="given up", user="ann")
    if state == "lapsed":
        real = type(mall.ports.clock).now
        monkeypatch.setattr(type(mall.ports.clock), "now", lambda clock: real(clock) + timedelta(minutes=20))
    before, asked = ann.get(till), state == "placed"
    ann.post(till)
    again = ann.get(till)
    pages = {lang: ann.get(f"/mall/deals/{deal}?lang={lang}").text for lang in ("zh", "en")}
    with host["engine"].connect() as db:
        orders = len(list(db.execute(host["orders"].select())))

    assert ("Pay 9.90" in before.text, before.status_code) == ((True, 200) if asked else (False, 302))
    assert (again.status_code, "/mall/deals/" in str(again.location)) == (302, True), "it is paid or over by now"
    assert {lang: till in page for lang, page in pages.items()} == {"zh": False, "en": False}
    assert orders == (1 if state in ("placed", "paid", "refunded") else 0)
