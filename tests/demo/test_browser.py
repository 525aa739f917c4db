"""The demo in a real Chromium, as people meet it."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import pairwise

import pytest

pytestmark = pytest.mark.browser

PAGES = (
    "/",
    "/sign-in",
    "/me",
    "/works/tide-letters",
    "/works/salt-atlas",
    "/chapters/salt-1",
    "/chapters/salt-3",
    "/mall/",
    "/mall/things?category=video",
    "/mall/things?q=dy&mine=1&sort=price",
    "/mall/things?q=nothing",
    "/mall/items/coffee-corner/latte",
    "/mall/items/points-and-cash/game_card",
    "/mall/items/evening-sale/film_month",
    "/mall/items/weekend-market/music_month",
    "/mall/items/spring-opening/latte",
    "/mall/sales",
    "/mall/sales?tab=soon",
    "/mall/sales?tab=past",
    "/mall/entitlements",
    "/mall/entitlements?phase=used",
    "/mall/entitlements?phase=expired",
    "/mall/points",
    "/mall/points?unit=sparks",
    "/mall/deals",
    "/mall/messages",
    "/mall/streaks/daily-check-in",
    "/mall/streaks/daily-check-in?month=2026-02",
    "/mall/streaks/reading-weeks",
    "/mall/tasks",
    "/mall/invites",
    "/mall/items/spring-box/spring_pass",
    "/mall/items/story-night/night_lamp",
    "/tour/bundle",
    "/tour",
    "/mall/scenes/holiday",
    "/join",
)
# One page of each template and state, for what takes long.
TOLD_APART = (
    *PAGES[:8],
    *PAGES[9:15],
    "/mall/sales",
    "/mall/entitlements",
    "/mall/points",
    "/mall/deals",
    *PAGES[-10:],
)
TOO_WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
  [...document.querySelectorAll("body *")]
    .filter((e) => e.getBoundingClientRect().right > innerWidth + 1)
    .slice(0, 5).map((e) => `${e.className} ${e.textContent.trim().slice(0, 30)}`)"""
CUT = """() => [...document.querySelectorAll(".qy-button, .qy-nav a, .qy-tabs a, .qy-chip, .li-nav a, .qy-clock")]
  .filter((e) => e.offsetParent && (e.scrollWidth > e.clientWidth + 1 || e.clientHeight > 64))
  .map((e) => e.textContent.trim())"""

BROKEN = """() => [...document.querySelectorAll(".qy-money, .qy-points b, .qy-was")]
  .filter((e) => e.offsetParent && e.getBoundingClientRect().height > 1.6 * parseFloat(getComputedStyle(e).lineHeight))
  .map((e) => e.textContent.trim())"""


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_page_scrolls_sideways_or_cuts_its_buttons_on_a_phone(page_of, lang):
    """Every page fits 360 pixels, in both languages; every button and every price is one line high."""
    page = page_of("lin", lang=lang)

    for path in PAGES:
        answer = page.goto(path)
        assert answer.status == 200, path
        assert page.evaluate(TOO_WIDE) == [], path
        assert page.evaluate(CUT) == [], path
        assert page.evaluate(BROKEN) == [], path


def test_no_page_meets_an_error_in_the_browser(page_of):
    """No script fails, nothing is missing, and nothing is fetched from anywhere else."""
    page = page_of("lin", wide=True)
    problems, foreign = [], []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda said: problems.append(said.text) if said.type == "error" else None)
    page.on("response", lambda answer: problems.append(answer.url) if answer.status >= 400 else None)
    page.on("request", lambda ask: foreign.append(ask.url) if "127.0.0.1" not in ask.url else None)

    for path in PAGES:
        page.goto(path)

    assert problems == []
    assert foreign == []


def test_too_few_points_says_how_many_are_missing_and_how_to_earn_them(page_of, served):
    """A no carries its number and the way on, and offers no button that cannot work."""
    page = page_of("zhou")
    missing = 800 - balance(served, "zhou")

    page.goto("/mall/items/long-evenings/audiobook")

    assert f"还差 {missing} 积分" in page.inner_text(".qy-buy")
    assert page.locator(".qy-buy button").count() == 0
    assert page.locator(".qy-buy a.qy-button").get_attribute("href") == "/mall/invites"


def test_an_exchange_works_and_the_balance_falls(page_of, served):
    """One press takes the points, gives the benefit, and shows the number for support."""
    page = page_of("lin")
    before = balance(served, "lin")

    page.goto("/mall/items/everyday-shelf/chapter_pass")
    page.click(".qy-form button")

    assert "兑换成功" in page.inner_text("h1")
    assert re.search(r"(\w{4} ){3}\w{4}", page.inner_text(".qy-number"))
    assert balance(served, "lin") == before - 120
    page.goto("/mall/")
    assert f"{before - 120:,}" in page.inner_text(".qy-hero")


def test_a_double_press_makes_one_deal(page_of, served):
    """Two presses before the answer are one deal, also when both reach the server."""
    page = page_of("lin")
    before = len(served.world.mall.deals("lin"))
    page.goto("/mall/items/everyday-shelf/chapter_pass")

    statuses = page.evaluate(
        """() => { const body = new URLSearchParams(new FormData(document.querySelector(".qy-form")));
             const send = () => fetch(location.href, {method: "POST", body}).then((answer) => answer.status);
             return Promise.all([send(), send(), send(), send()]); }"""
    )
    page.dblclick(".qy-form button")
    page.wait_for_url("**/mall/deals/*")

    assert statuses == [200] * 4
    assert len(served.world.mall.deals("lin")) == before + 1


def test_a_claim_is_paid_at_the_hosts_till_and_becomes_an_entitlement(page_of, served):
    """Flash sale, host's till, settlement in the host's transaction, and the benefit is there."""
    page = page_of("lin")
    left = served.world.mall.offer("evening-sale", "film_month").left
    assert not served.world.mall.entitled("film_month", "lin")

    page.goto("/mall/sales")
    page.click(".qy-sale a >> nth=0")
    page.click(".qy-form button")
    page.wait_for_url("**/till/*")
    assert "¥9.90" in page.inner_text(".li-till")
    page.click(".li-till button")

    page.wait_for_url("**/mall/deals/*")
    assert "抢购成功" in page.inner_text("h1")
    assert served.world.mall.entitled("film_month", "lin")
    assert served.world.mall.offer("evening-sale", "film_month").left == left - 1


def test_a_code_is_not_in_the_page_before_it_is_revealed(page_of, served):
    """Masked first; shown in groups of four after asking; and asking is recorded."""
    page = page_of("lin")
    latte = next(r for r in served.world.mall.entitlements("lin", phase="usable") if r.benefit.id == "latte")
    page.goto(f"/mall/entitlements/{latte.id}")
    hidden = page.content()

    page.click("text=查看兑换码 >> nth=0")

    page.wait_for_selector("[data-copy]")
    code = page.get_attribute("[data-copy]", "data-copy")
    assert code not in hidden
    assert page.locator(".qy-code span").all_inner_texts() == [code[n : n + 4] for n in range(0, len(code), 4)]
    assert page.locator("[data-copy]").is_visible()
    shown = next(r for r in served.world.mall.entitlements("lin") if r.id == latte.id)
    assert shown.revealed_at is not None


def test_everything_works_without_a_script(page_of, served):
    """Check in, exchange, claim, pay, reveal: forms and links alone."""
    page = page_of("lin", script=False)

    page.goto("/")
    page.click(".li-checkin button")
    assert "签到成功，获得 10 积分" in page.inner_text(".li-flash")
    page.goto("/mall/items/coffee-corner/latte")
    page.click(".qy-form button")
    page.click(".qy-result a >> nth=0")
    page.click(".qy-secret button")
    assert page.locator(".qy-code:not(.is-masked)").is_visible()
    assert page.locator("[data-copy]").is_hidden()
    page.goto("/mall/items/evening-sale/game_card")
    page.click(".qy-form button")
    page.click(".li-till button")
    assert "抢购成功" in page.inner_text("h1")


def test_a_wrong_quantity_is_said_without_a_script(page_of):
    """At the field, with what was typed still in it."""
    page = page_of("zhou", script=False)

    page.goto("/mall/items/everyday-shelf/chapter_pass")
    page.fill("input[name=qty]", "3")
    page.click(".qy-form button")

    assert "请填写 1 到 2 之间的整数" in page.inner_text(".qy-field")
    assert page.input_value("input[name=qty]") == "3"


def test_a_cancelled_deal_gives_its_points_back(page_of, served):
    """What was held for a deal comes back, and the page says so with the number."""
    page = page_of("lin")
    before = balance(served, "lin")
    page.goto("/mall/items/points-and-cash/concert_live")
    page.click(".qy-form button")
    page.click(".li-till a.qy-button")
    assert balance(served, "lin") == before - 500

    page.click("text=取消订单")

    page.wait_for_selector(".qy-result.is-closed")
    assert "500 积分已原路退回" in page.inner_text(".qy-result")
    assert balance(served, "lin") == before


def test_the_countdown_runs_by_the_servers_clock(page_of):
    """A browser whose clock is a day off still counts to the end of the sale."""
    page = page_of("lin")
    page.add_init_script("{ const real = Date.now; Date.now = () => real() + 86_400_000; }")

    page.goto("/mall/sales")
    page.wait_for_timeout(1200)

    assert re.fullmatch(r"02:2[0-4]:\d\d", page.inner_text(".qy-clock >> nth=0"))


def test_three_days_forward_changes_the_date(page_of, served):
    """Moving the clock moves the demo, also while it is being served."""
    page = page_of("lin")
    assert "3月20日" in page.inner_text("[data-demo-time]")

    served.world.clock.advance(timedelta(days=3))
    page.reload()

    assert "3月23日" in page.inner_text("[data-demo-time]")


def test_the_language_can_be_switched_on_every_page(page_of):
    """One press, the same page, and the choice stays."""
    page = page_of("lin")
    page.goto("/mall/points")

    page.click("[data-language]")

    assert page.url.endswith("/mall/points?lang=en")
    assert "Your points" in page.inner_text("main")
    page.goto("/mall/")
    assert page.get_attribute("html", "lang") == "en"


def test_the_rows_of_the_points_history_add_up(page_of, served):
    """Each balance is the one before it plus the amount, down to what the wallet says."""
    page = page_of("lin")
    page.goto("/mall/points")
    rows = read_rows(page)

    assert rows[0][1] == balance(served, "lin")
    assert all(newer[1] - newer[0] == older[1] for newer, older in pairwise(rows))
    assert len(rows) == 20


@pytest.mark.slow
def test_every_page_is_accessible(page_of):
    """No rule of axe is broken, light or dark, on any kind of page."""
    from axe_playwright_python.sync_playwright import Axe

    found = {}
    for scheme in ("light", "dark"):
        page = page_of("lin")
        page.emulate_media(color_scheme=scheme)
        for path in TOLD_APART:
            page.goto(path)
            found |= {f"{scheme} {path} {hit['id']}": hit["nodes"][0]["html"] for hit in violations(Axe().run(page))}

    assert not found


def violations(results) -> list[dict]:
    return results.response["violations"]


def balance(served, user: str) -> int:
    return served.world.mall.wallet(user).units["points"].balance


def read_rows(page) -> list[tuple[int, int]]:
    rows = page.locator(".qy-entry").all()
    return [
        (
            int(row.locator("[data-amount]").get_attribute("data-amount")),
            int(row.locator("[data-balance]").get_attribute("data-balance")),
        )
        for row in rows
    ]
