"""
What has ended is not taken twice: an undo looks at what is left to take of the very points that it is about.
"""

from __future__ import annotations

import attrs
import pytest

from quanyi.entitlements.accounts import lot
from quanyi.entitlements.benefits import LotRule, PointsUnit
from quanyi.entitlements.clauses import Fixed, Gift, Head, Undo
from quanyi.entitlements.plays.basics import BASICS
from quanyi.entitlements.plays.reward import Reward
from quanyi.entitlements.plays.streak import Mark, Milestone, Streak
from quanyi.entitlements.plays.task import Goal, Task
from quanyi.entitlements.time import Duration
from tests.entitlements.mugs import MUGS, QUOTA, pay
from tests.entitlements.sharing import join, referral, rule
from tests.entitlements.sharing import paid as friend_pays
from tests.entitlements.stage import Stage

DAY_0, DAY_5, DAY_11 = "2026-03-01T10:00", "2026-03-06T10:00", "2026-03-12T10:00"
TEN_DAYS = {"points": PointsUnit(id="points", lots=LotRule(lasts=Duration.parse("10d"), ends_to="exact"))}
MONTHS = {"points": PointsUnit(id="points", lots=LotRule(lasts=Duration.parse("10d"), ends_to="month"))}
REFUNDED = (Undo(when=("refunded",), same=("order",)),)


def points(amount):
    return (Gift(thing="points", how_much=Fixed(value=amount)),)


def earning(take="debt", units=TEN_DAYS, **more):
    undo = (attrs.evolve(REFUNDED[0], take=take, **more),)
    return Reward(head=Head(campaign="c"), when=("paid",), give=points(100), units=units, if_undone=undo)


def pays(stage, play, order, at, **more):
    return stage.ask(play, "paid", at, "ann", data={"order": order, **more}, source={"order": order}, asks=False)


def refunds(stage, play, order, at=DAY_11, **more):
    data = {"order": order, **more}
    return stage.ask(play, "refunded", at, "ann", data=data, source={"order": order}, asks=False)


def spends(stage, amount, at):
    """An operator takes points off, out of the lots that end first."""
    return stage.ask(BASICS["wallet.adjust"], "wallet.adjust", at, "ann", data={"unit": "points", "amount": -amount})


def swept(stage, at):
    stage.pass_time(BASICS["lot.ends"], at)


def left(stage, at=DAY_11):
    return stage.points("ann", at=at)


@pytest.mark.parametrize("sweeps", [True, False])
@pytest.mark.parametrize("take", ["left", "debt", "refuse"])
def test_an_undo_takes_no_other_points_for_those_that_ended(take, sweeps):
    """The first order's points are gone by their end; its refund leaves the second order's alone."""
    stage, play = Stage(), earning(take)
    pays(stage, play, "o1", DAY_0)
    pays(stage, play, "o2", DAY_5)
    if sweeps:
        swept(stage, DAY_11)
    undone = refunds(stage, play, "o1")

    assert left(stage) == 100
    assert undone.given == ()
    assert refunds(stage, play, "o2").given == (("h-ann", "points", -100),)
    assert left(stage) == 0


@pytest.mark.parametrize("sweeps", [True, False])
def test_an_undo_makes_no_debt_of_points_that_ended(sweeps):
    stage, play = Stage(), earning("debt")
    pays(stage, play, "o1", DAY_0)
    if sweeps:
        swept(stage, DAY_11)
    refunds(stage, play, "o1")

    assert left(stage) == 0


def test_what_was_spent_before_the_end_is_owed():
    """Of 100 points 60 were spent and 40 ended: 60 are taken."""
    stage, play = Stage(), earning("debt")
    pays(stage, play, "o1", DAY_0)
    spends(stage, 60, DAY_5)
    swept(stage, DAY_11)
    refunds(stage, play, "o1")

    assert left(stage) == -60


@pytest.mark.parametrize("first", ["o1", "o2"])
def test_orders_that_share_a_lot_owe_together_what_was_spent_of_it(first):
    """Two orders of one month, 130 of their 200 points spent, 70 ended: both refunds take 130, in either order."""
    stage, play = Stage(), earning("debt", MONTHS)
    pays(stage, play, "o1", DAY_0)
    pays(stage, play, "o2", DAY_5)
    spends(stage, 130, DAY_11)
    swept(stage, "2026-04-02T10:00")
    refunds(stage, play, first, "2026-04-02T10:00")
    assert left(stage, "2026-04-02T10:00") == -30

    refunds(stage, play, {"o1": "o2", "o2": "o1"}[first], "2026-04-02T10:00")

    assert left(stage, "2026-04-02T10:00") == -130


def test_an_undo_in_part_takes_its_share_of_what_has_not_ended():
    """40 of the 100 ended: of three refunds of a third only what was spent is taken, and all of that."""
    stage, play = Stage(), earning("debt", share="amount")
    pays(stage, play, "o1", DAY_0, amount=300)
    spends(stage, 60, DAY_5)
    swept(stage, DAY_11)
    owed = [refunds(stage, play, "o1", amount=100) and left(stage) for _ in range(3)]

    assert owed == [0, -27, -60]


def test_points_that_paid_a_debt_have_not_ended():
    """What paid a debt is owed again, long after the end that it would have had."""
    stage, play = Stage(), earning("debt")
    pays(stage, play, "o1", DAY_0)
    spends(stage, 100, DAY_0)
    refunds(stage, play, "o1", DAY_5)
    pays(stage, play, "o2", DAY_5)
    assert left(stage, DAY_5) == 0

    refunds(stage, play, "o2", "2026-04-20T10:00")

    assert left(stage, "2026-04-20T10:00") == -100


def test_a_goal_whose_points_ended_falls_back_and_pays_anew():
    """Nothing else is taken for them, and what is finished again is paid again."""
    goals = (Goal(name="buy", when=("paid",), give=points(100)),)
    task = Task(head=Head(campaign="t"), goals=goals, if_undone=REFUNDED, units=TEN_DAYS)
    stage = Stage(balances={lot("h-ann", "points"): 7})
    pays(stage, task, "o1", DAY_0)
    swept(stage, DAY_11)
    refunds(stage, task, "o1")
    assert left(stage) == 7

    pays(stage, task, "o2", DAY_11)

    assert left(stage) == 107


def test_a_milestone_whose_points_ended_takes_no_others():
    mark = Mark(on=("paid",))
    milestone = Milestone(counts="row", days=1, give=points(100))
    streak = Streak(head=Head(campaign="s"), mark=mark, milestones=(milestone,), if_undone=REFUNDED, units=TEN_DAYS)
    stage = Stage(balances={lot("h-ann", "points"): 7})
    pays(stage, streak, "o1", DAY_0)
    swept(stage, DAY_11)
    refunds(stage, streak, "o1")

    assert left(stage) == 7


def test_an_inviters_points_that_ended_take_no_others():
    paid = rule("order", "inviter", "order.paid", points(100), if_undone=REFUNDED)
    paid = attrs.evolve(paid, reward=attrs.evolve(paid.reward, units=TEN_DAYS))
    play = referral(paid)
    stage = Stage(balances={lot("h-ann", "points"): 7})
    join(stage, "bob", "ann", play, at=DAY_0)
    friend_pays(stage, "bob", "o1", play, at=DAY_0)
    swept(stage, DAY_11)
    stage.ask(play, "refunded", DAY_11, "bob", data={"order": "o1"}, source={"order": "o1"})

    assert left(stage) == 7


def test_points_that_came_back_to_an_ended_lot_are_not_taken_again():
    """Spent, given back after the lot's end, and ended so: the earning's undo takes nothing for them."""
    stage, play = Stage(balances={QUOTA: 3}), earning("debt")
    sale = attrs.evolve(MUGS, units=TEN_DAYS)
    pays(stage, play, "o1", DAY_0)
    deal = stage.ask(sale, "order.place", DAY_5, "ann", data={"item": "mug"}).answer["deal"]
    pay(stage, deal, DAY_5, sale)
    swept(stage, DAY_11)
    back = stage.ask(sale, "order.refund", DAY_11, "ann", about=deal)
    refunds(stage, play, "o1")

    assert back.answer["returned"] == {"points": 0}
    assert left(stage) == 0
