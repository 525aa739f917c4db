"""
The most that a referral can cost: the sum of its rules.

How often a rule can fire is bounded by how many friends are bound, too: one that fires for the bond
fires once for each, and one with a limit per friend so often for each.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from typing import TYPE_CHECKING

import attrs

from quanyi.entitlements.clauses import Limit
from quanyi.entitlements.limits.bounds import Bound, least, most_of
from quanyi.entitlements.plays.base import Exposure
from quanyi.entitlements.plays.referral.terms import BOUND

if TYPE_CHECKING:
    from quanyi.entitlements.plays.referral.terms import ReferralTerms, Rule

__all__ = ["exposure"]


def exposure(referral: ReferralTerms) -> tuple[Exposure, ...]:
    """Thing by thing; one person can be a friend and an inviter."""
    rewards = [
        attrs.evolve(rule.reward, at_most=(*map(_of_friends, rule.reward.at_most), *_by_bonds(referral, rule)))
        for rule in referral.live_rules
    ]
    parts = [part for reward in rewards for part in reward.exposure()]
    return tuple(_sum(referral, unit, parts) for unit in dict.fromkeys(part.unit for part in parts))


def _by_bonds(referral: ReferralTerms, rule: Rule) -> Iterator[Limit]:
    """What limits on binding mean for one rule, as limits of its own."""
    bonds = [_of_friends(limit) for limit in referral.at_most if limit.of == "times"]
    if rule.reward.when == (BOUND,):
        yield from bonds
        if referral.bind.keep is None:
            yield Limit(id="", count=1, per=("friend",))
        return
    friends = reduce(least, (most_of(limit, referral.head, per_time=1, person="inviter") for limit in bonds), Bound())
    for limit in map(_of_friends, (*rule.reward.at_most, *rule.reward.at_payout)):
        each = most_of(limit, referral.head, per_time=1, person="friend").per_user
        if limit.per == ("friend",) and each is not None:
            yield from _for_all(limit.of, each, friends)


def _for_all(of: str, each: int, friends: Bound) -> Iterator[Limit]:
    """So much for each of so many friends."""
    for per, number in ("inviter", friends.per_user), ("campaign", friends.total):
        if number is not None:
            yield Limit(id="", of=of, count=each * number, per=(per,))


def _of_friends(limit: Limit) -> Limit:
    """The user of a referral's events is the friend."""
    return attrs.evolve(limit, per=("friend",)) if limit.per == ("user",) else limit


def _sum(referral: ReferralTerms, unit: str, parts: list[Exposure]) -> Exposure:
    mine = [part for part in parts if part.unit == unit]
    bound = Bound(per_user=_total([p.per_user for p in mine]), total=_total([p.total for p in mine]))
    for limit in (*referral.budget, *referral.shared):
        if limit.of == unit:
            bound = least(bound, most_of(limit, referral.head, per_time=1))
    return Exposure.of(unit, bound)


def _total(amounts: list[int | None]) -> int | None:
    return None if None in amounts else sum(amount for amount in amounts if amount is not None)
