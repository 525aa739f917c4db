"""
A small check-in, as many tests of streaks use it: 10 points a day, more on the 3rd and 7th day in a row.
"""

from __future__ import annotations

from datetime import date

from quanyi.entitlements.accounts import lot
from quanyi.entitlements.benefits import Benefit, PointsUnit
from quanyi.entitlements.clauses import Fixed, Gift, Head, Limit
from quanyi.entitlements.plays.streak import Makeup, Mark, Milestone, Payment, Streak
from quanyi.entitlements.time import Duration, Window
from tests.entitlements.stage import Stage

__all__ = ["CHECK_IN", "COFFEE", "UNITS", "ZONE", "at", "day", "marks_on", "mends", "no_mending", "some", "with_cards"]

ZONE = "Asia/Shanghai"
UNITS = {name: PointsUnit(id=name) for name in ("points", "card")}


def some(unit, amount=1):
    return (Gift(thing=unit, how_much=Fixed(value=amount)),)


COFFEE = (Gift(thing="coffee", benefit=Benefit(id="coffee")),)
CHECK_IN = Streak(
    head=Head(campaign="check-in", zone=ZONE),
    mark=Mark(on=("check_in",)),
    give=some("points", 10),
    milestones=(
        Milestone(counts="row", days=3, give=some("points", 30)),
        Milestone(counts="row", days=7, give=COFFEE),
    ),
    makeup=Makeup(
        on="make_up",
        within=Duration.parse("3 days"),
        pay_by="event.pay",
        pay=(Payment(choice="card", take=some("card")), Payment(choice="points", take=some("points", 50))),
        at_most=(Limit(id="mended", count=3, window=Window("month"), back=(), reason="monthly-makeup-limit"),),
    ),
    units=UNITS,
)


def day(text):
    return date.fromisoformat(f"2026-{text}")


def at(text, clock="09:00"):
    return f"2026-{text}T{clock}+08:00"


def marks_on(stage, play, *days, user="ann"):
    return [stage.ask(play, "check_in", at(text), user) for text in days]


def mends(stage, play, which, now, pay="card"):
    return stage.ask(play, "make_up", at(now), "ann", data={"date": f"2026-{which}", "pay": pay})


def no_mending(stage, play, which, now, pay="card"):
    return stage.refusal(play, "make_up", at(now), "ann", data={"date": f"2026-{which}", "pay": pay})


def with_cards(count):
    return Stage(balances={lot("h-ann", "card"): count})
