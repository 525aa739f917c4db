"""
The parts that plays are made of: admission, limits, exposure, derived numbers.
"""

from __future__ import annotations

import attrs
import pytest

from quanyi.entitlements.accounts import used
from quanyi.entitlements.benefits import Benefit, LotRule, PointsUnit
from quanyi.entitlements.checks.admission import check_audience, check_open, check_phase
from quanyi.entitlements.clauses import Fixed, Gift, Head, Limit, Percent
from quanyi.entitlements.derived_ids import bucket, deal_id, derived_id
from quanyi.entitlements.errors import NotEligible, NotOpen
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.limits.limit import limit_account
from quanyi.entitlements.needs import Picture
from quanyi.entitlements.picture import View
from quanyi.entitlements.plays.base import Exposure
from quanyi.entitlements.plays.reward import Reward
from quanyi.entitlements.plays.sale import Price, Sale
from quanyi.entitlements.points import lot_end
from quanyi.entitlements.time import Duration, Schedule, Span, Window
from tests.entitlements.stage import moment

# --- admission ----------------------------------------------------------------------------------

AFTERNOONS = Head(
    campaign="c",
    zone="Asia/Shanghai",
    runs=Span(start=moment("2026-03-01T00:00+08:00"), end=moment("2026-03-03T00:00+08:00")),
    open=(Schedule.parse("daily 14:00-16:00"),),
)


@pytest.mark.parametrize(
    ("at", "reason", "next_at"),
    [
        ("2026-02-28T15:00", "not-open", "2026-03-01T14:00"),  # the first session after the start
        ("2026-03-01T13:59:59", "not-open", "2026-03-01T14:00"),
        ("2026-03-01T14:00", None, None),
        ("2026-03-01T15:59:59", None, None),
        ("2026-03-01T16:00", "not-open", "2026-03-02T14:00"),
        ("2026-03-02T16:00", "not-open", None),  # the next session is after the campaign's end
        ("2026-03-03T00:00", "ended", None),
    ],
)
def test_when_a_campaign_is_open(at, reason, next_at):
    """Half open in both, and the way on named only where the campaign lives to see it."""
    moment_ = moment(f"{at}+08:00")
    try:
        check_phase(AFTERNOONS, moment_)
        check_open(AFTERNOONS, moment_)
        found = (None, None)
    except NotOpen as no:
        found = (no.reason, no.next_at)

    assert found == (reason, next_at and moment(f"{next_at}+08:00"))


@pytest.mark.parametrize(
    ("at", "reason"),
    [("2026-02-28T23:59:59", "not-open"), ("2026-03-01T00:00", None), ("2026-03-03T00:00", "ended")],
)
def test_a_run_includes_its_start_and_not_its_end(at, reason):
    """Half open."""
    try:
        check_phase(Head(campaign="c", runs=AFTERNOONS.runs), moment(f"{at}+08:00"))
        found = None
    except NotOpen as no:
        found = no.reason

    assert found == reason


def admitted(head, user):
    ask = Input(type="visit", key="k", at=moment("2026-03-01T00:00"), user=user, holder=f"h-{user}")
    try:
        check_audience(head, ask, View(Picture()).draft(ask.at))
    except NotEligible as no:
        return no.reason
    return None


def test_a_rollout_reaches_its_share_and_only_grows():
    """Five percent are in at 5%, and all of them still at 20%."""
    users = [f"u{n}" for n in range(4000)]
    five, twenty = (
        {user for user in users if admitted(Head(campaign="c", rollout=share), user) is None} for share in (500, 2000)
    )

    assert five < twenty
    assert 150 < len(five) < 250
    assert 700 < len(twenty) < 900


def test_a_holdout_is_another_draw_than_the_rollout():
    """Who is held out does not depend on who is rolled out to, nor on other campaigns."""
    users = [f"u{n}" for n in range(2000)]
    out = {campaign: {u for u in users if admitted(Head(campaign=campaign, holdout=1000), u)} for campaign in "ab"}

    assert all(150 < len(held) < 250 for held in out.values())
    assert 5 < len(out["a"] & out["b"]) < 50


# --- limits -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("per", "keys"),
    [
        (("user",), ("h-ann",)),
        (("campaign",), ()),
        (("order", "line"), ("o1", "2")),
        (("inviter",), ("h-bob",)),
        (("user", "order"), ("h-ann", "o1")),
        (("friend",), ("",)),
    ],
)
def test_a_limit_counts_its_subject(per, keys):
    """Roles are holders, attributes are their values, everybody together has no key."""
    ask = Input(
        type="order.paid",
        key="k",
        at=moment("2026-03-08T20:00"),
        holder="h-ann",
        data={"order": "o1", "line": 2, "inviter": "bob"},
        holders={"inviter": "h-bob"},
    )
    limit = Limit(id="l", count=1, per=per, window=Window("week"))

    assert limit_account(limit, ask, "Asia/Shanghai") == used("l", "2026-W11", *keys)  # Monday already there


# --- ends of lots -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ends_to", "lasts", "end"),
    [
        ("exact", "30d", "2026-03-31T10:00"),
        ("day", "30d", "2026-03-31T16:00"),  # midnight in Shanghai
        ("month", "30d", "2026-03-31T16:00"),
        ("month", "31d", "2026-04-30T16:00"),  # a day later is a month later
        ("year", "30d", "2026-12-31T16:00"),
        ("month", None, None),
    ],
)
def test_lots_end_rounded_up_in_their_zone(ends_to, lasts, end):
    """Coarse by default, so that a holder's lots stay few; never before the points' own life is over."""
    rule = LotRule(lasts=lasts and Duration.parse(lasts), ends_to=ends_to)
    unit = PointsUnit(id="points", lots=rule, zone="Asia/Shanghai")

    assert lot_end(unit, moment("2026-03-01T10:00")) == (end and moment(end))


@pytest.mark.parametrize(("ends_to", "end"), [("day", "2026-03-03"), ("month", "2026-04-01"), ("year", "2027-01-01")])
def test_midnight_belongs_to_what_it_begins(ends_to, end):
    """Points got as the day begins end with those got a second later."""
    unit = PointsUnit(id="points", lots=LotRule(lasts=Duration(seconds=86400), ends_to=ends_to))
    first, later = (lot_end(unit, moment(f"2026-03-01T00:00:0{second}")) for second in (0, 1))

    assert first == later == moment(f"{end}T00:00")


# --- exposure -----------------------------------------------------------------------------------

MARCH = Span(start=moment("2026-03-01T00:00"), end=moment("2026-04-01T00:00"))
MUG = Benefit(id="mug", stock=50)


def points_reward(*at_most, budget=(), how_much=None, runs=MARCH, to="user"):
    gift = Gift(thing="points", how_much=how_much or Fixed(value=20))
    return Reward(
        head=Head(campaign="c", runs=runs), when=("visit",), give=(gift,), at_most=at_most, budget=budget, to=to
    )


TWICE_A_WEEK = Limit(id="w", count=2, window=Window("week"))
ALL = Limit(id="b", count=5000, of="points", per=("campaign",))


@pytest.mark.parametrize(
    ("play", "per_user", "total"),
    [
        (points_reward(Limit(id="once", count=1)), 20, None),
        (points_reward(TWICE_A_WEEK), 2 * 6 * 20, None),  # March 2026 touches six weeks
        (points_reward(TWICE_A_WEEK, runs=Span()), None, None),  # no end, no bound
        (points_reward(TWICE_A_WEEK, budget=(ALL,)), 240, 5000),
        (points_reward(budget=(ALL,), how_much=Percent(percent="5", of="amount")), 5000, 5000),
        (points_reward(Limit(id="once", count=1), how_much=Percent(percent="5", of="amount")), None, None),
        (points_reward(Limit(id="c", count=10, per=("campaign",))), 200, 200),
        (points_reward(Limit(id="once", count=1), to="inviter"), None, None),  # one per friend bounds no inviter
        (points_reward(Limit(id="i", count=2, per=("inviter",)), to="inviter"), 40, None),
        (points_reward(Limit(id="f", count=1, over="flag")), None, None),
    ],
)
def test_the_most_a_reward_can_cost(play, per_user, total):
    """Limits times the largest amount, budgets, and the number of windows it runs through."""
    (found,) = play.exposure()

    assert attrs.evolve(found, windows=()) == Exposure(unit="points", per_user=per_user, total=total)


def test_without_an_end_each_window_is_bounded():
    (found,) = points_reward(TWICE_A_WEEK, runs=Span()).exposure()

    assert [(str(bound.window), bound.per_user, bound.total) for bound in found.windows] == [("week", 40, None)]


def test_stock_bounds_a_benefit():
    """There are never more than there are."""
    play = Reward(head=Head(campaign="c"), when=("visit",), give=(Gift(thing="mug", benefit=MUG),))

    assert play.exposure() == (Exposure(unit="mug", per_user=50, total=50),)


def mugs(quota=None, *at_most, money=500, budget=(), per_order=None):
    return Sale(
        head=Head(campaign="c"),
        currency="CNY",
        sells={"mug": Price(money=money, list_price=2000)},
        quota={"mug": quota} if quota else {},
        at_most=at_most,
        budget=budget,
        per_order=per_order,
    )


@pytest.mark.parametrize(
    ("sale", "exposure"),
    [
        (mugs(10), (15000, 15000)),
        (mugs(10, Limit(id="e", count=1, of="pieces")), (1500, 15000)),
        (mugs(None, Limit(id="t", count=2), per_order=3), (9000, None)),
        (mugs(None, Limit(id="t", count=2)), (None, None)),  # two orders of any size
        (mugs(None, budget=(Limit(id="b", count=9900, of="CNY", per=("campaign",)),)), (9900, 9900)),
    ],
)
def test_the_most_a_sale_can_cost(sale, exposure):
    """What is given away below list price."""
    assert sale.exposure() == (Exposure(unit="CNY", per_user=exposure[0], total=exposure[1]),)


def test_at_list_price_nothing_is_given_away():
    """No limit is needed then."""
    assert mugs(money=2000).exposure() == ()


# --- numbers ------------------------------------------------------------------------------------


def test_numbers_are_derived():
    """The same fields give the same number, others another; orders and keys never meet."""
    assert derived_id("a", "b") == derived_id("a", "b")
    assert (
        len({derived_id("a", "b"), derived_id("ab"), deal_id("t", "o1"), deal_id("t", "k", "o1"), deal_id("u", "o1")})
        == 5
    )
    assert set(derived_id("a")) <= set("0123456789abcdefghjkmnpqrstvwxyz")


def test_buckets_are_level():
    """Splits get about the same number of holders."""
    counts = [0] * 8
    for n in range(4000):
        counts[bucket(8, "split", f"h{n}")] += 1

    assert min(counts) > 400
