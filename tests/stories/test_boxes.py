"""What is said of bundles and of the terms of a sale, and what they can cost; `test_malls` tells their stories."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest

from quanyi.campaigns.tools.show import show_data
from quanyi.entitlements.plays.sale import Sale
from quanyi.entitlements.time import Span
from tests.stories.stages import stories_of

BOXES = Path(__file__).parents[1] / "malls" / "boxes"
PROJECT, STORIES = stories_of(BOXES)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("duo", "¥48 back if it can't be given"),
        ("duo", "refunds within 30 days of paying, what was used is kept at its price"),
        ("duo", "50% off with the code HALF (at most 1 per user)"),
        ("thirteen", "no refunds"),
        ("sessions", "5 pieces in all, at most 2 pieces in all per session"),
        ("bulk", "¥15, from 5 pieces ¥12, from 10 pieces ¥9.99 (list price ¥15)"),
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
