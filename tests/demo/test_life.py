"""The made-up life of the demo: the same for the same seed, decided alike on every store, and reaching everywhere."""

from __future__ import annotations

import json
import random
import re
import shutil
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from quanyi.adapters.sql.migrate import upgrade
from quanyi.adapters.sql.store import SqlStore
from quanyi.adapters.sql.verify import verify
from quanyi.adapters.stages import memory_stage, stage_on
from quanyi.campaigns.project.load import load_project
from quanyi.campaigns.tools.coverage import reach
from quanyi.campaigns.tools.replay import Replay, Tally, read_events
from quanyi.demo_app.life import live

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Engine

    from quanyi.campaigns.project.model import Project
    from quanyi.campaigns.tools.sandbox import Sandbox

MALL = Path(__file__).parents[2] / "demo_app" / "mall"
SMALL, BIG = 1_500, 28_000
LEAST = 20


class Facts:
    """What the recording says about people."""

    def __init__(self) -> None:
        self.users: dict[str, Mapping[str, Any]] = {}

    def facts(self, user: str) -> Mapping[str, Any]:
        return self.users.get(user, {})


def lines(events: int, seed: int = 7) -> list[str]:
    return list(live(random.Random(seed), events))


def recording(folder: Path, events: int) -> Path:
    path = folder / "life.jsonl"
    path.write_text("\n".join(lines(events)) + "\n", encoding="utf-8")
    return path


def lived(stage: Sandbox, facts: Facts, path: Path) -> Tally:
    stage.apply()
    return Replay(stage, facts.users).run(read_events(path, stage.project))


def in_memory(project: Project, path: Path) -> Tally:
    facts, first = Facts(), read_events(path, project)[0].at
    with memory_stage(project, facts, first) as stage:
        return lived(stage, facts, path)


def test_the_same_seed_tells_the_same_life() -> None:
    """Nothing but the seed decides, and another seed tells of others."""
    first = lines(300)

    assert first == lines(300)
    assert first != lines(300, seed=8)
    assert sum("if_done" not in line for line in first) >= 300


def test_lines_come_in_order_and_some_come_again_late_or_early() -> None:
    """The mistakes that the head of the generator declares are in a stream of ordinary size."""
    events = [json.loads(line) for line in lines(SMALL)]
    keys = Counter((event["type"], event["key"]) for event in events)
    paid = {event["data"]["order"]: n for n, event in enumerate(events) if event["type"] == "order.paid"}
    back = {event["data"]["order"]: n for n, event in enumerate(events) if event["type"] == "order.refunded"}
    late = [event for event in events if event["type"] == "check_in" and event.get("data")]

    assert all(one["at"] <= other["at"] for one, other in pairwise(events))
    assert sum(count > 1 for count in keys.values()) >= 15
    assert any(n < paid[order] for order, n in back.items())
    assert all(event["data"]["date"] < event["at"][:10] for event in late)
    assert late


@pytest.mark.timeout(600)
def test_every_store_decides_a_life_alike(tmp_path: Path, engine: Engine) -> None:
    """The hash over all decisions is that of the memory store, and the books are right afterwards."""
    project, path, facts = load_project(MALL), recording(tmp_path, SMALL), Facts()
    upgrade(engine)
    stage = stage_on(SqlStore(engine, "lumen"), project, facts, read_events(path, project)[0].at)
    tally = lived(stage, facts, path)

    assert tally.inputs > SMALL
    assert tally.digest == in_memory(project, path).digest
    assert not verify(engine, "lumen").differences


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_long_life_meets_every_part_of_the_demo(tmp_path: Path) -> None:
    """
    Every rule, goal, milestone and part of all campaigns, their clauses, endings, timers and undoing,
    every word of a no: twenty times; and nothing that the list of them has not foreseen.
    """
    project = load_project(MALL)
    tally = in_memory(project, recording(tmp_path, BIG))
    parts = reach(project, tally.met)
    short = [str(part) for part in parts if part.wanted and part.count < LEAST]
    met_all_the_same = [str(part) for part in parts if not part.wanted and part.count]

    assert tally.inputs >= 20_000
    assert not short, "\n".join(short)
    assert not met_all_the_same, "\n".join(met_all_the_same)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_long_life_meets_every_budget_of_a_poorer_mall(tmp_path: Path) -> None:
    """Budgets are there so that nobody meets them: the same life, with a thousandth of each, and no cards at all."""
    shutil.copytree(MALL, tmp_path / "mall")
    for file in (tmp_path / "mall" / "campaigns").glob("*.yaml"):
        rich = re.sub(r"(?<=cards: \[\{amount: )\d+", "0", file.read_text(encoding="utf-8"))
        file.write_text(re.sub(r"(?<=\{amount: )(\d+)000", r"\1", rich), encoding="utf-8")
    project = load_project(tmp_path / "mall")
    tally = in_memory(project, recording(tmp_path, BIG))
    budgets = [part for part in reach(project, tally.met) if "budget" in part.name.split("/")]
    short = [str(part) for part in budgets if part.count < LEAST]

    assert budgets
    assert not short, "\n".join(short)
