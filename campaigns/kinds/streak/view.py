"""
What a streak shows: the days of one month, rows, and what comes next.
"""

from __future__ import annotations

from quanyi.campaigns.kinds.view import PlayView, Surroundings
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.picture import View
from quanyi.entitlements.plays.streak import Streak
from quanyi.entitlements.plays.streak.view import StreakView, streak_needs, streak_view

__all__ = ["VIEW"]


def _show(play: Streak, ask: Input, picture: View, around: Surroundings) -> StreakView:
    return streak_view(play, ask, picture, paused=around.paused, month=around.named.get("month"))


VIEW = PlayView(needs=streak_needs, show=_show, takes=("month",))
