"""What is said of tasks and rewards with windows and order; `test_malls` tells their stories."""

from __future__ import annotations

from pathlib import Path

import pytest

from quanyi.campaigns.tools.show import show_data
from tests.stories.stages import stories_of

ERRANDS = Path(__file__).parents[1] / "malls" / "errands"
PROJECT, STORIES = stories_of(ERRANDS)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("five-chapters", "chapter.read with 5 different chapter for 8 coins"),
        ("seven-days", "gift.claimed once (after read, share)"),
        ("seven-days", "within 7 days of the first time, then anew"),
        ("month-of-shopping", "falling back on order.refunded by the share of amount"),
        ("five-percent", "taken back on order.refunded of the same order by the share of amount, owing"),
        ("three-friends", "link.clicked with 3 different user (after share)"),
        ("three-friends", "counted for link.clicked → sharer"),
        ("calm-videos", "at most 3 per user in any 10 minutes"),
        ("fortnight", "every 14 calendar days from 4 Jan 2026 at 16:00 UTC, then anew"),
    ],
)
def test_the_sentences_say_windows_and_order(name, says):
    assert says in show_data(PROJECT, name, "en")["sentence"]["en"]
