"""The console in a real browser: every screen in both languages on a phone and a desktop, and an operator's way through it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import create_engine
from werkzeug.serving import make_server

import quanyi
from quanyi.adapters.console import SCREENS, Operator
from tests.console.conftest import FOLDER, START
from tests.console.samples import ADDRESSES

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

PHONE, DESKTOP = 360, 1280
RULE = "approval: {changes: [changed]}\n"


@pytest.fixture
def two(tmp_path, open_console):
    """A mall whose changes need a second pair of eyes, with a story and a recording; operators change by `me`."""
    folder = tmp_path / "mall"
    shutil.copytree(FOLDER, folder)
    (folder / "mall.yaml").write_text((folder / "mall.yaml").read_text() + RULE)
    (folder / "stories").mkdir(exist_ok=True)
    (folder / "stories" / "daily.yaml").write_text(
        "story: ten points a day\ncampaigns: [check-in]\nsteps:\n"
        '  - {at: "2026-03-08 10:00", who: ann, do: check_in, then: {points: {ann: 10}}}\n'
    )
    (tmp_path / "events.jsonl").write_text(
        '{"at": "2026-03-07 10:00", "type": "check_in", "user": "ann", "key": "k1"}\n'
        '{"at": "2026-03-07 11:00", "type": "order.paid", "user": "ann", "key": "no amount", "data": {"order": "o1"}}\n'
    )
    engine = quanyi.prepare_engine(create_engine(f"sqlite:///{tmp_path / 'two.db'}"))
    quanyi.upgrade(engine)
    mall = quanyi.open_mall(folder, engine, clock=quanyi.FixedClock(START), recording=tmp_path / "events.jsonl")
    mall.desk.apply(by="files", reason="the beginning")
    me = {"id": "7"}
    there = open_console(
        mall, operator=lambda: Operator(id=me["id"], name="Zhou Ye", roles={"operator", "approver", "viewer"})
    )
    there.me = me
    yield there
    engine.dispose()


@pytest.fixture
def lived(request):
    """For the flow of two people their mall; else the usual one."""
    if "two" in request.fixturenames:
        return request.getfixturevalue("two")
    there = request.getfixturevalue("there")
    there.mall.desk.adjust("ann", "points", 1000, key="stake", reason="to begin with")
    there.mall.desk.adjust("bob", "points", 1000, key="stake/bob", reason="to begin with")
    there.mall.exchange("coffee", user="ann", key="x/1")
    return there.as_("operator", "approver", "auditor", "viewer", "merchant", "brand", "partner")


@pytest.fixture
def page_of(browser: Browser, lived: Any) -> Iterator[Callable[..., Page]]:
    """Pages of the console behind a real server with threads."""
    server = make_server("127.0.0.1", 0, lived.app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    contexts = []

    def page_of(lang: str = "zh", width: int = DESKTOP, scheme: str = "light", *, script: bool = True) -> Page:
        context = browser.new_context(
            base_url=f"http://127.0.0.1:{server.server_port}",
            viewport={"width": width, "height": 800},
            color_scheme=scheme,
            java_script_enabled=script,
        )
        contexts.append(context)
        context.set_default_timeout(10_000)
        page = context.new_page()
        page.goto(f"/ops/acts?lang={lang}")
        return page

    yield page_of
    for context in contexts:
        context.close()
    server.shutdown()
    thread.join(10)
    server.server_close()


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
