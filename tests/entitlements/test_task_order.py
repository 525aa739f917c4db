"""
Tasks by different values, in order, and with a deadline of one's own.
"""

from __future__ import annotations

import attrs
import pytest

from quanyi.entitlements.clauses import Head, Undo
from quanyi.entitlements.plays.task import Goal, Task
from quanyi.entitlements.plays.task.attempt import DOER
from quanyi.entitlements.time import Duration, Window
from tests.entitlements.errands import POINTS, points
from tests.entitlements.stage import Stage, moment

SHOPS = Task(
    head=Head(campaign="shops"),
    goals=(Goal(name="shops", when=("paid",), target=2, how="distinct", by="event.shop", give=points(10)),),
    all_done=points(20),
    if_undone=(Undo(when=("refunded",), same=("order",)),),
    units=POINTS,
)
STAGES = Task(
    head=Head(campaign="stages"),
    goals=(
        Goal(name="read", when=("read",), target=2),
        Goal(name="share", when=("share", "read"), after=("read",)),
        Goal(name="claim", when=("claim",), after=("read", "share"), give=points(5)),
    ),
    units=POINTS,
)
WEEK = attrs.evolve(
    STAGES,
    goals=(attrs.evolve(STAGES.goals[0], give=points(1)),),
    all_done=points(10),
    window=Window("since_first", Duration.parse("7d")),
)


def pays(stage, order, shop, task=SHOPS, at="2026-03-01T10:00"):
    return stage.ask(task, "paid", at, "ann", data={"order": order, "shop": shop}, source={"order": order})


def refunds(stage, order, task=SHOPS):
    return stage.ask(task, "refunded", "2026-03-02", "ann", data={"order": order}, source={"order": order})


def refused(stage, shop, task=SHOPS):
    data = {"order": "x", **({} if shop is None else {"shop": shop})}
    return stage.refusal(task, "paid", "2026-03-01T10:00", "ann", data=data).reason


# --- different values --------------------------------------------------------------------------


def test_a_value_counts_once():
    """Two orders in one shop are one shop; without a shop there is nothing to tell apart."""
    stage = Stage()
    first = pays(stage, "o1", "a").answer["progress"]
    nos = [refused(stage, "a"), refused(stage, None), refused(stage, "")]
    second = pays(stage, "o2", "b").answer["progress"]

    assert (first, second, stage.points("ann")) == ({"shops": 1}, {"shops": 2}, 30)
    assert nos == ["counted-already", "amount-missing", "amount-missing"]


def test_a_value_counts_again_once_what_brought_it_is_undone():
    """Shop a goes with its order; shop b stays, and only a new shop, or a again, finishes it anew."""
    stage = Stage()
    pays(stage, "o1", "a")
    pays(stage, "o2", "b")
    refunds(stage, "o1")
    fallen, no = stage.points("ann"), refused(stage, "b")
    again = pays(stage, "o3", "a").answer["progress"]

    assert (fallen, no, again, stage.points("ann")) == (0, "counted-already", {"shops": 2}, 30)


def test_another_round_knows_no_value():
    again = attrs.evolve(SHOPS, restart=True)
    stage = Stage()
    for n, shop in enumerate("abab"):
        pays(stage, f"o{n}", shop, again)

    assert stage.points("ann") == 60


def test_each_goal_tells_its_own_values_apart():
    """One attribute in two goals, and two attributes in one task."""
    both = attrs.evolve(SHOPS, goals=(*SHOPS.goals, attrs.evolve(SHOPS.goals[0], name="more", target=3)))
    stage = Stage()
    found = [pays(stage, f"o{n}", shop, both).answer["progress"] for n, shop in enumerate("abc")]

    assert found == [{"shops": 1, "more": 1}, {"shops": 2, "more": 2}, {"shops": 2, "more": 3}]


# --- in order ----------------------------------------------------------------------------------


def does(stage, *types):
    found = []
    for type_ in types:
        try:
            found.append(stage.ask(STAGES, type_, "2026-03-01T10:00", "ann").answer["progress"])
        except Exception as no:
            found.append(getattr(no, "reason", no))
    return found


def test_nothing_counts_before_its_turn():
    """Sharing and claiming wait for two chapters; the second chapter does not count as a share at once."""
    stage = Stage()
    found = does(stage, "share", "claim", "read", "share", "read", "claim", "read", "claim", "claim")

    assert found == [
        "not-yet",
        "not-yet",
        {"read": 1, "share": 0, "claim": 0},
        "not-yet",
        {"read": 2, "share": 0, "claim": 0},
        "not-yet",
        {"read": 2, "share": 1, "claim": 0},
        {"read": 2, "share": 1, "claim": 1},
        "task-done",
    ]
    assert stage.points("ann") == 5


def test_the_refused_are_told_what_comes_first():
    no = Stage().refusal(STAGES, "claim", "2026-03-01T10:00", "ann")

    assert no.shows == {"goal": "claim", "after": "read"}


# --- a deadline of one's own -------------------------------------------------------------------


def reads(stage, at):
    return stage.ask(WEEK, "read", at, "ann").answer["progress"]["read"]


def test_a_deadline_runs_from_the_first_event():
    """Seven days to the instant; what comes then is the first of another seven."""
    stage = Stage()
    found = [reads(stage, at) for at in ("2026-03-01T10:00", "2026-03-08T10:00", "2026-03-15T09:59:59")]
    no = stage.refusal(WEEK, "read", "2026-03-15T09:59:59", "ann")

    assert (found, stage.points("ann")) == ([1, 1, 2], 11)
    assert (no.reason, no.next_at) == ("task-done", moment("2026-03-15T10:00"))
    assert reads(stage, "2026-03-15T10:00") == 1


def test_what_does_not_count_opens_no_window():
    """A condition that fails leaves the days for later."""
    waiting = attrs.evolve(WEEK, goals=(*WEEK.goals, attrs.evolve(STAGES.goals[1], when=("share",))))
    stage = Stage()
    stage.refusal(waiting, "share", "2026-03-01T10:00", "ann")
    stage.ask(waiting, "read", "2026-03-05T10:00", "ann")
    found = stage.ask(waiting, "read", "2026-03-12T09:59:59", "ann").answer["progress"]

    assert found == {"read": 2, "share": 0}


def test_rounds_begin_again_inside_the_window():
    again = attrs.evolve(WEEK, restart=True)
    stage = Stage()
    for day in (1, 2, 3, 4, 5):
        stage.ask(again, "read", f"2026-03-0{day}T10:00", "ann")

    assert stage.points("ann") == 22


@pytest.mark.parametrize(("undone_at", "left"), [("2026-03-03", 1), ("2026-03-20", 0)])
def test_an_undo_falls_back_in_the_window_it_counted_in(undone_at, left):
    """Inside, the goal falls back; once that window is over, another one is left alone."""
    task = attrs.evolve(
        WEEK,
        goals=(attrs.evolve(WEEK.goals[0], target=3),),
        if_undone=(Undo(when=("deleted",), same=("chapter",)),),
    )
    stage = Stage()
    for n, at in enumerate(("2026-03-01T10:00", "2026-03-02T10:00")):
        stage.ask(task, "read", at, "ann", data={"chapter": f"c{n}"}, source={"chapter": f"c{n}"})
    stage.ask(task, "deleted", undone_at, "ann", data={"chapter": "c0"}, source={"chapter": "c0"})
    after = stage.ask(task, "read", f"{undone_at}T11:00", "ann", data={"chapter": "x"}, source={"chapter": "x"})

    assert after.answer["progress"] == {"read": left + 1}


# --- for somebody else -------------------------------------------------------------------------

FRIENDS = Task(
    head=Head(campaign="friends"),
    goals=(Goal(name="clicks", when=("click",), target=2, how="distinct", by=DOER),),
    all_done=points(40),
    who={"click": "sharer"},
    units=POINTS,
)


def clicks(stage, user, sharer="h-ann"):
    return stage.ask(FRIENDS, "click", "2026-03-01T10:00", user, holders={"sharer": sharer})


def test_an_event_counts_for_whom_it_names():
    """Two friends of ann's: she is paid, they are not; her own click and a second one of the same do not count."""
    stage = Stage()
    first = clicks(stage, "bob").answer["progress"]
    nos = [
        stage.refusal(FRIENDS, "click", "2026-03-01T10:00", user, holders={"sharer": "h-ann"}).reason
        for user in ("bob", "ann")
    ]
    done = clicks(stage, "cat")

    assert (first, nos, done.answer["progress"]) == ({"clicks": 1}, ["counted-already", "own-event"], {"clicks": 2})
    assert (stage.points("ann"), stage.points("bob"), stage.points("cat")) == (40, 0, 0)


def test_one_that_names_nobody_is_skipped():
    no = Stage().refusal(FRIENDS, "click", "2026-03-01T10:00", "bob")

    assert (no.reason, no.shows) == ("no-receiver", {"to": "sharer"})
