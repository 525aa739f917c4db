"""Orders, entitlements and messages: each tells how things stand today, in days as people say them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import attrs
import pytest

import quanyi
from quanyi.adapters.clock import FixedClock
from quanyi.adapters.web import Note
from tests.adapters.reading import said

NOW = datetime(2026, 3, 20, 12, 0, tzinfo=UTC)  # 20:00 in Shanghai
MALL = {
    "mall.yaml": "mall: tiny\nzone: Asia/Shanghai\ncurrency: CNY\nunits: {points: {title: {zh: 积分, en: points}}}\n",
    "events/all.yaml": "events: {come: {command: true}}\n",
    "catalogue/all.yaml": (
        "benefits:\n"
        "  tea: {is: voucher, title: {zh: 果茶券, en: Tea voucher}, lasts: 3d, to: day_end, face: 8.00, cost: 4.00,\n"
        "        guide: {zh: 到店报手机尾号, en: Give the last digits of your phone}}\n"
        "  film: {is: pass, title: {zh: 影视月卡, en: Film pass}, lasts: 30d, face: 25.00, cost: 4.00}\n"
    ),
    "campaigns/all.yaml": (
        "campaign: shelf\nkind: points_exchange\ntitle: {zh: 下午茶, en: Afternoon}\nsells: {tea: {points: 10}}\n"
        "at_most: [9 pieces per user]\n---\n"
        "campaign: cash\nkind: flash_sale\nsells: {tea: 5.90, film: {points: 5, money: 2.00}}\nquota: {tea: 9, film: 9}\n"
        "at_most: [9 pieces per user]\nhold: {pay_within: 15m}\n---\n"
        "campaign: weekly\nkind: streak\ntitle: {zh: 每周阅读, en: Reading weeks}\nmark: {on: come, one_per: week}\n"
        "in_a_row: {days: 2, give: {points: 20}}\nexposure: {accept: a test}\n"
    ),
}


@attrs.define
class Letters:
    """An inbox with what a test puts into it."""

    kept: list[Note] = attrs.field(factory=list)

    def notes(self, _user):
        return self.kept

    def unread(self, _user):
        return 0

    def mark_read(self, _user):
        pass

    def wanted(self, _user):
        return True

    def want(self, _user, *, wanted):
        pass


@pytest.fixture
def there(open_host):
    clock, inbox = FixedClock(NOW), Letters()
    mall, client = open_host(MALL, clock=clock, pay=lambda deal: f"/till/{deal.id}", inbox=inbox)
    mall.desk.adjust("ann", "points", 100, key="a", reason="test")
    return mall, clock, client, inbox


def exchanged(mall):
    return mall.exchange("tea", user="ann", key="x", campaign="shelf").deal


@pytest.mark.parametrize(
    ("lang", "fresh", "used", "expired"),
    [
        (
            "zh",
            "兑换成功 权益已放入「我的权益」，有效期至 3月23日。",
            "权益已使用",
            "权益已到期 这份权益已于 3月23日到期，不能再用。",
        ),
        (
            "en",
            "Redeemed It’s in My benefits. Valid through 23 March.",
            "Used You’ve used",
            "Expired This benefit expired",
        ),
    ],
    ids=["zh", "en"],
)
def test_an_order_page_tells_todays_state(there, lang, fresh, used, expired):
    """Fresh, used, and expired: no order celebrates what is gone."""
    mall, clock, client, _ = there
    first, second = exchanged(mall), mall.exchange("tea", user="ann", key="y", campaign="shelf").deal
    pages = [said(client.get(f"/mall/deals/{first}?lang={lang}").text)]
    mall.redeem(mall.deal(first).grants[0], user="ann", key="r")
    pages.append(said(client.get(f"/mall/deals/{first}?lang={lang}").text))
    clock.move(NOW + timedelta(days=5))
    pages.append(said(client.get(f"/mall/deals/{second}?lang={lang}").text))

    assert [want in page for want, page in zip((fresh, used, expired), pages, strict=True)] == [True] * 3
    assert [fresh.split(" ")[0] in page for page in pages] == [True, False, False]
    listed = said(client.get(f"/mall/deals?lang={lang}").text)
    assert re.search("(?<!权益)已到期|Expired", listed)


@pytest.mark.parametrize(
    ("days", "zh", "en"),
    [
        (0, "有效期至 3月23日", "Valid through 23 March"),
        (2, "明天 24:00 到期", "Expires tomorrow at 23:59"),
        (3, "今天 24:00 到期", "Expires today at 23:59"),
        (4, "昨天已到期", "Expired yesterday"),
    ],
)
def test_the_last_day_counts_as_a_whole(there, days, zh, en):
    """*Through* a day, never *before* it."""
    mall, clock, client, _ = there
    deal = exchanged(mall)
    right = mall.deal(deal).grants[0]
    clock.move(NOW + timedelta(days=days))

    for lang, sentence in (("zh", zh), ("en", en)):
        page = said(client.get(f"/mall/entitlements/{right}?lang={lang}").text)
        assert sentence in page
        assert "前有效" not in page


@pytest.mark.parametrize(
    ("lang", "told"), [("zh", "使用方法见下方"), ("en", "See how to use it below")], ids=["zh", "en"]
)
def test_what_is_used_at_a_counter_is_not_said_to_need_a_sign_in(there, lang, told):
    """A voucher without a code is used as its guide says; a pass belongs to the account."""
    mall, _, client, _ = there
    deal = exchanged(mall)
    voucher = said(client.get(f"/mall/entitlements/{mall.deal(deal).grants[0]}?lang={lang}").text)
    receipt = mall.claim("cash", item="film", user="ann", key="f")
    mall.settle(receipt.deal, paid=receipt.pay, key="p", user="ann")
    film = said(client.get(f"/mall/entitlements/{mall.deal(receipt.deal).grants[0]}?lang={lang}").text)

    assert told in voucher
    assert not re.search("登录本账号|sign in to use", voucher)
    assert re.search("已生效，登录本账号即可使用|It’s active. Just sign in to use it", film)


def lapsed(mall, clock, item):
    deal = mall.claim("cash", item=item, user="ann", key=item).deal
    clock.move(NOW + timedelta(minutes=16))
    mall.sweep()
    return deal


@pytest.mark.parametrize(
    ("item", "zh", "en"),
    [
        ("tea", "超时未支付，名额已释放 20:16", "It wasn’t paid in time and went back on sale 20:16"),
        ("film", "超时未支付，名额已释放，5 积分已退回", "went back on sale. 5 points returned."),
    ],
)
def test_points_come_back_only_to_those_who_paid_with_points(there, item, zh, en):
    """A lapsed cash order speaks of no points, in the message and on its page."""
    mall, clock, client, inbox = there
    deal = lapsed(mall, clock, item)
    about = {"deal": deal, "campaign": "cash", "item": item, "pay": 590}
    inbox.kept.append(Note(id="n", kind="lapsed", at=clock.now(), about=about))

    for lang, sentence in (("zh", zh), ("en", en)):
        told = said(client.get(f"/mall/messages?lang={lang}").text)
        page = said(client.get(f"/mall/deals/{deal}?lang={lang}").text)
        assert sentence in told
        assert bool(re.search("退回|are back|return", page)) == (item == "film")


@pytest.mark.parametrize(
    ("lang", "told"),
    [("zh", "今天 +20 积分 未读 每周阅读：连续打卡 2 周"), ("en", "Today +20 points New Reading weeks: 2-week streak")],
)
def test_a_message_is_titled_by_what_came_and_counts_weeks_as_weeks(there, lang, told):
    """Grouped by day; a weekly streak of two is not two days."""
    _, _, client, inbox = there
    about = {"campaign": "weekly", "milestone": "row/2", "days": 2}
    inbox.kept.append(Note(id="n", kind="milestone", at=NOW, about=about))
    page = client.get(f"/mall/messages?lang={lang}").text

    assert told in said(page)
    assert not re.search(r"2 天|2 days|2-day", said(page))
    assert 'href="/mall/streaks/weekly"' in page


def test_equal_messages_are_one_row_within_a_day_and_while_all_are_new(there):
    """Another day, or one that was read, stands alone."""
    _, _, client, inbox = there
    about = {"campaign": "weekly", "milestone": "row/2", "days": 2}
    hours = [(0, False), (1, False), (2, True), (30, True)]
    inbox.kept += [
        Note(id=str(n), kind="milestone", at=NOW - timedelta(hours=n), about=about, read=read) for n, read in hours
    ]
    page = client.get("/mall/messages?lang=en").text

    assert page.count("qy-row-main") == 3
    assert page.count("× 2") == 1
    assert "19:00 – 20:00" in said(page)


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("zh", ["未读", "3月1日 20:00", "今天", "20:00", "昨天", "20:00"]),
        ("en", ["New", "1 March at 20:00", "Today", "20:00", "Yesterday", "20:00"]),
    ],
    ids=["zh", "en"],
)
def test_unread_messages_stand_in_front_of_those_that_were_read(there, lang, told):
    """Under a heading, with the day of each; where nothing is read, or everything, days are all there is."""
    _, _, client, inbox = there
    about = {"campaign": "weekly", "milestone": "row/2", "days": 2}
    inbox.kept += [
        Note(id=str(days), kind="milestone", at=NOW - timedelta(days=days), about=about, read=days != 19)
        for days in (0, 1, 19)
    ]
    page = client.get(f"/mall/messages?lang={lang}").text
    words = re.findall(r'<h2 class="qy-line">([^<]*)<|<time [^>]*>([^<]*)</time>', page)

    assert ["".join(word) for word in words] == told
    assert page.count("qy-chip is-new") == 0
    assert page.count('<section class="qy-day is-new">') == 1


@pytest.mark.parametrize(
    ("lang", "headings"),
    [
        ("zh", ["今天", "昨天", "3月18日", "2月", "1月", "2025年12月"]),
        ("en", ["Today", "Yesterday", "18 March", "February", "January", "December 2025"]),
    ],
    ids=["zh", "en"],
)
def test_of_many_messages_those_of_earlier_months_stand_by_month(there, lang, headings):
    """Each with its day; of a few every day stands alone."""
    _, _, client, inbox = there
    about = {"campaign": "weekly", "milestone": "row/2", "days": 2}
    ages = [0, 1, 2, *range(24, 100, 4)]
    notes = [
        Note(id=str(days), kind="milestone", at=NOW - timedelta(days=days), about=about, read=True) for days in ages
    ]
    inbox.kept += notes
    long = client.get(f"/mall/messages?all=yes&lang={lang}").text
    inbox.kept[:] = notes[:5]
    short = client.get(f"/mall/messages?lang={lang}").text

    def found(page):
        return re.findall(r'<h2 class="qy-line">([^<]*)<', page)

    assert found(long) == headings
    assert {"zh": "2月24日 20:00", "en": "24 February at 20:00"}[lang] in said(long)
    assert len(found(short)) == 5


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [("zh", "已于 2026年3月20日 20:00 使用。"), ("en", "It was used on 20 Mar 2026, 20:00.")],
    ids=["zh", "en"],
)
def test_a_used_voucher_is_told_in_the_malls_zone(there, lang, sentence):
    """Also where a host reads the sentence of the refusal itself."""
    mall, clock, _, _ = there
    right = mall.deal(exchanged(mall)).grants[0]
    mall.redeem(right, user="ann", key="r")
    clock.move(NOW + timedelta(hours=5))
    with pytest.raises(quanyi.Refused) as no:
        mall.redeem(right, user="ann", key="r2")

    assert no.value.message(lang) == sentence
    assert no.value.zone == "Asia/Shanghai"
