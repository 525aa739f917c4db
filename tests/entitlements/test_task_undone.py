"""
Tasks undone: goals fall back by what counted, and what hung on them is taken back.
"""

from __future__ import annotations

import attrs
import pytest

from quanyi.entitlements.benefits import Benefit
from quanyi.entitlements.clauses import Gift, Limit, Undo
from tests.entitlements.errands import AT, LATER, ORDERS, pays, refunds
from tests.entitlements.stage import Stage, moment


def test_an_undone_event_takes_its_progress_and_what_hung_on_it():
    """Two orders finish it; refunding either takes both gifts, and the next order earns them anew."""
    stage = Stage()
    pays(stage, ORDERS, "o1")
    pays(stage, ORDERS, "o2")
    full = stage.points("ann")
    undone = refunds(stage, ORDERS, "o1")
    fallen = stage.points("ann")
    again = pays(stage, ORDERS, "o3")

    assert (full, fallen, stage.points("ann")) == (30, 0, 30)
    assert sorted(undone.given) == [("h-ann", "points", -20), ("h-ann", "points", -10)]
    assert again.answer["progress"] == {"buy": 2}


def test_an_undo_before_the_end_only_lets_the_goal_fall_back():
    """One order of two: nothing was given, nothing is taken."""
    stage = Stage()
    pays(stage, ORDERS, "o1")
    refunds(stage, ORDERS, "o1")
    after = [pays(stage, ORDERS, order).answer["progress"]["buy"] for order in ("o2", "o3")]

    assert (after, stage.points("ann")) == ([1, 2], 30)


def test_a_source_is_undone_once_and_an_early_undo_is_met_by_its_cause():
    """Twice refunded is once; a refund that comes first leaves a mark."""
    stage = Stage()
    pays(stage, ORDERS, "o1")
    refunds(stage, ORDERS, "o1")
    refunds(stage, ORDERS, "o2")
    nos = [
        stage.refusal(ORDERS, "refunded", LATER, "ann", data={"order": "o1"}, source={"order": "o1"}),
        stage.refusal(ORDERS, "paid", LATER, "ann", data={"order": "o2"}, source={"order": "o2"}),
    ]

    assert [no.reason for no in nos] == ["undone", "undone"]


def test_what_is_spent_stays_and_the_goal_pays_nothing_twice():
    """Five of the thirty points are gone: what does not come back whole counts as given."""
    stage = Stage()
    pays(stage, ORDERS, "o1")
    pays(stage, ORDERS, "o2")
    lots = [account for account in stage.balances if account.kind == "lot"]
    stage.balances[lots[0]] -= 15
    refunds(stage, ORDERS, "o1")
    fallen = stage.points("ann")
    pays(stage, ORDERS, "o3")
    again = stage.points("ann")
    refunds(stage, ORDERS, "o3")

    assert (fallen, again, stage.points("ann")) == (0, 0, 0)


def test_a_debt_takes_everything_back_so_that_it_can_be_earned_anew():
    """With `take: debt` the same ends at what the orders that stand are worth."""
    owing = attrs.evolve(ORDERS, if_undone=(Undo(when=("refunded",), same=("order",), take="debt"),))
    stage = Stage()
    pays(stage, owing, "o1")
    pays(stage, owing, "o2")
    lots = [account for account in stage.balances if account.kind == "lot"]
    stage.balances[lots[0]] -= 15
    refunds(stage, owing, "o1")
    fallen = stage.points("ann")
    pays(stage, owing, "o3")

    assert (fallen, stage.points("ann")) == (-15, 15)


def test_a_used_right_stays_and_a_fresh_one_is_withdrawn():
    """Of two gifts the used one stays given; the goal then gives neither again."""
    mug = (Gift(thing="mug", benefit=Benefit(id="mug")),)
    task = attrs.evolve(ORDERS, goals=(attrs.evolve(ORDERS.goals[0], give=mug),), all_done=mug)
    stage = Stage()
    pays(stage, task, "o1")
    pays(stage, task, "o2")
    key = next(key for key in stage.records if key.kind == "entitlement")
    record, version = stage.records[key]
    stage.records[key] = (attrs.evolve(record, uses=0, phase="used", used_at=moment(AT)), version)
    refunds(stage, task, "o2")
    held = stage.rights("ann")
    pays(stage, task, "o3")

    assert (held, stage.rights("ann")) == ([], ["mug"])


def test_an_undo_in_a_finished_round_leaves_the_next_one_alone():
    """Round one falls back by its own source; round two keeps what it has."""
    again = attrs.evolve(ORDERS, restart=True)
    stage = Stage()
    for order in ("o1", "o2", "o3"):
        pays(stage, again, order)
    refunds(stage, again, "o1")
    fallen = stage.points("ann")
    after = pays(stage, again, "o4").answer["progress"]

    assert (fallen, after, stage.points("ann")) == (0, {"buy": 2}, 30)


def test_a_place_comes_back_with_what_is_undone():
    """One completion a user: undone, it can be had again."""
    task = attrs.evolve(ORDERS, at_most=(Limit(id="one", count=1),))
    stage = Stage()
    for order in ("o1", "o2"):
        pays(stage, task, order)
    refunds(stage, task, "o2")
    pays(stage, task, "o3")

    assert stage.points("ann") == 30


# --- beyond the target -------------------------------------------------------------------------


@pytest.mark.parametrize("undone", ["o1", "o3", "o4"])
def test_what_counted_beyond_the_target_keeps_a_goal_full(undone):
    """Three orders are asked for and four came: one of them refunded, it is done still; two, and it is not."""
    task = attrs.evolve(ORDERS, goals=(attrs.evolve(ORDERS.goals[0], target=3),))
    stage = Stage()
    progress = [pays(stage, task, f"o{n}").answer["progress"]["buy"] for n in (1, 2, 3, 4)]
    refunds(stage, task, undone)
    still = stage.points("ann")
    refunds(stage, task, "o2")

    assert (progress, still, stage.points("ann")) == ([1, 2, 3, 3], 30, 0)


def test_a_sum_remembers_what_it_was_paid_beyond():
    """60 and 90 for a target of 100: of the 90 none counts in vain, and 40 of it came too much."""
    spend = attrs.evolve(ORDERS.goals[0], name="spend", target=100, how="sum", by="event.amount", unit="CNY")
    task = attrs.evolve(ORDERS, goals=(spend,))
    stage = Stage()
    for order, amount in (("o1", 60), ("o2", 90), ("o3", 10)):
        pays(stage, task, order, amount=amount)
    refunds(stage, task, "o1")
    again = pays(stage, task, "o4", amount=1)

    assert (stage.points("ann"), again.answer["progress"]) == (30, {"spend": 100})


def test_different_values_beyond_the_target_keep_a_goal_full():
    read = attrs.evolve(ORDERS.goals[0], how="distinct", by="event.book")
    task = attrs.evolve(ORDERS, goals=(read,))
    stage = Stage()
    for order, book in (("o1", "a"), ("o2", "b"), ("o3", "c")):
        pays(stage, task, order, book=book)
    refunds(stage, task, "o2")
    still = stage.points("ann")
    refunds(stage, task, "o3")

    assert (still, stage.points("ann")) == (30, 0)


def test_what_is_beyond_asks_for_no_place_and_takes_none():
    """The one completion is used up, and what comes after it is remembered all the same."""
    task = attrs.evolve(ORDERS, at_most=(Limit(id="one", count=1),))
    stage = Stage()
    for order in ("o1", "o2", "o3"):
        pays(stage, task, order)
    refunds(stage, task, "o1")

    assert stage.points("ann") == 30


def test_what_nobody_can_undo_is_not_counted_beyond():
    """An event without the source by which it is found is told that the goal is done, as ever."""
    stage = Stage()
    pays(stage, ORDERS, "o1")
    pays(stage, ORDERS, "o2")
    no = stage.refusal(ORDERS, "paid", AT, "ann", data={})

    assert no.reason == "task-done"
