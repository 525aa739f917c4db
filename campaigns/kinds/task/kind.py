"""
The kind: `task`.
"""

from __future__ import annotations

from quanyi.campaigns.kinds.kind import Kind
from quanyi.campaigns.kinds.show import Show
from quanyi.campaigns.kinds.task import show
from quanyi.campaigns.kinds.task.compile import task
from quanyi.campaigns.kinds.task.coverage import COVERAGE
from quanyi.campaigns.kinds.task.events import TELLS
from quanyi.campaigns.kinds.task.lint import LINT
from quanyi.campaigns.kinds.task.schema import TaskFile
from quanyi.campaigns.kinds.task.story import STORY
from quanyi.campaigns.kinds.task.view import VIEW
from quanyi.entitlements.plays.task import Task
from quanyi.entitlements.plays.task.records import RECORDS

__all__ = ["TASK"]

_SHOW = Show(sentence=show.sentence, looks_at=show.looks_at, deadlines=show.deadlines, phases=show.phases)

TASK = Kind(
    word="task",
    file=TaskFile,
    play=Task,
    compile=task,
    show=_SHOW,
    lint=LINT,
    tells=TELLS,
    coverage=COVERAGE,
    records=RECORDS,
    story=STORY,
    view=VIEW,
)
