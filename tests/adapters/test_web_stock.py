"""What is gone: in a list, on the page and where an order is refused the same is said, in both languages, and it is so."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from quanyi.adapters.clock import FixedClock
from quanyi.adapters.web import actions
from tests.adapters.reading import said

NOW = datetime(2026, 3, 20, 12, 0, tzinfo=UTC)  # a Friday, 20:00 in Shanghai
THINGS = ("day", "ever", "every", "film", "game", "held", "month", "old", "soon", "week")
MALL = {
    "mall.yaml": "mall: tiny\nzone: Asia/Shanghai\ncurrency: CNY\nunits: {points: {title: {zh: 积分, en: points}}}\n",
    "events/all.yaml": "events: {gift: {}}\n",
    "catalogue/all.yaml": "benefits:\n"
    + "".join(
        f"  {name}: {{is: voucher, title: {{zh: 物件, en: Thing}}, lasts: 30d, face: 9.00, cost: 4.00}}\n"
        for name in THINGS
    )
    + "scenes: {all: {title: {zh: 都在这里, en: All of it}, shows: [day, ever, month, week, every]}}\n",
    "campaigns/all.yaml": (
        "campaign: gifts\nkind: reward\nwhen: gift\ngive: {points: 500}\nexposure: {accept: a test}\n---\n"
        "campaign: tonight\nkind: flash_sale\ntitle: {zh: 今晚, en: Tonight}\n"
        'runs: {from: "2026-03-16 00:00", through: "2026-06-30"}\nopen: daily 18:00-22:00\n'
        "sells: {film: 5.00, game: 5.00, held: 5.00}\n"
        "quota: {film: {pieces: 2, in: session}, game: 2, held: 2}\nhold: {pay_within: 15m}\n---\n"
        "campaign: past\nkind: flash_sale\ntitle: {zh: 上周, en: Last week}\n"
        'runs: {from: "2026-03-06 00:00", until: "2026-03-09 00:00"}\nsells: {old: 5.00}\nquota: {old: 5}\n---\n'
        "campaign: next\nkind: flash_sale\ntitle: {zh: 下周, en: Next week}\n"
        'runs: {from: "2026-03-27 10:00", through: "2026-06-30"}\nsells: {soon: 5.00}\nquota: {soon: 5}\n---\n'
        "campaign: shelf\nkind: points_exchange\ntitle: {zh: 货架, en: Shelf}\n"
        "sells: {day: {points: 1}, ever: {points: 1}, month: {points: 1}, week: {points: 1}, every: {points: 1}}\n"
        "quota: {day: {pieces: 2, in: day}, ever: 2, month: {pieces: 2, in: month}, week: {pieces: 2, in: week}}\n"
    ),
}
WORDS = {
    "zh": r"(?:本场|今日|本周|本月|今年|目前)?已(?:抢光|兑完|售完)|暂时没有|名额暂时被占满|已结束|未开始|剩 \d 张|\S+ [\d:]+ 还有下一场"
    r"|[^ ]*起会有新的名额|看看其他好物|没有这么多了|可能会放出来|数量充足",
    "en": r"Sold out(?: today| this \w+| for now)?|None free right now|All on hold right now|Ended(?! \d)|Not started|\d left"
    r"|The next session starts [^.]*|More available [^.]*|See what else there is|Not that many left|may come back"
    r"|In stock",
}


@pytest.fixture
def there(open_host):
    clock = FixedClock(NOW)
    mall, client = open_host(MALL, clock=clock, pay=lambda deal: f"/till/{deal.id}")
    for user in ("ann", "bob"):
        mall.report("gift", user=user, key=user)
    for item in ("film", "game", "held"):
        receipt = mall.claim("tonight", item=item, user="bob", key=item, qty=2)
        if item != "held":
            mall.settle(receipt.deal, paid=receipt.pay, key=f"pay/{item}", user="bob")
    for item in ("day", "ever", "month", "week"):
        mall.exchange(item, user="bob", key=item, campaign="shelf", qty=2)
    return client


def card(client, path: str, href: str, lang: str) -> list[str]:
    """The words of one card of a list."""
    page = client.get(f"{path}{'&' if '?' in path else '?'}lang={lang}").text
    (found,) = (li for li in re.findall(r'<li class="qy-(?:tile|sale) .*?</li>', page, re.DOTALL) if f'{href}"' in li)
    return re.findall(WORDS[lang], said(found))


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    ("campaign", "item", "named", "more"),
    [
        (
            "tonight",
            "film",
            ("本场已抢光", "Sold out for now"),
            ("明天 18:00 还有下一场", "The next session starts tomorrow"),
        ),
        ("tonight", "game", ("已抢光", "Sold out"), None),
        ("shelf", "day", ("今日已兑完", "Sold out today"), ("明天起会有新的名额", "More available tomorrow")),
        ("shelf", "week", ("本周已兑完", "Sold out this week"), ("3月23日起会有新的名额", "More available 23 March")),
        ("shelf", "month", ("本月已兑完", "Sold out this month"), ("4月1日起会有新的名额", "More available 1 April")),
        ("shelf", "ever", ("已兑完", "Sold out"), None),
    ],
    ids=["session", "sale", "day", "week", "month", "ever"],
)
def test_what_is_gone_says_for_how_long(there, lang, campaign, item, named, more):
    """A card says it once, the page says when there is more, and so does the refusal of an order."""
    which = ("zh", "en").index(lang)
    href = f"/mall/items/{campaign}/{item}"
    listed = "/mall/sales" if campaign == "tonight" else "/mall/things"
    page = re.findall(WORDS[lang], said(there.get(f"{href}?lang={lang}").text))
    answer = there.post(f"{href}?lang={lang}", data={"token": "t", "qty": "1"})
    no = re.findall(WORDS[lang], said(answer.text.partition('role="alert"')[2].partition("</div>")[0]))

    assert answer.status_code == 409
    assert card(there, listed, href, lang) == [named[which]]
    assert {word for word in page if word != named[which]} == {w for w in page if more and w.startswith(more[which])}
    assert no[0] == named[which]
    assert [word.startswith(more[which]) if more else word for word in no[1:]] == (
        [True] if more else [("看看其他好物", "See what else there is")[which]]
    )


@pytest.mark.parametrize(
    ("path", "part", "order"),
    [
        ("/mall/things", "", ["every", "day", "ever", "month", "week"]),
        ("/mall/things?sort=price", "", ["day", "ever", "every", "month", "week"]),
        ("/mall/scenes/all", "", ["every", "day", "ever", "month", "week"]),
        ("/mall/", "qy-scene-shelf", ["every", "day", "ever", "month"]),
    ],
    ids=["things", "price", "scene", "home"],
)
def test_what_can_be_had_now_stands_first(there, path, part, order):
    """In the order that is written otherwise, also where a shelf shows the first few; an order that was asked for is kept."""
    page = there.get(path).text.partition(part)[2].partition("</ul>")[0] if part else there.get(path).text

    assert list(dict.fromkeys(re.findall(r"/mall/items/shelf/(\w+)", page))) == order


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_others_hold_is_not_called_sold_out_anywhere(there, lang):
    """Neither in the list, nor on the page, nor to who orders it."""
    href = "/mall/items/tonight/held"
    none, title, maybe = {
        "zh": ("暂时没有", "名额暂时被占满", "可能会放出来"),
        "en": ("None free right now", "All on hold right now", "may come back"),
    }[lang]
    page = re.findall(WORDS[lang], said(there.get(f"{href}?lang={lang}").text))
    answer = there.post(f"{href}?lang={lang}", data={"token": "t", "qty": "1"}).text
    no = re.findall(WORDS[lang], said(answer.partition('role="alert"')[2].partition("</div>")[0]))

    assert set(card(there, "/mall/sales", href, lang)) == {none}
    assert set(page) == {none, title, maybe}
    assert no == [title, maybe]


@pytest.mark.parametrize(
    ("path", "href", "lang", "words"),
    [
        ("/mall/sales?tab=past", "/mall/items/past/old", "zh", ["已结束"]),
        ("/mall/sales?tab=past", "/mall/items/past/old", "en", ["Ended"]),
        ("/mall/sales?tab=soon", "/mall/items/next/soon", "zh", ["剩 5 张", "未开始"]),
        ("/mall/sales?tab=soon", "/mall/items/next/soon", "en", ["5 left", "Not started"]),
    ],
)
def test_what_has_ended_has_nothing_left_and_what_has_not_begun_has_all(there, path, href, lang, words):
    """An ended sale doesn't count pieces that nobody can have any more."""
    page = re.findall(WORDS[lang], said(there.get(f"{href}?lang={lang}").text.partition("qy-item-more")[0]))

    assert card(there, path, href, lang) == words
    assert ("5 left" in page or "剩 5 张" in page) == (len(words) > 1)


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("zh", "没有这么多了 仅剩 1 张，不足 5 张，请减少数量。"),
        ("en", "Not that many left Only 1 left of the 5 you want. Please choose fewer."),
    ],
)
def test_fewer_than_were_asked_for_is_not_sold_out(open_host, monkeypatch, lang, told):
    """The last one can still be had: between looking and ordering somebody took the others."""
    mall, client = open_host(MALL, clock=FixedClock(datetime(2026, 3, 27, 12, 0, tzinfo=UTC)), pay=lambda _: "/till")
    book = actions._book

    def late(*asked):
        mall.claim("next", item="soon", user="bob", key="bob", qty=4)
        return book(*asked)

    monkeypatch.setattr(actions, "_book", late)
    answer = client.post(f"/mall/items/next/soon?lang={lang}", data={"token": "t", "qty": "5"})

    assert answer.status_code == 409
    assert told in said(answer.text)


@pytest.mark.parametrize(
    ("placed", "lang", "named", "told"),
    [
        ("13:50", "zh", "本场已抢光", "明天 18:00 还有下一场。"),
        ("13:50", "en", "Sold out for now", "The next session starts tomorrow at 18:00."),
        ("13:44", "zh", "暂时没有", "2 张都在等待他人支付，8 分钟内可能会放出来"),
        ("13:44", "en", "None free right now", "2 are on hold for other shoppers and may come back within 8 minutes."),
    ],
)
def test_what_comes_back_after_the_close_is_not_said_to_come_back(open_host, placed, lang, named, told):
    """At 21:52, of a sale that closes at 22:00: an order that lapses later frees nothing before the next session."""
    clock = FixedClock(datetime.fromisoformat(f"2026-03-20T{placed}:00+00:00"))
    mall, client = open_host(MALL, clock=clock, pay=lambda deal: f"/till/{deal.id}")
    mall.claim("tonight", item="held", user="bob", key="held", qty=2)
    clock.move(datetime(2026, 3, 20, 13, 52, tzinfo=UTC))
    href = "/mall/items/tonight/held"
    page = said(client.get(f"{href}?lang={lang}").text)
    answer = client.post(f"{href}?lang={lang}", data={"token": "t", "qty": "1"})

    assert set(card(client, "/mall/sales", href, lang)) == {named}
    assert told in page
    assert answer.status_code == 409
    assert told in said(answer.text)
