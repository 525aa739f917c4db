"""
Undone in part: points, promises and sums go with the share that is undone; what can't be parted waits.
"""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quanyi.entitlements.benefits import Benefit, PointsUnit
from quanyi.entitlements.clauses import Fixed, Gift, Head, Limit, Percent, Undo
from quanyi.entitlements.errors import Refused
from quanyi.entitlements.plays.reward import Reward
from quanyi.entitlements.plays.task import Goal, Task, count
from quanyi.entitlements.time import Duration
from tests.entitlements.errands import points
from tests.entitlements.stage import Stage

UNITS = {"points": PointsUnit(id="points")}
UNDO = (Undo(when=("refunded",), same=("order",), share="amount"),)
TENTH = Gift(thing="points", how_much=Percent(percent="10", of="event.amount"))
MUG = Gift(thing="mug", benefit=Benefit(id="mug"))
EARN = Reward(head=Head(campaign="earn"), when=("paid",), give=(TENTH,), if_undone=UNDO, units=UNITS)
SPEND = Task(
    head=Head(campaign="spend"),
    goals=(
        Goal(name="spend", when=("paid",), target=500, how="sum", by="event.amount", unit="CNY", give=points(10)),
        Goal(name="orders", when=("paid",), target=2),
    ),
    all_done=points(20),
    if_undone=UNDO,
    units=UNITS,
)

today = count._progress


def does(stage, play, type_, order, amount, at="2026-03-01T10:00"):
    data = {"order": order} if amount is None else {"order": order, "amount": amount}
    return stage.ask(play, type_, at, "ann", data=data, source={"order": order})


def left(*refunds, play=EARN, paid=100):
    """What ann has after each refund of an order."""
    stage, found = Stage(), []
    does(stage, play, "paid", "o1", paid)
    for amount in refunds:
        try:
            does(stage, play, "refunded", "o1", amount)
        except Refused as no:
            found.append(no.reason)
        else:
            found.append(stage.points("ann"))
    return found


@pytest.mark.parametrize(
    ("refunds", "found"),
    [
        ((30, 30, 40), [7, 4, 0]),
        ((1, 1, 8, 90), [9, 9, 9, 0]),  # a tenth of a point is a point, and stays the same one until ten are back
        ((None,), [0]),  # an undo that names no part is of all of it
        ((30, None), [7, 0]),
        ((250,), [0]),
        ((100, 1), [0, "undone"]),
        ((0, 100), [10, 0]),
    ],
)
def test_points_go_with_the_share_that_is_undone(refunds, found):
    """Ten points for a hundred: rounded up over all parts together, never more than was given."""
    assert left(*refunds) == found


@given(st.integers(1, 400), st.lists(st.integers(1, 150), max_size=6))
def test_parts_take_the_share_of_all_of_them(paid, refunds):
    """However it is parted, what is left is what the rest of the order is worth, rounded down."""
    total, gone, stage = paid // 10, 0, Stage()
    try:
        does(stage, EARN, "paid", "o1", paid)
    except Refused:
        return
    for amount in refunds:
        if gone < paid:
            does(stage, EARN, "refunded", "o1", amount)
            gone = min(gone + amount, paid)
        assert stage.points("ann") == total * (paid - gone) // paid


def test_what_cannot_be_parted_goes_with_the_rest():
    """A mug and a place stay until all is undone; points and the amount that a limit counted do not."""
    limits = (Limit(id="times", count=1), Limit(id="amount", count=10, of="points"))
    play = attrs.evolve(EARN, give=(TENTH, MUG), at_most=limits)
    stage = Stage()
    does(stage, play, "paid", "o1", 100)
    does(stage, play, "refunded", "o1", 60)
    half = (stage.points("ann"), stage.rights("ann"), used(stage))
    does(stage, play, "refunded", "o1", 40)

    assert half == (4, ["mug"], {"times": 1, "amount": 4})
    assert (stage.points("ann"), stage.rights("ann"), used(stage)) == (0, [], {"times": 0, "amount": 0})


def used(stage):
    return {account.parts[0]: n for account, n in stage.balances.items() if account.kind == "used"}


def test_a_promise_promises_less():
    """Of two orders of a hundred forty are sent back: one keeps 10, the other 6; more of it after that."""
    later = attrs.evolve(EARN, after=Duration.parse("7d"))
    stage = Stage()
    for order in ("o1", "o2"):
        does(stage, later, "paid", order, 100)
    for amount in (15, 25):
        does(stage, later, "refunded", "o1", amount, "2026-03-02")
    stage.pass_time(later, "2026-03-08T10:00")
    kept = stage.points("ann")
    does(stage, later, "refunded", "o1", 30, "2026-03-09")
    half = stage.points("ann")
    does(stage, later, "refunded", "o1", None, "2026-03-10")

    assert (kept, half, stage.points("ann")) == (16, 13, 10)


def test_a_part_of_what_is_not_known_is_skipped_and_harms_nothing():
    """All of it, told first, leaves a mark; a part does not, for the rest would be lost with it."""
    stage = Stage()
    no = stage.refusal(EARN, "refunded", "2026-03-01", "ann", data={"order": "o1", "amount": 3}, source={"order": "o1"})
    does(stage, EARN, "paid", "o1", 100)

    assert (no.reason, stage.points("ann")) == ("no-source", 10)


def test_a_part_of_two_causes_goes_off_the_latest_first():
    """A deposit of 30 and 70 more for one order: sixty back are of the 70."""
    stage = Stage()
    for amount in (30, 70):
        does(stage, EARN, "paid", "o1", amount)
    does(stage, EARN, "refunded", "o1", 60)
    first = stage.points("ann")
    does(stage, EARN, "refunded", "o1", 20)

    assert (first, stage.points("ann")) == (4, 2)


def test_what_one_name_of_a_cause_undid_no_other_undoes_again():
    """A part of an order took its last line whole; that line, sent back by its own name, counts no second time."""
    lines = Undo(when=("sent_back",), same=("order", "line"))
    stage, task = Stage(), attrs.evolve(SPEND, if_undone=(*UNDO, lines))

    def line(type_, **data):
        return stage.ask(task, type_, "2026-03-01T10:00", "ann", data=data, source=data).answer

    line("paid", order="o1", line="a", amount=100)
    line("paid", order="o1", line="b", amount=50)
    line("refunded", order="o1", amount=50)
    line("sent_back", order="o1", line="b")

    assert line("paid", order="o2", line="a", amount=1)["progress"]["spend"] == 101


def test_a_taker_gets_back_the_share():
    """Ten points were paid for a cup; half of it is undone."""
    pay = attrs.evolve(EARN, give=(MUG,), take=(Gift(thing="points", how_much=Fixed(value=10)),))
    stage = Stage()
    does(stage, EARN, "paid", "o0", 100)
    does(stage, attrs.evolve(pay, head=Head(campaign="cup")), "paid", "o1", 100)
    does(stage, attrs.evolve(pay, head=Head(campaign="cup")), "refunded", "o1", 50)

    assert (stage.points("ann"), stage.rights("ann")) == (5, ["mug"])


# --- tasks -------------------------------------------------------------------------------------


def progress(stage, order, amount):
    return does(stage, SPEND, "paid", order, amount).answer["progress"]


def test_a_sum_falls_by_what_is_sent_back_and_a_count_by_whole_orders():
    stage = Stage()
    progress(stage, "o1", 200)
    does(stage, SPEND, "refunded", "o1", 50)
    after = progress(stage, "o2", 100)
    does(stage, SPEND, "refunded", "o1", 150)
    last = progress(stage, "o3", 1)

    assert (after, last) == ({"spend": 250, "orders": 2}, {"spend": 101, "orders": 2})


def cut_at_the_target(found):
    """Progress as releases counted it that forgot what came beyond a target."""
    found.spare.clear()
    return today(found)


@pytest.mark.parametrize("counted", [today, cut_at_the_target])
def test_a_sum_counts_no_more_of_an_order_than_is_left_of_it(counted, monkeypatch):
    """Of the second order only 100 were needed: sending 60 of its 160 back changes nothing, 61 do."""
    stage = Stage()
    with monkeypatch.context() as release:
        release.setattr(count, "_progress", counted)
        for order, amount in (("o1", 400), ("o2", 160)):
            progress(stage, order, amount)
    full = stage.points("ann")
    does(stage, SPEND, "refunded", "o2", 60)
    still = stage.points("ann")
    does(stage, SPEND, "refunded", "o2", 1)
    fallen = stage.points("ann")
    does(stage, SPEND, "refunded", "o2", None)
    after = progress(stage, "o3", 5)

    assert (full, still, fallen, after["spend"]) == (30, 30, 0, 405)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 200)), max_size=12))
def test_parts_and_wholes_leave_what_stands(steps):
    """Below the target a sum is what is left of all orders, whatever was sent back in which parts."""
    stage, task = Stage(), attrs.evolve(SPEND, goals=(attrs.evolve(SPEND.goals[0], target=10**6),))
    orders: dict[str, int] = {}
    gone: dict[str, int] = {}
    for number, amount in steps:
        order = f"o{number}"
        if order not in orders:
            does(stage, task, "paid", order, amount)
            orders[order] = amount
        elif gone.get(order, 0) < orders[order]:
            does(stage, task, "refunded", order, amount)
            gone[order] = min(gone.get(order, 0) + amount, orders[order])
        stands = sum(orders.values()) - sum(gone.values())
        assert sum(n for a, n in stage.balances.items() if a.parts[0] == "spend/goals.spend") == stands
