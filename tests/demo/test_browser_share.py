"""Sharing a thing and becoming somebody else, as people press them in a real browser."""

from __future__ import annotations

import re

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LATTE = "/mall/items/coffee-corner/latte"


@pytest.mark.parametrize(("lang", "copied"), [("zh", "已复制"), ("en", "copied")])
def test_a_thing_is_shared_by_its_address(page_of, served, lang, copied):
    """Where the browser has no sheet for sharing, the address is copied, and the page says so."""
    page = page_of("lin", lang=lang)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(LATTE)
    page.evaluate("navigator.share = undefined")

    page.locator(".qy-share-do").first.click()
    page.wait_for_function("said => document.body.innerText.toLowerCase().includes(said)", arg=copied)

    assert page.evaluate("navigator.clipboard.readText()") == served.url + LATTE


def test_the_demo_bar_leads_to_another_person_and_back(page_of):
    page = page_of("lin", lang="en")
    page.goto(LATTE)
    before = page.inner_text("body")
    page.locator('a[href^="/sign-in?next="]').first.click()
    page.wait_for_url(re.compile("/sign-in"))
    other = page.locator('button[name="user"]:not([value="lin"])').first
    name = other.get_attribute("value")

    other.click()
    page.wait_for_url(re.compile(f"{LATTE}$"))

    assert name != "lin"
    assert page.inner_text("body") != before
