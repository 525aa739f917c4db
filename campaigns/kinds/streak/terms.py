"""
What the terms of a streak hold: its limits.
"""

from __future__ import annotations

from collections.abc import Iterator

from quanyi.entitlements.clauses import Limit
from quanyi.entitlements.plays.streak import Streak

__all__ = ["limits"]


def limits(play: Streak) -> Iterator[Limit]:
    """Limits on marks, on making up, and on making up for nothing; budgets."""
    yield from play.at_most
    if play.makeup is not None:
        yield from (*play.makeup.at_most, *play.makeup.free)
    yield from play.budget
