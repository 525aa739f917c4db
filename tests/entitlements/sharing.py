"""
A programme of invitations to try referrals with: who is bound, and what its rules give.
"""

from __future__ import annotations

import attrs

from quanyi.entitlements.benefits import Benefit, PointsUnit
from quanyi.entitlements.checks import conditions
from quanyi.entitlements.clauses import Fixed, Gift, Head, Limit, Unless
from quanyi.entitlements.plays.referral import Bind, Referral, Rule
from quanyi.entitlements.plays.reward import Reward
from quanyi.entitlements.time import Duration, Window

AT = "2026-05-01T10:00"
NEW = conditions.Test(path="user.registered", op="is", value=False)
POINTS = {"points": PointsUnit(id="points")}
UNITS = {**POINTS, "stars": PointsUnit(id="stars")}
CHECKS = ("phase", "open", "for", "only_if", "code", "self", "same", "again", "loop", "at_most")


def points(amount):
    return (Gift(thing="points", how_much=Fixed(value=amount)),)


def rule(name, to, when, give, lane="", **more):
    head = Head(campaign="share")
    units = {unit: known for unit, known in UNITS.items() if unit in {gift.thing for gift in give}}
    reward = Reward(head=head, rule=name, to=to, when=(when,), give=give, units=units, **more)
    return Rule(reward=reward, lane=lane)


WELCOME = rule("welcome", "friend", "bound", (Gift(thing="coffee", benefit=Benefit(id="coffee")),))
ORDER = rule(
    "order",
    "inviter",
    "order.paid",
    points(100),
    at_most=(Limit(id="first", count=1, per=("friend",), back=()),),
    after=Duration(days=7),
    unless=Unless(event="order.refunded", same="order"),
    at_payout=(Limit(id="month", count=2, per=("inviter",), window=Window("month"), over="lapse"),),
)
SHARE = Referral(
    head=Head(campaign="share", version="v1"),
    bind=Bind(when=("join", "referral.bind"), to={"join": "inviter", "referral.bind": "to"}, code="code"),
    rules=(WELCOME, ORDER),
)


def referral(*rules, **more):
    return attrs.evolve(SHARE, rules=rules, **more)


def join(stage, friend, inviter, play=SHARE, at=AT, **more):
    data = {"inviter": inviter, **more.pop("data", {})}
    return stage.ask(play, "join", at, friend, data=data, holders={"inviter": f"h-{inviter}"}, **more)


def paid(stage, friend, order, play=SHARE, at="2026-05-02T10:00", **more):
    return stage.ask(play, "order.paid", at, friend, data={"order": order}, source={"order": order}, **more)
