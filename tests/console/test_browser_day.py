"""Parts of an operator's day by clicking, in a real browser: an order in trouble, a budget that burns, a person to erase."""

from __future__ import annotations

import pytest

from tests.console.conftest import DESKTOP, PHONE

pytestmark = pytest.mark.browser

WHY = "checked with the customer"
REASONS = (
    "it burns its budget",
    "one per cent is enough",
    "as agreed",
    "the reward is smaller now",
    "the budget was raised",
)


class Visit:
    """One operator's page, and all that went wrong in it; what is looked at is looked at with axe as well."""

    def __init__(self, page, *, script: bool = True) -> None:
        self.page, self.script, self.wrong = page, script, []
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on(
            "response",
            lambda answer: self.wrong.append(f"{answer.status} {answer.url}") if answer.status >= 500 else None,
        )

    def _said(self, told) -> None:
        """A page that is refused or not found is told by the browser as well; these are looked at as pages."""
        if told.type in ("error", "warning") and "status of 4" not in told.text:
            self.wrong.append(told.text)

    def looked(self) -> str:
        """What the page says; it is as wide as the screen, and no rule of axe is broken."""
        wide = "document.documentElement.scrollWidth > innerWidth"
        if self.script:
            from axe_playwright_python.sync_playwright import Axe

            hits = Axe().run(self.page).response["violations"]
            self.wrong += [f"{self.page.url} {hit['id']} {hit['nodes'][0]['html']}" for hit in hits]
            self.wrong += [f"{self.page.url} is wide"] if self.page.evaluate(wide) else []
        return str(self.page.inner_text("main"))

    def act(self, action: str, reason: str = WHY, field: str = "reason") -> None:
        """Send the form of an action with a reason, and see that it was done."""
        form = self.page.locator(f"form[action$='/{action}']")
        form.locator(f"input[name={field}]").fill(reason)
        form.locator("button").first.click()
        self.page.wait_for_url("**act=*")
        assert self.page.locator(".qo-notice.is-good").count() == 1


def tab_to(page, selector: str, most: int = 120) -> None:
    """Press Tab until that stands in focus."""
    for _ in range(most):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no key leads to {selector}")


@pytest.mark.parametrize(
    ("lang", "width", "scheme", "script"),
    [("zh", PHONE, "light", False), ("en", DESKTOP, "dark", True), ("en", PHONE, "light", True)],
)
def test_an_order_in_trouble_is_cancelled_and_another_taken_back(page_of, lived, lang, width, scheme, script):
    """Found by the number that the customer has; what is cancelled frees the place, what is refunded says what to return."""
    mall = lived.mall
    waiting = mall.claim("flash", item="phone", user="ann", key="o/1", order="o-1001")
    paid = mall.claim("hot", item="phone", user="bob", key="o/2", order="o-1002")
    mall.settle(paid.hold, paid=569900, key="pay/2")
    visit = Visit(page_of(lang, width, scheme, script=script), script=script)
    page = visit.page
    page.goto("/ops/people")
    page.fill("#q", "o-1001")
    page.click("form[role=search] button")
    page.click("main table a")
    page.click("main a[href*='tab=deals']")
    visit.looked()
    page.click(f"main table a[href$='/deals/{waiting.hold}']")
    visit.looked()
    visit.act("release")
    assert mall.deals("ann")[0].phase == "closed"
    assert page.locator("form[action$='/release']").count() == 0

    page.goto("/ops/people?q=o-1002")
    page.click("main table a")
    page.click("main a[href*='tab=deals']")
    page.click(f"main table a[href$='/deals/{paid.hold}']")
    visit.act("refund")
    said = visit.looked()

    assert mall.deals("bob")[0].phase == "refunded"
    assert "5,699" in said
    assert {"zh": "退款金额", "en": "Money to return"}[lang] in said
    assert lived.acts(limit=2) == [("deal.refund", "done", ""), ("deal.release", "done", "")]
    assert visit.wrong == []


@pytest.mark.parametrize(("lang", "width", "scheme"), [("zh", DESKTOP, "light"), ("en", PHONE, "dark")])
def test_a_budget_that_burns_is_seen_stopped_changed_and_taken_back(two, page_of, lang, width, scheme):
    """From the alarm to the budget, a pause, a draft that somebody else approves, going on, and back to what was before."""
    mall = two.mall
    for n in range(3):
        mall.report("order.paid", user=f"u{n}", key=f"o{n}", data={"order": f"o{n}", "amount": "3000000.00"})
    mall.worker().catch_up()
    mall.desk.alarms.look()
    visit = Visit(page_of(lang, width, scheme))
    page = visit.page
    assert {"zh": "照现在的速度", "en": "At this pace"}[lang] in alarm_and_budget(visit)

    page.goto("/ops/campaigns/order-points")
    visit.looked()
    visit.act("pause", "it burns its budget")
    assert paid(mall, "while-paused") == {}
    page.locator("form[action$='/edit'] button").click()
    lower_the_reward(visit)
    two.me["id"] = "8"
    page.reload()
    page.fill("#approve-reason", "one per cent is enough")
    page.locator("#approval button").first.click()
    visit.looked()
    visit.act("apply", "as agreed")
    page.goto("/ops/campaigns/order-points")
    visit.act("resume", "the reward is smaller now")
    assert paid(mall, "at-one-percent") == {"points": 1}

    page.goto("/ops/campaigns/order-points/versions")
    assert "as agreed" in visit.looked()
    page.goto("/ops/releases/1")
    visit.looked()
    visit.act("restore", "the budget was raised")
    assert paid(mall, "as-before") == {"points": 10}
    page.goto("/ops/acts")
    log = visit.looked()

    assert [reason for reason in REASONS if reason not in log] == []
    assert visit.wrong == []


def alarm_and_budget(visit) -> str:
    """From the overview to the alarm, what it says, the budget that it is about, and back to acknowledge it."""
    page = visit.page
    page.goto("/ops/overview")
    visit.looked()
    assert page.locator("main a[href*='/budgets/order-points']").count() == 1
    page.click("main a[href*='/ops/alarms']")
    page.locator("main tbody tr", has=page.locator("a[href*='/budgets/']")).locator("a[href*='/alarms/']").first.click()
    said = visit.looked()
    page.click("main .qo-part a")
    assert "/budgets/order-points" in page.url
    visit.looked()
    page.go_back()
    visit.act("acknowledge", "lowering the reward today")
    return str(said)


def lower_the_reward(visit) -> None:
    """In the draft that is open; who wrote it can neither approve nor publish it."""
    page, text = visit.page, "#proposal-text"
    page.fill(text, page.input_value(text).replace("percent: 10%", "percent: 1%"))
    page.locator("form[action$='/save'] button").click()
    assert page.locator("#approve-reason, #apply-reason").count() == 0
    visit.looked()


def paid(mall, key: str) -> dict[str, int]:
    """What an order of 100.00 gives."""
    return dict(mall.report("order.paid", user="bob", key=key, data={"order": key, "amount": "100.00"}).given)


@pytest.mark.parametrize(
    ("lang", "width", "script"), [("zh", PHONE, True), ("en", DESKTOP, True), ("en", PHONE, False)]
)
def test_a_person_is_erased_by_an_approver_who_types_their_id(page_of, lived, lang, width, script):
    """What is open refuses and says what it is; a wrong id refuses; afterwards nobody is found, and the page that was says so."""
    mall = lived.mall
    hold = mall.claim("flash", item="phone", user="ann", key="o/1", order="o-1001").hold
    visit = Visit(page_of(lang, width, script=script), script=script)
    page = visit.page
    page.goto("/ops/people?q=ann")
    page.click("main table a")
    person = page.url

    def ask(typed: str) -> str:
        if not page.locator("form[action$='/erase'] button").is_visible():
            page.locator("details", has=page.locator("form[action$='/erase']")).locator("summary").click()
        page.fill("#erase-confirmed", typed)
        page.check("form[action$='/erase'] input[type=checkbox]")
        page.fill("#erase-reason", "asked for it in writing")
        page.locator("form[action$='/erase'] button").click()
        return visit.looked()

    assert {"zh": "不一致", "en": "isn’t the id"}[lang] in ask("bob")
    said = ask("ann")
    assert {"zh": "待支付", "en": "waiting for payment"}[lang] in said
    assert hold in said
    assert mall.wallet("ann").units["points"].balance > 0
    mall.release(hold, user="ann", key="r/1")
    page.goto(person)
    said = ask("ann")

    assert page.locator(".qo-notice.is-good").count() == 1
    assert {"zh": "删除个人信息", "en": "Erase this person"}[lang] in said
    for words in ("ann", "o-1001"):
        page.goto(f"/ops/people?q={words}")
        assert page.locator("main tbody tr").count() == 0
        assert {"zh": "没有找到", "en": "Nobody found"}[lang] in visit.looked()
    assert page.goto(person).status == 404
    assert {"zh": "个人信息已删除", "en": "This person was erased"}[lang] in visit.looked()
    page.goto("/ops/acts")
    log = visit.looked()
    assert {"zh": "已删除的用户", "en": "an erased user"}[lang] in log
    assert "ann" not in log.split()
    assert lived.differences() == ()
    assert visit.wrong == []


def test_a_customer_is_helped_by_the_keyboard_alone(page_of, lived):
    """From the search to the reason and the log, without a mouse; what has focus is seen, and Enter does what it says."""
    page = page_of("en")
    page.goto("/ops/acts")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('.qo-skip')")
    assert page.evaluate("document.activeElement.getBoundingClientRect().top >= 0")
    tab_to(page, ".qo-rail a[href$='/people']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/people")
    page.keyboard.press("/")
    page.keyboard.type("ann")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=ann")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/people/*")
    tab_to(page, "main a[href*='tab=eligible']")
    page.keyboard.press("Enter")
    page.wait_for_url("**tab=eligible")
    tab_to(page, "main a[href*='tab=wallet']")
    page.keyboard.press("Enter")
    page.wait_for_url("**tab=wallet")
    tab_to(page, "details:has(form[action$='/adjust']) > summary")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    tab_to(page, "#adjust-amount")
    page.keyboard.type("25")
    tab_to(page, "#adjust-reason")
    page.keyboard.type("a parcel came late")
    before = lived.mall.wallet("ann").units["points"].balance
    tab_to(page, "form[action$='/adjust'] button")
    page.keyboard.press("Enter")
    page.wait_for_url("**act=*")

    assert lived.mall.wallet("ann").units["points"].balance == before + 25
    tab_to(page, "main a[href*='tab=acts']")
    page.keyboard.press("Enter")
    page.wait_for_url("**tab=acts")
    assert "a parcel came late" in page.inner_text("main tbody")
