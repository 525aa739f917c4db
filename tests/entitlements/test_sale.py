"""
A deal's whole life: placed, paid in time and late, cancelled, lapsed, refunded; by whom, for how much.
"""

from __future__ import annotations

import attrs
import pytest

from quanyi.entitlements.accounts import held, lot
from quanyi.entitlements.changes import Posting
from quanyi.entitlements.errors import InputError, NotFound, Refused
from quanyi.entitlements.plays.basics import BASICS
from quanyi.entitlements.plays.sale import Price
from quanyi.entitlements.records import Deal
from tests.entitlements.mugs import AT_THE_END, EACH, IN_TIME, LATER, MUGS, QUOTA, VISITS, late, pay, placed
from tests.entitlements.stage import Stage, moment

# --- placing ------------------------------------------------------------------------------------


def test_placing_sets_everything_aside_and_says_until_when():
    """Pieces and points are held, the place is taken, nothing has gone out."""
    stage, deal = placed(qty=2)

    assert (stage.balances[QUOTA], stage.balances[EACH], stage.points("ann")) == (1, 2, 800)
    assert (stage.balances[held(deal, "pieces")], stage.balances[held(deal, "points")]) == (2, 200)
    assert (stage.record(Deal, deal).due_at, stage.rights("ann")) == (moment(AT_THE_END), [])
    (timer,) = (emit for _, _, emit in stage.timers)
    assert (dict(timer.gives), timer.of) == ({QUOTA: 2, EACH: 2}, stage.record(Deal, deal).key)
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


def test_money_below_zero_is_told_so():
    """It is whole; that is not what is wrong with it."""
    stage, deal = placed()

    with pytest.raises(InputError, match="0 or more, not -100"):
        pay(stage, deal, IN_TIME, paid=-100)


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


def test_a_lapsed_deal_cannot_be_cancelled():
    """Past its end it reads as closed, before any timer rang."""
    stage, deal = placed()

    assert stage.refusal(MUGS, "order.cancel", AT_THE_END, "ann", about=deal).reason == "order-closed"


def test_places_are_taken_under_their_cap():
    """The store checks the cap as well, so that a wrong decision cannot be written."""
    stage = Stage(balances={QUOTA: 3, lot("h-ann", "points"): 1000})
    lines = stage.ask(MUGS, "order.place", "2026-03-01T10:00", "ann", data={"item": "mug"}).lines
    caps = {line.destination: line.cap for line in lines if isinstance(line, Posting)}

    assert (caps[EACH], caps[VISITS]) == (2, 5)


def test_a_window_that_was_cleared_away_has_nothing_to_return():
    """A refund long after its day: the place's balance is gone, and the rest goes back all the same."""
    stage, deal = placed()
    pay(stage, deal, IN_TIME)
    del stage.balances[EACH]
    stage.ask(MUGS, "order.refund", "2027-03-01T10:00", "ann", about=deal)

    assert (stage.points("ann"), stage.balances[QUOTA], EACH in stage.balances) == (1000, 3, False)


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
