"""
Marks and their undoing under many hands: whichever comes first, what stands is what the days left earn.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from quanyi.adapters.clock import FixedClock
from quanyi.adapters.memory import MemoryStore
from quanyi.adapters.sql.verify import verify
from quanyi.adapters.wiring import wire
from quanyi.campaigns.project.load import load_project
from tests.engine.conftest import NOON, sql_store

PROJECT = load_project(Path(__file__).parents[1] / "malls" / "checkins")
HANDS = 6
RUNS = {f"r{n}": f"2026-02-{20 + n % 6}T04:00:00Z" for n in range(12)}  # two on each of six days
GONE = ("r3", "r9", "r4", "r10", "r5", "r11", "r6")  # both of the last three days, one of the first


@pytest.mark.parametrize("kind", ["memory", "sqlite", "postgres", "mariadb"])
def test_runs_and_their_deletion_at_once(kind, request):
    """Three days are left, in one row: five points, the badge, and no hundred points."""
    engine = None if kind == "memory" else request.getfixturevalue(f"{kind}_engine")
    store = MemoryStore() if engine is None else sql_store(engine)
    malls = [wire(PROJECT, store, clock=FixedClock(NOON)) for _ in range(2)]
    malls[0].desk.apply()
    doings = [("run.finished", name) for name in RUNS] + [("run.deleted", name) for name in GONE]
    with ThreadPoolExecutor(HANDS) as hands:
        found = [hands.submit(_do, malls[n % 2], *doing) for n, doing in enumerate(sorted(doings, key=_mixed))]
        for future in found:
            future.result()
    view, wallet = malls[1].streak("runner", "ann", month="2026-02"), malls[1].wallet("ann")

    assert [day.day for day in view.marked] == [20, 21, 22]
    assert wallet.units["points"].balance == 5
    assert malls[0].entitled("badge", user="ann")
    assert engine is None or verify(engine, store.mall).good


def _mixed(doing):
    """Deletions among the runs, some before their own."""
    type_, name = doing
    return int(name[1:]) * 7 % 12, type_


def _do(mall, type_, name):
    data = {"run": name, **({"at": RUNS[name], "km": 5_00} if type_ == "run.finished" else {})}
    mall.report(type_, user="ann", key=f"{type_}/{name}", data=data)
