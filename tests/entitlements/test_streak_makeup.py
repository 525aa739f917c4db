"""
Days made up: what they join, what they cost, and which no comes first.
"""

from __future__ import annotations

import attrs
import pytest

from quanyi.entitlements.accounts import lot, stock
from quanyi.entitlements.benefits import Benefit
from quanyi.entitlements.checks.conditions import Test as Compare
from quanyi.entitlements.clauses import Gift, Head, Limit
from quanyi.entitlements.errors import InputError
from quanyi.entitlements.plays.streak import Mark, Milestone
from quanyi.entitlements.plays.streak.records import Marks
from quanyi.entitlements.time import Duration, Span, Window
from tests.entitlements.checkins import (
    CHECK_IN,
    ZONE,
    at,
    day,
    marks_on,
    mends,
    no_mending,
    with_cards,
)
from tests.entitlements.stage import Stage, moment


def test_check_ins_with_make_up_cards_to_the_end():
    """The seed scenario, step by step: points, rows, cards, and every no."""
    stage = Stage(balances={lot("h-ann", "card"): 0})
    seen = []

    def note(*_):
        marks = stage.record(Marks, "check-in", "h-ann")
        seen.append(stage.points("ann"))
        return marks

    def card():
        stage.balances[lot("h-ann", "card")] += 1

    rows = [found.answer["row"] for found in marks_on(stage, CHECK_IN, "04-01", "04-02")]
    rows += [found.answer["row"] for found in marks_on(stage, CHECK_IN, "04-04")]
    assert (rows, stage.points("ann")) == ([1, 2, 1], 30)
    assert no_mending(stage, CHECK_IN, "04-03", "04-04", "points").code == "insufficient-points"
    card()
    joined = mends(stage, CHECK_IN, "04-03", "04-04")
    assert (joined.answer["row"], stage.points("ann"), stage.points("ann", "card")) == (4, 60, 0)
    assert [found.answer["row"] for found in marks_on(stage, CHECK_IN, "04-05", "04-08")] == [5, 1]
    paid = mends(stage, CHECK_IN, "04-06", "04-09", "points")
    assert (paid.answer["row"], stage.points("ann")) == (1, 30)
    assert no_mending(stage, CHECK_IN, "04-07", "04-09", "points").code == "insufficient-points"
    card()
    whole = mends(stage, CHECK_IN, "04-07", "04-09")
    assert (whole.answer["row"], stage.points("ann"), stage.rights("ann")) == (8, 30, ["coffee"])
    assert marks_on(stage, CHECK_IN, "04-09")[0].answer["row"] == 9
    card()
    nos = [
        no_mending(stage, CHECK_IN, "04-08", "04-09"),
        no_mending(stage, CHECK_IN, "04-11", "04-12"),
        no_mending(stage, CHECK_IN, "04-30", "05-04"),
    ]
    assert [no.reason for no in nos] == ["already-marked", "monthly-makeup-limit", "too-late-to-make-up"]
    last = mends(stage, CHECK_IN, "05-01", "05-04")

    assert (last.answer["row"], stage.points("ann"), stage.points("ann", "card")) == (0, 40, 0)
    assert stage.rights("ann") == ["coffee"]


@pytest.mark.parametrize(("gives", "points"), [("milestones", 0), ("all", 10)])
def test_a_day_made_up_gives_milestones_or_all(gives, points):
    """As the campaign says."""
    play = attrs.evolve(CHECK_IN, makeup=attrs.evolve(CHECK_IN.makeup, gives=gives))
    stage = with_cards(1)
    mends(stage, play, "04-01", "04-02")

    assert stage.points("ann") == points
    assert stage.record(Marks, "check-in", "h-ann").mended == ("2026-04-01",)


@pytest.mark.parametrize(("pay", "found"), [("gold", "unknown-payment"), ("", "unknown-payment")])
def test_a_payment_that_is_not_offered_is_refused(pay, found):
    """Whoever asks says which."""
    assert no_mending(with_cards(1), CHECK_IN, "04-01", "04-02", pay).reason == found


def test_making_up_may_cost_nothing():
    """Without `pay`, only limits hold it."""
    play = attrs.evolve(CHECK_IN, makeup=attrs.evolve(CHECK_IN.makeup, pay=(), pay_by=""))
    stage = Stage()

    assert stage.ask(play, "make_up", at("04-02"), "ann", data={"date": "2026-04-01"}).answer["row"] == 1


@pytest.mark.parametrize("came", ["2026-04-09T16:30:00+00:00", "2026-04-10"], ids=["instant", "date"])
def test_nobody_missed_a_day_before_they_came(came):
    """The local day on which somebody came can be missed, no earlier one; whoever the host says nothing of has no bound."""
    play = attrs.evolve(CHECK_IN, makeup=attrs.evolve(CHECK_IN.makeup, since="joined_at"))
    stage, facts = with_cards(2), {"joined_at": came}
    said = {"date": "2026-04-09", "pay": "card"}
    no = stage.refusal(play, "make_up", at("04-11"), "ann", data=said, facts=facts)
    own = stage.ask(play, "make_up", at("04-11"), "ann", data={**said, "date": "2026-04-10"}, facts=facts)

    assert (no.reason, no.shows["first"]) == ("day-before-joining", day("04-10"))
    assert own.answer["row"] == 1
    assert "row" in mends(with_cards(1), play, "04-09", "04-11").answer


def test_a_missed_week_is_reckoned_from_its_sunday():
    """A week to make up the week of 6 April: until 19 April."""
    makeup = attrs.evolve(CHECK_IN.makeup, within=Duration.parse("1 week"))
    weekly = attrs.evolve(CHECK_IN, mark=Mark(on=("check_in",), one_per="week"), makeup=makeup)
    stage = with_cards(2)
    no = no_mending(stage, weekly, "04-08", "04-20")
    mends(stage, weekly, "04-08", "04-19")

    assert no.reason == "too-late-to-make-up"
    assert stage.record(Marks, "check-in", "h-ann").days == {day("04-06")}


# --- which no comes first ----------------------------------------------------------------------

CHECKS = ("phase", "for", "not-future", "not-marked", "in-time", "at_most", "stock", "pay", "budget")
ANSWERS = {
    "phase": "ended",
    "for": "level-is",
    "not-future": "day-to-come",
    "not-marked": "already-marked",
    "in-time": "too-late-to-make-up",
    "at_most": "each",
    "stock": "out-of-stock",
    "pay": "insufficient-points",
    "budget": "budget-exhausted",
}
WHICH = {"not-future": "04-20", "in-time": "04-01"}  # of two that cannot both fail, the first


def checked(failing, checks):
    return attrs.evolve(
        CHECK_IN,
        head=Head(
            campaign="check-in",
            zone=ZONE,
            runs=Span(end=moment("2026-02-01T00:00")) if "phase" in failing else Span(),
            audience=Compare(path="user.level", op="is", value="gold") if "for" in failing else None,
        ),
        milestones=(Milestone(counts="row", days=1, give=(Gift(thing="mug", benefit=Benefit(id="mug", stock=5)),)),),
        makeup=attrs.evolve(
            CHECK_IN.makeup,
            at_most=(Limit(id="each", count=0 if "at_most" in failing else 9, reason="each"),),
        ),
        budget=(Limit(id="mugs", count=0 if "budget" in failing else 9, of="mug", per=("campaign",)),),
        checks=checks,
    )


@pytest.mark.parametrize("checks", [CHECKS, CHECKS[::-1], CHECKS[4:] + CHECKS[:4]])
@pytest.mark.parametrize("first", range(len(CHECKS)))
def test_a_make_up_is_refused_by_the_first_check_that_fails(checks, first):
    """The declared order decides; a day can be too late or still to come, not both."""
    failing = checks[first:]
    which = next((WHICH[name] for name in failing if name in WHICH), "04-09")
    stage = Stage(balances={stock("mug"): 0 if "stock" in failing else 5, lot("h-ann", "card"): "pay" not in failing})
    if "not-marked" in failing:
        marks = Marks(holder="h-ann", campaign="check-in").with_day(day(which))
        stage.records[marks.key] = (marks, 1)
    no = no_mending(stage, checked(failing, checks), which, "04-10")

    assert no.reason == ANSWERS[checks[first]]
    assert no.clause.split("/")[0] == checks[first]


def test_today_cannot_be_made_up_and_a_condition_is_the_marks_own():
    """Today can still be marked; what an event must be like is not asked of a make-up."""
    play = attrs.evolve(CHECK_IN, only_if=Compare(path="event.pages", op="min", value=10))
    stage = with_cards(1)
    short = stage.refusal(play, "check_in", at("04-02"), "ann", data={"pages": 9})
    now = no_mending(stage, play, "04-02", "04-02")
    mends(stage, play, "04-01", "04-02")

    assert (short.reason, now.reason) == ("pages-min", "day-not-over")


def test_limits_on_marks_do_not_count_days_made_up():
    """Two marks a month; a day made up has limits of its own."""
    play = attrs.evolve(CHECK_IN, at_most=(Limit(id="marks", count=2, window=Window("month")),))
    stage = with_cards(1)
    marks_on(stage, play, "04-01", "04-03")
    mends(stage, play, "04-02", "04-03")

    assert stage.refusal(play, "check_in", at("04-04"), "ann").reason == "limit-reached"


def test_inputs_that_it_does_not_hear():
    """A broken caller, or nobody to mark for."""
    with pytest.raises(InputError, match="does not answer"):
        Stage().ask(CHECK_IN, "paid", at("04-01"), "ann")
    assert Stage().refusal(CHECK_IN, "check_in", at("04-01")).reason == "no-receiver"
