"""The history of points: filters go through all of it, each row names its thing, and each label has a word."""

from __future__ import annotations

import ast
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from quanyi.adapters.clock import FixedClock
from quanyi.adapters.words import LOCALES, catalogue
from tests.adapters.reading import said

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 3, 20, 12, 0, tzinfo=UTC)
MALL = {
    "mall.yaml": (
        "mall: tiny\nzone: Asia/Shanghai\ncurrency: CNY\n"
        "units: {points: {title: {zh: 积分, en: points}, lots: {lasts: 1 year}}}\n"
    ),
    "events/all.yaml": "events: {gift: {}, come: {}, mend: {date: date}}\n",
    "catalogue/all.yaml": (
        "benefits:\n  tea: {is: voucher, title: {zh: 果茶券, en: Tea voucher}, lasts: 7d, face: 8.00, cost: 4.00}\n"
        "  cake: {is: voucher, title: {zh: 蛋糕券, en: Cake voucher}, lasts: 7d, face: 8.00, cost: 4.00}\n"
    ),
    "campaigns/all.yaml": (
        "campaign: gifts\nkind: reward\ntitle: {zh: 见面礼, en: Gifts}\nwhen: gift\ngive: {points: 10}\n"
        "exposure: {accept: a test}\n---\n"
        "campaign: shelf\nkind: points_exchange\ntitle: {zh: 下午茶, en: Afternoon}\n"
        "sells: {tea: {points: 10}, cake: {points: 5, money: 2.00}}\nat_most: [9 pieces per user]\n"
        "hold: {pay_within: 15m}\n---\n"
        "campaign: days\nkind: streak\ntitle: {zh: 每日签到, en: Daily check-in}\nmark: {on: come}\ngive: {points: 10}\n"
        "in_a_row: [{days: 3, give: {points: 50}}]\nexposure: {accept: a test}\n"
        "makeup: {on: mend, within: 3 days, pay: {points: 4}, at_most: [1 per user per month]}\n"
    ),
}


@pytest.fixture
def there(open_host):
    clock = FixedClock(NOW)
    mall, client = open_host(MALL, clock=clock, pay=lambda deal: f"/till/{deal.id}")
    return mall, clock, client


def test_what_was_spent_is_found_behind_twenty_rows_of_income(there):
    """The filter goes through the whole history, and pages on in its own way."""
    mall, clock, client = there
    mall.report("gift", user="ann", key="g")
    mall.exchange("tea", user="ann", key="x", campaign="shelf")
    for n in range(25):
        clock.move(NOW + timedelta(minutes=n))
        mall.report("gift", user="ann", key=f"g{n}")
    out, came_in = client.get("/mall/points?way=out").text, client.get("/mall/points?way=in").text

    assert "还没有支出记录" not in out
    assert re.findall(r'data-amount="(-?\d+)"', out) == ["-10"]
    assert came_in.count('data-amount="10"') == 20
    more = re.search(r'class="qy-more" href="([^"]+)"', came_in).group(1).replace("&amp;", "&")
    rest = client.get(more).text
    assert rest.count('data-amount="10"') == 6
    assert 'data-amount="-10"' not in rest
    assert 'class="qy-more"' not in rest


def test_exactly_twenty_rows_have_no_page_behind_them(there):
    """A link to earlier rows leads to some."""
    mall, _, client = there
    for n in range(20):
        mall.report("gift", user="ann", key=f"g{n}")

    assert 'class="qy-more"' not in client.get("/mall/points").text


@pytest.mark.parametrize(
    ("lang", "row", "back"),
    [
        ("zh", "果茶券 兑换 · 今天 20:00 −10", "蛋糕券 取消退回 · 今天 20:00 +5"),
        (
            "en",
            "Tea voucher Redeemed · today at 20:00 −10",
            "Cake voucher Returned, order cancelled · today at 20:00 +5",
        ),
    ],
)
def test_a_row_names_the_thing_and_leads_to_its_order(there, lang, row, back):
    """Not the campaign, and not 变动 for what came back."""
    mall, _, client = there
    mall.report("gift", user="ann", key="g")
    mall.report("gift", user="ann", key="h")
    mall.exchange("tea", user="ann", key="x", campaign="shelf")
    deal = mall.exchange("cake", user="ann", key="y", campaign="shelf").deal
    mall.release(deal, user="ann", key="z")
    page = client.get(f"/mall/points?lang={lang}").text
    text = said(page)

    assert row in text
    assert back in text
    assert f'href="/mall/deals/{deal}"' in page
    assert not re.search("变动|Change|下午茶|Afternoon", text)


def test_points_of_an_order_that_was_not_paid_come_back_by_that_name(there):
    """A hold that lapsed is not one that was cancelled."""
    mall, clock, client = there
    mall.report("gift", user="ann", key="g")
    mall.exchange("cake", user="ann", key="y", campaign="shelf")
    clock.move(NOW + timedelta(minutes=16))
    mall.sweep()

    assert "蛋糕券 未支付退回 · 今天 20:15 +5" in said(client.get("/mall/points?lang=zh").text)


@pytest.mark.parametrize(
    ("lang", "held", "back", "paid"),
    [
        ("zh", "下单暂扣", "下单暂扣，已退回", "兑换"),
        ("en", "On hold for an order", "On hold for an order, since returned", "Redeemed"),
    ],
    ids=["zh", "en"],
)
def test_points_of_an_unpaid_order_are_held_and_not_spent(there, lang, held, back, paid):
    """Until it is paid; then they were redeemed, and what was never paid was only held, swept or not."""
    mall, clock, client = there
    mall.report("gift", user="ann", key="g")
    row = re.compile(rf"(?:蛋糕券|Cake voucher) ((?:{held}|{paid})[^·]*) · ")

    def rows() -> list[str]:
        return row.findall(said(client.get(f"/mall/points?way=out&lang={lang}").text))

    first = mall.exchange("cake", user="ann", key="x", campaign="shelf")
    assert rows() == [held]
    mall.settle(first.deal, paid=200, key="p", user="ann")
    assert rows() == [paid]
    mall.exchange("cake", user="ann", key="y", campaign="shelf")
    clock.move(NOW + timedelta(minutes=16))
    assert rows() == [back, paid]
    mall.sweep()

    assert rows() == [back, paid]


@pytest.mark.parametrize(
    ("lang", "rows"),
    [
        ("zh", ["获得 · 今天 20:00 +50 余额 66", "补签 · 今天 20:00 −4 余额 16"]),
        ("en", ["Earned · today at 20:00 +50 Balance 66", "Restored · today at 20:00 −4 Balance 16"]),
    ],
)
def test_a_day_restored_that_reaches_a_milestone_is_two_rows(there, lang, rows):
    """What it took and what it brought: each has its row, its balance, and its place among what was spent or earned."""
    mall, clock, client = there
    for day in (0, 2):
        clock.move(NOW - timedelta(days=2 - day))
        mall.report("come", user="ann", key=f"c{day}")
    mall.report("mend", user="ann", key="m", data={"date": "2026-03-19"})
    text = said(client.get(f"/mall/points?lang={lang}").text)
    spent = client.get(f"/mall/points?way=out&lang={lang}").text

    assert text.index(rows[0]) < text.index(rows[1])
    assert re.findall(r'data-amount="(-?\d+)"', spent) == ["-4"]


def labels_in_the_source() -> set[str]:
    """Every label that moves of points are booked under: default values, and arguments by that name."""
    found = set()
    for path in sorted((ROOT / "entitlements").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.keyword) and node.arg == "label" and isinstance(node.value, ast.Constant):
                found.add(node.value.value)
            if isinstance(node, ast.FunctionDef):
                names = [*node.args.args, *node.args.kwonlyargs]
                values = [*node.args.defaults, *node.args.kw_defaults]
                pairs = zip(reversed(names), reversed(values), strict=False)
                found |= {v.value for a, v in pairs if a.arg == "label" and isinstance(v, ast.Constant)}
    return found


def test_every_label_of_points_has_a_word():
    """None of them is told as something else."""
    not_points = {"cancel", "grant", "place"}  # of promises, pieces and limits
    labels = labels_in_the_source() - not_points - {""}

    assert {"earn", "spend", "return", "refund", "takeback"} <= labels
    assert {label for lang in LOCALES for label in labels if f"points.label_{label}" not in catalogue(lang)} == set()
