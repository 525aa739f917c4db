"""
Ladders, gifts for every so many days, points multiplied together, gifts in the place of what is gone.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import attrs
import pytest

from quanyi.entitlements.accounts import lot, stock
from quanyi.entitlements.benefits import Benefit
from quanyi.entitlements.clauses import Gift, Limit
from quanyi.entitlements.plays.base import Exposure
from quanyi.entitlements.plays.streak import Ladder, Milestone, Times
from quanyi.entitlements.time import Span, Window
from tests.entitlements.checkins import CHECK_IN, COFFEE, at, marks_on, mends, no_mending, some
from tests.entitlements.checkins import day as parsed
from tests.entitlements.stage import Stage, moment

STEPS = (some("points", 1), some("points", 2), some("points", 5))
CLIMB = attrs.evolve(CHECK_IN, give=(), milestones=(), ladder=Ladder(steps=STEPS))
EVERY = attrs.evolve(CHECK_IN, give=(), milestones=(Milestone(counts="row", days=3, give=some("points"), every=True),))
MUG = Gift(thing="mug", benefit=Benefit(id="mug", stock=1))


def gains(play, days):
    """What each of these days of April adds."""
    stage, found = Stage(), [0]
    for text in days.split():
        marks_on(stage, play, f"04-{text}")
        found.append(stage.points("ann"))
    return [after - before for before, after in pairwise(found)]


@pytest.mark.parametrize(
    ("then", "found"),
    [("again", [1, 2, 5, 1, 2]), ("stay", [1, 2, 5, 5, 5]), ("end", [1, 2, 5, 0, 0])],
)
def test_after_the_last_step(then, found):
    """It begins again, stays at the last, or is over."""
    assert gains(attrs.evolve(CLIMB, ladder=Ladder(steps=STEPS, then=then)), "01 02 03 04 05") == found


@pytest.mark.parametrize(("by", "found"), [("row", [1, 2, 1, 2, 5]), ("total", [1, 2, 5, 1, 2])])
def test_a_gap_costs_the_climb_or_nothing(by, found):
    """By the place in the row, or by the number of days."""
    assert gains(attrs.evolve(CLIMB, ladder=Ladder(steps=STEPS, by=by)), "01 02 04 05 06") == found


def test_a_new_period_begins_below():
    """31 March is the fourth day of its row; 1 April the first of April's."""
    stage = Stage()
    play = attrs.evolve(CLIMB, resets=Window("month"))
    found = marks_on(stage, play, "03-28", "03-29", "03-30", "03-31", "04-01")

    assert [each.answer["given"] for each in found] == [{"points": n} for n in (1, 2, 5, 1, 1)]


@pytest.mark.parametrize(("gives", "found"), [("milestones", {}), ("all", {"points": 5})])
def test_a_day_made_up_has_the_step_of_its_place_and_changes_no_other(gives, found):
    """1, 2 and 4 April are marked; the 3rd is the third day, the 4th keeps the first step, the 5th has the fifth."""
    play = attrs.evolve(CLIMB, makeup=attrs.evolve(CHECK_IN.makeup, gives=gives))
    stage = Stage(balances={lot("h-ann", "card"): 1})
    marked = marks_on(stage, play, "04-01", "04-02", "04-04")
    mended = mends(stage, play, "04-03", "04-04")
    after = marks_on(stage, play, "04-05")

    assert [each.answer["given"]["points"] for each in (*marked, *after)] == [1, 2, 1, 2]
    assert mended.answer["given"] == found


def test_milestones_take_the_place_of_the_step_where_they_replace():
    """`specials: replace` is about everything that the day gives by itself."""
    milestone = Milestone(counts="row", days=2, give=some("points", 100))
    play = attrs.evolve(CLIMB, give=some("points", 10), milestones=(milestone,), specials="replace")

    assert gains(play, "01 02 03") == [11, 100, 15]


def test_every_third_day_also_where_rows_are_joined():
    """Two days and five are owed one; with the day between, eight are owed two."""
    stage = Stage(balances={lot("h-ann", "card"): 1})
    marks_on(stage, EVERY, "04-01", "04-02", "04-04", "04-05", "04-06", "04-07")
    before = stage.points("ann")
    mends(stage, EVERY, "04-03", "04-06")

    assert (before, stage.points("ann")) == (1, 2)
    assert gains(EVERY, "01 02 03 04 05 06 07 08 09") == [0, 0, 1, 0, 0, 1, 0, 0, 1]


def test_the_points_of_a_day_are_multiplied_together_and_rounded_once():
    """One and one, two and a half times, are five; the answer says all of it."""
    milestone = Milestone(counts="row", days=1, give=some("points", 1))
    play = attrs.evolve(CHECK_IN, give=some("points", 1), milestones=(milestone,), times=(Times(x="2.5"),))
    stage = Stage()
    found = marks_on(stage, play, "04-01")[0]

    assert (stage.points("ann"), found.answer["given"]) == (5, {"points": 5})


def test_a_budget_trims_the_last_gifts_first_and_counts_what_is_given():
    """Of 10 and 30 points 25 are left: the milestone gives 15."""
    milestone = Milestone(counts="row", days=1, give=some("points", 30))
    budget = (Limit(id="all", count=25, of="points", per=("campaign",), over="clip"),)
    stage = Stage()
    marks_on(stage, attrs.evolve(CHECK_IN, milestones=(milestone,), budget=budget), "04-01")

    assert stage.points("ann") == 25
    assert sum(n for account, n in stage.balances.items() if account.kind == "used") == 25


def test_what_is_gone_keeps_a_day_from_being_marked_unless_there_is_something_else():
    """The mug is gone: refused, or fifty points in its place."""
    milestone = Milestone(counts="row", days=1, give=(MUG,))
    strict = attrs.evolve(CHECK_IN, give=(), milestones=(milestone,))
    kind = attrs.evolve(strict, milestones=(attrs.evolve(milestone, instead=some("points", 50)),))
    stage = Stage(balances={stock("mug"): 1})
    marks_on(stage, kind, "04-01")
    no = stage.refusal(strict, "check_in", at("04-03"), "ann")
    marks_on(stage, kind, "04-05")

    assert (no.code, stage.rights("ann"), stage.points("ann")) == ("out-of-stock", ["mug"], 50)


def test_the_first_make_ups_of_a_month_are_free():
    """Two cost nothing, whatever is chosen; then a card; the next month two again."""
    free = (Limit(id="free", count=2, window=Window("month")),)
    play = attrs.evolve(CHECK_IN, makeup=attrs.evolve(CHECK_IN.makeup, free=free, at_most=()))
    stage = Stage(balances={lot("h-ann", "card"): 1})
    cards = []
    for day, pay in (("04-01", "gold"), ("04-02", "card"), ("04-03", "card")):
        mends(stage, play, day, "04-04", pay)
        cards.append(stage.points("ann", "card"))
    no = no_mending(stage, play, "04-29", "04-30")
    mends(stage, play, "04-29", "05-01")

    assert (cards, no.code) == ([1, 1, 0], "insufficient-points")


@pytest.mark.parametrize(
    ("window", "day", "last"), [("month", "04-02", "04-30"), ("week", "04-02", "04-05"), ("year", "04-02", "12-31")]
)
def test_a_day_can_be_made_up_while_its_week_month_or_year_lasts(window, day, last):
    """On the last date it can, on the next it can't."""
    makeup = attrs.evolve(CHECK_IN.makeup, inside=Window(window), pay=(), pay_by="", at_most=())
    play = attrs.evolve(CHECK_IN, makeup=makeup)
    mended = Stage().ask(play, "make_up", at(last, "23:59"), "ann", data={"date": f"2026-{day}"})
    midnight = (moment(at(last, "23:59")) + timedelta(minutes=1)).isoformat()
    no = Stage().refusal(play, "make_up", midnight, "ann", data={"date": f"2026-{day}"})

    assert mended.answer["day"] == f"2026-{day}"
    assert (no.reason, no.shows["last"]) == ("too-late-to-make-up", parsed(last))


def test_the_most_a_ladder_can_cost_is_its_best_step_each_day():
    """Ten days at 10 and at most 5 more; a benefit counts like points."""
    head = attrs.evolve(CLIMB.head, runs=Span(start=moment(at("04-01", "00:00")), end=moment(at("04-11", "00:00"))))
    ladder = Ladder(steps=(*STEPS, COFFEE))
    found = attrs.evolve(CLIMB, head=head, give=some("points", 10), ladder=ladder).exposure()

    assert found == (Exposure(unit="points", per_user=150), Exposure(unit="coffee", per_user=10))
