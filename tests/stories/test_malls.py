"""Malls of many campaigns do what their stories say, on every store, swept or not; every number was reckoned by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from quanyi.adapters.stages import memory_stage
from quanyi.campaigns.project.load import check_project
from quanyi.campaigns.project.versions import structure_campaign, structure_play, unstructure_campaign, unstructure_play
from quanyi.campaigns.tools.show import show, show_data
from quanyi.campaigns.tools.stories import tell
from tests.stories.stages import stories_of, verified_stage

MALLS = Path(__file__).parents[1] / "malls"
READ = {
    name: stories_of(MALLS / name)
    for name in ("boxes", "checkins", "errands", "friends", "invitations", "midway", "requests")
}
STORIES = [
    pytest.param(project, story, id=f"{mall}: {story.name}")
    for mall, (project, stories) in READ.items()
    for story in stories
]
CAMPAIGNS = [
    pytest.param(project, name, id=f"{mall}: {name}")
    for mall, (project, _) in READ.items()
    for name in sorted(project.campaigns)
]


@pytest.mark.parametrize("lazy", [False, True], ids=["swept", "unswept"])
@pytest.mark.parametrize(("project", "story"), STORIES)
def test_a_story_in_memory_does_not_depend_on_sweeps(project, story, lazy):
    outcome = tell(story, project, memory_stage, lazy=lazy)

    assert outcome.good, "\n".join(map(str, outcome.problems))


@pytest.mark.parametrize("mall", READ)
def test_all_stories_come_out_the_same_in_a_database_with_its_books_verified(mall, engine):
    put_up, (project, stories) = verified_stage(engine), READ[mall]

    told = [tell(story, project, put_up) for story in stories]

    assert [str(problem) for outcome in told for problem in outcome.problems] == []


@pytest.mark.parametrize("mall", READ)
def test_a_mall_has_no_findings_and_no_campaign_without_a_story(mall):
    """What nobody told about may as well be wrong."""
    project, stories = READ[mall]

    assert check_project(MALLS / mall) == ()
    assert {name for story in stories for name in story.campaigns} == set(project.campaigns)


@pytest.mark.parametrize(("project", "name"), CAMPAIGNS)
def test_a_kept_play_comes_back_equal(project, name):
    found = project.campaign(name)

    assert structure_play(unstructure_play(found.play)) == found.play
    assert structure_campaign(unstructure_campaign(found)) == found


@pytest.mark.parametrize("locale", ["zh", "en"])
@pytest.mark.parametrize(("project", "name"), CAMPAIGNS)
def test_a_campaign_is_shown_whole(project, name, locale):
    data = show_data(project, name, locale)
    table = data["phases"]

    assert all(len(row["cells"]) == len(table["inputs"]) and all(row["cells"]) for row in table["rows"])
    assert name in show(project, name, locale)
