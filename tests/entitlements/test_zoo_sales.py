"""
Sales of the zoo at play level: the same sequences, the same numbers.
"""

from __future__ import annotations

import pytest

from quanyi.entitlements.accounts import lot, quota, stock
from quanyi.entitlements.benefits import Benefit, PointsUnit
from quanyi.entitlements.clauses import Head, Limit
from quanyi.entitlements.errors import Refused
from quanyi.entitlements.plays.sale import Hold, Price, Sale
from quanyi.entitlements.records import Deal
from quanyi.entitlements.time import Duration, Schedule, Span
from tests.entitlements.stage import Stage, moment


def deal_of(changes):
    return changes.answer["deal"]


# --- macrozheng-flash-session-quota -------------------------------------------------------------

PHONES = Sale(
    head=Head(
        campaign="iphone-afternoon",
        zone="Asia/Shanghai",
        runs=Span(start=moment("2022-11-09T00:00+08:00"), end=moment("2024-01-01T00:00+08:00")),
        open=(Schedule.parse("daily 14:00-16:00"),),
    ),
    currency="CNY",
    sells={"iphone14": Price(money=569900, list_price=599900)},
    quota={"iphone14": 10},
    at_most=(Limit(id="one-each", count=1, of="pieces"),),
    checks=("phase", "open", "at_most", "quota"),
    hold=Hold(pay_within=Duration(seconds=3600)),
)


def test_a_flash_sale_has_sessions_one_quota_and_gives_unpaid_pieces_back():
    """The afternoon sale of macrozheng: 14:00 to 16:00, one each, unpaid for an hour closes."""
    phones = quota("iphone-afternoon", "iphone14")
    stage = Stage(balances={phones: 2})
    day = "2022-11-10T"

    def place(at, user, order):
        return stage.ask(PHONES, "order.place", f"{at}+08:00", user, data={"item": "iphone14", "order": order})

    def refused(at, user, order):
        return stage.refusal(PHONES, "order.place", f"{at}+08:00", user, data={"item": "iphone14", "order": order})

    no = refused(f"{day}13:59:59", "u1", "o0")
    assert (no.reason, no.next_at) == ("not-open", moment(f"{day}14:00+08:00"))

    o1 = place(f"{day}14:00:00", "u1", "o1")
    assert (o1.answer["pay"], o1.answer["left"]) == (569900, 1)
    assert refused(f"{day}14:00:05", "u1", "o2").code == "limit-reached"

    o3 = place(f"{day}14:01:00", "u2", "o3")
    assert o3.answer["left"] == 0
    assert refused(f"{day}14:02:00", "u3", "o4").code == "out-of-stock"

    stage.ask(PHONES, "order.pay", f"{day}14:30:00+08:00", "u2", about=deal_of(o3), data={"paid": 569900})
    assert stage.record(Deal, deal_of(o3)).phase == "paid"

    stage.pass_time(PHONES, f"{day}15:00:01+08:00")
    assert stage.record(Deal, deal_of(o1)).phase == "closed"
    assert stage.balances[phones] == 1

    late = stage.refusal(PHONES, "order.pay", f"{day}15:05:00+08:00", "u1", about=deal_of(o1), data={"paid": 569900})
    assert (late.code, late.reason) == ("hold-closed", "order-closed")

    o5 = place(f"{day}15:10:00", "u3", "o5")
    assert o5.answer["left"] == 0
    no = refused(f"{day}16:00:00", "u4", "o6")
    assert (no.reason, no.next_at) == ("not-open", moment("2022-11-11T14:00+08:00"))

    stage.pass_time(PHONES, f"{day}16:10:01+08:00")
    assert stage.record(Deal, deal_of(o5)).phase == "closed"
    assert stage.balances[phones] == 1

    o7 = place("2022-11-11T14:00:00", "u1", "o7")
    assert (o7.answer["pay"], o7.answer["left"]) == (569900, 0)
    assert refused("2022-11-11T14:00:01", "u2", "o8").code == "limit-reached"


# --- yudao-points-mall-points-plus-cash ---------------------------------------------------------


def points_mall(item, points, money, list_price, count):
    return Sale(
        head=Head(campaign=f"mall-{item}", zone="Asia/Shanghai"),
        preset="points_exchange",
        currency="CNY",
        sells={item: Price(units={"points": points}, money=money, list_price=list_price)},
        takes=(f"mall_{item}", f"shop_{item}"),
        at_most=(Limit(id=f"{item}-each", count=count, of="pieces"),),
        hold=Hold(pay_within=Duration(seconds=1800)),
        benefits={item: Benefit(id=item)},
        units={"points": PointsUnit(id="points")},
    )


VIDEO = points_mall("video", 1500, 0, 2500, 1)
MUSIC = points_mall("music", 300, 500, 1500, 3)


def points_mall_stage():
    have = {"ann": 2500, "bob": 1499, "cat": 1500, "dan": 1500}
    stocks = {"mall_video": 2, "mall_music": 10, "shop_video": 50, "shop_music": 50}
    wallets = {lot(f"h-{user}", "points"): n for user, n in have.items()}
    return Stage(balances={**wallets, **{stock(thing): n for thing, n in stocks.items()}})


def test_a_points_mall_takes_points_at_once_and_cash_later():
    """The points mall of yudao: points only, points plus cash, limits over live orders, refunds of both."""
    stage = points_mall_stage()

    def left(thing):
        return stage.balances[stock(thing)]

    def exchange(sale, at, user, qty, order):
        data = {"offer": next(iter(sale.sells)), "qty": qty, "order": order}
        return stage.ask(sale, "exchange", f"2026-03-{at}:00+08:00", user, data=data).answer

    def refused(*asked):
        with pytest.raises(Refused) as no:
            exchange(*asked)
        return no.value.code

    def cost(answer):
        return answer["list_price"], answer["price"]["points"], answer["pay"]

    o1 = exchange(VIDEO, "01T10:00", "ann", 1, "o1")
    assert (stage.points("ann"), cost(o1), stage.rights("ann")) == (1000, (2500, 1500, 0), ["video"])
    assert (left("mall_video"), left("shop_video")) == (1, 49)
    assert refused(VIDEO, "01T10:01", "ann", 1, "o2") == "limit-reached"
    assert refused(VIDEO, "01T10:02", "bob", 1, "o3") == "insufficient-points"
    assert refused(MUSIC, "01T10:03", "ann", 4, "o4") == "limit-reached"

    o5 = exchange(MUSIC, "01T10:04", "ann", 2, "o5")
    assert (stage.points("ann"), cost(o5), stage.rights("ann")) == (400, (3000, 600, 1000), ["video"])
    assert left("mall_music") == 8
    stage.ask(MUSIC, "order.pay", "2026-03-01T10:05:00+08:00", "ann", about=o5["deal"], data={"paid": 1000})
    assert stage.rights("ann") == ["music", "music", "video"]
    assert refused(MUSIC, "01T10:06", "ann", 2, "o6") == "limit-reached"

    o7 = exchange(MUSIC, "01T10:07", "ann", 1, "o7")
    assert (stage.points("ann"), left("mall_music")) == (100, 7)
    stage.pass_time(MUSIC, "2026-03-01T10:37:01+08:00")
    assert (stage.points("ann"), left("mall_music"), stage.record(Deal, o7["deal"]).phase) == (400, 8, "closed")

    exchange(VIDEO, "01T10:40", "cat", 1, "o8")
    assert (stage.points("cat"), stage.rights("cat"), left("mall_video")) == (0, ["video"], 0)
    assert refused(VIDEO, "01T10:41", "dan", 1, "o9") == "out-of-stock"

    refund = stage.ask(MUSIC, "order.refund", "2026-03-02T10:00:00+08:00", "ann", about=o5["deal"]).answer
    assert (refund["refund"], refund["returned"]) == (1000, {"points": 600})
    assert (stage.points("ann"), stage.rights("ann"), left("mall_music")) == (1000, ["video"], 10)
    o10 = exchange(MUSIC, "02T10:01", "ann", 3, "o10")
    assert (stage.points("ann"), cost(o10), left("mall_music")) == (100, (4500, 900, 1500), 7)


def test_a_plain_request_is_decided_on_what_it_declared():
    """Nothing is asked for beyond the needs of the input."""
    stage = Stage(balances={quota("iphone-afternoon", "iphone14"): 2})
    stage.ask(PHONES, "order.place", "2022-11-10T14:00+08:00", "u1", data={"item": "iphone14"})

    assert stage.rounds == 1
