"""Every flow from the click to the entitlement: both languages, phone and desktop, with a script and without."""

from __future__ import annotations

import re

import pytest

from tests.demo.test_browser import balance, violations

pytestmark = [pytest.mark.browser, pytest.mark.slow]

VISITS = [
    pytest.param(lang, wide, script, id=f"{lang}-{'desktop' if wide else 'phone'}-{'script' if script else 'plain'}")
    for lang in ("zh", "en")
    for wide in (False, True)
    for script in (True, False)
]


class Visitor:
    """Somebody who looks at the demo, and all that went wrong in their browser."""

    def __init__(self, page, *, script: bool) -> None:
        self.page, self.script = page, script
        self.problems: list[str] = []
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("console", lambda said: self.problems.append(said.text) if said.type == "error" else None)
        page.on("response", lambda answer: self.problems.append(answer.url) if answer.status >= 400 else None)

    def press(self, selector: str, leads_to: str) -> None:
        """Press what people press, and see where it leads."""
        self.page.locator(selector).first.click()
        self.page.wait_for_url(re.compile(leads_to))

    def accessible(self) -> None:
        """No rule of axe is broken on this page; it needs a script."""
        if self.script:
            from axe_playwright_python.sync_playwright import Axe

            found = violations(Axe().run(self.page))
            self.problems += [f"{self.page.url} {hit['id']} {hit['nodes'][0]['html']}" for hit in found]


@pytest.mark.parametrize(("lang", "wide", "script"), VISITS)
def test_from_the_click_to_the_entitlement(page_of, served, lang, wide, script):
    """Check in, redeem, reveal, say that it worked, buy in a sale, buy a box, be reminded, ask for no messages."""
    page, mall = page_of("lin", lang=lang, wide=wide, script=script), served.world.mall
    by = Visitor(page, script=script)
    before = balance(served, "lin")

    by.press('a[href="/mall/"]', "/mall/$")
    assert page.get_attribute("html", "lang") == {"zh": "zh-CN", "en": "en"}[lang]
    by.press(".qy-week form button", "/mall/$")
    assert balance(served, "lin") == before + 10

    by.press('.qy-tile a[href$="/coffee-corner/latte"]', "/coffee-corner/latte$")
    by.press(".qy-form button", "/mall/deals/")
    assert balance(served, "lin") == before + 10 - 600
    by.accessible()
    by.press(".qy-result .qy-button", "/mall/entitlements/")
    by.press(".qy-secret button", "/mall/entitlements/")
    page.wait_for_selector(".qy-code:not(.is-masked)")
    by.accessible()
    page.click('.qy-rate button[value="yes"]')
    page.wait_for_selector('.qy-rate button[value="yes"][aria-pressed="true"]')

    by.press('.qy-nav a[href="/mall/sales"]', "/mall/sales$") if wide else page.goto("/mall/sales")
    by.press('.qy-sale a[href$="/evening-sale/film_month"]', "/evening-sale/film_month$")
    by.press(".qy-form button", "/till/")
    by.accessible()
    by.press(".li-till button", "/mall/deals/")
    assert mall.entitled("film_month", "lin")

    page.goto("/mall/items/story-night/night_lamp")
    by.press(".qy-form button", "/mall/deals/")
    assert mall.entitled("night_lamp", "lin")
    by.accessible()
    for choice in ("tea", "film_week"):
        page.check(f'input[name="choice"][value="{choice}"]')
    by.press(".qy-timeline form button", "/mall/deals/")
    page.wait_for_selector(".qy-timeline .is-done >> nth=1")
    assert mall.entitled("film_week", "lin")

    page.goto("/mall/sales?tab=soon")
    for waits in (1, 0):
        page.locator(".qy-remind button").first.click()
        page.wait_for_selector(f'.qy-sale:first-child .qy-remind button[aria-pressed="{"true" if waits else "false"}"]')
        assert len(mall.reminders("lin")) == waits
    assert "/mall/sales" in page.url
    by.accessible()

    asked_for_no_messages(page)

    assert by.problems == []


def asked_for_no_messages(page):
    """Then no reminder is offered."""
    page.goto("/mall/messages")
    page.click(".qy-columns-side button")
    page.wait_for_load_state()
    page.goto("/mall/items/weekend-market/music_month")
    assert page.locator(".qy-remind").count() == 0
