"""
Whenever X happens, Y gets Z: so often, after a while, and taken back if X is undone.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from quanyi.entitlements.benefits import PointsUnit
from quanyi.entitlements.clauses import Gift, Head, Limit, Undo, Unless
from quanyi.entitlements.conditions import Condition
from quanyi.entitlements.time import Duration

__all__ = ["Reward"]


@attrs.frozen(kw_only=True)
class Reward:
    """
    One rule of earning.

    Attributes:
        when: The event types that cause it.
        only_if: On what condition.
        give: What the receiver gets, all or nothing.
        take: What the subject loses, all or nothing, before anything is given.
        to: Whose: ``user``, or an attribute that names a user.
        after: How long after the event it is given; it is promised until then.
        unless: What makes an open promise void.
        at_most: Limits on the event; `budget` limits on the amounts given.
        at_payout: Limits asked only when a promise falls due.
        if_undone: What happens when the cause goes away.
        instead: What is given where a gift's stock is gone.
        wheres: Equalities that `only_if` implies, for the engine's index.
    """

    head: Head
    when: tuple[str, ...]
    only_if: Condition | None = None
    give: tuple[Gift, ...] = ()
    take: tuple[Gift, ...] = ()
    to: str = "user"
    after: Duration | None = None
    unless: Unless | None = None
    at_most: tuple[Limit, ...] = ()
    budget: tuple[Limit, ...] = ()
    at_payout: tuple[Limit, ...] = ()
    if_undone: tuple[Undo, ...] = ()
    instead: tuple[Gift, ...] = ()
    checks: tuple[str, ...] = ("phase", "for", "only_if", "undone", "at_most", "stock", "points", "budget")
    units: Mapping[str, PointsUnit] = attrs.field(factory=dict)
    wheres: Mapping[str, object] = attrs.field(factory=dict)
