"""
A small sale of mugs, as many tests of deals use it: 100 points and 5.00 each, three in all.
"""

from __future__ import annotations

import attrs

from quanyi.entitlements.accounts import lot, quota, used
from quanyi.entitlements.benefits import Benefit, PointsUnit
from quanyi.entitlements.clauses import Head, Limit
from quanyi.entitlements.plays.sale import Hold, Late, Price, Sale
from quanyi.entitlements.time import Duration
from tests.entitlements.stage import Stage

__all__ = ["AT_THE_END", "EACH", "IN_TIME", "LATER", "MUGS", "QUOTA", "VISITS", "late", "pay", "placed"]

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
