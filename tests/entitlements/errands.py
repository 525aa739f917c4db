"""
Two small tasks, as many tests use them: signing in, and paying for two orders.
"""

from __future__ import annotations

from quanyi.entitlements.benefits import PointsUnit
from quanyi.entitlements.clauses import Fixed, Gift, Head, Undo
from quanyi.entitlements.plays.task import Goal, Task

__all__ = ["AT", "LATER", "ORDERS", "POINTS", "TWO", "pays", "points", "refunds", "signs_in"]

AT, LATER = "2026-03-01T10:00", "2026-03-02T10:00"
POINTS = {"points": PointsUnit(id="points")}


def points(amount):
    return (Gift(thing="points", how_much=Fixed(value=amount)),)


TWO = Task(
    head=Head(campaign="two"),
    goals=(
        Goal(name="once", when=("sign_in",), target=1, give=points(10)),
        Goal(name="thrice", when=("sign_in",), target=3, give=points(45)),
    ),
    all_done=points(20),
    units=POINTS,
)
ORDERS = Task(
    head=Head(campaign="orders"),
    goals=(Goal(name="buy", when=("paid",), target=2, give=points(10)),),
    all_done=points(20),
    if_undone=(Undo(when=("refunded",), same=("order",)),),
    units=POINTS,
)


def signs_in(stage, task, at=AT, user="ann"):
    return stage.ask(task, "sign_in", at, user)


def pays(stage, task, order, user="ann", **data):
    return stage.ask(task, "paid", AT, user, data={"order": order, **data}, source={"order": order})


def refunds(stage, task, order):
    return stage.ask(task, "refunded", LATER, "ann", data={"order": order}, source={"order": order})
