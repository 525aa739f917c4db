"""
Marks that are taken back: the day falls out, and so does what it earned, as far as it is still there.
"""

from __future__ import annotations

import attrs
import pytest

from quanyi.entitlements.accounts import lot
from quanyi.entitlements.benefits import PointsUnit
from quanyi.entitlements.checks.conditions import Test as Compare
from quanyi.entitlements.clauses import Limit, Undo
from quanyi.entitlements.errors import InsufficientPoints
from quanyi.entitlements.plays.streak import Mark, Milestone
from quanyi.entitlements.plays.streak.records import MarkedDay, Marks
from quanyi.entitlements.time import Duration, Window
from tests.entitlements.checkins import CHECK_IN, COFFEE, at, day, some
from tests.entitlements.stage import Stage, moment

UNDO = Undo(when=("deleted",), same=("run",))
RUNS = attrs.evolve(
    CHECK_IN,
    mark=Mark(on=("ran",), day="event.on"),
    milestones=(Milestone(counts="row", days=3, give=some("points", 30)),),
    makeup=attrs.evolve(CHECK_IN.makeup, within=Duration.parse("30 days"), pay=(), pay_by="", at_most=()),
    if_undone=(UNDO,),
)
SAME = attrs.evolve(RUNS, mark=Mark(on=("ran",), day="event.on", again="same"))


def run(stage, play, name, which, **data):
    more = {"data": {"run": name, "on": f"2026-04-{which}", **data}, "source": {"run": name}}
    return stage.ask(play, "ran", at("04-28"), "ann", **more)


def runs(stage, play, days):
    """One run a day, called by its day."""
    for which in days.split():
        run(stage, play, which, which)


def delete(stage, play, *names, **more):
    for name in names:
        stage.ask(play, "deleted", at("04-29"), "ann", data={"run": name}, source={"run": name}, **more)


def stands(stage):
    """The days, the days on which the thirty points were paid, and all points."""
    marks = stage.record(Marks, "check-in", "h-ann")
    paid = sorted(text[-2:] for text in marks.paid.get("row/3", ()))
    return " ".join(f"{found:%d}" for found in sorted(marks.days)), " ".join(paid), stage.points("ann")


@pytest.mark.parametrize(
    ("days", "gone", "left"),
    [
        ("01 02 03", "02", ("01 03", "", 20)),  # another day than the one that was paid
        ("01 02 03", "03", ("01 02", "", 20)),  # the very one
        ("01 02 03 04", "01", ("02 03 04", "03", 60)),  # long enough without it
        ("01 02 03 04 05 06", "03", ("01 02 04 05 06", "06", 80)),  # the other half earns it now
        ("01 02 03 04 05 06 07", "04", ("01 02 03 05 06 07", "03", 90)),  # two rows, paid for once
        ("01 02 03 05 06 07", "02", ("01 03 05 06 07", "07", 80)),  # the other row keeps its own
    ],
)
def test_a_payment_stands_as_long_as_some_row_earns_it(days, gone, left):
    """It stays, moves within what is left, or goes."""
    stage = Stage()
    runs(stage, RUNS, days)
    delete(stage, RUNS, gone)

    assert stands(stage) == left


def test_a_row_split_in_two_is_paid_for_by_the_next_mark_where_it_was_not():
    """5 to 7 were never paid for as a row of their own; the 8th completes it."""
    stage = Stage()
    runs(stage, RUNS, "01 02 03 04 05 06 07")
    delete(stage, RUNS, "04")
    runs(stage, RUNS, "08")

    assert stands(stage) == ("01 02 03 05 06 07 08", "03 08", 70 + 60)


def test_a_day_that_fell_out_can_be_marked_again():
    """And earns again what was taken back."""
    stage = Stage()
    runs(stage, RUNS, "01 02 03")
    delete(stage, RUNS, "02")
    run(stage, RUNS, "another", "02")

    assert stands(stage) == ("01 02 03", "02", 60)


def test_a_source_is_undone_once_and_one_that_comes_later_is_not_marked():
    """A deletion before its run leaves its mark."""
    stage = Stage()
    runs(stage, RUNS, "01")
    delete(stage, RUNS, "01", "02")
    again = stage.refusal(RUNS, "deleted", at("04-29"), "ann", data={"run": "01"}, source={"run": "01"})
    late = stage.refusal(RUNS, "ran", at("04-29"), "ann", data={"run": "02", "on": "2026-04-02"}, source={"run": "02"})

    assert (again.reason, late.reason, stands(stage)) == ("undone", "undone", ("", "", 0))


def test_every_event_of_a_day_holds_it_up():
    """`again: same`: the day stays until the last of them is gone."""
    stage, found = Stage(), []
    run(stage, SAME, "a", "01")
    run(stage, SAME, "b", "01")
    for name in "ab":
        delete(stage, SAME, name)
        found.append(stands(stage))

    assert found == [("01", "", 10), ("", "", 0)]


def test_an_event_that_could_not_have_marked_holds_nothing_up():
    """A run that is too short gets the same answer, and no more."""
    play = attrs.evolve(SAME, only_if=Compare(path="event.km", op="min", value=3))
    stage = Stage()
    run(stage, play, "a", "01", km=3)
    run(stage, play, "b", "01", km=2)
    delete(stage, play, "a")

    assert stands(stage) == ("", "", 0)


def test_a_day_made_up_stays_and_keeps_a_row_together():
    """The 2nd is made up; who deletes the run that came for it afterwards takes nothing away."""
    stage = Stage()
    runs(stage, SAME, "01 03")
    stage.ask(SAME, "make_up", at("04-20"), "ann", data={"date": "2026-04-02"})
    run(stage, SAME, "late", "02")
    delete(stage, SAME, "late")

    assert stands(stage) == ("01 02 03", "02", 50)


def test_one_source_may_hold_up_several_days():
    """An undo takes back all of them."""
    stage = Stage()
    for which in ("01", "02", "03", "04"):
        run(stage, RUNS, "tour" if which in ("01", "03") else which, which)
    delete(stage, RUNS, "tour")

    assert stands(stage) == ("02 04", "", 20)


@pytest.mark.parametrize(
    ("take", "points"),
    [("left", 0), ("debt", -35), ("refuse", 5)],
)
def test_what_is_spent_is_left_owed_or_refused(take, points):
    """Five of sixty points are left; the run of the 3rd brought forty of them."""
    units = {"points": PointsUnit(id="points", debt=True)}
    play = attrs.evolve(RUNS, if_undone=(attrs.evolve(UNDO, take=take),), units=units)
    stage = Stage()
    runs(stage, play, "01 02 03")
    stage.balances[lot("h-ann", "points")] = 5
    if take == "refuse":
        no = stage.refusal(play, "deleted", at("04-29"), "ann", data={"run": "03"}, source={"run": "03"})
        assert isinstance(no, InsufficientPoints)
        assert stands(stage)[0] == "01 02 03"
    else:
        delete(stage, play, "03")

    assert stage.points("ann") == points


def test_what_did_not_come_back_whole_is_not_given_again():
    """All is spent: marking the same day again gives neither the day's points nor the row's."""
    stage = Stage()
    runs(stage, RUNS, "01 02 03")
    stage.balances[lot("h-ann", "points")] = 0
    delete(stage, RUNS, "03")
    run(stage, RUNS, "again", "03")

    assert stands(stage) == ("01 02 03", "03", 0)


def test_a_used_voucher_stays_and_an_unused_one_is_withdrawn():
    """Coffee for each day: the one of the 2nd is drunk."""
    play = attrs.evolve(RUNS, give=COFFEE, milestones=())
    stage = Stage()
    runs(stage, play, "01 02")
    used = stage.record(MarkedDay, "check-in", "h-ann", "2026-04-02").given[0].grants[0]
    key = next(key for key in stage.records if key.kind == "entitlement" and key.parts == (used,))
    right, version = stage.records[key]
    stage.records[key] = (attrs.evolve(right, phase="used", used_at=moment(at("04-28"))), version)
    delete(stage, play, "01", "02")
    runs_again = [run(stage, play, f"again {which}", which).answer["given"] for which in ("01", "02")]

    assert runs_again == [{"coffee": 1}, {}]


def test_places_and_budgets_come_back():
    """Two marks in all, and a budget of fifty: after an undo there is room for what was taken back."""
    limits = {
        "at_most": (Limit(id="marks", count=3),),
        "budget": (Limit(id="all", count=60, of="points", per=("campaign",)),),
    }
    play = attrs.evolve(RUNS, **limits)
    stage = Stage()
    runs(stage, play, "01 02 03")
    no = stage.refusal(play, "ran", at("04-28"), "ann", data={"run": "x", "on": "2026-04-10"}, source={"run": "x"})
    delete(stage, play, "03")
    runs(stage, play, "05")

    assert (no.code, stands(stage)) == ("limit-reached", ("01 02 05", "", 30))
    assert sum(n for account, n in stage.balances.items() if account.kind == "used" and account.unit == "points") == 30


@pytest.mark.parametrize(
    ("milestone", "paid"),
    [
        (Milestone(counts="total", days=3, give=some("points", 30), once="period"), [30, 0, 30]),
        (Milestone(counts="total", days=3, give=some("points", 30), once="ever"), [30, 0, 30]),
        (Milestone(counts="row", days=2, give=some("points", 30), once="ever"), [30, 30, 30]),
        (Milestone(counts="row", days=2, give=some("points", 30), every=True), [30, 30, 60]),
    ],
)
def test_totals_and_what_is_paid_once_for_all_follow_the_days(milestone, paid):
    """1, 2 and 4 April; the 1st goes, and the 3rd comes and goes with it."""
    play = attrs.evolve(RUNS, give=(), milestones=(milestone,), resets=Window("month"))
    stage, found = Stage(), []
    runs(stage, play, "01 02 04")
    found.append(stage.points("ann"))
    runs(stage, play, "05")
    delete(stage, play, "01", "02")
    found.append(stage.points("ann"))
    runs(stage, play, "06 07")
    found.append(stage.points("ann"))

    assert found == paid


def test_an_undo_without_its_source_is_no_undo():
    """It says what is missing."""
    no = Stage().refusal(RUNS, "deleted", at("04-29"), "ann")

    assert (no.reason, no.shows) == ("no-source", {"same": "run"})


def test_nothing_is_kept_for_undoing_where_nothing_is_undone():
    """A streak without `if_undone` keeps its marks and no more."""
    stage = Stage()
    run(stage, attrs.evolve(RUNS, if_undone=()), "a", "01")

    assert {key.kind for key in stage.records} == {"marks"}
    assert stage.record(Marks, "check-in", "h-ann").days == {day("04-01")}
