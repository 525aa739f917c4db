"""
Whatever the order in which people invite each other: no circles, nobody paid for himself, and no cap passed.
"""

from __future__ import annotations

from contextlib import suppress
from unittest.mock import patch

import attrs
from hypothesis import given, settings
from hypothesis import strategies as st

from quanyi.entitlements.benefits import PointsUnit
from quanyi.entitlements.clauses import Fixed, Gift, Head, Limit
from quanyi.entitlements.errors import Refused
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.plays.referral import Bind, Referral, Rule
from quanyi.entitlements.plays.referral.records import Bond
from quanyi.entitlements.plays.reward import Reward
from quanyi.entitlements.time import Duration, Window
from tests.entitlements.stage import Stage, moment

PEOPLE = ("ann", "bob", "cat", "dan", "eve", "fay")
MONTH = 2
POINTS = {"points": PointsUnit(id="points")}


def rule(name, to, when, amount, **more):
    gift = Gift(thing="points", how_much=Fixed(value=amount))
    reward = Reward(head=Head(campaign="share"), rule=name, to=to, when=(when,), give=(gift,), units=POINTS, **more)
    return Rule(reward=reward)


SHARE = Referral(
    head=Head(campaign="share", version="v1"),
    bind=Bind(when=("join",), to={"join": "inviter"}, keep=None),
    rules=(
        rule("welcome", "friend", "bound", 1),
        rule(
            "order",
            "inviter",
            "order.paid",
            100,
            after=Duration(days=3),
            at_payout=(Limit(id="cap", count=MONTH, per=("inviter",), window=Window("month"), over="lapse"),),
        ),
    ),
)

joins = st.tuples(st.just("join"), st.sampled_from(PEOPLE), st.sampled_from(PEOPLE))
orders = st.tuples(st.just("order.paid"), st.sampled_from(PEOPLE), st.integers(1, 99).map(str))
keeps = st.sampled_from([None, Duration(days=2)])


@settings(max_examples=80)
@given(steps=st.lists(joins | orders, max_size=30), keep=keeps)
def test_bonds_never_form_a_circle_and_caps_hold(steps, keep):
    """Each step half a day after the one before; what falls due is paid on the way."""
    stage, play = Stage(), attrs.evolve(SHARE, bind=attrs.evolve(SHARE.bind, keep=keep))
    paid: dict[tuple[str, str], int] = {}
    for n, (type_, who, what) in enumerate(steps):
        at = f"2026-05-{n // 2 + 1:02d}T{n % 2 * 12:02d}:00"
        note(paid, stage.pass_time(play, at), at[:7])
        more = {"data": {}, "holders": {"inviter": f"h-{what}"}} if type_ == "join" else {"data": {"order": what}}
        ask = Input(type=type_, key=f"s{n}", at=moment(at), user=who, holder=f"h-{who}", **more)
        with suppress(Refused), patch("tests.entitlements.stage.ROUNDS", len(PEOPLE) + 4):
            stage.take(play, ask)
        assert no_circle(stage, moment(at))

    note(paid, stage.pass_time(play, "2026-05-31T23:00"), "2026-05")
    assert all(times <= MONTH for times in paid.values())


def note(paid, changes, month):
    """Count what inviters were paid in a month."""
    for change in changes:
        for holder, _, amount in change.given:
            if amount == 100:
                paid[holder, month] = paid.get((holder, month), 0) + 1


def no_circle(stage, now):
    """Walking up from anybody ends, and never at oneself."""
    above = {bond.friend: bond.inviter_at(now) for bond, _ in stage.records.values() if isinstance(bond, Bond)}
    for person, inviter in above.items():
        seen, at = {person}, inviter
        while at:
            if at in seen:
                return False
            seen.add(at)
            at = above.get(at, "")
    return True
