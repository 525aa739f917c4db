"""The console in a real browser: every screen in both languages on a phone and a desktop, and an operator's way through it."""

from __future__ import annotations

import pytest

from quanyi.adapters.console import SCREENS
from tests.console.conftest import DESKTOP, PHONE
from tests.console.samples import ADDRESSES

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("lang", "width", "scheme"),
    [("zh", PHONE, "light"), ("en", PHONE, "dark"), ("en", DESKTOP, "light"), ("zh", DESKTOP, "dark")],
)
def test_every_screen_is_clean(page_of, lived, lang, width, scheme):
    """No rule of axe is broken, nothing scrolls sideways, no script complains, and nothing of a program is shown."""
    from axe_playwright_python.sync_playwright import Axe

    page, found = page_of(lang, width, scheme), {}
    page.on("console", lambda message: found.update({f"{page.url} says": message.text}))
    page.on("pageerror", lambda error: found.update({f"{page.url} breaks": str(error)}))
    addresses = {screen.name: ADDRESSES[screen.name](lived) for screen in SCREENS}
    person = addresses["person"]
    tabs = ("history", "entitlements", "deals", "promises", "messages", "eligible", "acts")
    for path in [*addresses.values(), *(f"{person}?tab={tab}" for tab in tabs)]:
        page.goto(f"/ops{path}")
        hits = Axe().run(page).response["violations"]
        found |= {f"{path} {hit['id']}": hit["nodes"][0]["html"] for hit in hits}
        wide = page.evaluate("document.documentElement.scrollWidth")
        found |= {f"{path} is wide": wide} if wide > width else {}
        text = page.inner_text("body")
        found |= {
            f"{path} shows": odd
            for odd in ("None", "undefined", "{", "1 points")
            if odd in text and path != addresses.get("event")
        }

    assert found == {}


def test_on_a_phone_the_catalogue_leaves_room_for_names(page_of):
    """A thing's name stands within its card, and what is below a table does not touch it."""
    page = page_of("en", PHONE)
    page.goto("/ops/catalogue")
    cut = page.evaluate(
        "[...document.querySelectorAll('.qo-thing a')].map(a => [a, a.closest('tr')])"
        ".filter(([a, row]) => row.clientWidth - a.getBoundingClientRect().left < 180).map(([a]) => a.textContent)"
    )
    assert cut == []
    page.goto("/ops/people?q=ann")

    below = "document.querySelector('.qo-below').getBoundingClientRect().top"
    assert page.evaluate(f"{below} - document.querySelector('.qo-frame').getBoundingClientRect().bottom") >= 16


@pytest.mark.parametrize(("lang", "width"), [("zh", DESKTOP), ("en", PHONE)])
def test_an_operator_helps_somebody(page_of, lived, lang, width):
    """Find a person, see why, give points back with a reason, and find the act in the log."""
    page = page_of(lang, width)
    page.goto("/ops/people")
    page.fill("#q", "ann")
    page.keyboard.press("Enter")
    page.click("main table a")
    page.click("main a[href*='tab=eligible']")
    assert page.locator("main tbody tr").count() > 3
    page.click("main a[href*='tab=wallet']")
    page.locator(
        "summary", has=page.locator("xpath=self::summary[following-sibling::form//input[@name='amount']]")
    ).click()
    page.fill("#adjust-amount", "25")
    page.locator("#adjust-reason").fill("包裹晚到补偿")
    before = lived.mall.wallet("ann").units["points"].balance
    page.locator("form[action$='/adjust'] button").click()
    page.wait_for_url("**act=*")

    assert page.locator(".qo-notice.is-good").count() == 1
    assert lived.mall.wallet("ann").units["points"].balance == before + 25
    page.goto("/ops/acts")
    assert "包裹晚到补偿" in page.inner_text("main tbody tr:first-child")


def test_keys_lead_to_the_search_and_along_the_rows(page_of):
    page = page_of("en")
    page.goto("/ops/people?q=ann")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.closest('table') !== null")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"

    page.keyboard.type("/")
    assert page.input_value("#q") == "/"


def test_a_list_is_booked_without_a_script(page_of, lived):
    page = page_of("en", PHONE, script=False)
    page.goto("/ops/people/bulk")
    page.fill("#name", "late parcels")
    page.fill("#amount", "5")
    page.fill("#list", "ann\nbob\nnobody")
    page.fill("#reason", "parcels came late")
    page.click("main form button")
    assert "knows nobody" in page.inner_text("main")
    page.click("main form button")

    assert "2 lines booked" in page.inner_text("main")
    assert lived.mall.wallet("bob").units["points"].balance == 1005


def test_the_menu_of_a_phone_leads_everywhere(page_of):
    page = page_of("zh", PHONE)
    page.goto("/ops/people")
    page.click(".qo-menu summary")
    page.click(".qo-menu a[href$='/ops/acts']")

    assert page.url.endswith("/ops/acts")


@pytest.mark.parametrize(("width", "script"), [(PHONE, False), (DESKTOP, False), (DESKTOP, True)])
def test_prices_of_many_things_are_changed_and_taken_back(page_of, lived, width, script):
    """Ticked, planned, published and taken back by clicks, on a phone and a desktop, with and without script."""
    page = page_of("en", width, script=script)
    page.goto("/ops/catalogue?lang=en&q=phone")
    page.check("input[value='flash/phone']")
    page.check("input[value='hot/phone']")
    page.select_option("select[name=edit]", "price_add")
    page.locator("section input[name=amount]").fill("-99")
    page.click("text=Plan the change")
    assert page.locator("text=¥5,699 → ¥5,600").count() == 2
    page.fill("input[name=reason]", "a spring sale")
    page.click("button:has-text('Publish')")
    page.wait_for_url("**act=**")
    assert lived.mall.offer("flash", "phone").price.money == 560000

    page.click("text=Plan the undo")
    page.fill("input[name=reason]", "spring is over")
    page.click("button:has-text('Publish')")
    page.wait_for_url("**act=**")
    assert lived.mall.offer("flash", "phone").price.money == 569900


def test_a_change_of_many_things_waits_for_approval_too(two, page_of):
    """Its page says so and leads to the draft, where somebody else approves it; then it can be published."""
    changed = two.post("/catalogue/change", thing="flash/phone", edit="price_add", paid_in="CNY", amount="-99")
    page = page_of("en", PHONE)
    page.goto(changed.headers["Location"])
    assert "Waiting for approval" in page.inner_text("main")
    assert page.locator("#apply-reason").count() == 0
    two.me["id"] = "8"
    page.click("text=Look at the draft")
    page.fill("#approve-reason", "a spring sale")
    page.locator("#approval button").first.click()
    page.goto(changed.headers["Location"])
    page.fill("#apply-reason", "as agreed")
    page.locator("form[action$='/apply'] button").click()
    page.wait_for_url("**act=**")

    assert two.mall.offer("flash", "phone").price.money == 560000
    assert two.mall.desk.editing.releases()[0].reason == "as agreed"


@pytest.mark.parametrize(("lang", "width"), [("zh", DESKTOP), ("en", PHONE)])
def test_a_draft_goes_from_stories_to_publishing_and_back(two, page_of, lang, width):
    """Written by one, tried, approved by another, published, and taken back; each with its reason."""
    page, text = page_of(lang, width), "#proposal-text"
    page.goto("/ops/campaigns/check-in")
    page.locator("form[action$='/edit'] button").click()
    draft = page.url
    page.fill(text, page.input_value(text).replace("points: 10", "points: 12"))
    page.locator("form[action$='/save'] button").click()
    page.goto(f"{draft}/trials")
    page.locator("#stories form button").click()
    assert page.locator("main summary .qo-state.is-bad").count() == 1
    page.locator("#backtest form button").click()
    assert " 2" in page.locator("main table").last.inner_text()
    assert "order.paid: " in page.locator("main table", has=page.get_by_text("order.paid: ")).inner_text()
    page.goto(draft)
    assert page.locator("#approve-reason, #apply-reason").count() == 0
    two.me["id"] = "8"
    page.goto(draft)
    page.fill("#approve-reason", "looked at the numbers")
    page.locator("#approval button").first.click()
    page.fill("#apply-reason", "as agreed")
    page.locator("form[action$='/apply'] button").click()
    assert two.mall.report("check_in", user="ann", key="k").given == {"points": 12}
    page.goto("/ops/campaigns/check-in/versions")
    assert "as agreed" in page.inner_text("main")
    page.goto("/ops/releases/1")
    page.fill("#restore-reason", "not as agreed")
    page.locator("form[action$='/restore'] button").click()
    page.goto("/ops/campaigns/check-in/versions")

    assert "not as agreed" in page.inner_text("main")
    assert two.mall.report("check_in", user="bob", key="k2").given == {"points": 10}
