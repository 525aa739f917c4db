"""What is said of check-ins of many kinds; `test_malls` tells their stories."""

from __future__ import annotations

from pathlib import Path

import pytest

from quanyi.campaigns.tools.show import show_data
from tests.stories.stages import stories_of

PROJECT, STORIES = stories_of(Path(__file__).parents[1] / "malls" / "checkins")


@pytest.mark.parametrize(
    ("name", "zh", "en"),
    [
        ("climbing", "累计第 1 天 1 beans", "5 beans on day 3 in total, then the last one for good"),
        ("again-and-again", "每连续 3 天得 1 beans", "10 beans for every 4 days in total"),
        ("month-card", "每个用户每月至多 2 次免费", "made up while its month lasts for 1 make-up card"),
        ("visit-days", "花费 免费 或 1 make-up cards", "for nothing or 1 make-up card"),
        ("buying-days", "order.refunded 时这天作废", "a day falling out on order.refunded"),
        ("early-bird", "每天 05:00-08:00", "daily 05:00-08:00"),
    ],
)
def test_the_sentences_say_it(name, zh, en):
    sentence = show_data(PROJECT, name)["sentence"]

    assert zh in sentence["zh"]
    assert en in sentence["en"]
