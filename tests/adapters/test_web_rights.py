"""What one has: stacks, filters, how to use it, and what one says of it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

import quanyi
from quanyi.adapters.clock import FixedClock

NOW = datetime(2026, 5, 1, 2, 0, tzinfo=UTC)
MALL = {
    "mall.yaml": "mall: tiny\nzone: Asia/Shanghai\ncurrency: CNY\nunits: {points: {title: {zh: 积分, en: points}}}\n",
    "events/all.yaml": "events: {gift: {}}\n",
    "catalogue/all.yaml": (
        "benefits:\n"
        "  tea: {is: voucher, title: {zh: 茶, en: Tea}, category: food, lasts: 7d, use: {show: qr}}\n"
        "  film: {is: pass, title: {zh: 影视, en: Film}, category: video, use: {go: /films}}\n"
        "  card: {is: card, title: {zh: 卡, en: Card}, pool: codes, use: {show: qr}}\n"
        "  soup: {is: voucher, title: {zh: 汤, en: Soup}, lasts: 7d, use: {show: barcode}}\n"
        "  slip: {is: card, title: {zh: 单, en: Slip}, pool: slips, use: {show: barcode}}\n"
        "pools: {codes: {}, slips: {}}\n"
    ),
    "campaigns/all.yaml": (
        "campaign: shelf\nkind: points_exchange\nsells: {tea: {points: 1}, film: {points: 1}, card: {points: 1},\n"
        "  soup: {points: 1}, slip: {points: 1}}\n"
        "at_most: [9 pieces per user]\n"
    ),
}


@pytest.fixture
def opened(open_host):
    vault = quanyi.SealingVault(quanyi.KeyRing.for_development())
    mall, client = open_host(MALL, clock=FixedClock(NOW), vault=vault)
    mall.desk.adjust("ann", "points", 100, key="gift", reason="gift")
    mall.desk.import_codes("card", ["AAAA-1111-BBBB"], key="codes")
    return mall, client


def buy(mall, item: str, key: str = "1", user: str = "ann") -> str:
    """The number of a new entitlement."""
    receipt = mall.exchange(item, user=user, key=f"{item}/{key}", campaign="shelf")
    return mall.deal(receipt.deal).grants[0]


def page(client, path: str, lang: str = "en") -> str:
    return client.get(f"/mall/{path}", headers={"Accept-Language": lang}).text


def token_on(text: str, ending: str) -> str:
    return re.search(rf'name="token" value="([^"]+{ending})"', text)[1]


def test_equal_ones_are_one_stack(opened):
    """With their number, and each of them below it."""
    mall, client = opened
    numbers = [buy(mall, "tea", str(n)) for n in range(3)]
    buy(mall, "film")

    text = page(client, "entitlements")

    assert text.count('<li class="qy-ticket is-') == 2
    assert "×3" in text
    assert "2 more" in text
    assert all(f"/mall/entitlements/{number}" in text for number in numbers)


def test_a_code_that_was_looked_at_stands_alone(opened):
    """So that nobody takes it for a fresh one."""
    mall, client = opened
    mall.desk.import_codes("card", ["CCCC-2222-DDDD"], key="more")
    first, _ = buy(mall, "card", "1"), buy(mall, "card", "2")
    assert page(client, "entitlements").count('<li class="qy-ticket is-') == 1

    mall.reveal(first, user="ann", key="r")

    assert page(client, "entitlements").count('<li class="qy-ticket is-') == 2


def test_the_list_is_narrowed_by_category(opened):
    mall, client = opened
    buy(mall, "tea")
    buy(mall, "film")

    food = page(client, "entitlements?category=food")

    assert "<b>Tea" in food
    assert "<b>Film" not in food
    assert 'href="/mall/entitlements?phase=usable&amp;category=video"' in food


def test_a_use_leads_somewhere_or_shows_a_code_for_the_counter(opened):
    """Where there is no card code, the number is what the counter scans."""
    mall, client = opened
    film, tea = (page(client, f"entitlements/{buy(mall, item)}") for item in ("film", "tea"))

    assert 'href="/films"' in film
    assert "qy-qr" not in film
    assert "qy-qr" in tea
    assert "7 days left" in tea


def test_no_qr_code_of_a_card_code_before_it_is_asked_for(opened):
    """It is in no page until then, in no form."""
    mall, client = opened
    number = buy(mall, "card")
    before = page(client, f"entitlements/{number}")
    token = re.search(r'name="token" value="([^"]+)"', before)[1]
    after = client.post(f"/mall/entitlements/{number}", data={"token": token}).text

    assert "qy-qr" not in before
    assert "AAAA" not in before
    assert "qy-qr" in after
    assert "AAAA" in after
    assert "qy-qr" not in page(client, f"entitlements/{number}")


def test_what_one_says_is_kept_and_shown(opened):
    """Each button says one thing; the form sent again says it once."""
    mall, client = opened
    number = buy(mall, "tea")
    text = page(client, f"entitlements/{number}")
    for _ in range(2):
        client.post(f"/mall/entitlements/{number}/rating", data={"token": token_on(text, "-w"), "worked": "no"})
    client.post(f"/mall/entitlements/{number}/rating", data={"token": token_on(text, "-s"), "stars": "4"})

    said = mall.rating(number, "ann")
    again = page(client, f"entitlements/{number}")

    assert (said.worked, said.stars, said.item) == (False, 4, "tea")
    assert again.count('class="is-lit"') == 4
    assert "Please contact support" in again


@pytest.mark.parametrize(
    ("item", "seen", "asked"), [("tea", False, False), ("film", False, True), ("card", True, True)]
)
def test_what_expired_unused_is_not_asked_about(open_host, item, seen, asked):
    """Nobody tried a voucher that was never used; a pass worked while it lasted, and a code that was seen may have."""
    clock, vault = FixedClock(NOW), quanyi.SealingVault(quanyi.KeyRing.for_development())
    catalogue = (
        MALL["catalogue/all.yaml"]
        .replace("category: video,", "lasts: 7d,")
        .replace("pool: codes", "lasts: 7d, pool: codes")
    )
    mall, client = open_host({**MALL, "catalogue/all.yaml": catalogue}, clock=clock, vault=vault)
    mall.desk.adjust("ann", "points", 100, key="gift", reason="gift")
    mall.desk.import_codes("card", ["AAAA-1111-BBBB"], key="codes")
    number = buy(mall, item)
    if seen:
        mall.reveal(number, user="ann", key="r")
    assert "Did it work?" in page(client, f"entitlements/{number}")
    clock.move(NOW + timedelta(days=8))
    sent = client.post(f"/mall/entitlements/{number}/rating", data={"token": "t", "stars": "5"})

    assert ("Did it work?" in page(client, f"entitlements/{number}")) == asked
    assert sent.status_code == (303 if asked else 404)
    assert (mall.rating(number, "ann") is not None) == asked


@pytest.mark.parametrize(("lang", "question"), [("en", "Did it work?"), ("zh", "用得顺利吗")])
def test_a_code_that_nobody_has_looked_at_is_not_asked_about(opened, lang, question):
    """Once it was looked at, it may have been tried."""
    mall, client = opened
    number = buy(mall, "card")
    before = page(client, f"entitlements/{number}", lang)
    sent = client.post(f"/mall/entitlements/{number}/rating", data={"token": "t", "stars": "5"})
    mall.reveal(number, user="ann", key="r")

    assert question not in before
    assert (sent.status_code, mall.rating(number, "ann")) == (404, None)
    assert question in page(client, f"entitlements/{number}", lang)


@pytest.mark.parametrize("data", [{}, {"stars": "6"}, {"stars": "０"}, {"worked": "maybe"}, {"stars": "4; drop"}])
def test_what_is_no_answer_changes_nothing(opened, data):
    mall, client = opened
    number = buy(mall, "tea")

    assert client.post(f"/mall/entitlements/{number}/rating", data={"token": "t", **data}).status_code == 303
    assert mall.rating(number, "ann") is None


def test_nobody_rates_or_reads_what_is_not_theirs(opened):
    mall, client = opened
    mall.desk.adjust("bob", "points", 10, key="gift/bob", reason="gift")
    bobs = buy(mall, "tea", user="bob")
    mall.rate(bobs, user="bob", key="r", stars=5)

    sent = client.post(f"/mall/entitlements/{bobs}/rating", data={"token": "t", "stars": "1"})

    assert sent.status_code == 404
    assert mall.rating(bobs, "ann") is None
    assert mall.rating(bobs, "bob").stars == 5
