"""Large letters, narrow phones, long names and long numbers: nothing lies on anything else, nothing is cut."""

from __future__ import annotations

import re

import pytest

from tests.demo.test_browser import PAGES, TOO_WIDE

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# A piece of text that reaches over the edge of what it stands in, or over a button that it is no part of.
OVER = """() => {
  const seen = (e) => e.checkVisibility({visibilityProperty: true}) && !e.closest(".qy-unseen, details:not([open])");
  const buttons = [...document.querySelectorAll(".qy-main .qy-button")].filter(seen);
  const walk = document.createTreeWalker(document.querySelector(".qy-main"), NodeFilter.SHOW_TEXT);
  const found = [];
  for (let node; (node = walk.nextNode()); ) {
    const parent = node.parentElement;
    if (!node.data.trim() || !seen(parent) || parent.closest("svg, select, option")) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const box = parent.closest(".qy-button, .qy-tile, .qy-mini, .qy-sale, .qy-card, .qy-hero, li, section") || parent;
    const edge = box.getBoundingClientRect();
    const shown = parent.getBoundingClientRect();
    const clamped = getComputedStyle(parent).webkitLineClamp !== "none";
    for (const at of range.getClientRects()) {
      if (at.width < 1 || (clamped && at.top > shown.bottom - 1)) continue;
      if (at.right > edge.right + 1 || at.left < edge.left - 1) found.push(`over the edge: ${node.data.trim()}`);
      for (const button of buttons) {
        const b = button.getBoundingClientRect();
        const across = at.left < b.right - 1 && at.right > b.left + 1 && at.top < b.bottom - 1 && at.bottom > b.top + 1;
        if (across && !button.contains(node)) found.push(`under a button: ${node.data.trim()}`);
      }
    }
  }
  return found;
}"""
LARGE = "document.documentElement.style.fontSize = '200%'"
MALL = tuple(path for path in PAGES if path.startswith("/mall/"))


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(("width", "user"), [(320, "lin"), (360, "chen"), (390, "zhou"), (1280, "lin")])
def test_nothing_lies_on_anything_else(page_of, lang, width, user):
    """On small phones, common ones and a desktop."""
    page = page_of(user, lang=lang)
    page.set_viewport_size({"width": width, "height": 800})

    assert over(page, MALL) == {}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_letters_of_twice_their_size_fit_a_phone(page_of, lang):
    """Nothing scrolls sideways, and no button cuts its text."""
    page = page_of("chen", lang=lang)

    assert over(page, PAGES, then=LARGE) == {}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_long_names_and_long_numbers_fit(page_of, lang):
    """A name of forty signs, a price and a balance of nine digits."""
    page = page_of("lin", lang=lang)
    name = {"zh": "非常长的权益名称" * 5, "en": "Extraordinarily long name " * 4}[lang]
    long = f"""() => {{
      for (const e of document.querySelectorAll(".qy-main :is(h3, .qy-mini-body > b, .qy-row-main > b, .qy-ticket-main > b)"))
        e.textContent = {name!r};
      for (const e of document.querySelectorAll(".qy-points b, .qy-hero-number b")) e.textContent = "999,999,999";
    }}"""

    assert over(page, MALL, then=f"({long})()") == {}


def over(page, paths, *, then: str = "") -> dict[str, list[str]]:
    """What does not fit on which page; *then* is done to each before it is looked at."""
    found = {}
    for path in paths:
        page.goto(path)
        if then:
            page.evaluate(then)
        main = page.evaluate(OVER) if page.locator(".qy-main").count() else []
        wrong = [*page.evaluate(TOO_WIDE), *main]
        if wrong:
            found[re.sub(r"\?.*", "", path)] = wrong[:4]
    return found
