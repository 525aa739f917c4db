"""
Windows that follow what happens, under many hands: no cap is passed, and each window opens once.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from quanyi.adapters.clock import FixedClock
from quanyi.adapters.memory import MemoryStore
from quanyi.adapters.wiring import wire
from quanyi.campaigns.project.load import load_project
from tests.engine.conftest import NOON, sql_store
from tests.engine.test_following_at_once import at_once

PROJECT = load_project(Path(__file__).parents[1] / "malls" / "errands")
PEOPLE = 8


@pytest.fixture(params=["memory", "sqlite", "postgres", "mariadb"])
def malls(request):
    """Two malls on one store, as two processes would be."""
    memory = request.param == "memory"
    store = MemoryStore() if memory else sql_store(request.getfixturevalue(f"{request.param}_engine"))
    two = [wire(PROJECT, store, clock=FixedClock(NOON)) for _ in range(2)]
    two[0].desk.apply()
    return two


def test_ten_at_once_use_a_rolling_limit_of_three(malls):
    """Whoever comes first: three get through, seven are told to wait."""

    def watch(mall, n):
        receipt = mall.report("video.watched", user="ann", key=f"v/{n}", data={"video": f"v{n}", "seconds": 1})
        return next(d.reason or d.outcome for d in receipt.decisions if d.campaign == "calm-videos")

    assert Counter(at_once(malls, watch, 10)) == {"granted": 3, "slow-down": 7}


def test_the_first_two_events_at_once_open_one_window(malls):
    """Eight people read and share at the same moment: both count in one and the same seven days."""

    def either(mall, n):
        user = f"u{n // 2}"
        if n % 2:
            return mall.report("book.shared", user=user, key=f"s/{n}", data={"book": "b", "channel": "app"})
        return mall.report("chapter.read", user=user, key=f"r/{n}", data={"book": "b", "chapter": "c"})

    at_once(malls, either, 2 * PEOPLE)
    far = [{goal.name: goal.done for goal in malls[0].task("seven-days", f"u{n}").goals} for n in range(PEOPLE)]

    assert far == [{"read": 1, "share": 1, "claim": 0}] * PEOPLE
