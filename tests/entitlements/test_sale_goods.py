"""
What a sale sells: codes out of a pool, pieces out of split quotas, points with an end, rights with a life.
"""

from __future__ import annotations

import attrs
import pytest

from quanyi.entitlements.accounts import lot, quota, stock
from quanyi.entitlements.benefits import Benefit, LotRule, PointsUnit
from quanyi.entitlements.changes import SealedCode
from quanyi.entitlements.clauses import Head
from quanyi.entitlements.grants import end_of
from quanyi.entitlements.plays.basics import BASICS
from quanyi.entitlements.plays.sale import Price
from quanyi.entitlements.records import Deal, Entitlement
from quanyi.entitlements.time import Duration
from tests.entitlements.mugs import AT_THE_END, IN_TIME, LATER, MUGS, QUOTA, pay, placed
from tests.entitlements.stage import Stage, moment

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


@pytest.mark.parametrize("lasts", ["7d", "1 month", "1 day"])
def test_what_is_got_at_midnight_ends_with_what_is_got_a_second_later(lasts):
    """Midnight is the first instant of its day, which counts like any other."""
    benefit = Benefit(id="pass", lasts=Duration.parse(lasts), whole_days=True)
    first, later = (end_of(benefit, moment(f"2026-03-01T00:00:0{n}+08:00"), "Asia/Shanghai") for n in (0, 1))

    assert first == later


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
