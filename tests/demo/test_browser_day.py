"""An operator's day in the demo, by clicking: a thing is listed, ordered, used, asked about, made good, and counted."""

from __future__ import annotations

import pytest

from tests.demo.test_browser import balance
from tests.demo.test_browser_flows import Visitor

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FORM = {
    "campaign": "night-tea",
    "title_zh": "夜读茶歇",
    "title_en": "Night tea",
    "price": "4.50",
    "quota": "20",
    "most": "1",
}
REASONS = {"zh": "包裹晚到补偿", "en": "a parcel came late"}


@pytest.mark.parametrize(
    ("lang", "wide", "script"), [("zh", True, True), ("en", False, True), ("zh", False, False), ("en", True, False)]
)
def test_a_thing_lives_from_its_form_to_its_figures(page_of, served, lang, wide, script):
    """Two people in two browsers: who works there, and a reader."""
    mall = served.world.mall
    desk = Visitor(page_of(None, lang=lang, wide=wide, script=script), script=script)
    reader = Visitor(page_of("lin", lang=lang, wide=wide, script=script), script=script)
    lists_a_thing(desk)
    before = balance(served, "lin")
    buys_and_uses_it(reader)
    reader.page.goto("/mall/items/night-tea/tea")
    assert {"zh": "你已抢 1 张", "en": "Limit"}[lang] in reader.page.inner_text("main")

    assert {"zh": "不可参加", "en": "Can’t take part"}[lang] in why(desk, {"zh": "夜读茶歇", "en": "Night tea"}[lang])
    makes_it_good(desk, REASONS[lang])
    assert balance(served, "lin") == before + 25

    mall.worker().catch_up()
    desk.page.goto("/ops/campaigns/night-tea")
    desk.accessible()
    steps = [desk.page.locator(".qo-steps li", has_text=word).first.inner_text() for word in FUNNEL[lang]]
    assert [step.split()[1] for step in steps] == ["1", "1", "1"], steps
    desk.page.goto("/ops/acts")
    assert REASONS[lang] in desk.page.inner_text("main tbody tr:first-child")
    assert "for the spring nights" in desk.page.inner_text("main tbody")

    assert desk.problems + reader.problems == []


def lists_a_thing(desk: Visitor) -> None:
    """By a template, without seeing YAML; published with a reason."""
    work = desk.page
    work.goto("/staff")
    work.click("button[value=lead]")
    work.goto("/ops/new")
    desk.accessible()
    desk.press("main a[href$='/new/flash-sale']", "/new/flash-sale$")
    for field, text in FORM.items():
        work.fill(f"#new-{field}", text)
    work.select_option("#new-thing", "tea")
    desk.accessible()
    desk.press("main form button", "/proposals/")
    desk.accessible()
    work.fill("#apply-reason", "for the spring nights")
    desk.press("form[action$='/apply'] button", "act=")


def buys_and_uses_it(reader: Visitor) -> None:
    """At the till, and at the counter of the shop."""
    reader.page.goto("/mall/items/night-tea/tea")
    reader.accessible()
    reader.press(".qy-form button", "/till/")
    reader.accessible()
    reader.press(".li-till button", "/mall/deals/")
    reader.press(".qy-result .qy-button", "/mall/entitlements/")
    reader.press("main a[href*='/counter/']", "/counter/")
    reader.press("main form button", "/mall/entitlements/")


def why(desk: Visitor, title: str) -> str:
    """What the person's page says of the campaign called that."""
    desk.page.goto("/ops/people?q=lin")
    desk.press("main table a", "/people/")
    desk.press("main a[href*='tab=eligible']", "tab=eligible")
    desk.accessible()
    return str(desk.page.locator("main tbody tr", has_text=title).first.inner_text())


def makes_it_good(desk: Visitor, reason: str) -> None:
    desk.press("main a[href*='tab=wallet']", "tab=wallet")
    desk.page.locator("details", has=desk.page.locator("form[action$='/adjust']")).locator("summary").click()
    desk.page.fill("#adjust-amount", "25")
    desk.page.fill("#adjust-reason", reason)
    desk.press("form[action$='/adjust'] button", "act=")


FUNNEL = {"zh": ("领取", "发放", "核销"), "en": ("Claimed", "Delivered", "Redeemed")}
