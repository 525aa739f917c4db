"""
Streaks: days in a row and in total, milestones once a row, weeks, member-local days.
"""

from __future__ import annotations

import attrs
import pytest

from quanyi.entitlements.checks.conditions import Test as Compare
from quanyi.entitlements.clauses import Head, Limit
from quanyi.entitlements.plays.base import Exposure
from quanyi.entitlements.plays.streak import Mark, Milestone, Streak, Times
from quanyi.entitlements.plays.streak.records import Marks
from quanyi.entitlements.time import Duration, Span, Window
from tests.entitlements.checkins import (
    CHECK_IN,
    COFFEE,
    UNITS,
    ZONE,
    at,
    day,
    marks_on,
    some,
)
from tests.entitlements.stage import Stage, moment

# --- marks -------------------------------------------------------------------------------------


def test_every_day_gives_and_the_third_in_a_row_gives_more():
    """10, 20, then 30 more; a gap begins a new row, which is paid for again."""
    stage = Stage()
    marks_on(stage, CHECK_IN, "04-01", "04-02")
    before = stage.points("ann")
    third = marks_on(stage, CHECK_IN, "04-03")[0]
    marks_on(stage, CHECK_IN, "04-05", "04-06", "04-07")

    assert (before, third.answer["row"], stage.points("ann")) == (20, 3, 120)


def test_a_second_mark_of_a_day_is_refused_with_the_way_on():
    """The next day begins at midnight in the campaign's zone."""
    stage = Stage()
    marks_on(stage, CHECK_IN, "04-01")
    no = stage.refusal(CHECK_IN, "check_in", at("04-01", "23:59"), "ann")

    assert (no.reason, no.next_at) == ("already-marked", moment("2026-04-02T00:00+08:00"))
    assert no.message("zh") == "2026年4月1日已打卡，2026年4月2日 00:00 起可以再来。"


def test_or_it_is_answered_like_the_first_and_gives_nothing():
    """`again: same`."""
    gentle = attrs.evolve(CHECK_IN, mark=Mark(on=("check_in",), again="same"))
    stage = Stage()
    first, second = marks_on(stage, gentle, "04-01", "04-01")

    assert (second.answer["row"], second.answer["given"], second.lines) == (first.answer["row"], {}, ())
    assert stage.points("ann") == 10


def test_weeks_are_marked_by_their_mondays():
    """Once a week, three weeks in a row."""
    weekly = attrs.evolve(CHECK_IN, mark=Mark(on=("check_in",), one_per="week"), makeup=None)
    stage = Stage()
    marks_on(stage, weekly, "04-01", "04-06")
    no = stage.refusal(weekly, "check_in", at("04-12"), "ann")
    third = marks_on(stage, weekly, "04-19")[0]

    assert (no.reason, no.next_at) == ("already-marked", moment("2026-04-13T00:00+08:00"))
    assert (third.answer["row"], stage.points("ann")) == (3, 60)
    assert stage.record(Marks, "check-in", "h-ann").days == {day("03-30"), day("04-06"), day("04-13")}


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 1, 2), (2, 3, 1), (3, 2, 1)])
def test_events_that_say_their_day_may_come_in_any_order(order):
    """Late and early news give the same row, the same milestone, the same points."""
    dated = attrs.evolve(CHECK_IN, mark=Mark(on=("ran",), day="event.on"), makeup=None)
    stage = Stage()
    for n in order:
        stage.ask(dated, "ran", at("04-05"), "ann", data={"on": f"2026-04-0{n}"})

    assert stage.points("ann") == 60
    assert stage.record(Marks, "check-in", "h-ann").months == {"2026-04": (1, 2, 3)}


def test_an_event_may_say_its_instant():
    """Half past eleven in the evening in UTC is the next day in Shanghai."""
    dated = attrs.evolve(CHECK_IN, mark=Mark(on=("ran",), day="event.ended"), makeup=None)
    stage = Stage()
    found = stage.ask(dated, "ran", at("04-05"), "ann", data={"ended": "2026-04-02T23:30:00+00:00"})

    assert found.answer["day"] == "2026-04-03"


@pytest.mark.parametrize(
    ("data", "reason"),
    [({"on": "2026-04-06"}, "day-to-come"), ({}, "day-missing"), ({"on": "2026-03-01"}, "day-before-start")],
)
def test_days_that_cannot_be_marked(data, reason):
    """Tomorrow, no day at all, and one before the campaign began."""
    head = Head(campaign="check-in", zone=ZONE, runs=Span(start=moment("2026-04-01T00:00")))
    dated = attrs.evolve(CHECK_IN, head=head, mark=Mark(on=("ran",), day="event.on"), makeup=None)
    no = Stage().refusal(dated, "ran", at("04-05"), "ann", data=data)

    assert no.reason == reason


@pytest.mark.parametrize(
    ("on", "reason"),
    [
        ("2026-04-02", None),  # the fifth is the last date on which it may come
        ("2026-04-01", "day-too-old"),
        ("1970-01-01", "day-too-old"),
        ("0001-01-01", "day-too-old"),
        ("0001-01-01T00:00:00+00:00", "day-too-old"),
        ("9999-12-31T23:59:59+00:00", "day-missing"),  # it has no date in Shanghai
        ("9999-12-31", "day-to-come"),
    ],
)
@pytest.mark.parametrize("one_per", ["day", "week"])
def test_news_of_days_long_ago_is_refused(on, reason, one_per):
    """Up to three days late, to the end of the local day."""
    mark = Mark(on=("ran",), day="event.on", not_older=Duration.parse("3 days"), one_per=one_per)
    dated, stage = attrs.evolve(CHECK_IN, mark=mark, makeup=None), Stage()
    if one_per == "week" and on in ("2026-04-01", "2026-04-02"):
        reason = None  # the week is over on the fifth
    if reason is None:
        stage.ask(dated, "ran", at("04-05", "23:59"), "ann", data={"on": on})
        assert stage.points("ann") == 10
        return

    assert stage.refusal(dated, "ran", at("04-05", "23:59"), "ann", data={"on": on}).reason == reason


@pytest.mark.parametrize("on", ["0001-01-01", "1970-01-01", "9999-12-31"])
def test_a_campaign_that_was_kept_without_a_bound_has_none_but_the_calendars(on):
    """It takes news of some years ago as it did, and still nothing that no calendar can reckon with."""
    dated = attrs.evolve(CHECK_IN, mark=Mark(on=("ran",), day="event.on"), makeup=None)
    stage = Stage()
    stage.ask(dated, "ran", at("04-05"), "ann", data={"on": "2019-04-01"})

    assert stage.refusal(dated, "ran", at("04-05"), "ann", data={"on": on}).reason in ("day-too-old", "day-to-come")


@pytest.mark.parametrize("date", ["0001-01-01", "1970-01-01"])
def test_a_day_of_the_year_one_is_not_made_up(date):
    no = Stage().refusal(CHECK_IN, "make_up", at("04-05"), "ann", data={"date": date, "pay": "card"})

    assert no.reason == "too-late-to-make-up"


# --- milestones --------------------------------------------------------------------------------

CRMEB = Streak(
    head=Head(campaign="weekly", zone=ZONE),
    mark=Mark(on=("check_in",)),
    give=some("points", 5),
    milestones=(
        Milestone(counts="row", days=3, give=some("points", 20)),
        Milestone(counts="row", days=7, give=some("points", 70)),
        Milestone(counts="total", days=5, give=some("points", 50), once="period"),
        Milestone(counts="total", days=7, give=some("points", 30), once="period"),
    ),
    resets=Window("week"),
    specials="replace",
    times=(Times(x="2", only_if=Compare(path="user.svip", op="is", value=True)),),
    units=UNITS,
)


@pytest.mark.parametrize(
    ("member", "days", "totals"),
    [
        (False, "08 09 10 11 13 14 15 16", [5, 10, 15, 35, 40, 90, 110, 115]),
        (True, "09 10 11 12 13", [10, 20, 60, 70, 170]),
    ],
)
def test_specials_replace_the_day_and_members_get_twice(member, days, totals):
    """CRMEB: weeks begin anew on Monday; the row does, the total does; both specials of one day add up."""
    stage = Stage()
    found = []
    for text in days.split():
        stage.ask(CRMEB, "check_in", at(f"03-{text}"), "ann", facts={"svip": member})
        found.append(stage.points("ann"))

    assert found == totals


@pytest.mark.parametrize(
    ("once", "points"),
    [("row", 3), ("period", 2), ("ever", 1)],
)
def test_a_milestone_is_paid_once_a_row_a_period_or_ever(once, points):
    """Two rows in April, one in May; the second day of each pays."""
    play = attrs.evolve(
        CHECK_IN,
        give=(),
        milestones=(Milestone(counts="row", days=2, give=some("points", 1), once=once),),
        resets=Window("month"),
    )
    stage = Stage()
    marks_on(stage, play, "04-01", "04-02", "04-05", "04-06", "05-01", "05-02")

    assert stage.points("ann") == points


@pytest.mark.parametrize(("x", "points"), [("1.5", 7), ("2", 10), ("0.5", 2)])
def test_multiplied_points_are_rounded_down(x, points):
    """Five times one and a half is seven."""
    stage = Stage()
    marks_on(stage, attrs.evolve(CRMEB, times=(Times(x=x),)), "03-09")

    assert stage.points("ann") == points


def test_benefits_are_not_multiplied():
    """Two coffees were not meant."""
    stage = Stage()
    marks_on(stage, attrs.evolve(CRMEB, give=COFFEE, times=(Times(x="2"),)), "03-09")

    assert stage.rights("ann") == ["coffee"]


# --- whose day it is ---------------------------------------------------------------------------


def local(stage, text, zone):
    play = attrs.evolve(CHECK_IN, member_zone="zone", makeup=None)
    facts = {} if zone is None else {"zone": zone}
    try:
        return stage.ask(play, "check_in", text, "ann", facts=facts).answer["day"]
    except Exception as no:
        return getattr(no, "reason", repr(no))


@pytest.mark.parametrize(
    ("zone", "found"),
    [
        ("America/New_York", "2026-04-09"),
        ("Asia/Tokyo", "2026-04-10"),
        ("Nowhere/None", "2026-04-10"),
        (None, "2026-04-10"),
    ],
)
def test_days_are_the_members_own(zone, found):
    """One in the morning in Shanghai is still yesterday in New York; an unknown zone is the campaign's."""
    assert local(Stage(), "2026-04-10T01:00+08:00", zone) == found


def test_moving_gives_no_day_twice_and_none_ahead_of_time():
    """A new zone takes over when both agree on the date."""
    stage = Stage()
    found = [
        local(stage, "2026-04-09T20:00-04:00", "America/New_York"),
        local(stage, "2026-04-10T08:01+08:00", "Asia/Shanghai"),  # a minute later; still the 9th in New York
        local(stage, "2026-04-10T13:00+08:00", "Asia/Shanghai"),  # 01:00 of the 10th there, too: Shanghai from now on
        local(stage, "2026-04-11T00:00+08:00", "Asia/Shanghai"),
        local(stage, "2026-04-10T12:30-04:00", "America/New_York"),  # half an hour later
    ]

    assert found == ["2026-04-09", "already-marked", "2026-04-10", "2026-04-11", "already-marked"]


# --- what it costs -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "each"),
    [
        ({}, None),  # for ever
        ({"give": ()}, None),
        ({"give": (), "milestones": (Milestone(counts="total", days=3, give=some("points", 30), once="ever"),)}, 30),
    ],
)
def test_a_streak_without_an_end_costs_without_bound(changes, each):
    """Unless it is paid once in all."""
    found = {part.unit: part for part in attrs.evolve(CHECK_IN, **changes).exposure()}

    assert found["points"].per_user == each


def test_the_most_that_ten_days_cost():
    """10 a day, and three rows of three days fit into ten."""
    head = attrs.evolve(
        CHECK_IN.head, runs=Span(start=moment("2026-04-01T00:00+08:00"), end=moment("2026-04-11T00:00+08:00"))
    )
    found = attrs.evolve(CHECK_IN, head=head).exposure()

    assert found == (Exposure(unit="points", per_user=10 * 10 + 3 * 30), Exposure(unit="coffee", per_user=1))


def test_a_budget_may_clip_what_a_day_gives():
    """Of fifteen points in all, the second day gives what is left."""
    play = attrs.evolve(CHECK_IN, budget=(Limit(id="all", count=15, of="points", per=("campaign",), over="clip"),))
    stage = Stage()
    marks_on(stage, play, "04-01", "04-02")
    no = stage.refusal(play, "check_in", at("04-03"), "ann")

    assert (stage.points("ann"), no.reason) == (15, "budget-exhausted")
