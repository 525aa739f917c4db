"""
The kind: `streak`.
"""

from __future__ import annotations

from quanyi.campaigns.kinds.kind import Kind
from quanyi.campaigns.kinds.show import Show
from quanyi.campaigns.kinds.streak import show
from quanyi.campaigns.kinds.streak.compile import streak
from quanyi.campaigns.kinds.streak.coverage import COVERAGE
from quanyi.campaigns.kinds.streak.lint import LINT
from quanyi.campaigns.kinds.streak.schema import StreakFile
from quanyi.campaigns.kinds.streak.story import STORY
from quanyi.campaigns.kinds.streak.terms import limits
from quanyi.campaigns.kinds.streak.view import VIEW
from quanyi.entitlements.plays.streak import Streak
from quanyi.entitlements.plays.streak.records import RECORDS

__all__ = ["STREAK"]

_SHOW = Show(sentence=show.sentence, looks_at=show.looks_at, deadlines=show.deadlines, phases=show.phases)

STREAK = Kind(
    word="streak",
    file=StreakFile,
    play=Streak,
    compile=streak,
    show=_SHOW,
    lint=LINT,
    coverage=COVERAGE,
    records=RECORDS,
    story=STORY,
    view=VIEW,
    limits=limits,
)
