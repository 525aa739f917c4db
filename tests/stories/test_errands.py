"""Tasks and rewards do what their stories say, on every store, and look the same whether or not a sweep came."""

from __future__ import annotations

from pathlib import Path

import pytest

from quanyi.adapters.stages import memory_stage
from quanyi.campaigns.show import show, show_data
from quanyi.campaigns.stories import tell
from quanyi.campaigns.versions import structure_campaign, structure_play, unstructure_campaign, unstructure_play
from tests.stories.stages import stories_of, verified_stage

ERRANDS = Path(__file__).parents[1] / "malls" / "errands"
PROJECT, STORIES = stories_of(ERRANDS)


@pytest.mark.parametrize("lazy", [False, True], ids=["swept", "unswept"])
@pytest.mark.parametrize("story", STORIES, ids=[story.name for story in STORIES])
def test_a_story_in_memory_does_not_depend_on_sweeps(story, lazy):
    outcome = tell(story, PROJECT, memory_stage, lazy=lazy)

    assert outcome.good, "\n".join(map(str, outcome.problems))


def test_all_stories_come_out_the_same_in_a_database_with_its_books_verified(engine):
    put_up = verified_stage(engine)

    told = [tell(story, PROJECT, put_up) for story in STORIES]

    assert [str(problem) for outcome in told for problem in outcome.problems] == []


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
    ("name", "says"),
    [
        ("five-chapters", "chapter.read with 5 different chapter for 8 coins"),
        ("seven-days", "gift.claimed once (after read, share)"),
        ("seven-days", "within 7 d of the first time, then anew"),
        ("month-of-shopping", "falling back on order.refunded by the share of amount"),
        ("five-percent", "taken back on order.refunded of the same order by the share of amount, owing"),
        ("three-friends", "link.clicked with 3 different user (after share)"),
        ("three-friends", "counted for link.clicked → sharer"),
        ("calm-videos", "at most 3 per user in any 10 min"),
        ("fortnight", "every 14 calendar days from 2026-01-04 16:00 UTC, then anew"),
    ],
)
def test_the_sentences_say_windows_and_order(name, says):
    assert says in show_data(PROJECT, name, "en")["sentence"]["en"]
