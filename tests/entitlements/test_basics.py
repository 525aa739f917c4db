"""
Commands that belong to no campaign: redeem, reveal, adjust, the end of lots, loading.
"""

from __future__ import annotations

import pytest

from quanyi.entitlements.accounts import debt, lot, quota, stock
from quanyi.entitlements.benefits import Benefit, LotRule, PointsUnit
from quanyi.entitlements.changes import Because, SealedCode
from quanyi.entitlements.errors import InputError, OutOfStock, Refused
from quanyi.entitlements.grants import grant
from quanyi.entitlements.picture import View
from quanyi.entitlements.plays.basics import BASICS, basics
from quanyi.entitlements.records import Entitlement, Loaded, Rating
from quanyi.entitlements.time import Duration
from tests.entitlements.stage import Stage, moment

AT = "2026-03-01T10:00"
UNIT = PointsUnit(id="points", lots=LotRule(lasts=Duration(months=1)), zone="Asia/Shanghai")


def holding(**benefit):
    """A stage on which ann holds one entitlement, `e1`."""
    stage = Stage(codes={"c0": SealedCode(id="c0", pool="cards", sealed=b"", key_id="k", blind=b"0")})
    draft = View(stage.picture(set())).draft(moment(AT))
    grant(draft, Benefit(id="card", **benefit), "h-ann", id_="e1", campaign="c")
    stage.book(draft.done(Because(campaign="c")))
    return stage


def redeem(stage, at=AT, user="ann", right="e1"):
    return stage.ask(BASICS["entitlement.redeem"], "entitlement.redeem", at, user, data={"entitlement": right}).answer


def reveal(stage, at=AT, user="ann", right="e1"):
    return stage.ask(BASICS["entitlement.reveal"], "entitlement.reveal", at, user, data={"entitlement": right}).answer


# --- redeem and reveal --------------------------------------------------------------------------


def test_each_use_is_used_up_once():
    """Two uses, then it is used; a third is refused with the moment of the last."""
    stage = holding(uses=2)
    assert [redeem(stage)["uses"], redeem(stage)["uses"]] == [1, 0]
    with pytest.raises(Refused, match="already-used") as no:
        redeem(stage)

    assert (stage.record(Entitlement, "e1").phase, no.value.shows["used_at"]) == ("used", moment(AT))


@pytest.mark.parametrize(
    ("at", "outcome"), [("2026-03-02T09:59:59", 0), ("2026-03-02T10:00", "expired"), ("2026-05-01T00:00", "expired")]
)
def test_an_entitlement_ends_at_its_instant(at, outcome):
    """The end is outside, whether or not anybody swept."""
    stage = holding(lasts=Duration(seconds=86400))
    try:
        found = redeem(stage, at)["uses"]
    except Refused as no:
        found = no.reason

    assert found == outcome


@pytest.mark.parametrize("act", [redeem, reveal])
@pytest.mark.parametrize(("user", "right"), [("bob", "e1"), ("ann", "e2")])
def test_somebody_elses_and_an_unknown_one_are_refused_alike(act, user, right):
    """Nobody learns which entitlements exist."""
    with pytest.raises(Refused) as no:
        act(holding(), user=user, right=right)

    assert (no.value.code, no.value.reason, dict(no.value.shows)) == ("voucher-refused", "unknown", {})


def test_every_sight_is_told_and_the_first_is_kept():
    """The codes' ids are answered each time; the record is written once."""
    stage = holding(pool="cards")
    assert (reveal(stage)["codes"], reveal(stage, "2026-03-01T11:00")["codes"]) == (["c0"], ["c0"])

    assert stage.record(Entitlement, "e1").revealed_at == moment(AT)
    assert [emit.data["first"] for emit in stage.events("code.revealed")] == [True, False]


# --- wallets ------------------------------------------------------------------------------------


def adjust(stage, amount, user="ann"):
    play = basics({"points": UNIT})["wallet.adjust"]
    return stage.ask(play, "wallet.adjust", AT, user, data={"unit": "points", "amount": amount, "reason": "r"})


def test_a_correction_up_is_a_lot_like_any_other():
    """It pays what is owed first, and ends as the unit says: a month on, rounded up in its zone."""
    stage = Stage(balances={debt("h-ann", "points"): -30})
    adjust(stage, 100)

    assert stage.balances[debt("h-ann", "points")] == 0
    assert stage.balances[lot("h-ann", "points", moment("2026-04-30T16:00"))] == 70


@pytest.mark.parametrize(("amount", "left"), [(-40, 60), (-100, 0), (-101, "insufficient-points")])
def test_a_correction_down_takes_what_is_there_or_refuses(amount, left):
    """It never makes a debt."""
    stage = Stage(balances={lot("h-ann", "points"): 100})
    try:
        adjust(stage, amount)
        found = stage.points("ann")
    except Refused as no:
        found = no.reason

    assert found == left


@pytest.mark.parametrize("amount", [0, True, "5", None])
def test_a_correction_needs_an_amount(amount):
    """Anything else is malformed."""
    with pytest.raises(InputError):
        adjust(Stage(), amount)


def test_what_is_left_in_an_ended_lot_is_booked_once():
    """The timer of the lot does it at its instant; earlier or again there is nothing to book."""
    stage = Stage()
    adjust(stage, 100)
    assert stage.pass_time(BASICS["lot.ends"], "2026-04-30T15:59:59") == []
    (ended,) = stage.pass_time(BASICS["lot.ends"], "2026-04-30T16:00")

    assert (ended.answer["expired"], stage.points("ann")) == (100, 0)


# --- loading ------------------------------------------------------------------------------------


def load(stage, total, splits=1, campaign="c"):
    data = {"campaign": campaign, "thing": "mug", "total": total, "splits": splits}
    return stage.ask(BASICS["stock.load"], "stock.load", AT, data=data).answer["added"]


def quotas(stage):
    return [
        n for account, n in sorted(stage.balances.items(), key=lambda item: item[0].parts) if account.kind == "quota"
    ]


def test_loading_books_the_difference():
    """Ten, then twelve: two more; the same again: nothing."""
    stage = Stage()

    assert [load(stage, 10), load(stage, 12), load(stage, 12)] == [10, 2, 0]
    assert (stage.balances[quota("c", "mug")], stage.record(Loaded, "quota", "c", "mug").total) == (12, 12)


@pytest.mark.parametrize(("total", "left"), [(7, 3), (4, 0)])
def test_lowering_takes_what_is_free(total, left):
    """Of ten, six are free: four are placed or sold, and stay so."""
    stage = Stage()
    load(stage, 10)
    stage.balances[quota("c", "mug")] = 6
    load(stage, total)

    assert stage.balances[quota("c", "mug")] == left


def test_lowering_below_what_is_placed_is_refused():
    """And the least that the total may be is said."""
    stage = Stage()
    load(stage, 10)
    stage.balances[quota("c", "mug")] = 6
    with pytest.raises(OutOfStock, match="still-placed") as no:
        load(stage, 3)

    assert (no.value.shows["least"], stage.balances[quota("c", "mug")]) == (4, 6)


@pytest.mark.parametrize(
    ("first", "second", "expected"), [(1, 4, [3, 3, 2, 2]), (4, 2, [5, 5, 0, 0]), (4, 1, [10, 0, 0, 0])]
)
def test_splits_may_change(first, second, expected):
    """What is free is levelled over the new number of balances; none is lost."""
    stage = Stage()
    load(stage, 10, first)
    assert load(stage, 10, second) == 0

    assert quotas(stage) == expected


def test_a_stock_is_loaded_without_a_campaign():
    """The benefit's own stock, for everybody who sells it."""
    stage = Stage()
    load(stage, 5, campaign="")

    assert stage.balances == {stock("mug"): 5}


# --- rate ---------------------------------------------------------------------------------------


def rate(stage, at=AT, user="ann", right="e1", **said):
    return stage.ask(BASICS["entitlement.rate"], "entitlement.rate", at, user, data={"entitlement": right, **said})


def test_what_is_said_of_an_entitlement_is_kept_as_said_last():
    """What is left out stays as it was."""
    stage = holding()
    rate(stage, worked=False)
    rate(stage, "2026-03-02T10:00", stars=2)

    kept = stage.record(Rating, "e1")
    assert (kept.worked, kept.stars, kept.item, kept.holder) == (False, 2, "card", "h-ann")
    assert kept.said_at == moment("2026-03-02T10:00")


@pytest.mark.parametrize(
    "said", [{}, {"stars": 0}, {"stars": 6}, {"stars": True}, {"stars": "5"}, {"worked": 1}, {"worked": "yes"}]
)
def test_what_is_no_rating_is_not_kept(said):
    stage = holding()
    with pytest.raises(InputError):
        rate(stage, **said)

    assert not [key for key in stage.records if key.kind == Rating.kind]


@pytest.mark.parametrize(("user", "right"), [("bob", "e1"), ("ann", "e2")])
def test_nobody_rates_what_is_not_theirs(user, right):
    stage = holding()
    with pytest.raises(Refused, match="unknown"):
        rate(stage, user=user, right=right, stars=5)

    assert not [key for key in stage.records if key.kind == Rating.kind]
