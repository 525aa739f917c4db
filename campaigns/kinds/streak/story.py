"""
What stories say of streaks: the present row, the longest ones, the days in all, and the step of a ladder.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from quanyi.campaigns.kinds.expectation import Expectation
from quanyi.campaigns.kinds.reader import Reader
from quanyi.campaigns.kinds.stories import Scene, StoryCheck, StoryWords
from quanyi.campaigns.language.places import Place

__all__ = ["STORY"]


def _read_days(reader: Reader, name: str, value: Any, place: Place) -> Iterator[Expectation]:
    """`{ann: 3}`; `{check-in.ann: 3}` where the story has several streaks."""
    for whose, wanted, at in reader.map(value, place):
        campaign, user = reader.campaign_and_user(whose, name, at)
        if campaign:
            yield from reader.count(wanted, at, name, campaign, user)


def _read_best(reader: Reader, name: str, value: Any, place: Place) -> Iterator[Expectation]:
    """`{ann: [5, 3]}`: as many of the longest rows as are listed."""
    for whose, wanted, at in reader.map(value, place):
        campaign, user = reader.campaign_and_user(whose, name, at)
        if campaign and isinstance(wanted, list):
            yield Expectation(what=name, about=(campaign, user, str(len(wanted))), wanted=wanted, place=at)
        elif campaign:
            yield from reader.count(wanted, at, name, campaign, user)


def _present(scene: Scene, campaign: str, user: str) -> int:
    """The length of the present row."""
    return int(scene.stage.mall.streak(campaign, user).present)


def _total(scene: Scene, campaign: str, user: str) -> int:
    return int(scene.stage.mall.streak(campaign, user).total)


def _best(scene: Scene, campaign: str, user: str, count: str) -> list[int]:
    """The lengths of the longest rows, newest first."""
    return [row.length for row in scene.stage.mall.streak(campaign, user).best(int(count))]


def _step(scene: Scene, campaign: str, user: str) -> int:
    """The step of the ladder that the next mark is on; 0 where there is none any more."""
    return next((step.number for step in scene.stage.mall.streak(campaign, user).ladder if step.next), 0)


STORY = StoryWords(
    checks={
        "best": StoryCheck(read=_read_best, look=_best, user_at=1),
        "step": StoryCheck(read=_read_days, look=_step, user_at=1),
        "streak": StoryCheck(read=_read_days, look=_present, user_at=1),
        "total": StoryCheck(read=_read_days, look=_total, user_at=1),
    }
)
