"""An operator's day in the demo, by clicking: a thing is listed, ordered, used, asked about, made good, and counted."""

from __future__ import annotations

import pytest

from tests.demo.test_browser import balance
from tests.demo.test_browser_flows import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.slow]

REASONS = {"zh": "包裹晚到补偿", "en": "a parcel came late"}


@pytest.mark.parametrize(
    ("lang", "wide", "script"), [("zh", True, True), ("en", False, True), ("zh", False, False), ("en", True, False)]
)
def test_a_thing_lives_from_its_form_to_its_figures(page_of, served, lang, wide, script):
    """Two people in two browsers: who works there, and a reader."""
    mall = served.world.mall
    desk = Visitor(page_of(None, lang=lang, wide=wide, script=script), script=script)
    reader = Visitor(page_of("lin", lang=lang, wide=wide, script=script), script=script)
    work, shop = desk.page, reader.page

    work.goto("/staff")
    work.click("button[value=lead]")
    work.goto("/ops/new")
    desk.accessible()
    desk.press("main a[href$='/new/flash-sale']", "/new/flash-sale$")
    work.fill("#new-campaign", "night-tea")
    work.fill("#new-title_zh", "夜读茶歇")
    work.fill("#new-title_en", "Night tea")
    work.select_option("#new-thing", "tea")
    work.fill("#new-price", "4.50")
    work.fill("#new-quota", "20")
    work.fill("#new-most", "1")
    desk.accessible()
    desk.press("main form button", "/proposals/")
    assert {"zh": "夜读茶歇", "en": "Night tea"}[lang] in work.content() or "night-tea" in work.content()
    desk.accessible()
    work.fill("#apply-reason", "for the spring nights")
    desk.press("form[action$='/apply'] button", "act=")

    before = balance(served, "lin")
    shop.goto("/mall/items/night-tea/tea")
    reader.accessible()
    reader.press(".qy-form button", "/till/")
    reader.accessible()
    reader.press(".li-till button", "/mall/deals/")
    reader.press(".qy-result .qy-button", "/mall/entitlements/")
    reader.press("main a[href*='/counter/']", "/counter/")
    reader.press("main form button", "/mall/entitlements/")
    shop.goto("/mall/items/night-tea/tea")
    no = {"zh": "你已抢 1 张", "en": "Limit"}[lang]
    assert no in shop.inner_text("main")

    work.goto("/ops/people?q=lin")
    desk.press("main table a", "/people/")
    desk.press("main a[href*='tab=eligible']", "tab=eligible")
    row = work.locator("main tbody tr", has_text={"zh": "夜读茶歇", "en": "Night tea"}[lang]).first.inner_text()
    assert {"zh": "不可参加", "en": "Can’t take part"}[lang] in row
    desk.accessible()
    desk.press("main a[href*='tab=wallet']", "tab=wallet")
    work.locator("details", has=work.locator("form[action$='/adjust']")).locator("summary").click()
    work.fill("#adjust-amount", "25")
    work.fill("#adjust-reason", REASONS[lang])
    desk.press("form[action$='/adjust'] button", "act=")
    assert balance(served, "lin") == before + 25

    mall.worker().catch_up()
    work.goto("/ops/campaigns/night-tea")
    desk.accessible()
    steps = [work.locator(".qo-steps li", has_text=word).first.inner_text() for word in FUNNEL[lang]]
    assert [step.split()[1] for step in steps] == ["1", "1", "1"], steps
    work.goto("/ops/acts")
    assert REASONS[lang] in work.inner_text("main tbody tr:first-child")
    assert "for the spring nights" in work.inner_text("main tbody")

    assert desk.problems + reader.problems == []


FUNNEL = {"zh": ("领取", "发放", "核销"), "en": ("Claimed", "Delivered", "Redeemed")}
