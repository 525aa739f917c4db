"""Texts of editors, users and operators that want to be scripts: on every page they are text, in every file they are no formula."""

from __future__ import annotations

import csv
import io
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook
from ruamel.yaml import YAML
from sqlalchemy import create_engine

import quanyi
from quanyi import demo_app
from quanyi.adapters.console import SCREENS, Operator, init_console
from tests.console.samples import ADDRESSES

DEMO = Path(demo_app.__file__).parent / "mall"
NOW = datetime(2026, 3, 20, 12, 0, tzinfo=UTC)
MARK = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'{{7*7}}[x](javascript:alert(1))"
USER = "=cmd|' /C calc'!A0<script>alert(2)</script>"
ORDER = "@SUM(1+1)<script>alert(3)</script>"
REASON = "+1+1<img src=x onerror=alert(4)>"
ROLES = frozenset({"viewer", "operator", "approver", "auditor", "merchant", "brand", "partner"})
TABS = ("wallet", "history", "entitlements", "deals", "promises", "eligible", "acts")
SHOP = (
    "/", "/things?q=%3Cscript%3E", "/items/everyday-shelf/chapter_pass", "/items/coffee-corner/latte", "/items/spring-box/spring_pass",
    "/sales", "/deals", "/entitlements", "/points", "/tasks", "/invites", "/streaks/daily-check-in", "/scenes/holiday",
)  # fmt: skip
LANGUAGES = ("zh", "en")
RUNS = ("src", "href", "action", "formaction", "poster", "data")


class Running(HTMLParser):
    """What of a page could run, or load from elsewhere."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: text or "" for name, text in attrs}
        self.found += [f"{tag} {name}" for name in said if name.startswith("on") or name in ("srcdoc", "style", "ping")]
        self.found += [f"{tag} {name}={said[name]}" for name in RUNS if not _harmless(said.get(name, ""))]
        if (tag == "script" and "src" not in said) or tag in ("iframe", "object", "embed", "base"):
            self.found.append(tag)
        if said.get("src") == "x":
            self.found.append(f"{tag} src=x")


def _harmless(address: str) -> bool:
    return re.match(r"(/(?!/)|#|\?|data:,|data:image/|https://|$)", address) is not None


def written(value: Any) -> Any:
    """The same file with every text for people as one that wants to be a script."""
    if isinstance(value, dict):
        if value and set(value) <= set(LANGUAGES) and not any(str(text).startswith("/") for text in value.values()):
            return {lang: f"{text}{MARK}" for lang, text in value.items()}
        return {key: written(inner) for key, inner in value.items()}
    return [written(inner) for inner in value] if isinstance(value, list) else value


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The demo's mall with such texts, somebody in it, and both the pages and the console in front of it."""
    folder = tmp_path_factory.mktemp("scripts")
    shutil.copytree(DEMO, folder / "mall", ignore=shutil.ignore_patterns("stories"))
    yaml = YAML(typ="rt")
    for path in (folder / "mall").rglob("*.yaml"):
        documents = [written(document) for document in yaml.load_all(path)]
        with path.open("w", encoding="utf-8") as into:
            yaml.dump_all(documents, into)
    engine = quanyi.prepare_engine(create_engine(f"sqlite:///{folder / 'host.db'}"))
    quanyi.upgrade(engine)
    clock = quanyi.FixedClock(NOW)
    mall = quanyi.open_mall(folder / "mall", engine, clock=clock)
    mall.desk.apply(by=f"ops/{REASON}"[:80], reason=REASON)
    app = Flask("host")
    operator = Operator(id=REASON, name=MARK, roles=ROLES)
    shown = {"name_of": lambda _, lang: f"{MARK}{lang}"}
    init_console(app, mall, operator=lambda: operator, csrf=None, **shown)
    quanyi.init_app(
        app,
        mall,
        current_user=lambda: USER,
        csrf=None,
        pay=lambda deal: f"/till/{deal.id}",
        invite_link=lambda code: f"https://club.example/{code}",
        **shown,
    )
    lived(mall)
    yield mall, app.test_client()
    engine.dispose()


def lived(mall: Any) -> None:
    mall.desk.adjust(USER, "points", 9000, key=f"a/{REASON}", reason=REASON, by=f"ops/{REASON}")
    mall.exchange("tea", user=USER, key=f"x/{ORDER}", campaign="everyday-shelf") if _sells(
        mall, "everyday-shelf", "tea"
    ) else None
    mall.claim("evening-sale", item="film_month", user=USER, key="c/1", order=ORDER)
    mall.report("check_in", user=USER, key="ci/1")
    mall.desk.note_act("n1", "people.adjust", "begun", by=f"ops/{REASON}", reason=REASON, user=USER, about=ORDER)
    mall.worker().catch_up()


def _sells(mall: Any, campaign: str, item: str) -> bool:
    return any((offer.campaign, offer.item) == (campaign, item) for offer in mall.offers())


def console_paths(mall: Any) -> list[str]:
    holder = mall.ports.holder(USER)
    deal = mall.deals(USER)[0].id
    named = {"person": f"/people/{holder}", "deal": f"/deals/{deal}", "campaign": "/campaigns/evening-sale"}
    named |= {"stories": "/campaigns/evening-sale/stories", "versions": "/campaigns/evening-sale/versions"}
    text = mall.desk.editing.text_in_force("evening-sale")
    draft = mall.desk.editing.begin(text.replace("title:", "x-title:", 1) + f"\n# {MARK}", by=f"ops/{REASON}").id
    named |= {
        "proposal": f"/proposals/{draft}",
        "trials": f"/proposals/{draft}/trials",
        "change": f"/catalogue/changes/{draft}",
    }
    skipped = ("budget", "alarm", "event")
    plain = {
        screen.name: ADDRESSES[screen.name](None)
        for screen in SCREENS
        if screen.name not in named and "<" not in screen.path and screen.name not in skipped
    }
    tabs = [f"{named['person']}?tab={tab}" for tab in TABS]
    more = [
        f"/people?q={ORDER.replace('+', '%2B')}",
        "/figures?by=item",
        "/figures?by=campaign",
        "/figures?by=brand",
        "/catalogue?q=<script>",
    ]
    return [
        *plain.values(),
        *named.values(),
        *tabs,
        *more,
        "/releases/1",
        "/new/exchange",
        "/budgets/order-points",
        "/nothing",
    ]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_text_of_anybody_runs_on_a_page_of_the_console(there, lang):
    mall, client = there
    seen = 0
    for path in console_paths(mall):
        answer = client.get(f"/ops{path}{'&' if '?' in path else '?'}lang={lang}")
        assert answer.status_code in (200, 404), path
        assert Running(answer.text).found == [], path
        seen += "&lt;script&gt;" in answer.text

    assert seen > 20


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_text_of_anybody_runs_on_a_page_of_the_mall(there, lang):
    mall, client = there
    seen = 0
    rights = [f"/entitlements/{right.id}" for right in mall.entitlements(USER)]
    deals = [f"/deals/{deal.id}" for deal in mall.deals(USER)]
    for path in (*SHOP, *rights, *deals):
        answer = client.get(f"/mall{path}{'&' if '?' in path else '?'}lang={lang}")
        assert answer.status_code in (200, 404), path
        assert Running(answer.text).found == [], path
        seen += "&lt;script&gt;" in answer.text

    assert seen > 10


def test_no_cell_of_any_file_is_a_formula(there):
    """Every table that is exported, as CSV and as XLSX; what begins like a formula is text in both."""
    mall, client = there
    files = 0
    for path in console_paths(mall):
        where = f"/ops{path}{'&' if '?' in path else '?'}lang=en"
        text = client.get(f"{where}&as=csv")
        if not text.content_type.startswith("text/csv"):
            continue
        files += 1
        for row in csv.reader(io.StringIO(text.data.decode("utf-8-sig"))):
            assert [cell for cell in row if re.match(r"\s*[=+@＝＋＠]|\s*-(?![\d.]+$)", cell)] == [], path
        book = load_workbook(io.BytesIO(client.get(f"{where}&as=xlsx").data))
        cells = [cell for row in book.active.iter_rows() for cell in row]
        assert [cell.value for cell in cells if cell.data_type == "f"] == [], path
        assert [cell.value for cell in cells if str(cell.value).lstrip().startswith(("=", "@"))] == [], path

    assert files > 8
    assert "'" + USER in client.get("/ops/acts?as=csv&lang=en").data.decode("utf-8-sig").replace('""', '"')
