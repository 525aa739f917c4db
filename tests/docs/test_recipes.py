"""The recipes: each is a whole campaign that loads without a finding, and comes true as its story tells it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from quanyi.adapters.stages import memory_stage
from quanyi.campaigns.project.load import check_project
from quanyi.campaigns.tools.stories import tell
from tests.docs.pages import ROOT, titled_blocks
from tests.stories.stages import stories_of

if TYPE_CHECKING:
    from pathlib import Path

PAGE = ROOT / "docs" / "recipes.md"
BLOCKS = titled_blocks(PAGE)
NAMES = [title.removeprefix("campaigns/").removesuffix(".yaml") for title in BLOCKS if title.startswith("campaigns/")]


def written(folder: Path, *, only: str = "") -> Path:
    """The mall of the page, with one recipe or with all."""
    for title, body in BLOCKS.items():
        if not only or title.partition("/")[0] not in ("campaigns", "stories") or title.endswith(f"/{only}.yaml"):
            (folder / title).parent.mkdir(parents=True, exist_ok=True)
            (folder / title).write_text(body, encoding="utf-8")
    return folder


@pytest.mark.parametrize("lazy", [False, True], ids=["swept", "unswept"])
@pytest.mark.parametrize("name", NAMES)
def test_a_recipe_has_no_finding_and_comes_true(name, lazy, tmp_path: Path) -> None:
    folder = written(tmp_path, only=name)
    project, stories = stories_of(folder)

    assert check_project(folder) == ()
    told = [tell(story, project, memory_stage, lazy=lazy) for story in stories]
    assert [str(problem) for outcome in told for problem in outcome.problems] == []
    assert {campaign for story in stories for campaign in story.campaigns} == set(project.campaigns)
    assert all(sum(len(step.then) for step in story.steps) >= 3 for story in stories)


def test_there_are_a_dozen_and_more_and_each_has_a_heading() -> None:
    headings = re.findall(r"^## ", PAGE.read_text(encoding="utf-8"), re.MULTILINE)

    assert len(NAMES) == len(headings) >= 12
