"""Who works at the demo's console: each opens it by a click, and the one of a brand sees that brand alone."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("lang", "own", "other"), [("zh", "拿铁咖啡券", "果茶券"), ("en", "Latte voucher", "Fruit tea voucher")]
)
def test_who_is_of_a_brand_sees_that_brand_alone(page_of, lang, own, other):
    """Their figures by thing, whatever the address asks for; no other screen, no cost."""
    page = page_of(None, lang=lang, wide=True)
    page.goto("/staff")
    page.click("button[value=tide]")
    assert page.url.endswith("/ops/brand")
    for query in ("by=item", "by=item&of=greenisle", "by=item&brand=greenisle", "by=item&item=tea"):
        page.goto(f"/ops/brand?{query}")
        shown = page.inner_text("main")
        assert other not in shown
        assert "greenisle" not in shown
    page.goto("/ops/brand")
    page.click("main a[href*='by=item']")

    assert own in page.inner_text("main")
    assert page.locator(".qo-rail a").count() == 1
    for path in ("overview", "figures", "people", "catalogue", "acts"):
        assert page.goto(f"/ops/{path}").status == 403
