"""
Tasks and streaks under many hands: whoever comes at once, each goal is finished once and each day marked once.
"""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from quanyi.adapters.clock import FixedClock
from quanyi.adapters.memory import MemoryStore
from quanyi.adapters.wiring import wire
from quanyi.campaigns.project.load import load_project
from quanyi.entitlements.errors import Refused
from tests.engine.conftest import NOON, sql_store

PROJECT = load_project(Path(__file__).parents[1] / "malls" / "following")
HANDS = 6


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def malls(request):
    """Two malls on one store, as two processes would be."""
    memory = request.param == "memory"
    store = MemoryStore() if memory else sql_store(request.getfixturevalue(f"{request.param}_engine"))
    clock = FixedClock(NOON)
    two = [wire(PROJECT, store, clock=clock) for _ in range(2)]
    two[0].desk.apply()
    return two


def at_once(malls, work, count):
    """Do *work* so often, half on each mall, as far as threads can do things at once."""
    with ThreadPoolExecutor(HANDS) as hands:
        futures = [hands.submit(work, malls[n % 2], n) for n in range(count)]
    return [future.result() for future in futures]


def points(malls, user="ann"):
    return malls[0].wallet(user).units["points"].balance


def pay(mall, n):
    receipt = mall.report("order.paid", user="ann", key=f"pay/{n}", data={"order": f"o{n}"})
    return {decision.campaign: decision.reason or decision.outcome for decision in receipt.decisions}


def test_goals_are_finished_once_whoever_comes_at_once(malls):
    """Ten orders: the task asks for three and remembers all, four count for the two rounds; each gift is given once."""
    found = at_once(malls, pay, 10)

    assert Counter(each["three-orders"] for each in found) == {"granted": 10}
    assert Counter(each["rounds-of-two"] for each in found) == {"granted": 4, "limit-reached": 6}
    assert points(malls) == 110 + 2 * 1000
    assert {task.campaign: (task.state, task.rounds) for task in malls[1].tasks("ann")} == {
        "buy-and-share": ("open", 0),
        "three-orders": ("done", 1),
        "rounds-of-two": ("done", 2),
    }


def test_refunds_and_orders_at_once_end_where_the_books_do(malls):
    """Three are paid, then two refunded while five more come: the task is full again, and paid once."""
    for n in range(3):
        pay(malls[0], n)

    def both(mall, n):
        if n < 2:
            return mall.report("order.refunded", user="ann", key=f"back/{n}", data={"order": f"o{n}"})
        return pay(mall, n + 10)

    at_once(malls, both, 7)
    task = malls[0].task("three-orders", "ann")

    assert (task.state, task.goals[0].done) == ("done", 3)
    assert points(malls) == 110 + 2 * 1000


def test_the_last_two_goals_at_once_finish_the_task(malls):
    """Twelve people each do both at the same moment; nobody is left with everything done and nothing given."""

    def either(mall, n):
        user = f"u{n // 2}"
        if n % 2:
            return mall.report("order.shared", user=user, key=f"share/{n}")
        return mall.report("order.paid", user=user, key=f"buy/{n}", data={"order": f"o{n}"})

    at_once(malls, either, 24)
    cards = [malls[0].wallet(f"u{n}").units["card"].balance for n in range(12)]

    assert cards == [1] * 12


def test_a_day_is_marked_once_whoever_comes_at_once(malls):
    """Of six check-ins one is taken; of two days to mend the limit lets one through."""

    def check_in(mall, n):
        try:
            return mall.report("check_in", user="ann", key=f"in/{n}").answer["row"]
        except Refused as no:
            return no.reason

    def mend(mall, n):
        day = (NOON - timedelta(days=n + 1)).date().isoformat()
        try:
            return mall.report("check_in.makeup", user="ann", key=f"mend/{n}", data={"date": day}).answer["total"]
        except Refused as no:
            return no.reason

    malls[0].desk.adjust("ann", "card", 5, key="cards", reason="given")
    marked, mended = at_once(malls, check_in, 6), at_once(malls, mend, 2)

    assert Counter(marked) == {1: 1, "already-marked": 5}
    assert Counter(mended) == {2: 1, "limit-reached": 1}
    assert (points(malls), malls[1].streak("daily", "ann").total) == (5, 2)
    assert malls[0].wallet("ann").units["card"].balance == 4
