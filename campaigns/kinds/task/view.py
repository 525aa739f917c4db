"""
What a task shows: once, or for each of what it keeps its progress for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

from quanyi.campaigns.kinds.view import PlayView, Surroundings
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.picture import View
from quanyi.entitlements.plays.task import Task
from quanyi.entitlements.plays.task.records import Progress
from quanyi.entitlements.plays.task.view import TaskView, task_needs, task_view

__all__ = ["VIEW"]


def _show(play: Task, ask: Input, picture: View, around: Surroundings) -> TaskView:
    return task_view(play, ask, picture, paused=around.paused, scales=around.scales)


def _keys(play: Task) -> tuple[str, ...]:
    return tuple(name for name in play.per if name not in ("user", "campaign"))


def _subjects(play: Task, around: Surroundings) -> Iterator[Mapping[str, str]]:
    names = [name for name in play.per if name != "campaign"]
    subjects = dict.fromkeys(cast("Progress", record).subject for record in around.records(Progress.kind))
    yield from (dict(zip(names, subject, strict=True)) for subject in subjects)


def _empty(play: Task) -> str:
    return f"nothing has counted for {play.head.campaign!r} yet; name {', '.join(play.per)}"


VIEW = PlayView(needs=task_needs, show=_show, keys=_keys, subjects=_subjects, empty=_empty)
