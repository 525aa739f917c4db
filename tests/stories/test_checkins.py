"""Check-ins of many kinds do what their stories say, on every store; every number was reckoned by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from quanyi.adapters.stages import memory_stage
from quanyi.campaigns.show import show, show_data
from quanyi.campaigns.stories import tell
from quanyi.campaigns.versions import structure_campaign, structure_play, unstructure_campaign, unstructure_play
from tests.stories.stages import stories_of, verified_stage

PROJECT, STORIES = stories_of(Path(__file__).parents[1] / "malls" / "checkins")


@pytest.mark.parametrize("story", STORIES, ids=[story.name for story in STORIES])
def test_a_story_in_memory(story):
    outcome = tell(story, PROJECT, memory_stage)

    assert outcome.good, "\n".join(map(str, outcome.problems))


def test_all_stories_come_out_the_same_in_a_database_with_its_books_verified(engine):
    put_up = verified_stage(engine)

    told = [tell(story, PROJECT, put_up) for story in STORIES]

    assert [str(problem) for outcome in told for problem in outcome.problems] == []


def test_every_campaign_has_a_story():
    """What nobody told about may as well be wrong."""
    assert {name for story in STORIES for name in story.campaigns} == set(PROJECT.campaigns)


@pytest.mark.parametrize("name", sorted(PROJECT.campaigns))
def test_a_kept_play_comes_back_equal(name):
    found = PROJECT.campaign(name)

    assert structure_play(unstructure_play(found.play)) == found.play
    assert structure_campaign(unstructure_campaign(found)) == found


@pytest.mark.parametrize("name", sorted(PROJECT.campaigns))
@pytest.mark.parametrize("locale", ["zh", "en"])
def test_a_campaign_is_shown_whole(name, locale):
    data = show_data(PROJECT, name, locale)
    table = data["phases"]

    assert all(len(row["cells"]) == len(table["inputs"]) and all(row["cells"]) for row in table["rows"])
    assert name in show(PROJECT, name, locale)


@pytest.mark.parametrize(
    ("name", "zh", "en"),
    [
        ("climbing", "累计第 1 天 1 beans", "5 beans on day 3 in total, then the last one for good"),
        ("again-and-again", "每连续 3 天得 1 beans", "10 beans for every 4 days in total"),
        ("month-card", "每个用户每月至多 2 次免费", "made up while its month lasts for 1 make-up cards"),
        ("visit-days", "花费 免费 或 1 make-up cards", "for nothing or 1 make-up cards"),
        ("buying-days", "order.refunded 时这天作废", "a day falling out on order.refunded"),
        ("early-bird", "每天 05:00-08:00", "daily 05:00-08:00"),
    ],
)
def test_the_sentences_say_it(name, zh, en):
    sentence = show_data(PROJECT, name)["sentence"]

    assert zh in sentence["zh"]
    assert en in sentence["en"]
