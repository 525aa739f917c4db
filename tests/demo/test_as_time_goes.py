"""How orders, vouchers and points stand as time goes by: what is offered is given, and days and numbers are people's."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tests.adapters.reading import said
from tests.demo.test_flows import balance, token_of
from tests.demo.test_truth import FLASH, STREAK


@pytest.mark.parametrize(
    ("lang", "offered", "late"),
    [
        ("zh", "申请退款 观看期内可以退款", "观看期已结束，不能再退款"),
        (
            "en",
            "Request a refund You can get a refund until the rental ends.",
            "The rental is over, so it can’t be refunded",
        ),
    ],
    ids=["zh", "en"],
)
def test_a_refund_is_offered_as_long_as_it_is_given(client_of, world, lang, offered, late):
    """A film's for two days; a form kept open for longer is told so, and takes nothing back."""
    client = client_of("chen")
    order = client.post("/works/north-line/rent").location
    client.post(order)
    before = balance(world, "chen")
    assert offered in said(client.get(f"{order}?lang={lang}").text)

    world.clock.advance(timedelta(days=3))
    answer = client.post(f"{order}/refund", follow_redirects=True).text

    assert FLASH.findall(answer) == [("li-flash is-bad", "alert", late)]
    assert offered not in said(answer)
    assert balance(world, "chen") == before


@pytest.mark.parametrize(
    ("lang", "due", "number"),
    [("zh", "请在今天 19:51 前支付", "订单号"), ("en", "Please pay by today at 19:51", "Order")],
)
def test_the_till_says_days_by_their_names_and_numbers_in_fours(client_of, lang, due, number):
    """For a deal of the mall and for a film; the number is copied whole."""
    client = client_of("lin")
    path = "/mall/items/evening-sale/game_card"
    deal = client.post(path, data={"token": token_of(client.get(path).text), "qty": "1"}).location
    film = client.post("/works/noodle-street/rent").location
    for till in (deal, film):
        page = client.get(f"{till}?lang={lang}").text
        plain = re.search(r'data-copy="(\w+)"', page)[1]
        fours = " ".join(plain[start : start + 4] for start in range(0, len(plain), 4))
        assert f"{number} {fours} " in said(page)
        assert plain == till.rpartition("/")[2]
        assert (due in said(page)) == (till == deal)

    assert re.fullmatch(r"/orders/\d{12}", film)


@pytest.mark.parametrize(
    ("lang", "valid", "over"),
    [("zh", "有效期至 3月23日", "3月23日已到期"), ("en", "Valid through 23 March", "Expired 23 March")],
)
def test_the_counter_says_until_when_a_voucher_is_good(client_of, world, lang, valid, over):
    """By its date, with its number in groups of four."""
    tea = next(right for right in world.mall.entitlements("lin", phase="usable") if right.benefit.id == "tea")
    client = client_of("lin")
    page = said(client.get(f"/counter/{tea.id}?lang={lang}").text)
    world.clock.advance(timedelta(days=40))

    assert valid in page
    assert " ".join(tea.id[start : start + 4] for start in range(0, len(tea.id), 4)) in page
    assert over in said(client_of("lin").get(f"/counter/{tea.id}?lang={lang}").text)


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("zh", "签名海报 付款后立即到账 如果一直缺货，改发 300 积分。"),
        ("en", "Signed print Right after payment If it stays out of stock, you’ll receive 300 points instead."),
    ],
)
def test_a_part_of_which_there_are_few_says_what_comes_in_its_place(client_of, lang, told):
    """Before it is bought, and not only once it is out of stock."""
    assert told in said(client_of("zhou").get(f"/mall/items/spring-box/spring_pass?lang={lang}").text)


@pytest.mark.parametrize(
    ("lang", "home", "me", "makeup"),
    [
        ("zh", "需补回 35 积分", "35 需补回的积分", "40 积分 需先补回 35 积分"),
        ("en", "You owe 35 points", "35 Points you owe", "40 points You owe 35 points"),
    ],
)
def test_nobody_has_less_than_no_points(client_of, lang, home, me, makeup):
    """Chen owes them: on the first page, on the own page, and where a day is paid for."""
    client = client_of("chen")
    pages = [said(client.get(f"{path}?lang={lang}").text) for path in ("/", "/me", STREAK, "/mall/")]

    assert [told in page for told, page in zip((home, me, makeup, home), pages, strict=True)] == [True] * 4
    assert not any(re.search("−35", page) for page in pages)


@pytest.mark.parametrize(("lang", "row"), [("zh", "到期 昨天 −5"), ("en", "Expired yesterday −5")])
def test_points_that_expired_say_their_last_day(client_of, world, lang, row):
    """The day through which they were good, and not the midnight after it."""
    world.clock.advance(timedelta(days=18))
    world.mall.sweep()
    last = world.mall.entries("lin", "sparks", limit=1)[0]
    page = said(client_of("lin").get(f"/mall/points?unit=sparks&lang={lang}").text)

    assert (last.label, last.amount) == ("expire", -5)
    assert row in page
    assert not re.search("00:00", page)


@pytest.mark.parametrize(
    ("lang", "weeks"), [("zh", "5 周 · 2月16日至 3月22日"), ("en", "5 weeks · 16 February to 22 March")]
)
def test_the_ends_of_a_streak_are_dates(client_of, world, lang, weeks):
    """A row from February to yesterday is no way to say it."""
    world.clock.advance(timedelta(days=3))

    assert weeks in said(client_of("lin").get(f"/mall/streaks/reading-weeks?lang={lang}").text)
