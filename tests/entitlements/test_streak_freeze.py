"""
Missed days that are covered by themselves, and days on which points are multiplied.
"""

from __future__ import annotations

import attrs
import pytest

from quanyi.entitlements.accounts import lot
from quanyi.entitlements.benefits import PointsUnit
from quanyi.entitlements.clauses import Undo
from quanyi.entitlements.plays.streak import Freeze, Mark, Milestone, Times
from quanyi.entitlements.plays.streak.records import Marks
from quanyi.entitlements.time import Window
from tests.entitlements.checkins import CHECK_IN, at, day, marks_on, some
from tests.entitlements.stage import Stage

FROZEN = attrs.evolve(
    CHECK_IN,
    milestones=(Milestone(counts="row", days=3, give=some("points", 30)),),
    freeze=Freeze(take=some("ice"), most=2, row=2),
    units={"ice": PointsUnit(id="ice")},
)


def with_ice(count):
    return Stage(balances={lot("h-ann", "ice"): count})


def coming(stage, play, days):
    """The lengths of the row, day by day."""
    return [found.answer["row"] for found in marks_on(stage, play, *(f"04-{n}" for n in days.split()))]


@pytest.mark.parametrize(
    ("days", "ice", "rows", "left"),
    [
        ("01 02 04", 1, [1, 2, 4], 0),
        ("01 02 05", 2, [1, 2, 5], 0),
        ("01 02 05", 1, [1, 2, 1], 1),  # all of them or none
        ("01 02 06", 9, [1, 2, 1], 9),  # too many
        ("02 04", 9, [1, 1], 9),  # the row is too short
        ("01 02 04 06 08", 2, [1, 2, 4, 6, 1], 0),
    ],
)
def test_missed_days_are_covered_when_the_next_mark_comes(days, ice, rows, left):
    """As many as there may be, if the row is long enough and all can be paid for."""
    stage = with_ice(ice)

    assert (coming(stage, FROZEN, days), stage.points("ann", "ice")) == (rows, left)


def test_covered_days_are_as_good_as_made_up_and_give_nothing_by_themselves():
    """Three marks are thirty points, and thirty for the row, which the third mark completes."""
    stage = with_ice(2)
    coming(stage, FROZEN, "01 02 04")
    marks = stage.record(Marks, "check-in", "h-ann")

    assert (stage.points("ann"), marks.mended) == (60, ("2026-04-03",))
    assert marks.days == {day(f"04-0{n}") for n in (1, 2, 3, 4)}
    assert marks.paid == {"row/3": ("2026-04-04",)}


def test_no_period_is_bridged():
    """The row of March ends with it."""
    stage = with_ice(9)
    play = attrs.evolve(FROZEN, resets=Window("month"))
    found = marks_on(stage, play, "03-29", "03-30", "04-01", "04-02", "04-04")

    assert [each.answer["row"] for each in found] == [1, 2, 1, 2, 4]
    assert stage.points("ann", "ice") == 8


def test_a_make_up_covers_nothing_and_reads_what_a_mark_today_would_save():
    """The 3rd is made up on the 5th: the row of three is present, for the 4th can be covered."""
    stage = with_ice(1)
    stage.balances[lot("h-ann", "card")] = 1
    coming(stage, FROZEN, "01 02")
    found = stage.ask(FROZEN, "make_up", at("04-05"), "ann", data={"date": "2026-04-03", "pay": "card"})

    assert (found.answer["row"], stage.points("ann", "ice")) == (3, 1)
    assert coming(stage, FROZEN, "05") == [5]


def test_weeks_are_covered_by_weeks():
    """The week of 13 April is missed."""
    weekly = attrs.evolve(FROZEN, mark=Mark(on=("check_in",), one_per="week"), makeup=None)
    stage = with_ice(1)

    assert coming(stage, weekly, "01 06 20") == [1, 2, 4]


def test_covered_days_stay_when_the_mark_is_undone():
    """What they took is not returned."""
    play = attrs.evolve(FROZEN, if_undone=(Undo(when=("deleted",), same=("run",)),))
    stage = with_ice(1)
    coming(stage, play, "01 02")
    stage.ask(play, "check_in", at("04-04"), "ann", data={"run": "r"}, source={"run": "r"})
    stage.ask(play, "deleted", at("04-04"), "ann", data={"run": "r"}, source={"run": "r"})

    assert stage.record(Marks, "check-in", "h-ann").days == {day(f"04-0{n}") for n in (1, 2, 3)}
    assert (stage.points("ann"), stage.points("ann", "ice")) == (50, 0)


def test_points_are_multiplied_on_some_days_of_the_week_and_on_dates():
    """4 and 5 April 2026 are a weekend; the 6th is named."""
    times = (Times(x="3", dates=("2026-04-06",)), Times(x="2", weekdays=(5, 6)))
    marked = marks_on(Stage(), attrs.evolve(CHECK_IN, times=times), "04-03", "04-05", "04-06", "04-08")
    found = [each.answer["given"]["points"] for each in marked]

    assert found == [10, 20, 30, 10]


def test_it_is_the_day_marked_that_counts():
    """News of Sunday that come on Monday are Sunday's."""
    dated = attrs.evolve(CHECK_IN, mark=Mark(on=("ran",), day="event.on"), times=(Times(x="2", weekdays=(6,)),))
    found = Stage().ask(dated, "ran", at("04-06"), "ann", data={"on": "2026-04-05"})

    assert found.answer["given"] == {"points": 20}
