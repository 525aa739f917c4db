"""The stories on the page about stories come true, in the malls that they are of."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

import pytest

from quanyi.adapters.stages import memory_stage
from quanyi.campaigns.tools.stories import tell
from tests.docs.pages import ROOT
from tests.stories.stages import stories_of

if TYPE_CHECKING:
    from pathlib import Path

PAGE = ROOT / "docs" / "reference" / "stories.md"
STORIES = re.findall(r"^```yaml\n(story: .*?)^```$", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
MALLS = {"iphone-afternoon": "basic", "gold-thanks": "midway"}


@pytest.mark.parametrize("text", STORIES, ids=lambda text: text.partition("\n")[0])
def test_a_story_of_the_page_comes_true(text, tmp_path: Path) -> None:
    (mall,) = [folder for campaign, folder in MALLS.items() if f"campaigns: [{campaign}]" in text]
    folder = tmp_path / "mall"
    shutil.copytree(ROOT / "tests" / "malls" / mall, folder)
    shutil.rmtree(folder / "stories", ignore_errors=True)
    (folder / "stories").mkdir()
    (folder / "stories" / "page.yaml").write_text(text, encoding="utf-8")
    project, (story,) = stories_of(folder)

    assert [str(problem) for problem in tell(story, project, memory_stage).problems] == []


def test_the_page_tells_two() -> None:
    assert len(STORIES) == len(MALLS)
