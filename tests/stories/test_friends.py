"""What is said of referrals and bundles, and which of their noes were met; `test_malls` tells their stories."""

from __future__ import annotations

from pathlib import Path

from quanyi.adapters.stages import memory_stage
from quanyi.campaigns.tools.coverage.clauses import unheard
from quanyi.campaigns.tools.show import show_data
from quanyi.campaigns.tools.stories import tell
from quanyi.entitlements.plays.bundle import Bundle
from tests.stories.stages import stories_of

FRIENDS = Path(__file__).parents[1] / "malls" / "friends"
PROJECT, STORIES = stories_of(FRIENDS)


def test_what_is_new_has_said_no():
    """Circles, choices and balances; codes and names are no clauses."""
    told = [tell(story, PROJECT, memory_stage) for story in STORIES]

    assert not {"choose", "loop", "points"} & {clause.clause.split("/")[0] for clause in unheard(PROJECT, told)}


def test_the_sentences_say_the_parts_and_both_sides():
    bundle, invite = (show_data(PROJECT, name)["sentence"] for name in ("year", "invite"))

    assert "with 2/3 of film, song, book, chosen within 7 days" in bundle["en"]
    assert "list price ¥154" in bundle["en"]
    assert "once bound the friend gets 50 points" in invite["en"]
    assert "邀请人得到 积分" in invite["zh"]


def test_another_stock_of_a_part_is_another_version():
    year = PROJECT.campaign("year").play
    assert isinstance(year, Bundle)

    assert {"card", "tea", "film", "song", "book"} == set(year.benefits)
    assert sum(part.worth for part in year.parts) == 500 + 5000
