"""
The most that a reward can cost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from quanyi.entitlements.limits.bounds import Bound, bound_by, least
from quanyi.entitlements.plays.base import Exposure

if TYPE_CHECKING:
    from quanyi.entitlements.plays.reward.terms import RewardTerms

__all__ = ["exposure"]


def exposure(reward: RewardTerms) -> tuple[Exposure, ...]:
    """Points of each unit and pieces of each benefit, as far as limits, budgets and stock bound them."""
    things = dict.fromkeys(gift.thing for gift in (*reward.give, *reward.instead))
    bounds = {thing: _bound(reward, thing) for thing in things}
    return tuple(Exposure.of(thing, bound) for thing, bound in bounds.items())


def _bound(reward: RewardTerms, thing: str) -> Bound:
    everything = (*reward.give, *reward.instead)
    gifts = [gift for gift in everything if gift.thing == thing]
    known = {*reward.units, *(gift.thing for gift in everything)}
    bound = Bound()
    for limit in (*reward.at_most, *reward.at_payout, *reward.budget):
        bound = least(bound, bound_by(limit, reward.head, gifts, known=known, person=reward.to))
    for gift in gifts:
        bound = least(bound, Bound(total=gift.benefit.stock if gift.benefit is not None else None))
    return bound
