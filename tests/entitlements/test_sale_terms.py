"""
What a sale can declare besides: prices by quantity, codes, sessions, pieces held from paying on, refunds of some pieces.
"""

from __future__ import annotations

from fractions import Fraction

import attrs
import pytest

from quanyi.entitlements.accounts import Account, lot, outside, stock
from quanyi.entitlements.benefits import Benefit
from quanyi.entitlements.clauses import Head, Limit
from quanyi.entitlements.grants import days_left
from quanyi.entitlements.plays.sale import Coupon, Hold, Late, Offset, Price, Refund
from quanyi.entitlements.plays.sale.portions import portion
from quanyi.entitlements.records import Deal, Entitlement, Move
from quanyi.entitlements.time import Duration, Schedule, Window, zone_of
from tests.entitlements.mugs import AT_THE_END, IN_TIME, LATER, MUGS, QUOTA, pay
from tests.entitlements.stage import Stage, moment

# --- prices by quantity, codes -----------------------------------------------------------------

SLABS = Price(money=1000, list_price=1000, steps=((5, Price(money=900, list_price=1000)), (10, Price(money=850))))


@pytest.mark.parametrize(("pieces", "each"), [(1, 1000), (4, 1000), (5, 900), (9, 900), (10, 850), (99, 850)])
def test_the_highest_step_reached_is_the_price_of_every_piece(pieces, each):
    assert SLABS.at(pieces).money == each


SIX = Coupon(off=600, at_most=(Limit(id="six", count=2, per=("campaign",), reason="code-used-up"),))
CHEAP = attrs.evolve(MUGS, sells={"mug": SLABS}, quota={}, at_most=(), codes={"SIX": SIX, "HALF": Coupon(percent="50")})


def order(stage, sale, user="ann", at="2026-03-01T10:00", **data):
    return stage.ask(sale, "order.place", at, user, data={"item": "mug", **data})


@pytest.mark.parametrize(
    ("qty", "code", "money"),
    [(1, "", 1000), (1, "six", 400), (5, " SIX ", 3900), (1, "HALF", 500), (5, "half", 2250)],
)
def test_a_code_takes_something_off_after_the_slab(qty, code, money):
    """In small or capital letters."""
    assert order(Stage(), CHEAP, qty=qty, code=code).answer["pay"] == money


def test_a_code_never_takes_off_more_than_there_is_to_pay():
    """What costs nothing is paid at once."""
    sale = attrs.evolve(CHEAP, codes={"FREE": Coupon(off=5000)})
    stage = Stage()
    answer = order(stage, sale, code="FREE").answer

    assert (answer["pay"], stage.record(Deal, answer["deal"]).phase) == (0, "paid")


def test_a_code_is_used_so_often_and_comes_back_with_an_order_that_comes_to_nothing():
    """Unknown ones are refused before any limit."""
    stage = Stage()
    first = order(stage, CHEAP, code="SIX").answer["deal"]
    order(stage, CHEAP, "bob", code="SIX")
    data = {"item": "mug", "code": "SIX"}
    no = stage.refusal(CHEAP, "order.place", "2026-03-01T10:00", "cat", data=data)
    ghost = stage.refusal(CHEAP, "order.place", "2026-03-01T10:00", "cat", data={**data, "code": "SEVEN"})
    stage.ask(CHEAP, "order.cancel", "2026-03-01T10:01", "ann", about=first)

    assert (no.reason, no.clause, ghost.reason) == ("code-used-up", "code/six", "unknown-code")
    assert order(stage, CHEAP, "cat", code="SIX").answer["pay"] == 400


# --- held from paying on -----------------------------------------------------------------------

LOOKS = attrs.evolve(
    MUGS,
    head=Head(campaign="mugs", version="v1"),
    sells={"mug": Price(money=500, units={"points": 100})},
    quota={},
    at_most=(Limit(id="each", count=2, of="pieces"),),
    hold=Hold(since="pay", pay_within=Duration(seconds=1800)),
    benefits={"mug": Benefit(id="mug", stock=1)},
)


def two_orders(sale):
    """Ann and bob have both ordered the only mug."""
    stage = Stage(balances={stock("mug"): 1, lot("h-ann", "points"): 100, lot("h-bob", "points"): 100})
    return stage, *(order(stage, sale, user).answer["deal"] for user in ("ann", "bob"))


def test_pieces_are_looked_at_when_ordered_and_taken_when_paid():
    """Points are taken at once; an order for more than there are is refused all the same."""
    stage, ann, _ = two_orders(LOOKS)
    looked = stage.balances[stock("mug")], stage.points("ann")
    no = stage.refusal(LOOKS, "order.place", "2026-03-01T10:00", "cat", data={"item": "mug", "qty": 2})
    pay(stage, ann, IN_TIME, LOOKS)

    assert (looked, no.code) == ((1, 0), "out-of-stock")
    assert (stage.balances[stock("mug")], stage.rights("ann")) == (0, ["mug"])


@pytest.mark.parametrize("at", [IN_TIME, AT_THE_END])
def test_paid_for_pieces_that_are_gone(at):
    """Refused, and the order stays; or taken, and everything goes back with the money. A late one likewise."""
    late = Late(then="accept")
    for sale in (attrs.evolve(LOOKS, late=late), attrs.evolve(LOOKS, late=late, short="refund")):
        stage, ann, bob = two_orders(sale)
        pay(stage, ann, IN_TIME, sale)
        if sale.short == "refuse":
            no = stage.refusal(sale, "order.pay", at, "bob", about=bob, data={"paid": 500})
            assert (no.code, stage.record(Deal, bob).phase, stage.points("bob")) == ("out-of-stock", "placed", 0)
            continue
        changes = pay(stage, bob, at, sale, user="bob")
        again = stage.refusal(sale, "order.pay", LATER, "bob", about=bob, data={"paid": 500})
        deal = stage.record(Deal, bob)

        assert (changes.answer["refund"], deal.phase, deal.ended, deal.refunded) == (500, "closed", "short", 500)
        assert (stage.points("bob"), stage.rights("bob"), again.reason) == (100, [], "order-closed")


def test_what_was_never_held_is_taken_by_a_late_payment_too():
    """Even where a late payment need not take its places again."""
    sale = attrs.evolve(LOOKS, late=Late(then="accept", take_again=False))
    stage, ann, bob = two_orders(sale)
    pay(stage, ann, AT_THE_END, sale)
    no = stage.refusal(sale, "order.pay", LATER, "bob", about=bob, data={"paid": 500})

    assert (stage.balances[stock("mug")], no.code) == (0, "out-of-stock")


# --- sessions ----------------------------------------------------------------------------------

SHANGHAI = zone_of("Asia/Shanghai")
TWICE = (Schedule.parse("daily 10:00-12:00"), Schedule.parse("daily 20:00-22:00"))
SESSION = Window("session", opens=TWICE)


@pytest.mark.parametrize(
    ("at", "key", "ends"),
    [
        ("2026-11-01T09:59+08:00", "2026-11-01", "2026-11-01T10:00+08:00"),
        ("2026-11-01T10:00+08:00", "2026-11-01T10:00+08:00", "2026-11-01T20:00+08:00"),
        ("2026-11-01T12:00+08:00", "2026-11-01T10:00+08:00", "2026-11-01T20:00+08:00"),
        ("2026-11-01T21:59+08:00", "2026-11-01T20:00+08:00", "2026-11-02T10:00+08:00"),
    ],
)
def test_a_session_counts_from_its_start_until_the_next(at, key, ends):
    assert (SESSION.key(moment(at), SHANGHAI), SESSION.ends(moment(at), SHANGHAI)) == (key, moment(ends))


def test_a_piece_of_a_session_comes_back_to_its_session():
    """An unpaid piece of the morning helps nobody in the evening."""
    each = Limit(id="q", count=1, of="pieces", per=("campaign",), window=SESSION)
    head = Head(campaign="mugs", version="v1", zone="Asia/Shanghai", open=TWICE)
    sale = attrs.evolve(CHEAP, head=head, rounds={"mug": (each,)}, hold=Hold(pay_within=Duration(seconds=9 * 3600)))
    stage = Stage()
    order(stage, sale, at="2026-11-01T11:59+08:00")
    gone = stage.refusal(sale, "order.place", "2026-11-01T11:59+08:00", "bob", data={"item": "mug"})
    evening = order(stage, sale, "bob", at="2026-11-01T20:00+08:00").answer["left"]
    stage.pass_time(sale, "2026-11-01T20:59+08:00")
    after = stage.refusal(sale, "order.place", "2026-11-01T21:00+08:00", "cat", data={"item": "mug"})

    assert (gone.code, gone.next_at, evening) == ("out-of-stock", moment("2026-11-01T20:00+08:00"), 0)
    assert (after.code, after.shows["left"]) == ("out-of-stock", 0)


# --- refunds of some pieces --------------------------------------------------------------------


def paid_for(qty, sale=MUGS, paid=500):
    stage = Stage(balances={QUOTA: 3, lot("h-ann", "points"): 1000})
    deal = order(stage, sale, qty=qty).answer["deal"]
    pay(stage, deal, IN_TIME, sale, paid=paid * qty)
    return stage, deal


def give_back(stage, deal, sale=MUGS, **data):
    return stage.ask(sale, "order.refund", LATER, "ann", about=deal, data=data)


def test_pieces_are_taken_back_one_by_one():
    """Money, points, pieces and places by piece; the deal stays paid until the last one."""
    stage, deal = paid_for(2)
    first = give_back(stage, deal, qty=1)
    half = stage.record(Deal, deal).phase, stage.points("ann"), stage.balances[QUOTA], stage.rights("ann")
    second = give_back(stage, deal)
    found = stage.record(Deal, deal)

    assert (first.answer["refund"], half) == (500, ("paid", 900, 2, ["mug"]))
    assert (second.answer["refund"], found.phase, found.refunded) == (500, "refunded", 1000)
    assert (stage.points("ann"), stage.balances[QUOTA], stage.rights("ann")) == (1000, 3, [])


@pytest.mark.parametrize(("qty", "error"), [(3, "more-than-bought"), (0, "whole number"), ("1", "whole number")])
def test_no_more_pieces_come_back_than_were_bought(qty, error):
    stage, deal = paid_for(2)
    with pytest.raises(Exception, match=error):
        give_back(stage, deal, qty=qty)


def test_shares_of_money_that_does_not_divide_come_to_all_of_it():
    """10.00 for three: 3.33, 3.33 and 3.34."""
    sale = attrs.evolve(CHEAP, sells={"mug": Price(money=400)}, codes={"TWO": Coupon(off=200)})
    stage = Stage()
    deal = order(stage, sale, qty=3, code="TWO").answer["deal"]
    pay(stage, deal, IN_TIME, sale, paid=1000)

    assert [give_back(stage, deal, sale, qty=1).answer["refund"] for _ in range(3)] == [333, 333, 334]


def test_what_was_used_is_kept_and_the_rest_comes_back():
    """Or nothing at all, by the declared rule."""
    for rule, refund in ((Refund(), None), (Refund(if_used="keep"), 500)):
        sale = attrs.evolve(MUGS, refund=rule)
        stage, deal = paid_for(2, sale)
        right = stage.records[next(k for k, (r, _) in stage.records.items() if isinstance(r, Entitlement))][0]
        stage.records[right.key] = (attrs.evolve(right, phase="used", used_at=right.got_at), 1)
        if refund is None:
            assert stage.refusal(sale, "order.refund", LATER, "ann", about=deal).reason == "already-used"
            continue
        changes = give_back(stage, deal, sale)
        found = stage.record(Deal, deal)

        assert (changes.answer["refund"], found.phase, found.returned) == (refund, "refunded", 1)
        assert (stage.points("ann"), stage.balances[QUOTA]) == (900, 2)


def test_a_share_is_taken_from_what_was_booked_last_and_never_twice():
    """Two lots of 3 and 7, of which half goes back and then the rest."""
    lots = [Account(kind="lot", unit="points", parts=("h-ann", "", str(n))) for n in range(2)]
    to = outside("revenue", "points")
    moves = [Move(source=a, destination=to, amount=n, back=("refunded",)) for a, n in zip(lots, (3, 7), strict=True)]
    going, staying = portion(moves, 1, 2)
    rest, nothing = portion(staying, 1, 1)

    assert [(m.source, m.amount) for m in going] == [(lots[1], 5)]
    assert [(m.source, m.amount) for m in rest] == [(lots[0], 3), (lots[1], 2)]
    assert nothing == ()


@pytest.mark.parametrize(
    ("at", "days"),
    [
        ("2026-03-01T10:00", 29),
        ("2026-03-02T09:59:59", 29),
        ("2026-03-02T10:00", 28),
        ("2026-03-31T09:59:59", 0),
        ("2026-06-01T00:00", 0),
    ],
)
def test_days_that_have_begun_are_gone(at, days):
    """Thirty days from ten o'clock on; what never ends is all there."""
    start, end = moment("2026-03-01T10:00"), moment("2026-03-31T10:00")
    right = Entitlement(id="e", got_at=start, starts=start, due_at=end)

    assert days_left(right, moment(at)) == Fraction(days, 30)
    assert days_left(attrs.evolve(right, due_at=None), moment(at)) == 1


# --- points for money --------------------------------------------------------------------------

HALF = Offset(unit="points", each=100, money=100, at_least=500, up_to="50")
STEPS = Offset(unit="points", each=100, money=500, at_least=100, step=100)


@pytest.mark.parametrize(
    ("offset", "asked", "have", "total", "used"),
    [
        (HALF, 1000, 5000, 10_000, 1000),
        (HALF, 1000, 700, 10_000, 700),
        (HALF, 10_000, 10_000, 10_000, 5000),
        (HALF, 499, 5000, 10_000, 0),
        (HALF, 1000, 499, 10_000, 0),
        (HALF, 1000, 5000, 998, 0),
        (STEPS, 1050, 5000, 100_000, 1000),
        (STEPS, 1050, 5000, 1499, 200),
        (STEPS, 99, 5000, 100_000, 0),
    ],
)
def test_the_smallest_of_wish_wallet_and_share_is_used_in_whole_steps(offset, asked, have, total, used):
    """Then the least: below it nothing is used at all."""
    assert offset.used(asked, have, total) == used


def test_points_that_paid_for_money_come_back_with_it():
    """Unpaid orders give them back; a late payment takes them again."""
    sale = attrs.evolve(CHEAP, sells={"mug": Price(money=1000)}, codes={}, offset=HALF, late=Late(then="accept"))
    stage = Stage(balances={lot("h-ann", "points"): 800})
    placed = order(stage, sale, qty=2, offset=600).answer
    held = stage.points("ann")
    stage.pass_time(sale, AT_THE_END)
    back = stage.points("ann")
    pay(stage, placed["deal"], LATER, sale, paid=1400)

    assert (placed["pay"], dict(placed["price"]), held, back, stage.points("ann")) == (
        1400,
        {"points": 600},
        200,
        800,
        200,
    )
    assert give_back(stage, placed["deal"], sale).answer["refund"] == 1400
    assert stage.points("ann") == 800
