"""Every page of the mall in every state that looks different: accessible in both themes, and made for thumbs and for desktops."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import template_rendered

from tests.demo.test_browser import PAGES, TOO_WIDE, balance, violations

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TEMPLATES = Path(__file__).parents[2] / "adapters/web/templates/quanyi"
# Pieces that other templates are made of.
PIECES = {"base.html", "frame.html", "head.html", "listing.html", "parts.html"}
SMALL = """() => [...document.querySelectorAll(".qy-body :is(a, button, summary, input:not([type=hidden]))")]
  .filter((e) => e.checkVisibility() && !e.closest(".qy-unseen, p, dl, .qy-article, .qy-line") && getComputedStyle(e).position !== "absolute")
  .map((e) => [e.closest("label") || e, (getComputedStyle(e, "::after").position === "absolute" && getComputedStyle(e, "::after").content !== "none" ? e.offsetParent : e).getBoundingClientRect()])
  .filter(([e, r]) => r.width && Math.max(r.height, e.getBoundingClientRect().height, e.querySelector("img, svg.qy-emblem") ? 44 : 0) < 43.5)
  .map(([e]) => `${e.tagName} ${e.className} ${e.textContent.trim().slice(0, 30)}`)"""
TOUCHING = """() => {
  const all = [...document.querySelectorAll(".qy-main .qy-button")].filter((e) => e.checkVisibility());
  const boxes = all.map((e) => [e.textContent.trim(), e.getBoundingClientRect()]);
  return boxes.flatMap(([name, a], n) => boxes.slice(n + 1)
    .filter(([, b]) => a.left < b.right + 7 && a.right > b.left - 7 && a.top < b.bottom + 7 && a.bottom > b.top - 7)
    .map(([other]) => `${name} | ${other}`));
}"""


@pytest.fixture
def rendered(served) -> Iterator[set[str]]:
    """The names of the templates that were used for pages."""
    names: set[str] = set()

    def note(_sender, template, **_) -> None:
        names.add(Path(template.name or "").name)

    with template_rendered.connected_to(note):
        yield names


def pages_in_states(page, world) -> Iterator[str]:
    """Go from state to state, and say each time which page is shown."""
    mall = world.mall
    for path in PAGES:
        page.goto(path)
        yield path
    for right in mall.entitlements("lin"):
        page.goto(f"/mall/entitlements/{right.id}")
        yield f"{right.benefit.id}, {right.phase}"
        if page.locator(".qy-secret form button").count():
            page.click(".qy-secret form button")
            page.wait_for_selector(".qy-code:not(.is-masked)")
            yield f"{right.benefit.id}, its code"
    for deal in mall.deals("lin", limit=50):
        page.goto(f"/mall/deals/{deal.id}")
        yield f"order of {deal.item}, {deal.phase}"
    yield from unpaid(page)
    page.goto("/mall/items/coffee-corner/latte")
    mall.exchange("latte", user="lin", key="meanwhile", campaign="coffee-corner")
    page.click(".qy-form button")
    yield "a refusal"
    page.goto("/mall/nowhere")
    yield "not found"
    page.goto(f"/join/{mall.invites('zhou')[0].code}")
    yield "an invitation"
    page.goto("/mall/invites")
    page.click(".qy-poster summary")
    yield "the poster"


def unpaid(page) -> Iterator[str]:
    """An order that waits, what its thing's page says of it, and the same order closed."""
    page.goto("/mall/items/points-and-cash/concert_live")
    page.click(".qy-form button")
    yield "the till"
    page.click(".li-till a.qy-button")
    yield "an order that waits"
    order = page.url
    page.goto("/mall/items/points-and-cash/concert_live")
    yield "a thing with an order that waits"
    page.goto(order)
    page.locator("form[action$='/cancel'] button").click()
    page.wait_for_selector(".qy-result.is-closed")
    yield "a closed order"


@pytest.mark.parametrize(("lang", "scheme"), [("zh", "light"), ("zh", "dark"), ("en", "light"), ("en", "dark")])
def test_every_page_in_every_state_is_accessible(page_of, served, rendered, lang, scheme):
    """No rule of axe is broken; and no template of the mall is left out."""
    from axe_playwright_python.sync_playwright import Axe

    page, found = page_of("lin", lang=lang, wide=scheme == "light"), {}
    page.emulate_media(color_scheme=scheme)
    for state in pages_in_states(page, served.world):
        found |= {f"{state}: {hit['id']}": hit["nodes"][0]["html"] for hit in violations(Axe().run(page))}

    assert found == {}
    assert {path.name for path in TEMPLATES.glob("*.html")} - PIECES - rendered == set()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_who_is_not_signed_in_has_accessible_pages_too(page_of, scheme):
    from axe_playwright_python.sync_playwright import Axe

    page, found = page_of(None, lang="en"), {}
    page.emulate_media(color_scheme=scheme)
    for path in ("/mall/", "/mall/things", "/mall/sales", "/mall/items/coffee-corner/latte", "/join", "/sign-in"):
        page.goto(path)
        found |= {f"{path}: {hit['id']}": hit["nodes"][0]["html"] for hit in violations(Axe().run(page))}

    assert found == {}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_page_is_made_for_thumbs(page_of, served, lang):
    """What one presses is 44 pixels high, and two buttons have 8 pixels between them, in every state."""
    page, found = page_of("lin", lang=lang), {}
    for state in pages_in_states(page, served.world):
        wrong = [*page.evaluate(SMALL), *page.evaluate(TOUCHING), *page.evaluate(TOO_WIDE)]
        found |= {state: wrong[:4]} if wrong else {}

    assert found == {}


def test_a_row_of_the_history_is_as_high_to_press_as_it_looks(page_of):
    page = page_of("lin")
    page.goto("/mall/points")

    assert page.evaluate(SMALL) == []


def test_a_desktop_uses_its_width(page_of):
    """What is beside each other there: two columns, or rows as wide as the page."""
    page, narrow = page_of("lin", wide=True), {}
    for path in [path for path in PAGES if path.startswith("/mall/")]:
        page.goto(path)
        width = page.evaluate(
            """() => { const at = [...document.querySelectorAll(".qy-main .qy-card, .qy-main .qy-hero, .qy-main .qy-tiles, .qy-main .qy-tickets, .qy-main .qy-empty, .qy-main .qy-rows")].map((e) => e.getBoundingClientRect());
              return Math.max(...at.map((r) => r.right)) - Math.min(...at.map((r) => r.left)); }"""
        )
        if width < 900:
            narrow[path] = width

    assert narrow == {}


def test_a_session_that_ended_in_the_middle_of_a_form_costs_nothing(page_of, served):
    """The page says so, and leads over signing in back to the very step; pressed again there, it works once."""
    page, before = page_of("zhou"), balance(served, "zhou")
    page.goto("/mall/items/everyday-shelf/chapter_pass")
    page.fill("input[name=qty]", "2")
    page.context.clear_cookies(name="session")
    page.click(".qy-form button")
    assert "登录已过期，登录后会回到这一步" in page.inner_text(".li-flash")
    assert balance(served, "zhou") == before

    page.click("button[value=zhou]")
    assert page.url.endswith("/mall/items/everyday-shelf/chapter_pass")
    page.fill("input[name=qty]", "2")
    page.click(".qy-form button")
    page.wait_for_url("**/mall/deals/*")

    assert balance(served, "zhou") == before - 240
