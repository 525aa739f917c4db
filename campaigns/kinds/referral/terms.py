"""
What the terms of a referral hold: its limits.
"""

from __future__ import annotations

from collections.abc import Iterator

from quanyi.entitlements.clauses import Limit
from quanyi.entitlements.plays.referral import Referral

__all__ = ["limits"]


def limits(play: Referral) -> Iterator[Limit]:
    """Limits on binding and on all rules together, on each rule; budgets."""
    yield from play.at_most
    for rule in play.rules:
        yield from (*rule.reward.at_most, *rule.reward.at_payout)
    yield from play.budget
