"""Bundles that fail in part, refunds of a share, sessions, prices by quantity: as their stories say, on every store."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest

from quanyi.adapters.stages import memory_stage
from quanyi.campaigns.load import check_project
from quanyi.campaigns.show import show, show_data
from quanyi.campaigns.stories import tell
from quanyi.campaigns.versions import structure_play, unstructure_play
from quanyi.entitlements.plays.sale import Sale
from quanyi.entitlements.time import Span
from tests.stories.stages import stories_of, verified_stage

BOXES = Path(__file__).parents[1] / "malls" / "boxes"
PROJECT, STORIES = stories_of(BOXES)
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


def test_the_mall_has_no_findings():
    assert check_project(BOXES) == ()


@pytest.mark.parametrize("name", sorted(PROJECT.campaigns))
def test_a_campaign_is_kept_and_shown_whole(name):
    play = PROJECT.campaign(name).play
    table = show_data(PROJECT, name, "zh")["phases"]

    assert structure_play(unstructure_play(play)) == play
    assert all(len(row["cells"]) == len(table["inputs"]) and all(row["cells"]) for row in table["rows"])
    assert name in show(PROJECT, name, "en")


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("duo", "48.00 CNY back if it can't be given"),
        ("duo", "refunds within 30 d of paying, what was used is kept at its price"),
        ("duo", "50% off with the code HALF (at most 1 per user)"),
        ("thirteen", "no refunds"),
        ("sessions", "5 pieces in all, at most 2 pieces in all per session"),
        ("bulk", "15.00 CNY, from 5 pieces 12.00 CNY, from 10 pieces 9.99 CNY (list price 15.00 CNY)"),
    ],
)
def test_the_sentence_says_it(name, says):
    assert says in show_data(PROJECT, name)["sentence"]["en"]


def test_what_can_be_given_away_is_bounded_by_session_and_code():
    """Five in all are fewer than six sessions of two; without the five it would be twelve."""
    play = PROJECT.campaign("sessions").play
    assert isinstance(play, Sale)
    endless, six = attrs.evolve(play.head, runs=Span()), attrs.evolve(play, quota={})
    costs = [cost.total for sale in (play, six, attrs.evolve(six, head=endless)) for cost in sale.exposure()]

    assert costs == [5 * 100_000, 12 * 100_000, None]
