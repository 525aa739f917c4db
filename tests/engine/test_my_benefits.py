"""The page of what one has, on every store: pages, tabs, filters, and a search by name or number."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from shutil import copytree
from typing import TYPE_CHECKING

import pytest
from flask import Flask

import quanyi
from quanyi.adapters.conformance.material import put, write
from quanyi.adapters.memory import MemoryStore
from quanyi.adapters.wiring import OpenMall, wire
from quanyi.campaigns.project.load import load_project
from quanyi.entitlements.records import Entitlement
from tests.adapters.reading import said
from tests.engine.conftest import FOLDER, sql_store

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from quanyi.adapters.clock import FixedClock

MANY, USED, PAGE = 640, 12, 60
"""How many Ann can use, has used, and sees on a page. A search for a part of a number looks through 500."""

HEADINGS = {"en: Coffee}": "en: Coffee}\n    category: food", "en: Music card}": "en: Music card}\n    category: music"}


def number_of(place: int) -> str:
    return f"RIGHT{place:05}"


@pytest.fixture(params=["memory", "sqlite", "postgres", "mariadb"])
def mall(request: pytest.FixtureRequest, clock: FixedClock, tmp_path: Path) -> OpenMall:
    """The engine's test mall, with a heading for each of two benefits."""
    folder = copytree(FOLDER, tmp_path / "mall")
    (file,) = (folder / "catalogue").glob("*.yaml")
    text = file.read_text("utf-8")
    for plain, headed in HEADINGS.items():
        text = text.replace(plain, headed)
    file.write_text(text, "utf-8")
    project = load_project(folder)
    store = (
        MemoryStore() if request.param == "memory" else sql_store(request.getfixturevalue(f"{request.param}_engine"))
    )
    there = wire(project, store, clock=clock)
    there.desk.apply()
    return there


@pytest.fixture
def client(mall: OpenMall) -> FlaskClient:
    """Ann, who has very many things. The number of each says when it ends: what ends first has the lowest."""
    for user in ("ann", "bob"):
        mall.report("check_in", user=user, key=f"known/{user}")
    now, ann, bob = mall.now(), mall.ports.holder("ann"), mall.ports.holder("bob")
    rights = [
        Entitlement(
            id=number_of(place),
            holder=ann,
            item=("coffee", "music")[place % 8 == 0],
            phase="usable" if place < MANY else "used",
            due_at=now + timedelta(days=30, hours=place),
            got_at=now,
            starts=now,
        )
        for place in range(MANY + USED)
    ]
    rights.append(
        Entitlement(id="BOBS00000", holder=bob, item="coffee", phase="usable", due_at=None, got_at=now, starts=now)
    )
    for start in range(0, len(rights), 200):
        write(mall.ports.store, records=tuple(put(right) for right in rights[start : start + 200]))
    app = Flask("host")
    quanyi.init_app(app, mall, current_user=lambda: "ann", csrf=None)
    return app.test_client()


def shown(page: str) -> list[str]:
    """The numbers that a page links to."""
    return re.findall(r'href="/mall/entitlements/(\w+)"', page)


def leafed(client: FlaskClient, path: str, lang: str = "en") -> list[list[str]]:
    """The numbers on each page, from the first one on to the last."""
    pages = []
    while path:
        page = client.get(path, headers={"Accept-Language": lang}).text
        pages.append(sorted(shown(page)))
        further = re.search(r'<a class="qy-more" href="([^"]+)"', page)
        path = further[1].replace("&amp;", "&") if further else ""
    return pages


def test_every_page_shows_what_ends_next_each_thing_once(client):
    pages = leafed(client, "/mall/entitlements")

    assert [len(page) for page in pages] == [PAGE] * 10 + [MANY - 10 * PAGE]
    assert [number for page in pages for number in page] == [number_of(place) for place in range(MANY)]


def test_tabs_say_how_many_there_are(client):
    assert f"Ready {MANY} Used {USED} Inactive" in said(client.get("/mall/entitlements?lang=en").text)
    assert f"可使用 {MANY} 已使用 {USED} 已失效" in said(client.get("/mall/entitlements?lang=zh").text)


def test_a_heading_narrows_every_page(client):
    """The way to the next page keeps it; a heading that there is not has nothing."""
    pages = leafed(client, "/mall/entitlements?category=music")

    assert [number for page in pages for number in page] == [number_of(place) for place in range(0, MANY, 8)]
    assert len(pages) == 2
    assert shown(client.get("/mall/entitlements?category=nothing").text) == []


def test_a_search_by_name_is_paged_too(client):
    """In the language of the page, however it is written."""
    for lang, typed in (("en", "MUSIC"), ("zh", "音乐")):
        pages = leafed(client, f"/mall/entitlements?q={typed}", lang)

        assert sum(pages, []) == [number_of(place) for place in range(0, MANY, 8)]


SEARCHES = {
    "on the first page": ("RIGHT00007", [7]),
    "as it is shown": ("RIGH T000 07", [7]),
    "behind 500 others": ("RIGHT00639", [639]),
    "a part": ("t0013", list(range(130, 140))),
    "used by now": ("RIGHT00645", []),
    "of somebody else": ("BOBS00000", []),
    "no number": ("'; drop table", []),
}


def test_a_search_by_number(client):
    for name, (typed, found) in SEARCHES.items():
        page = client.get("/mall/entitlements", query_string={"q": typed, "lang": "en"})

        assert (page.status_code, sorted(shown(page.text))) == (200, [number_of(place) for place in found]), name
        assert ("No results for" in page.text) is not bool(found), name


def test_a_place_made_by_hand_is_the_first_page(client):
    first = shown(client.get("/mall/entitlements").text)

    for after in ("nothing", "BOBS00000", "x" * 300, "<b>"):
        page = client.get("/mall/entitlements", query_string={"after": after})
        assert (page.status_code, shown(page.text)) == (200, first), after


def test_the_first_page_of_the_mall_counts_to_99(client):
    """More are not read: a phone has no room for the number, and the tab of the page says it."""
    assert "99+ ready to use" in said(client.get("/mall/?lang=en").text)
    assert "99+ 份可用" in said(client.get("/mall/?lang=zh").text)
