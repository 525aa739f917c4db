"""
A deal's whole life: placed, paid in time and late, cancelled, lapsed, refunded; by whom, for how much.
"""

from __future__ import annotations

import attrs
import pytest

from quanyi.entitlements.accounts import held, lot, quota, stock, used
from quanyi.entitlements.benefits import Benefit, LotRule, PointsUnit
from quanyi.entitlements.changes import SealedCode
from quanyi.entitlements.clauses import Head, Limit
from quanyi.entitlements.errors import InputError, NotFound, Refused
from quanyi.entitlements.plays.basics import BASICS
from quanyi.entitlements.plays.sale import Hold, Late, Price, Sale
from quanyi.entitlements.records import Deal, Entitlement
from quanyi.entitlements.time import Duration
from tests.entitlements.stage import Stage, moment

MUGS = Sale(
    head=Head(campaign="mugs", version="v1"),
    currency="CNY",
    sells={"mug": Price(units={"points": 100}, money=500, list_price=2000)},
    quota={"mug": 3},
    at_most=(Limit(id="each", count=2, of="pieces"), Limit(id="visits", count=5, back=())),
    hold=Hold(pay_within=Duration(seconds=1800)),
    benefits={"mug": Benefit(id="mug")},
    units={"points": PointsUnit(id="points")},
)
QUOTA, EACH, VISITS = quota("mugs", "mug"), used("each", "", "h-ann", unit="pieces"), used("visits", "", "h-ann")
IN_TIME, AT_THE_END, LATER = "2026-03-01T10:29:59", "2026-03-01T10:30", "2026-03-01T10:40"


def placed(sale=MUGS, qty=1, **more):
    """A stage on which ann has placed a deal at ten o'clock, and the deal's number."""
    stage = Stage(balances={QUOTA: 3, lot("h-ann", "points"): 1000, lot("h-bob", "points"): 1000})
    data = {"item": "mug", "qty": qty, "order": "o1", **more}
    changes = stage.ask(sale, "order.place", "2026-03-01T10:00", "ann", data=data)
    return stage, changes.answer["deal"]


def pay(stage, deal, at, sale=MUGS, user="ann", paid=500):
    return stage.ask(sale, "order.pay", at, user, about=deal, data={"paid": paid})


def late(then, **more):
    return attrs.evolve(MUGS, late=Late(then=then, **more))


# --- placing ------------------------------------------------------------------------------------


def test_placing_sets_everything_aside_and_says_until_when():
    """Pieces and points are held, the place is taken, nothing has gone out."""
    stage, deal = placed(qty=2)

    assert (stage.balances[QUOTA], stage.balances[EACH], stage.points("ann")) == (1, 2, 800)
    assert (stage.balances[held(deal, "pieces")], stage.balances[held(deal, "points")]) == (2, 200)
    assert (stage.record(Deal, deal).due_at, stage.rights("ann")) == (moment(AT_THE_END), [])
    (timer,) = (emit for _, _, emit in stage.timers)
    assert {QUOTA, EACH} < set(timer.wakes)
    assert VISITS not in timer.wakes  # its places do not come back


def test_the_answer_of_placing_is_plain_values():
    """What a host shows and keeps; instants as ISO text in UTC."""
    stage = Stage(balances={QUOTA: 3, lot("h-ann", "points"): 1000})
    answer = stage.ask(MUGS, "order.place", "2026-03-01T10:00", "ann", data={"item": "mug", "order": "o1"}).answer

    assert dict(answer) == {
        "deal": answer["hold"],
        "hold": answer["hold"],
        "pay": 500,
        "currency": "CNY",
        "price": {"points": 100},
        "list_price": 2000,
        "due_at": "2026-03-01T10:30:00+00:00",
        "entitlements": [],
        "left": 2,
    }


def test_without_cash_a_deal_is_paid_at_once():
    """No hold and no timer: the entitlements are in the answer."""
    sale = attrs.evolve(MUGS, sells={"mug": Price(units={"points": 100})})
    stage, deal = placed(sale)

    assert (stage.record(Deal, deal).phase, stage.rights("ann"), stage.timers) == ("paid", ["mug"], [])
    assert held(deal, "points") not in stage.balances
    assert [emit.event for emit in stage.told] == [
        "points.changed",
        "deal.placed",
        "entitlement.granted",
        "deal.paid",
    ]


def test_one_order_number_has_one_deal():
    """A second request with the same order and another key does not open a second deal."""
    stage, _ = placed()
    no = stage.refusal(MUGS, "order.place", IN_TIME, "ann", data={"item": "mug", "order": "o1"})

    assert no.reason == "order-exists"


@pytest.mark.parametrize(
    ("data", "error"),
    [
        ({"item": "mug", "qty": 0}, InputError),
        ({"item": "mug", "qty": True}, InputError),
        ({"item": "mug", "qty": "2"}, InputError),
        ({"item": "cup"}, NotFound),
        ({}, NotFound),
    ],
)
def test_a_malformed_request_is_no_refusal(data, error):
    """It needs nothing, so that it cannot harm a batch, and says what is wrong when decided."""
    with pytest.raises(error):
        Stage().ask(MUGS, "order.place", "2026-03-01T10:00", "ann", data=data)


# --- endings ------------------------------------------------------------------------------------


def test_paying_moves_on_what_was_held():
    """The hold is empty, the entitlements are out, the place stays used."""
    stage, deal = placed(qty=2)
    changes = pay(stage, deal, IN_TIME, paid=1000)

    assert stage.rights("ann") == ["mug", "mug"]
    assert changes.answer["entitlements"] == list(stage.record(Deal, deal).grants)
    assert (stage.balances[held(deal, "pieces")], stage.balances[held(deal, "points")]) == (0, 0)
    assert (stage.balances[QUOTA], stage.balances[EACH], stage.points("ann")) == (1, 2, 800)


@pytest.mark.parametrize("ending", ["cancel", "lapse"])
def test_an_unpaid_deal_gives_everything_back_but_what_never_comes_back(ending):
    """Pieces, points and the place return; the limit that says `back: never` keeps its count."""
    stage, deal = placed(qty=2)
    if ending == "cancel":
        stage.ask(MUGS, "order.cancel", IN_TIME, "ann", about=deal)
    else:
        stage.pass_time(MUGS, AT_THE_END)
    record = stage.record(Deal, deal)

    assert (stage.balances[QUOTA], stage.balances[EACH], stage.balances[VISITS], stage.points("ann")) == (3, 0, 1, 1000)
    assert (record.phase, record.ended) == ("closed", {"cancel": "released", "lapse": "lapsed"}[ending])


@pytest.mark.parametrize(
    ("at", "outcome"),
    [(IN_TIME, "paid"), (AT_THE_END, "order-closed"), (LATER, "order-closed")],
)
def test_a_hold_ends_at_its_instant_whether_or_not_a_sweep_came(at, outcome):
    """The end is outside: at 10:30:00 sharp the deal reads as lapsed, without any timer having rung."""
    stage, deal = placed()
    try:
        pay(stage, deal, at)
        found = stage.record(Deal, deal).phase
    except Refused as no:
        found = no.reason

    assert found == outcome


@pytest.mark.parametrize("first", ["order.pay", "order.cancel", "deal.lapse", "order.refund"])
@pytest.mark.parametrize("second", ["order.pay", "order.cancel", "deal.lapse", "order.refund"])
def test_only_one_ending_wins(first, second):
    """Whatever ends a deal, nothing else can end it again; a paid deal alone can be refunded."""
    stage, deal = placed()

    def end(type_):
        at = AT_THE_END if type_ == "deal.lapse" else IN_TIME
        stage.ask(MUGS, type_, at, "ann", about=deal, data={"paid": 500, "deal": deal})

    if first == "order.refund":
        end("order.pay")
    end(first)
    if (first, second) == ("order.pay", "order.refund"):
        end(second)
        assert stage.record(Deal, deal).phase == "refunded"
        return
    with pytest.raises(Refused) as no:
        end(second)

    assert no.value.code == "hold-closed"


def test_a_deal_that_stays_can_be_paid_after_its_time():
    """`overdue: stays` (pretix): nothing lapses, and the pieces are kept whatever the quota says."""
    sale = attrs.evolve(MUGS, hold=attrs.evolve(MUGS.hold, overdue="stays"))
    stage, deal = placed(sale)
    assert stage.timers == []
    pay(stage, deal, LATER, sale)

    assert stage.record(Deal, deal).phase == "paid"


# --- paying late --------------------------------------------------------------------------------


@pytest.mark.parametrize("swept", [True, False])
def test_a_late_payment_is_returned_where_the_sale_says_so(swept):
    """dujiaoka: the deal stays closed, its lapse is booked, and the host is told to return the money once."""
    sale = late("refund")
    stage, deal = placed(sale)
    if swept:
        stage.pass_time(sale, AT_THE_END)
    answer = pay(stage, deal, LATER, sale).answer

    assert (answer["refund"], stage.rights("ann"), stage.points("ann"), stage.balances[QUOTA]) == (500, [], 1000, 3)
    assert [emit.data["refund"] for emit in stage.events("deal.refund_due")] == [500]
    again = stage.refusal(sale, "order.pay", LATER, "ann", about=deal, data={"paid": 500})
    assert again.reason == "order-closed"


@pytest.mark.parametrize("swept", [True, False])
def test_a_late_payment_is_accepted_if_everything_can_be_had_again(swept):
    """pretix: an expired order takes its pieces, places and points once more."""
    sale = late("accept")
    stage, deal = placed(sale)
    if swept:
        stage.pass_time(sale, AT_THE_END)
    pay(stage, deal, LATER, sale)

    assert (stage.record(Deal, deal).phase, stage.rights("ann"), stage.points("ann")) == ("paid", ["mug"], 900)
    assert (stage.balances[QUOTA], stage.balances[EACH], stage.balances[VISITS]) == (2, 1, 2)


@pytest.mark.parametrize(("gone", "reason"), [(QUOTA, "out-of-stock"), (lot("h-ann", "points"), "insufficient-points")])
def test_a_late_payment_meets_the_checks_again(gone, reason):
    """What somebody else has taken meanwhile is gone; the order stays closed."""
    sale = late("accept")
    stage, deal = placed(sale)
    stage.pass_time(sale, AT_THE_END)
    stage.balances[gone] = 0
    no = stage.refusal(sale, "order.pay", LATER, "ann", about=deal, data={"paid": 500})

    assert (no.reason, stage.record(Deal, deal).phase) == (reason, "closed")


def test_a_late_payment_may_be_accepted_without_pieces():
    """`take_again: false` only asks for the price."""
    sale = late("accept", take_again=False)
    stage, deal = placed(sale)
    stage.pass_time(sale, AT_THE_END)
    stage.balances[QUOTA] = 0
    pay(stage, deal, LATER, sale)

    assert (stage.record(Deal, deal).phase, stage.points("ann"), stage.balances[QUOTA]) == ("paid", 900, 0)


@pytest.mark.parametrize("then", ["accept", "refuse"])
def test_what_the_buyer_gave_up_is_not_revived(then):
    """A payment after the buyer's own cancel finds the order closed."""
    sale = late(then)
    stage, deal = placed(sale)
    stage.ask(sale, "order.cancel", IN_TIME, "ann", about=deal)
    no = stage.refusal(sale, "order.pay", IN_TIME, "ann", about=deal, data={"paid": 500})

    assert no.reason == "order-closed"


# --- whose, and how much ------------------------------------------------------------------------


@pytest.mark.parametrize("type_", ["order.pay", "order.cancel", "order.refund"])
def test_somebody_elses_deal_and_an_unknown_one_answer_alike(type_):
    """Nobody learns which numbers exist."""
    stage, deal = placed()
    answers = []
    for number in (deal, "0123456789abcdef"):
        with pytest.raises(NotFound) as no:
            stage.ask(MUGS, type_, IN_TIME, "bob", about=number, data={"paid": 500})
        answers.append(str(no.value).replace(number, "…"))

    assert len(set(answers)) == 1


def test_the_host_settles_for_its_user():
    """Without a user it is the host that speaks, holding the number."""
    stage, deal = placed()
    pay(stage, deal, IN_TIME, user=None)

    assert stage.rights("ann") == ["mug"]


@pytest.mark.parametrize("paid", [0, 499, 501, -500, True, "500", None])
def test_a_wrong_amount_settles_nothing(paid):
    """Neither less nor more than the deal asks for."""
    stage, deal = placed()
    with pytest.raises(InputError):
        pay(stage, deal, IN_TIME, paid=paid)

    assert stage.record(Deal, deal).phase == "placed"


# --- refunds ------------------------------------------------------------------------------------


def test_a_refund_withdraws_and_returns():
    """Points to their lot, pieces and place back, the money named for the host."""
    stage, deal = placed(qty=2)
    pay(stage, deal, IN_TIME, paid=1000)
    answer = stage.ask(MUGS, "order.refund", LATER, "ann", about=deal).answer

    assert (answer["refund"], answer["returned"]) == (1000, {"points": 200})
    assert (stage.rights("ann"), stage.points("ann"), stage.balances[QUOTA], stage.balances[EACH]) == ([], 1000, 3, 0)


def test_what_was_used_is_not_refunded():
    """One used entitlement refuses the whole refund, and nothing is withdrawn."""
    stage, deal = placed(qty=2)
    pay(stage, deal, IN_TIME, paid=1000)
    right = stage.record(Deal, deal).grants[0]
    stage.ask(BASICS["entitlement.redeem"], "entitlement.redeem", LATER, "ann", data={"entitlement": right})
    no = stage.refusal(MUGS, "order.refund", LATER, "ann", about=deal)

    assert (no.code, no.reason, stage.rights("ann")) == ("voucher-refused", "already-used", ["mug"])


# --- codes and stock ----------------------------------------------------------------------------

CARD = Benefit(id="card", form="code", pool="cards")
CARDS = attrs.evolve(
    MUGS, sells={"card": Price(money=500)}, quota={}, at_most=(), benefits={"card": CARD}, head=Head(campaign="cards")
)


def card_stage(codes):
    stage = Stage(balances={stock("card"): codes})
    for n in range(codes):
        stage.codes[f"c{n}"] = SealedCode(id=f"c{n}", pool="cards", sealed=b"", key_id="k", blind=bytes([n]))
    return stage


def place_card(stage, user, qty=1):
    return stage.ask(CARDS, "order.place", "2026-03-01T10:00", user, data={"item": "card", "qty": qty}).answer["deal"]


def test_codes_are_drawn_when_paid_and_stock_is_taken_when_placed():
    """The last code is sold to one buyer only; the other is refused before any money is asked for."""
    stage = card_stage(1)
    deal = place_card(stage, "ann")
    no = stage.refusal(CARDS, "order.place", "2026-03-01T10:00", "bob", data={"item": "card"})
    assert no.code == "out-of-stock"
    assert all(code.owner is None for code in stage.codes.values())

    pay(stage, deal, IN_TIME, CARDS)
    assert [code.owner for code in stage.codes.values()] == list(stage.record(Deal, deal).grants)


def test_a_lapsed_deal_gives_its_stock_back_for_the_next():
    """No code was drawn, so the piece can be sold again."""
    stage = card_stage(1)
    place_card(stage, "ann")
    stage.pass_time(CARDS, AT_THE_END)
    deal = place_card(stage, "bob")
    pay(stage, deal, IN_TIME, CARDS, user="bob")

    assert stage.rights("bob") == ["card"]


def test_a_drawn_code_never_goes_back():
    """A refunded card leaves stock as it is, or a pool would promise a code it does not have."""
    stage = card_stage(2)
    deal = place_card(stage, "ann")
    pay(stage, deal, IN_TIME, CARDS)
    stage.ask(CARDS, "order.refund", LATER, "ann", about=deal)

    free = [code for code in stage.codes.values() if code.owner is None]
    assert stage.balances[stock("card")] == len(free) == 1


def test_a_seen_code_is_not_refunded():
    """Once revealed it is as good as used."""
    stage = card_stage(1)
    deal = place_card(stage, "ann")
    pay(stage, deal, IN_TIME, CARDS)
    (right,) = stage.record(Deal, deal).grants
    shown = stage.ask(BASICS["entitlement.reveal"], "entitlement.reveal", LATER, "ann", data={"entitlement": right})
    no = stage.refusal(CARDS, "order.refund", LATER, "ann", about=deal)

    assert (list(shown.answer["codes"]), no.reason) == (["c0"], "already-revealed")


# --- splits -------------------------------------------------------------------------------------


def test_a_split_quota_is_exact():
    """Buyers start at their own balance and fall over to the others: all pieces go, and not one more."""
    sale = attrs.evolve(MUGS, splits=4, at_most=(), sells={"mug": Price(money=500)}, quota={"mug": 9})
    stage = Stage(balances={quota("mugs", "mug", n): have for n, have in enumerate((3, 2, 2, 2))})
    for n in range(8):
        stage.ask(sale, "order.place", "2026-03-01T10:00", f"u{n}", data={"item": "mug"})
    no = stage.refusal(sale, "order.place", "2026-03-01T10:00", "late", data={"item": "mug", "qty": 2})
    assert (no.shows["left"], no.shows["missing"]) == (1, 1)

    stage.ask(sale, "order.place", "2026-03-01T10:00", "last", data={"item": "mug"})
    assert sum(n for account, n in stage.balances.items() if account.kind == "quota") == 0


def test_one_request_may_take_from_several_balances():
    """Three pieces out of 2 + 1: a lapse returns each to its own."""
    sale = attrs.evolve(MUGS, splits=2, at_most=(), sells={"mug": Price(money=500)})
    have = {quota("mugs", "mug", 0): 2, quota("mugs", "mug", 1): 2}
    stage = Stage(balances=dict(have))
    stage.ask(sale, "order.place", "2026-03-01T10:00", "ann", data={"item": "mug", "qty": 3})
    assert stage.rounds == 2  # its own balance first, all of them when that is short
    stage.pass_time(sale, AT_THE_END)

    assert {account: stage.balances[account] for account in have} == have


# --- points with an end -------------------------------------------------------------------------


def test_points_given_back_to_an_ended_lot_end_again():
    """A refund after the lot's end books the points as expired; it revives nothing."""
    unit = PointsUnit(id="points", lots=LotRule(lasts=Duration(months=1)))
    sale = attrs.evolve(MUGS, units={"points": unit})
    old = lot("h-ann", "points", moment("2026-03-02T00:00"))
    stage = Stage(balances={QUOTA: 3, old: 60, lot("h-ann", "points", moment("2026-05-01T00:00")): 500})
    deal = stage.ask(sale, "order.place", "2026-03-01T10:00", "ann", data={"item": "mug"}).answer["deal"]
    assert stage.balances[old] == 0
    pay(stage, deal, IN_TIME, sale)
    stage.ask(sale, "order.refund", "2026-03-03T10:00", "ann", about=deal)

    assert (stage.balances[old], stage.points("ann", at="2026-03-03T10:00")) == (0, 500)


def test_an_entitlement_ends_as_its_benefit_says():
    """Seven days to the second, or to the end of the last local day."""
    ends = []
    for whole in (False, True):
        benefit = Benefit(id="mug", lasts=Duration.parse("7d"), whole_days=whole)
        head = Head(campaign="mugs", zone="Asia/Shanghai")
        sale = attrs.evolve(MUGS, head=head, benefits={"mug": benefit}, sells={"mug": Price()})
        stage, deal = placed(sale)
        ends.append(stage.record(Entitlement, stage.record(Deal, deal).grants[0]).due_at.isoformat())

    assert ends == ["2026-03-08T10:00:00+00:00", "2026-03-08T16:00:00+00:00"]
