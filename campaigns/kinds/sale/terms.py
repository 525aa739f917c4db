"""
What the terms of a sale hold, and of everything that is sold: its limits, and the pieces that it puts on sale.
"""

from __future__ import annotations

from collections.abc import Iterator

from quanyi.entitlements.clauses import Limit
from quanyi.entitlements.plays.sale import Sale

__all__ = ["limits", "quotas"]


def limits(play: Sale) -> Iterator[Limit]:
    """Limits on orders, on codes, on the pieces of each window; budgets."""
    yield from play.at_most
    for coupon in play.codes.values():
        yield from coupon.at_most
    for rounds in play.rounds.values():
        yield from rounds
    yield from play.budget


def quotas(play: Sale) -> Iterator[tuple[str, int, int]]:
    """Each thing with a quota: its pieces, and in how many balances they are kept."""
    yield from ((thing, pieces, play.splits) for thing, pieces in play.quota.items())
