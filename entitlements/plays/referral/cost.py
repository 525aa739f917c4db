"""
The most that a referral can cost: the sum of its rules.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from quanyi.entitlements.bounds import Bound, least, most_of
from quanyi.entitlements.plays.base import Exposure

if TYPE_CHECKING:
    from quanyi.entitlements.plays.referral.model import Referral

__all__ = ["exposure"]


def exposure(referral: Referral) -> tuple[Exposure, ...]:
    """Thing by thing; one person can be a friend and an inviter."""
    parts = [part for rule in referral.live_rules for part in rule.reward.exposure()]
    return tuple(_sum(referral, unit, parts) for unit in dict.fromkeys(part.unit for part in parts))


def _sum(referral: Referral, unit: str, parts: list[Exposure]) -> Exposure:
    mine = [part for part in parts if part.unit == unit]
    bound = Bound(per_user=_total([p.per_user for p in mine]), total=_total([p.total for p in mine]))
    for limit in (*referral.budget, *referral.shared):
        if limit.of == unit:
            bound = least(bound, most_of(limit, referral.head, per_time=1))
    return Exposure(unit=unit, per_user=bound.per_user, total=bound.total)


def _total(amounts: list[int | None]) -> int | None:
    return None if None in amounts else sum(amount for amount in amounts if amount is not None)
