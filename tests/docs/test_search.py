"""The search of the documentation on an index of a few parts, in a browser; on the whole site it is looked at in test_site."""

from __future__ import annotations

import json

import pytest

from tests.docs.pages import ROOT

pytestmark = pytest.mark.browser

PARTS = [
    ["day.html", "An operator's day", "Stop a campaign", "暂停活动后不再接受新的参与"],
    ["alarms.html", "Alarms", "Budgets", "预算将提前用完"],
    ["glossary.html", "Glossary", "budget 预算", "活动 的 预算"],
    ["wallet.html", "Wallet", "Lots", "points expire, and an account says when"],
]
PAGE = '<!doctype html><meta charset="utf-8"><form><input id="q"></form><p id="said" data-root="."></p><ol id="found"></ol>'


@pytest.fixture
def searched(browser):
    """A function that searches for some words: what is said, and the addresses that are found, best first."""
    context = browser.new_context()
    script = (ROOT / "docs" / "theme" / "search.js").read_text(encoding="utf-8")
    html = f"{PAGE}<script>window.quanyiParts = {json.dumps(PARTS)};</script><script>{script}</script>"
    context.route("https://docs.example/**", lambda route: route.fulfill(body=html, content_type="text/html"))
    page = context.new_page()

    def search(words: str) -> tuple[str, list[str]]:
        page.goto(f"https://docs.example/search.html?q={words}")
        links = page.locator("#found a").all()
        return page.inner_text("#said"), [link.get_attribute("href").removeprefix("./") for link in links]

    yield search
    context.close()


def test_what_stands_as_a_whole_is_found_alone(searched):
    assert searched("暂停活动") == ("1 place:", ["day.html"])
    assert searched("expire lots") == ("1 place:", ["wallet.html"])


def test_a_question_that_stands_nowhere_as_a_whole_leads_to_the_nearest(searched):
    """Most of its pairs of characters first; what has fewer than a third of them is left out."""
    said, found = searched("活动预算")

    assert said == "Nothing has “活动预算” as a whole. The nearest:"
    assert found[0] == "glossary.html"
    assert set(found) == {"glossary.html", "day.html", "alarms.html"}


def test_what_has_nothing_near_is_said(searched):
    for words in ("龘靐齉", "zzzqqq", "<b>龘"):
        said, found = searched(words)
        assert (said.startswith("Nothing has “"), found) == (True, [])
