"""
The most that a reward can cost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from quanyi.entitlements.bounds import Bound, least, most_of
from quanyi.entitlements.gifts import most
from quanyi.entitlements.plays.base import Exposure

if TYPE_CHECKING:
    from quanyi.entitlements.clauses import Gift
    from quanyi.entitlements.plays.reward.model import Reward

__all__ = ["exposure"]


def exposure(reward: Reward) -> tuple[Exposure, ...]:
    """Points of each unit and pieces of each benefit, as far as limits, budgets and stock bound them."""
    things = dict.fromkeys(gift.thing for gift in (*reward.give, *reward.instead))
    bounds = {thing: _bound(reward, thing) for thing in things}
    return tuple(Exposure(unit=thing, per_user=b.per_user, total=b.total) for thing, b in bounds.items())


def _bound(reward: Reward, thing: str) -> Bound:
    gifts = [gift for gift in (*reward.give, *reward.instead) if gift.thing == thing]
    limits = (*reward.at_most, *reward.at_payout, *reward.budget)
    bound = Bound()
    for limit in limits:
        worth = {"times": _at_once(gifts), thing: 1}.get(limit.of)
        if worth is not None:
            bound = least(bound, most_of(limit, reward.head, per_time=worth, person=reward.to))
    for gift in gifts:
        bound = least(bound, Bound(total=gift.benefit.stock if gift.benefit is not None else None))
    return bound


def _at_once(gifts: list[Gift]) -> int | None:
    """The most that one firing gives; None if that depends on the event."""
    amounts = [most(gift.how_much) for gift in gifts]
    return None if None in amounts else sum(amount for amount in amounts if amount is not None)
