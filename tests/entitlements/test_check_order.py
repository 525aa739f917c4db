"""
Which no comes first: the declared order of checks decides, limits and balances included.
"""

from __future__ import annotations

from itertools import permutations

import pytest

from quanyi.entitlements.accounts import lot, quota, stock
from quanyi.entitlements.benefits import Benefit, PointsUnit
from quanyi.entitlements.checks import conditions
from quanyi.entitlements.clauses import Fixed, Gift, Head, Limit, Undo
from quanyi.entitlements.errors import Refused
from quanyi.entitlements.plays.reward import Reward
from quanyi.entitlements.plays.sale import Price, Sale
from quanyi.entitlements.records import Trail
from quanyi.entitlements.time import Schedule, Span
from tests.entitlements.stage import Stage, moment

AT = "2026-03-01T10:00"
GOLD = conditions.Test(path="user.level", op="is", value="gold")
RICH = conditions.Test(path="event.amount", op="min", value=100)
SALE_CHECKS = ("phase", "open", "for", "per_order", "at_most", "quota", "stock", "points", "budget")
REWARD_CHECKS = ("phase", "for", "only_if", "undone", "at_most", "stock", "points", "budget")


def head(failing):
    return Head(
        campaign="c",
        runs=Span(end=moment("2026-02-01T00:00")) if "phase" in failing else Span(),
        open=(Schedule.parse("daily 03:00-04:00"),) if "open" in failing else (),
        audience=GOLD if "for" in failing else None,
    )


def sale(failing, checks):
    return Sale(
        head=head(failing),
        currency="CNY",
        sells={"mug": Price(units={"points": 100}, money=100, list_price=900)},
        quota={"mug": 5},
        takes=("bag",),
        per_order=1 if "per_order" in failing else None,
        at_most=(Limit(id="each", count=1 if "at_most" in failing else 9, of="pieces", reason="each"),),
        budget=(Limit(id="money", count=1 if "budget" in failing else 9999, of="CNY", per=("campaign",)),),
        checks=checks,
    )


def sale_stage(failing):
    return Stage(
        balances={
            quota("c", "mug", 0): 1 if "quota" in failing else 5,
            stock("bag"): 0 if "stock" in failing else 5,
            lot("h-ann", "points"): 10 if "points" in failing else 500,
        }
    )


SALE_ANSWERS = {
    "phase": ("ended", None),
    "open": ("not-open", None),
    "for": ("level-is", None),
    "per_order": ("per-order", None),
    "at_most": ("each", None),
    "quota": ("out-of-stock", 1),
    "stock": ("out-of-stock", 0),
    "points": ("insufficient-points", None),
    "budget": ("budget-exhausted", None),
}


@pytest.mark.parametrize("checks", [SALE_CHECKS, SALE_CHECKS[::-1], SALE_CHECKS[4:] + SALE_CHECKS[:4]])
@pytest.mark.parametrize("first", range(len(SALE_CHECKS)))
def test_a_sale_refuses_by_the_first_check_that_fails(checks, first):
    """With all later checks failing too, the first in the declared order gives the answer."""
    failing = checks[first:]
    no = sale_stage(failing).refusal(sale(failing, checks), "order.place", AT, "ann", data={"item": "mug", "qty": 2})

    assert (no.reason, no.shows.get("left")) == SALE_ANSWERS[checks[first]]


def reward(failing, checks):
    return Reward(
        head=head(failing),
        when=("visit",),
        only_if=RICH if "only_if" in failing else None,
        give=(Gift(thing="mug", benefit=Benefit(id="mug", stock=5)),),
        take=(Gift(thing="points", how_much=Fixed(value=100)),),
        at_most=(Limit(id="each", count=0 if "at_most" in failing else 9),),
        budget=(Limit(id="mugs", count=0 if "budget" in failing else 9, of="mug", per=("campaign",)),),
        if_undone=(Undo(when=("left",), same=("order",)),),
        checks=checks,
        units={"points": PointsUnit(id="points")},
    )


def reward_stage(failing):
    stage = Stage(
        balances={
            stock("mug"): 0 if "stock" in failing else 5,
            lot("h-ann", "points"): 10 if "points" in failing else 500,
        }
    )
    if "undone" in failing:
        trail = Trail(source=("order", "o1"), undone_by=("c/left/k",))
        stage.records[trail.key] = (trail, 1)
    return stage


REWARD_ANSWERS = {
    "phase": "ended",
    "for": "level-is",
    "only_if": "amount-min",
    "undone": "undone",
    "at_most": "limit-reached",
    "stock": "out-of-stock",
    "points": "insufficient-points",
    "budget": "budget-exhausted",
}


@pytest.mark.parametrize("checks", [REWARD_CHECKS, REWARD_CHECKS[::-1], REWARD_CHECKS[4:] + REWARD_CHECKS[:4]])
@pytest.mark.parametrize("first", range(len(REWARD_CHECKS)))
def test_a_reward_is_skipped_by_the_first_check_that_fails(checks, first):
    """The same for an event: the reason is the first failing check's."""
    failing = checks[first:]
    more = {"data": {"order": "o1", "amount": 1}, "source": {"order": "o1"}}
    no = reward_stage(failing).refusal(reward(failing, checks), "visit", AT, "ann", **more)

    assert no.reason == REWARD_ANSWERS[checks[first]]


@pytest.mark.parametrize("order", list(permutations(("first", "second", "third"))))
def test_limits_are_refused_in_the_order_of_the_file(order):
    """Nested limits: whichever stands first in the file answers first."""
    limits = tuple(Limit(id=name, count=0, reason=name) for name in order)
    play = Reward(head=Head(campaign="c"), when=("visit",), give=(Gift(thing="points"),), at_most=limits)
    no = Stage().refusal(play, "visit", AT, "ann")

    assert no.reason == order[0]


def test_a_refusal_leaves_no_trace():
    """Places and pieces that were taken before the check that failed are not booked."""
    failing = ("points",)
    stage = sale_stage(failing)
    before = dict(stage.balances)
    with pytest.raises(Refused):
        stage.ask(sale(failing, SALE_CHECKS), "order.place", AT, "ann", data={"item": "mug"})

    assert (stage.balances, stage.records, stage.timers) == (before, {}, [])
