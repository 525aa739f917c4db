"""What an offer says to one person: whose limit it is, what waits for payment, and what may still come back."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from quanyi.adapters.clock import FixedClock
from tests.adapters.reading import said

NOW = datetime(2026, 3, 20, 12, 0, tzinfo=UTC)  # a Friday, 20:00 in Shanghai
MALL = {
    "mall.yaml": (
        "mall: tiny\nzone: Asia/Shanghai\ncurrency: CNY\n"
        "units:\n  points: {title: {zh: 积分, en: points}, debt: allowed}\n"
        "  cards: {title: {zh: 补签卡, en: streak savers}, measure: 张}\n"
    ),
    "events/all.yaml": "events: {gift: {n: id, source: [n]}, oops: {n: id, source: [n]}}\n",
    "catalogue/all.yaml": (
        "benefits:\n"
        "  film: {is: pass, title: {zh: 影视月卡, en: Film pass}, lasts: 30d, face: 25.00, cost: 4.00}\n"
        "  game: {is: card, title: {zh: 游戏点卡, en: Game card}, lasts: 30d, face: 30.00, cost: 4.00}\n"
        "  lamp: {is: collectible, title: {zh: 夜读灯, en: Lamp}, face: 30.00, cost: 4.00}\n"
    ),
    "campaigns/all.yaml": (
        "campaign: gifts\nkind: reward\nwhen: gift\ngive: {points: 50}\nexposure: {accept: a test}\n"
        "if_undone: {when: oops, same: n, take: debt}\n---\n"
        "campaign: tonight\nkind: flash_sale\ntitle: {zh: 今晚秒杀, en: Tonight}\n"
        'runs: {from: "2026-03-16 00:00", through: "2026-06-30"}\nopen: daily 18:00-22:00\n'
        "sells: {film: 9.90, game: 21.00}\nquota: {film: {pieces: 2, in: session}, game: 9}\n"
        "at_most: [1 piece per user per week]\nhold: {pay_within: 15m}\n---\n"
        "campaign: shelf\nkind: points_exchange\nsells: {lamp: {points: 20}}\nat_most: [1 piece per user per month]\n---\n"
        "campaign: attic\nkind: points_exchange\nsells: {game: {cards: 1}}\nat_most: [9 pieces per user]\n"
    ),
}
ROWS = re.compile(r'qy-sale-side">\s*<a class="[^"]*" href="([^"]+)"[^>]*>([^<]+)</a>')
FILM, GAME = "/mall/items/tonight/film", "/mall/items/tonight/game"


@pytest.fixture
def there(open_host):
    clock = FixedClock(NOW)
    mall, client = open_host(MALL, clock=clock, pay=lambda deal: f"/till/{deal.id}")
    return mall, clock, client


def buy(mall, user, item, *, pay=True):
    receipt = mall.claim("tonight", item=item, user=user, key=f"{user}/{item}")
    if pay:
        mall.settle(receipt.deal, paid=receipt.pay, key=f"pay/{user}/{item}", user=user)
    return receipt.deal


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [
        ("zh", "「今晚秒杀」合计每周限 1 件，你本周已抢：影视月卡。3月23日起可再次抢购。"),
        ("en", "Limit across Tonight: 1 per week. You’ve bought: Film pass. Available again 23 March."),
    ],
    ids=["zh", "en"],
)
def test_a_limit_over_several_things_names_them(there, lang, sentence):
    """Of a thing never bought nobody says that one has a piece of it."""
    mall, _, client = there
    buy(mall, "ann", "film")
    page = said(client.get(f"{GAME}?lang={lang}").text)

    assert sentence in page
    assert "你已有 1" not in page
    rule = {
        "zh": "「今晚秒杀」合计：每人每周限 1 件，每周一重新计算；取消的不算。",
        "en": "Limit: 1 per person per week, counted from Monday, across all of Tonight.",
    }
    assert rule[lang] in page


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [
        ("zh", "每月限 1 件，你本月已兑 1 件。4月1日起可再次兑换。"),
        ("en", "Limit: 1 per month. You’ve redeemed 1. Available again 1 April."),
    ],
    ids=["zh", "en"],
)
def test_a_limit_of_one_thing_is_its_own(there, lang, sentence):
    mall, _, client = there
    mall.report("gift", user="ann", key="g", data={"n": "1"})
    mall.exchange("lamp", user="ann", key="x", campaign="shelf")

    assert sentence in said(client.get(f"/mall/items/shelf/lamp?lang={lang}").text)


@pytest.mark.parametrize(
    ("lang", "title", "left", "label"),
    [
        ("zh", "你有一笔待支付订单", "影视月卡，还剩 12 分钟", "去支付"),
        ("en", "You have an order waiting for payment", "Film pass: 12 minutes left to pay", "Finish paying"),
    ],
    ids=["zh", "en"],
)
def test_an_own_unpaid_order_is_no_limit_but_the_way_to_pay(there, lang, title, left, label):
    """On the thing itself and on what shares its limit; in a list only the thing itself says pay, and leads there."""
    mall, clock, client = there
    deal = buy(mall, "ann", "film", pay=False)
    clock.move(NOW + timedelta(minutes=3))

    for path in (FILM, GAME):
        page = client.get(f"{path}?lang={lang}").text
        assert f"{title} {left}" in said(page), path
        assert f'href="/till/{deal}">{label}' in page, path
        assert not re.search("上限|limit reached|reached the limit|3月23日起|23 March", said(page)), path
    shown = dict(ROWS.findall(client.get(f"/mall/sales?lang={lang}").text))
    other = {"zh": "有订单待付", "en": "Unpaid order"}[lang]
    assert shown == {f"/till/{deal}": label, GAME: other}


def test_what_is_gone_is_not_called_unpaid(there):
    """An order of something else doesn't hide that this is sold out, nor put it first in the sale."""
    mall, _, client = there
    for user in ("bob", "cat"):
        buy(mall, user, "film")
    buy(mall, "ann", "game", pay=False)

    assert "本场已抢光" in said(client.get(f"{FILM}?lang=zh").text)
    assert "待支付" not in said(client.get(f"{FILM}?lang=zh").text)
    assert ROWS.findall(client.get("/mall/sales?lang=zh").text)[-1] == (FILM, "本场已抢光")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_tile_says_once_that_a_thing_is_gone(there, lang):
    """On its button, and not beside its bar as well."""
    mall, _, client = there
    for user in ("bob", "cat"):
        buy(mall, user, "film")
    gone = {"zh": "本场已抢光", "en": "Sold out for now"}[lang]

    assert said(client.get(f"/mall/sales?lang={lang}").text).count(gone) == 1


@pytest.mark.parametrize(
    ("lang", "fresh", "counts"),
    [
        ("zh", "剩 9 张 你还可抢 1 张", "已抢 1 张 · 剩 8 张 · 你还可抢 1 张"),
        ("en", "9 left You can buy 1", "1 claimed · 8 left · You can buy 1"),
    ],
    ids=["zh", "en"],
)
def test_a_sale_counts_in_its_own_words(there, lang, fresh, counts):
    """What is bought is not redeemed; and what the bar says is not said twice."""
    mall, _, client = there
    assert fresh in said(client.get(f"{GAME}?lang={lang}").text)
    buy(mall, "bob", "game")

    assert counts in said(client.get(f"{GAME}?lang={lang}").text)


def test_an_unpaid_order_that_lapsed_waits_for_nobody(there):
    """After fifteen minutes the thing can be had again, by its buyer too."""
    mall, clock, client = there
    buy(mall, "ann", "film", pay=False)
    clock.move(NOW + timedelta(minutes=15))

    page = said(client.get(f"{FILM}?lang=zh").text)
    assert "待支付" not in page
    assert "立即抢购" in page


@pytest.mark.parametrize(
    ("lang", "maybe", "never"),
    [
        ("zh", "2 张都在等待他人支付，15 分钟内可能会放出来", "抢光"),
        ("en", "2 are on hold for other shoppers and may come back within 15 minutes", "Sold out"),
    ],
    ids=["zh", "en"],
)
def test_what_others_hold_and_have_not_paid_may_come_back(there, lang, maybe, never):
    """All pieces held, none paid: not sold out."""
    mall, clock, client = there
    for user in ("bob", "cat"):
        buy(mall, user, "film", pay=False)
    page = said(client.get(f"{FILM}?lang={lang}").text)
    offer = mall.offer("tonight", "film", "ann")

    assert (offer.state, offer.left, offer.held) == ("sold_out", 0, 2)
    assert maybe in page
    assert never not in page
    clock.move(NOW + timedelta(minutes=15))
    assert mall.offer("tonight", "film", "ann").state == "open"


@pytest.mark.parametrize(
    ("lang", "gone"),
    [
        ("zh", "本场已抢光 明天 18:00 还有下一场。"),
        ("en", "Sold out for now The next session starts tomorrow at 18:00."),
    ],
    ids=["zh", "en"],
)
def test_what_is_gone_for_a_session_says_when_the_next_one_starts(there, lang, gone):
    """And the next evening there are pieces again."""
    mall, clock, client = there
    for user in ("bob", "cat"):
        buy(mall, user, "film")
    page = said(client.get(f"{FILM}?lang={lang}").text)
    offer = mall.offer("tonight", "film", "ann")

    assert gone in page
    assert (offer.state, offer.held, offer.next_at) == ("sold_out", 0, datetime(2026, 3, 21, 10, 0, tzinfo=UTC))
    clock.move(NOW + timedelta(hours=3))
    between = mall.offer("tonight", "film", "ann")
    assert (between.state, between.left, between.total) == ("between", 2, 2)
    clock.move(NOW + timedelta(hours=23))
    assert mall.offer("tonight", "film", "ann").state == "open"


def test_what_is_gone_for_good_promises_no_next_evening(there):
    """A quota in all: between two evenings it is sold out, and nobody is asked to come back for it."""
    mall, clock, client = there
    for n in range(9):
        buy(mall, f"user{n}", "game")
    clock.move(NOW + timedelta(hours=3))
    page = said(client.get(f"{GAME}?lang=zh").text)

    assert mall.offer("tonight", "game", "ann").state == "between"
    assert "已抢光" in page
    assert "加入日历提醒" not in page


@pytest.mark.parametrize(
    ("lang", "title", "text"),
    [
        ("zh", "补签卡不够", "还差 1 张：需要 1 张，你有 0 张。"),
        ("en", "Not enough streak savers", "You’re 1 streak saver short: it takes 1 streak saver, and you have 0"),
    ],
    ids=["zh", "en"],
)
def test_what_is_short_is_called_by_its_name(there, lang, title, text):
    """Cards are no points, and are counted in their own measure."""
    _, _, client = there
    page = said(client.get(f"/mall/items/attic/game?lang={lang}").text)

    assert f"{title} {text}" in page
    assert "积分不够" not in page
    assert "Not enough points" not in page


@pytest.mark.parametrize(
    ("lang", "text", "purse"),
    [
        ("zh", "需先补回 20 积分，再攒 20 积分即可兑换。", "需补回 20 积分 新得的积分会先补上"),
        (
            "en",
            "Pay back 20 points first, then earn 20 points to redeem it.",
            "You owe 20 points What you earn next goes toward it first.",
        ),
    ],
    ids=["zh", "en"],
)
def test_what_is_owed_comes_before_what_is_short(there, lang, text, purse):
    """Nobody has minus twenty points."""
    mall, clock, client = there
    mall.report("gift", user="ann", key="g", data={"n": "1"})
    mall.exchange("lamp", user="ann", key="x", campaign="shelf")
    mall.report("oops", user="ann", key="o", data={"n": "1"})
    clock.move(NOW + timedelta(days=30))

    assert mall.wallet("ann").units["points"].owed == 20
    assert text in said(client.get(f"/mall/items/shelf/lamp?lang={lang}").text)
    for path in ("/mall/", "/mall/points"):
        page = said(client.get(f"{path}?lang={lang}").text)
        assert purse in page, path
        assert "−20 积分" not in page, path
        assert "−20 points" not in page, path


@pytest.mark.parametrize(("lang", "ended"), [("zh", "昨天已结束"), ("en", "Ended yesterday")], ids=["zh", "en"])
def test_a_sale_that_is_over_has_ended_and_not_expired(there, lang, ended):
    """Things expire, sales end."""
    _, clock, client = there
    clock.move(datetime(2026, 7, 1, 12, 0, tzinfo=UTC))
    page = said(client.get(f"/mall/sales?tab=past&lang={lang}").text)

    assert ended in page
    assert not re.search("失效|到期|[Ee]xpired", page)
