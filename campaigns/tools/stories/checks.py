"""
The checks of a `then`: those that every mall has, and those that its kinds bring.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from quanyi.campaigns.kinds.registry import Kinds
from quanyi.campaigns.kinds.stories import StoryCheck, StoryWords
from quanyi.campaigns.project.model import Project
from quanyi.campaigns.tools.stories import answers, shown, standing, state
from quanyi.campaigns.tools.stories.scene import Scene
from quanyi.campaigns.tools.words import words_of

__all__ = ["checks_of", "has_check"]


def checks_of(project: Project) -> Mapping[str, StoryCheck]:
    """The checks by name; besides these, any unit's id checks balances: `points: {ann: 100}`."""
    return words_of(project, _MALL).checks


def has_check(kinds: Kinds, play: Any, check: str) -> bool:
    """Whether a check can be made of a play: its kind brings it, or every mall has it."""
    return check in kinds.of(play).story.checks or check in _MALL.checks


_MALL = StoryWords(
    checks={
        "balance": StoryCheck(read=state.read_balances, look=Scene.balance, user_at=0),
        "duplicate": StoryCheck(read=answers.read_flag, look=Scene.duplicate),
        "ends": StoryCheck(read=standing.read_ends, look=standing.ends, user_at=0),
        "has": StoryCheck(read=state.read_has, look=Scene.has, user_at=0),
        "lapsed": StoryCheck(read=state.read_counts, look=Scene.lapsed, user_at=0),
        "lots": StoryCheck(read=standing.read_lots, look=standing.lots, user_at=0),
        "moved": StoryCheck(read=state.read_balances, look=Scene.moved, user_at=0),
        "outcome": StoryCheck(read=answers.read_outcome, look=Scene.outcome),
        "pool": StoryCheck(read=standing.read_pool, look=standing.pool),
        "promises": StoryCheck(read=state.read_counts, look=Scene.promises, user_at=0),
        "refused": StoryCheck(read=answers.read_code, look=Scene.refused, fits=answers.fits_refused),
        "reminder": StoryCheck(read=state.read_reminders, look=Scene.reminder, user_at=0),
        "shows": StoryCheck(read=answers.read_shows, look=Scene.shows, fits=answers.fits_shown),
        "skipped": StoryCheck(read=answers.read_skipped, look=Scene.skipped, fits=answers.fits_skipped),
        "stock": StoryCheck(read=state.read_stock, look=Scene.stock),
        "used": StoryCheck(read=standing.read_used, look=standing.used),
        "view": StoryCheck(read=shown.read_view, look=shown.view, user_at=1, fits=shown.fits_view),
        "why": StoryCheck(read=answers.read_code, look=Scene.why),
    }
)
