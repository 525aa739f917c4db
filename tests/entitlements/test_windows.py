"""
Windows that no calendar names: the last so long, so long since the first time, and every so long.
"""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from quanyi.entitlements.accounts import quota
from quanyi.entitlements.benefits import PointsUnit
from quanyi.entitlements.clauses import Fixed, Gift, Head, Limit, Undo
from quanyi.entitlements.errors import Refused
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.limits.limit import limit_need, room
from quanyi.entitlements.needs import Picture
from quanyi.entitlements.picture import View
from quanyi.entitlements.plays.reward import Reward
from quanyi.entitlements.plays.sale import Hold, Price, Sale
from quanyi.entitlements.records import Usage
from quanyi.entitlements.time import Duration, Span, Window, zone_of
from tests.entitlements.stage import Stage, moment

TEN = Window("last", Duration.parse("10m"))
HOUR = Window("since_first", Duration.parse("1h"))
UTC, SHANGHAI = zone_of("UTC"), zone_of("Asia/Shanghai")


def rule(window, count=3, give=1, **limit):
    at_most = Limit(**{"id": "l", "count": count, "window": window, **limit})
    return Reward(
        head=Head(campaign="c"),
        when=("watched",),
        give=(Gift(thing="points", how_much=Fixed(value=give)),),
        at_most=(at_most,),
        if_undone=(Undo(when=("deleted",), same=("video",)),),
        units={"points": PointsUnit(id="points")},
    )


def watch(stage, play, at, user="ann", **data):
    try:
        stage.ask(play, "watched", f"2026-03-01T{at}", user, data=data, source=data)
    except Refused as no:
        return no.next_at and f"{no.next_at:%H:%M:%S}"
    return "yes"


def delete(stage, play, at, video):
    stage.ask(play, "deleted", f"2026-03-01T{at}", "ann", data={"video": video}, source={"video": video})


# --- the last so long --------------------------------------------------------------------------


def test_a_use_counts_until_exactly_so_long_after_it():
    """Three in any ten minutes; the refused are told when the first of them is gone."""
    stage, play = Stage(), rule(TEN)
    times = ("10:00:00", "10:04:00", "10:09:00", "10:09:59", "10:10:00", "10:13:59", "10:14:00")
    found = [watch(stage, play, at) for at in times]

    assert found == ["yes", "yes", "yes", "10:10:00", "yes", "10:14:00", "yes"]


def test_a_larger_use_waits_until_enough_of_the_others_is_gone():
    """Of five points two and two are used; three more fit once the first two are gone, six never."""
    two, three = (rule(TEN, count=5, give=n, of="points") for n in (2, 3))
    stage = Stage()
    found = [watch(stage, two, "10:00:00"), watch(stage, two, "10:01:00"), watch(stage, three, "10:02:00")]

    assert found == ["yes", "yes", "10:10:00"]
    assert watch(stage, rule(TEN, count=5, give=6, of="points"), "10:03:00") is None


def test_what_is_given_back_leaves_room_at_once():
    """Undone inside the window it was used in; undone later it gives nothing more."""
    stage, play = Stage(), rule(TEN, count=2)
    watch(stage, play, "10:00:00", video="v1")
    watch(stage, play, "10:01:00", video="v2")
    delete(stage, play, "10:02:00", "v2")
    again = [watch(stage, play, at, video=f"w{at}") for at in ("10:03:00", "10:04:00")]
    delete(stage, play, "10:30:00", "v1")
    later = [watch(stage, play, at, video=f"x{at}") for at in ("10:31:00", "10:32:00", "10:33:00")]

    assert again == ["yes", "10:10:00"]
    assert later == ["yes", "yes", "10:41:00"]


def test_only_what_still_counts_is_kept():
    """However often and long somebody watches, the record holds the uses of the window."""
    stage, play = Stage(), rule(TEN, count=3)
    for minute in range(60):
        watch(stage, play, f"10:{minute:02}:00")
    (record,) = [record for record, _ in stage.records.values() if record.kind == Usage.kind]

    assert len(record.uses) <= 3
    assert record.due_at == record.uses[-1].at + timedelta(minutes=10)


def test_two_people_have_windows_of_their_own():
    stage, play = Stage(), rule(TEN, count=1)

    assert [watch(stage, play, "10:00:00", user) for user in ("ann", "bob", "ann")] == ["yes", "yes", "10:10:00"]


@example([0, 600, 600, 1199, 1200], 1)
@given(st.lists(st.integers(0, 3_000), min_size=1, max_size=60).map(sorted), st.integers(1, 4))
def test_no_stretch_of_a_rolling_window_holds_more_than_the_cap(seconds, cap):
    """Whatever comes when: no ten minutes hold more, and nobody is refused where there was room."""
    stage, play = Stage(), rule(TEN, count=cap)
    taken = []
    for second in seconds:
        inside = [at for at in taken if at + 600 > second]
        at = moment("2026-03-01T10:00") + timedelta(seconds=second)
        yes = watch(stage, play, f"{at:%H:%M:%S}") == "yes"
        assert yes == (len(inside) < cap)
        taken += [second] if yes else []


def test_a_hold_that_ends_gives_its_place_back_to_a_rolling_window():
    """Placed at ten for half an hour: unpaid, the piece of that day's limit is free again."""
    day = Window("last", Duration.parse("24h"))
    sale = Sale(
        head=Head(campaign="s"),
        sells={"mug": Price(money=500)},
        currency="CNY",
        quota={"mug": 5},
        at_most=(Limit(id="l", count=1, of="pieces", window=day),),
        hold=Hold(pay_within=Duration(seconds=1800)),
    )
    stage = Stage()
    stage.balances = {quota("s", "mug"): 5}
    data = {"item": "mug", "qty": 1, "order": ""}
    stage.ask(sale, "order.place", "2026-03-01T10:00", "ann", data=data)
    no = stage.refusal(sale, "order.place", "2026-03-01T10:29:59", "ann", data=data)
    stage.pass_time(sale, "2026-03-01T10:30")
    stage.ask(sale, "order.place", "2026-03-01T10:30", "ann", data=data)

    assert (no.reason, no.next_at) == ("limit-reached", moment("2026-03-02T10:00"))


# --- since the first time ----------------------------------------------------------------------


def test_an_hour_runs_from_the_first_use_and_the_next_one_opens_another():
    stage, play = Stage(), rule(HOUR, count=2)
    times = ("10:00:00", "10:59:59", "10:59:59", "11:20:00", "11:30:00", "11:40:00", "12:19:59", "12:20:00")
    found = [watch(stage, play, at) for at in times]

    assert found == ["yes", "yes", "11:00:00", "yes", "yes", "12:20:00", "12:20:00", "yes"]


def test_what_is_given_back_returns_to_the_window_it_came_from():
    """The window stays where it opened, though its first use is undone; a closed one takes nothing back."""
    stage, play = Stage(), rule(HOUR, count=1)
    watch(stage, play, "10:00:00", video="v1")
    delete(stage, play, "10:10:00", "v1")
    found = [watch(stage, play, "10:50:00", video="v2"), watch(stage, play, "11:00:00", video="v3")]
    delete(stage, play, "11:10:00", "v2")

    assert found == ["yes", "yes"]
    assert watch(stage, play, "11:20:00", video="v4") == "12:00:00"


# --- every so long -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("length", "at", "key", "ends"),
    [
        ("2 weeks", "2026-01-04T15:59:59", "2025-12-21T16:00", "2026-01-04T16:00"),  # before the first one
        ("2 weeks", "2026-01-04T16:00", "2026-01-04T16:00", "2026-01-18T16:00"),
        ("2 weeks", "2026-03-01T15:59:59", "2026-02-15T16:00", "2026-03-01T16:00"),
        ("36h", "2026-01-06T04:00", "2026-01-06T04:00", "2026-01-07T16:00"),
    ],
)
def test_periods_are_reckoned_from_their_start(length, at, key, ends):
    window = Window("every", Duration.parse(length), moment("2026-01-05T00:00+08:00"))

    assert window.key(moment(at), SHANGHAI) == moment(key).isoformat()
    assert window.ends(moment(at), SHANGHAI) == moment(ends)


def test_months_from_the_last_of_one_do_not_drift():
    """From 31 January: 28 February, 31 March, 30 April."""
    window, at, ends = Window("every", Duration.parse("1 month"), moment("2026-01-31")), moment("2026-01-31"), []
    for _ in range(4):
        at = window.ends(at, UTC)
        ends.append(f"{at:%m-%d}")

    assert ends == ["02-28", "03-31", "04-30", "05-31"]


# --- all of them -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("window", "most"),
    [(TEN, 3 * 6), (HOUR, 3), (Window("every", Duration.parse("25m"), moment("2026-03-01T00:00")), 3 * 3)],
)
def test_the_most_it_lets_through_in_a_run(window, most):
    """In an hour from ten: six times ten minutes, one hour, and parts of three times 25 minutes."""
    head = Head(campaign="c", runs=Span(start=moment("2026-03-01T10:00"), end=moment("2026-03-01T11:00")))

    assert [e.per_user for e in attrs.evolve(rule(window), head=head).exposure()] == [most]


def test_a_fresh_window_has_all_its_room():
    """Nothing is stored before something counts."""
    limit = rule(TEN).at_most[0]
    look = Input(type="look", key="k", at=moment("2026-03-01"), holder="h-ann")
    picture = Picture(needs=frozenset({limit_need(limit, look, "UTC")}))

    assert room(View(picture).draft(look.at), limit, look, "UTC") == 3
