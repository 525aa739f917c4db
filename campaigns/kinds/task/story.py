"""
What stories say of tasks: how far their goals are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from quanyi.campaigns.kinds.expectation import Expectation
from quanyi.campaigns.kinds.reader import Reader
from quanyi.campaigns.kinds.stories import Scene, StoryCheck, StoryWords
from quanyi.campaigns.language.places import Place
from quanyi.entitlements.amounts import Amount
from quanyi.entitlements.errors import NotFound
from quanyi.entitlements.plays.task import Goal, Task
from quanyi.entitlements.plays.task.view import TaskView

__all__ = ["STORY"]


def _read_progress(reader: Reader, name: str, value: Any, place: Place) -> Iterator[Expectation]:
    """
    `{ann: {read: 2, share: done}}`; `{reading.ann: …}` where the story has several tasks, and
    `{ann: {b1: {read: 2}}}` where each book has progress of its own.
    """
    for whose, goals, at in reader.map(value, place):
        campaign, user = reader.campaign_and_user(whose, name, at)
        play = reader.project.campaigns[campaign].play if campaign else None
        known = {goal.name: goal for goal in play.goals} if isinstance(play, Task) else {}
        for goal, wanted, spot in reader.map(goals, at) if known else ():
            if goal not in known and isinstance(wanted, dict):
                for inner, amount, inside in reader.map(wanted, spot):
                    yield from _far(reader, known, inner, amount, inside, (name, campaign, user, *goal.split("/")))
            else:
                yield from _far(reader, known, goal, wanted, spot, (name, campaign, user))


def _far(
    reader: Reader, known: Mapping[str, Goal], goal: str, wanted: Any, place: Place, whose: tuple[str, ...]
) -> Iterator[Expectation]:
    """How far one goal is."""
    if reader.known("goal", goal, known, place):
        found = known[goal]
        scale = reader.project.scale_of(found.unit)
        amount = Amount(found.target, found.unit, scale) if wanted == "done" else wanted
        name, campaign, user, *keys = whose
        yield from reader.amount(str(amount), found.unit, place, name, campaign, user, goal, *keys)


def _progress(scene: Scene, campaign: str, user: str, goal: str, *keys: str) -> int:
    """How far a goal is; where each of something has its own progress, *keys* say which."""
    play = scene.stage.project.campaigns[campaign].play
    names = [name for name in play.per if name not in ("user", "campaign")] if isinstance(play, Task) else []
    try:
        found: TaskView = scene.stage.mall.task(campaign, user, **dict(zip(names, keys, strict=False)))
    except NotFound:
        return 0
    return next(view.done for view in found.goals if view.name == goal)


STORY = StoryWords(checks={"progress": StoryCheck(read=_read_progress, look=_progress, user_at=1)})
