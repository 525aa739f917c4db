"""Referrals and bundles do what their stories say, on every store, and look the same whether or not a sweep came."""

from __future__ import annotations

from pathlib import Path

import pytest

from quanyi.adapters.stages import memory_stage
from quanyi.campaigns.show import show, show_data
from quanyi.campaigns.stories import tell
from quanyi.campaigns.stories.coverage import unheard
from quanyi.campaigns.versions import structure_campaign, structure_play, unstructure_campaign, unstructure_play
from quanyi.entitlements.plays.bundle import Bundle
from tests.stories.stages import stories_of, verified_stage

FRIENDS = Path(__file__).parents[1] / "malls" / "friends"
PROJECT, STORIES = stories_of(FRIENDS)
NAMES = [story.name for story in STORIES]


@pytest.mark.parametrize("lazy", [False, True], ids=["swept", "unswept"])
@pytest.mark.parametrize("story", STORIES, ids=NAMES)
def test_a_story_in_memory_does_not_depend_on_sweeps(story, lazy):
    outcome = tell(story, PROJECT, memory_stage, lazy=lazy)

    assert outcome.good, "\n".join(map(str, outcome.problems))


def test_all_stories_come_out_the_same_in_a_database_with_its_books_verified(engine):
    put_up = verified_stage(engine)

    told = [tell(story, PROJECT, put_up) for story in STORIES]

    assert [str(problem) for outcome in told for problem in outcome.problems] == []


def test_what_is_new_has_said_no():
    """Circles, choices and balances; codes and names are no clauses."""
    told = [tell(story, PROJECT, memory_stage) for story in STORIES]

    assert not {"choose", "loop", "points"} & {clause.clause.split("/")[0] for clause in unheard(PROJECT, told)}


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


def test_the_sentences_say_the_parts_and_both_sides():
    bundle, invite = (show_data(PROJECT, name)["sentence"] for name in ("year", "invite"))

    assert "with 2/3 of film, song, book, chosen within 7 d" in bundle["en"]
    assert "list price 154.00 CNY" in bundle["en"]
    assert "once bound the friend gets 50 points" in invite["en"]
    assert "邀请人得到 积分" in invite["zh"]


def test_another_stock_of_a_part_is_another_version():
    year = PROJECT.campaign("year").play
    assert isinstance(year, Bundle)

    assert {"card", "tea", "film", "song", "book"} == set(year.benefits)
    assert sum(part.worth for part in year.parts) == 500 + 5000
