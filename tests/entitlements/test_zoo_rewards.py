"""
Rewards of the zoo at play level: the same sequences, the same numbers.
"""

from __future__ import annotations

import pytest

from quanyi.entitlements.benefits import Benefit, PointsUnit
from quanyi.entitlements.checks import conditions
from quanyi.entitlements.clauses import Computed, Fixed, Gift, Head, Limit, Undo, Unless
from quanyi.entitlements.plays.reward import Reward
from quanyi.entitlements.records import Promise
from quanyi.entitlements.time import Duration, Window
from tests.entitlements.stage import Stage

POINTS = {"points": PointsUnit(id="points")}


class EventAmounts:
    """Reads `event.points`, which is all that these campaigns compute."""

    def evaluate(self, text, values):
        return values["event"][text.removeprefix("event.")]


def event_points(thing="points"):
    return Gift(thing=thing, how_much=Computed(text="event.points"))


# --- openloyalty-custom-event-limit -------------------------------------------------------------


def test_a_review_earns_twice_a_week_in_the_programmes_zone():
    """Open Loyalty: 20 points, twice per week from Monday; Monday 00:10 in Warsaw is a new week."""
    reviews = Reward(
        head=Head(campaign="reviews", zone="Europe/Warsaw"),
        when=("event.review",),
        give=(Gift(thing="points", how_much=Fixed(value=20)),),
        at_most=(Limit(id="week", count=2, window=Window("week")),),
        units=POINTS,
    )
    stage = Stage()
    stage.ask(reviews, "event.review", "2026-03-02T09:00+01:00", "ola")
    stage.ask(reviews, "event.review", "2026-03-05T09:00+01:00", "ola")
    assert stage.points("ola") == 40

    no = stage.refusal(reviews, "event.review", "2026-03-08T23:30+01:00", "ola")
    assert (no.code, dict(no.shows)) == ("limit-reached", {"limit": 2, "used": 2, "asked": 1, "of": "times"})
    assert no.next_at.isoformat() == "2026-03-08T23:00:00+00:00"

    stage.ask(reviews, "event.review", "2026-03-09T00:10+01:00", "ola")
    assert stage.points("ola") == 60


# --- setono-order-clawback-policies -------------------------------------------------------------


def earning(take):
    return Reward(
        head=Head(campaign="earn-per-order"),
        when=("points.earn",),
        give=(event_points(),),
        at_most=(Limit(id="per-order", count=1, per=("order",), back=()),),
        budget=(Limit(id="year", count=1_000_000, of="points", per=("campaign",), window=Window("year")),),
        if_undone=(Undo(when=("order.cancelled",), same=("order",), take=take),),
        units=POINTS,
    )


SPENDING = Reward(head=Head(campaign="spend"), when=("points.spend",), take=(event_points(),), units=POINTS)


@pytest.mark.parametrize(
    ("user", "take", "spent", "left"),
    [
        ("clean", "left", 0, 0),
        ("spender_clamp", "left", 100, 0),  # 50 left, 50 taken
        ("spender_negative", "debt", 100, -100),  # all 150 taken
    ],
)
def test_a_cancelled_order_gives_its_points_back_by_policy(user, take, spent, left):
    """Setono: what an order earned is taken back, clamped or into debt; a second cancel does nothing."""
    stage = Stage(expressions=EventAmounts())
    earn, order = earning(take), {"order": f"o-{user}"}
    stage.ask(earn, "points.earn", "2026-05-01T09:00", user, data={**order, "points": 150}, source=order)
    if spent:
        stage.ask(SPENDING, "points.spend", "2026-05-02T09:00", user, data={"points": spent})
    before = stage.points(user)
    undo = stage.ask(earn, "order.cancelled", "2026-05-03T09:00", user, data=order, source=order)

    assert stage.points(user) == left
    assert undo.given == ((f"h-{user}", "points", left - before),)
    again = stage.refusal(earn, "order.cancelled", "2026-05-03T09:05", user, data=order, source=order)
    assert again.reason == "undone"
    assert stage.points(user) == left


def test_spending_never_goes_below_zero_where_undo_may():
    """A debt is only made by the undo that names it: a plain take refuses."""
    stage = Stage(expressions=EventAmounts())
    no = stage.refusal(SPENDING, "points.spend", "2026-05-02T09:00", "ann", data={"points": 1})

    assert (no.code, str(no.missing)) == ("insufficient-points", "1")


def test_an_undo_that_comes_first_is_met_by_its_cause():
    """A cancel before its order leaves a mark; the order then earns nothing, and takes no place."""
    stage = Stage(expressions=EventAmounts())
    earn, order = earning("left"), {"order": "o1"}
    first = stage.ask(earn, "order.cancelled", "2026-05-01T08:00", "ann", data=order, source=order)
    no = stage.refusal(earn, "points.earn", "2026-05-01T09:00", "ann", data={**order, "points": 5}, source=order)

    assert (first.outcome, no.reason) == ("cancelled", "undone")
    assert not stage.balances


# --- the inviter's part of seed-referral-both-sides ---------------------------------------------

INVITER = Reward(
    head=Head(campaign="share-both-sides", zone="Asia/Shanghai"),
    when=("order.paid",),
    only_if=conditions.Test(path="event.amount", op="min", value=2000, scale=2),
    to="inviter",
    give=(Gift(thing="share10", benefit=Benefit(id="share10", lasts=Duration.parse("7d"))),),
    at_most=(Limit(id="first", count=1, per=("user",), back=()),),
    after=Duration.parse("7d"),
    unless=Unless(event="order.refunded", same="order"),
    at_payout=(Limit(id="two-a-month", count=2, per=("inviter",), window=Window("month"), over="lapse"),),
)


def test_an_inviter_is_paid_after_seven_quiet_days_twice_a_month():
    """The seed campaign: promises are kept to the second, cancelled by refunds, lapse beyond two a month."""
    stage = Stage()

    def paid(at, friend, order, amount):
        data = {"order": order, "amount": amount, "inviter": "ann"}
        more = {"source": {"order": order}, "holders": {"inviter": "h-ann"}}
        return stage.ask(INVITER, "order.paid", f"2026-05-{at}+08:00", friend, data=data, **more)

    def promises(phase):
        found = (record for record, _ in stage.records.values() if isinstance(record, Promise))
        return sum(promise.phase == phase for promise in found)

    with pytest.raises(Exception, match="amount-min"):
        paid("02T10:00", "f1", "o1", 1999)
    made = paid("02T11:00", "f1", "o2", 4000)
    assert (made.outcome, stage.rights("ann"), promises("open")) == ("promised", [], 1)
    paid("03T11:00", "f3", "o3", 6000)
    paid("03T13:00", "f4", "o4", 6000)
    paid("03T15:00", "f5", "o5", 2000)
    assert promises("open") == 4

    back = {"order": "o3"}
    stage.ask(INVITER, "order.refunded", "2026-05-06T10:00+08:00", "f3", data=back, source=back)
    assert promises("open") == 3
    stage.pass_time(INVITER, "2026-05-09T10:59:59+08:00")
    assert stage.rights("ann") == []
    stage.pass_time(INVITER, "2026-05-09T11:00:01+08:00")
    assert (stage.rights("ann"), promises("open")) == (["share10"], 2)
    stage.pass_time(INVITER, "2026-05-10T13:00:01+08:00")
    assert stage.rights("ann") == ["share10", "share10"]
    stage.pass_time(INVITER, "2026-05-10T15:00:01+08:00")
    assert (stage.rights("ann"), promises("open"), promises("lapsed")) == (["share10", "share10"], 0, 1)
    with pytest.raises(Exception, match="kept-already"):
        stage.ask(
            INVITER, "order.refunded", "2026-05-11T10:00+08:00", "f1", data={"order": "o2"}, source={"order": "o2"}
        )
