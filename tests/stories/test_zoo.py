"""Public scenarios of other products do exactly what their sources say, on every store."""

from __future__ import annotations

from pathlib import Path

import pytest

from quanyi.adapters.stages import memory_stage
from quanyi.campaigns.tools.stories import tell
from tests.stories.stages import stories_of, verified_stage

ZOO = Path(__file__).parents[1] / "malls" / "zoo"
PROJECT, STORIES = stories_of(ZOO)
NAMES = [Path(story.place.document.file).stem for story in STORIES]


def test_every_scenario_has_a_story():
    scenarios = {path.stem for path in (ZOO / "campaigns").glob("*.yaml")}

    assert set(NAMES) == scenarios


@pytest.mark.parametrize("lazy", [False, True], ids=["swept", "unswept"])
@pytest.mark.parametrize("story", STORIES, ids=NAMES)
def test_a_scenario_in_memory_does_not_depend_on_sweeps(story, lazy):
    outcome = tell(story, PROJECT, memory_stage, lazy=lazy)

    assert outcome.good, "\n".join(map(str, outcome.problems))


def test_all_scenarios_come_out_the_same_in_a_database_with_its_books_verified(engine):
    put_up = verified_stage(engine)

    told = [tell(story, PROJECT, put_up) for story in STORIES]

    assert [str(problem) for outcome in told for problem in outcome.problems] == []
