"""
What the terms of a reward hold: its limits.
"""

from __future__ import annotations

from collections.abc import Iterator

from quanyi.entitlements.clauses import Limit
from quanyi.entitlements.plays.reward import Reward

__all__ = ["limits"]


def limits(play: Reward) -> Iterator[Limit]:
    """Limits on the event, and on keeping a promise; budgets."""
    yield from (*play.at_most, *play.at_payout, *play.budget)
