"""
Tasks: how far each goal is, what finishing gives, what begins anew, and what an undo takes back.
"""

from __future__ import annotations

import attrs
import pytest

from quanyi.entitlements.accounts import stock
from quanyi.entitlements.benefits import Benefit
from quanyi.entitlements.checks.conditions import Test as Compare
from quanyi.entitlements.clauses import Gift, Head, Limit, Undo
from quanyi.entitlements.errors import InputError
from quanyi.entitlements.plays.base import Exposure
from quanyi.entitlements.plays.task import Goal, Task
from quanyi.entitlements.records import Trail
from quanyi.entitlements.time import Schedule, Span, Window
from tests.entitlements.errands import AT, ORDERS, POINTS, TWO, pays, points, signs_in
from tests.entitlements.stage import Stage, moment

# --- counting ----------------------------------------------------------------------------------


def test_one_event_feeds_every_goal_and_a_finished_one_is_not_paid_again():
    """Mavn's campaign of two conditions: 10 at once, 45 and 20 with the third."""
    stage = Stage()
    after = [(signs_in(stage, TWO).answer["progress"], stage.points("ann")) for _ in range(3)]
    no = stage.refusal(TWO, "sign_in", AT, "ann")

    assert after == [
        ({"once": 1, "thrice": 1}, 10),
        ({"once": 1, "thrice": 2}, 10),
        ({"once": 1, "thrice": 3}, 75),
    ]
    assert (no.reason, stage.points("ann")) == ("task-done", 75)


def test_a_task_begins_again_as_often_as_it_may():
    """Mavn's repeated campaign: two rounds of 10 and 20, the third event finds no place."""
    again = attrs.evolve(
        TWO,
        goals=TWO.goals[:1],
        restart=True,
        at_most=(Limit(id="twice", count=2),),
    )
    stage = Stage()
    after = [(signs_in(stage, again), stage.points("ann"))[1] for _ in range(2)]
    no = stage.refusal(again, "sign_in", AT, "ann")

    assert (after, no.reason, stage.points("ann")) == ([30, 60], "limit-reached", 60)


def test_each_window_begins_anew_without_any_job():
    """A task of the week: on Monday nothing is done yet."""
    weekly = attrs.evolve(TWO, goals=TWO.goals[:1], all_done=(), window=Window("week"))
    stage = Stage()
    signs_in(stage, weekly, "2026-03-08T23:00")
    no = stage.refusal(weekly, "sign_in", "2026-03-08T23:59", "ann")
    signs_in(stage, weekly, "2026-03-09T00:00")

    assert (no.reason, no.next_at) == ("task-done", moment("2026-03-09T00:00"))
    assert stage.points("ann") == 20


def test_progress_is_kept_apart_by_the_keys_of_the_task():
    """A task per book: pages of one do not count for the other."""
    book = Task(
        head=Head(campaign="book"),
        goals=(Goal(name="read", when=("read",), target=2, give=points(5)),),
        per=("user", "book"),
        units=POINTS,
    )
    stage = Stage()
    for title in ("a", "b", "a"):
        stage.ask(book, "read", AT, "ann", data={"book": title})

    assert stage.points("ann") == 5


@pytest.mark.parametrize(
    ("how", "values", "progress"),
    [
        ("sum", (60, 30, 50), [60, 90, 100]),  # what is beyond the target is cut
        ("reach", (60, 80, 120), [60, 80, 100]),
    ],
)
def test_a_goal_counts_an_attribute(how, values, progress):
    """Summed up, or its highest value; never beyond the target."""
    goal = Goal(name="spend", when=("paid",), target=100, how=how, by="event.amount", unit="CNY", give=points(5))
    task = Task(head=Head(campaign="spend"), goals=(goal,), units=POINTS)
    stage = Stage()
    found = [pays(stage, task, f"o{n}", amount=value).answer["progress"]["spend"] for n, value in enumerate(values)]

    assert (found, stage.points("ann")) == (progress, 5)


@pytest.mark.parametrize(
    ("how", "value", "reason"),
    [("sum", 0, "nothing-to-count"), ("reach", 60, "nothing-to-count"), ("sum", None, "amount-missing")],
)
def test_what_brings_a_goal_no_further_is_skipped(how, value, reason):
    """Nothing, less than was reached before, or no value at all."""
    goal = Goal(name="spend", when=("paid",), target=100, how=how, by="event.amount", unit="CNY")
    task = Task(head=Head(campaign="spend"), goals=(goal,))
    stage = Stage()
    pays(stage, task, "o0", amount=60)
    no = stage.refusal(task, "paid", AT, "ann", data={"amount": value})

    assert no.reason == reason


def test_events_that_fail_a_goals_condition_count_for_the_others():
    """Only if no goal takes it is the event skipped, with the first reason."""
    rich = Compare(path="event.amount", op="min", value=100)
    goals = (Goal(name="rich", when=("paid",), only_if=rich), Goal(name="any", when=("paid",), target=2))
    task = Task(head=Head(campaign="c"), goals=goals)
    stage = Stage()
    first = pays(stage, task, "o1", amount=5).answer["progress"]
    pays(stage, task, "o2", amount=5)
    no = stage.refusal(task, "paid", AT, "ann", data={"amount": 5})

    assert (first, no.reason) == ({"rich": 0, "any": 1}, "amount-min")


def test_a_lowered_target_is_met_by_the_next_event_and_a_raised_one_pays_nothing_twice():
    """Progress and what was given stand on their own, whatever the newest version asks for."""
    stage = Stage()
    two, one, three = (attrs.evolve(ORDERS, goals=(attrs.evolve(ORDERS.goals[0], target=n),)) for n in (2, 1, 3))
    pays(stage, two, "o1")
    pays(stage, one, "o2")
    lowered = stage.points("ann")
    for order in ("o3", "o4"):
        pays(stage, three, order)

    assert (lowered, stage.points("ann")) == (30, 30)


def test_another_goal_of_a_newer_version_that_goes_away_again_does_not_block_the_end():
    """All goals full, and nothing given for all of them yet: the next event gives it."""
    extra = attrs.evolve(ORDERS, goals=(*ORDERS.goals, Goal(name="share", when=("shared",))))
    stage = Stage()
    pays(stage, extra, "o1")
    pays(stage, extra, "o2")
    before = stage.points("ann")
    pays(stage, ORDERS, "o3")

    assert (before, stage.points("ann")) == (10, 30)


def test_the_world_is_told_of_goals_and_tasks():
    """For messages, and for campaigns that listen."""
    stage = Stage()
    for _ in range(3):
        signs_in(stage, TWO)

    assert [emit.data["goal"] for emit in stage.events("goal.done")] == ["once", "thrice"]
    assert [emit.data["round"] for emit in stage.events("task.done")] == [1]


def test_an_input_that_it_does_not_hear_is_no_refusal():
    """The engine never asks that; a host's own caller might."""
    with pytest.raises(InputError, match="does not answer"):
        Stage().ask(TWO, "paid", AT, "ann")


def test_what_it_hears():
    """Every cause of every goal, by its equalities, and what undoes."""
    goals = (Goal(name="a", when=("x",), wheres={"event.sku": "s"}), Goal(name="b", when=("x", "y")))
    task = attrs.evolve(ORDERS, goals=goals)

    assert [(t.type, dict(t.where)) for t in task.listens()] == [
        ("x", {"event.sku": "s"}),
        ("x", {}),
        ("y", {}),
        ("refunded", {}),
    ]


# --- limits ------------------------------------------------------------------------------------


def test_nothing_is_counted_where_the_gift_cannot_be_given():
    """All or nothing: with the stock gone the last step stays open, and is taken later."""
    mug = (Gift(thing="mug", benefit=Benefit(id="mug", stock=1)),)
    task = attrs.evolve(ORDERS, goals=(attrs.evolve(ORDERS.goals[0], give=mug),))
    stage = Stage(balances={stock("mug"): 0})
    pays(stage, task, "o1")
    no = stage.refusal(task, "paid", AT, "ann", data={"order": "o2"}, source={"order": "o2"})
    stage.balances[stock("mug")] = 1
    pays(stage, task, "o3")

    assert (no.reason, stage.rights("ann"), stage.points("ann")) == ("out-of-stock", ["mug"], 20)


def test_a_limit_on_an_amount_counts_what_goals_and_end_give():
    """At most 25 points a user: the end's 20 do not fit behind the goal's 10."""
    task = attrs.evolve(ORDERS, at_most=(Limit(id="some", count=25, of="points"),))
    stage = Stage()
    pays(stage, task, "o1")
    no = stage.refusal(task, "paid", AT, "ann", data={"order": "o2"}, source={"order": "o2"})

    assert (no.reason, stage.points("ann")) == ("limit-reached", 0)


CHECKS = ("phase", "for", "undone", "goals", "at_most", "stock", "budget")
ANSWERS = {
    "phase": "ended",
    "for": "level-is",
    "undone": "undone",
    "goals": "amount-min",
    "at_most": "each",
    "stock": "out-of-stock",
    "budget": "budget-exhausted",
}


def checked(failing, checks):
    rich = Compare(path="event.amount", op="min", value=100)
    return Task(
        head=Head(
            campaign="c",
            runs=Span(end=moment("2026-02-01T00:00")) if "phase" in failing else Span(),
            open=(Schedule.parse("daily 00:00-24:00"),),
            audience=Compare(path="user.level", op="is", value="gold") if "for" in failing else None,
        ),
        goals=(Goal(name="buy", when=("paid",), only_if=rich if "goals" in failing else None),),
        all_done=(Gift(thing="mug", benefit=Benefit(id="mug", stock=5)),),
        at_most=(Limit(id="each", count=0 if "at_most" in failing else 9, reason="each"),),
        budget=(Limit(id="mugs", count=0 if "budget" in failing else 9, of="mug", per=("campaign",)),),
        if_undone=(Undo(when=("refunded",), same=("order",)),),
        checks=checks,
    )


def checked_stage(failing):
    stage = Stage(balances={stock("mug"): 0 if "stock" in failing else 5})
    if "undone" in failing:
        trail = Trail(source=("order", "o1"), undone_by=("c/refunded/k",))
        stage.records[trail.key] = (trail, 1)
    return stage


@pytest.mark.parametrize("checks", [CHECKS, CHECKS[3:] + CHECKS[:3], CHECKS[4:] + CHECKS[:4]])
@pytest.mark.parametrize("first", range(len(CHECKS)))
def test_a_task_is_skipped_by_the_first_check_that_fails(checks, first):
    """Stock and budget can only fail where something would be given: not behind a goal that fails."""
    failing = [name for name in checks[first:] if name != "goals" or checks[first] == "goals"]
    more = {"data": {"order": "o1", "amount": 1}, "source": {"order": "o1"}}
    no = checked_stage(failing).refusal(checked(failing, checks), "paid", AT, "ann", **more)

    assert no.reason == ANSWERS[checks[first]]
    assert no.clause.split("/")[0] == checks[first]


# --- what it costs -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "each", "total"),
    [
        ({}, 75, None),
        ({"restart": True}, None, None),
        ({"restart": True, "at_most": (Limit(id="l", count=3),)}, 225, None),
        ({"budget": (Limit(id="b", count=1000, of="points", per=("campaign",)),)}, 75, 1000),
        ({"window": Window("day")}, None, None),
        ({"per": ("book",)}, None, None),
    ],
)
def test_the_most_it_costs(changes, each, total):
    """Once for each window or completion; another round without a limit has no bound."""
    (found,) = attrs.evolve(TWO, **changes).exposure()

    assert attrs.evolve(found, windows=()) == Exposure(unit="points", per_user=each, total=total)
