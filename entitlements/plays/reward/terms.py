"""
The terms of a reward: what the campaign says.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from quanyi.entitlements.checks.conditions import Condition
from quanyi.entitlements.clauses import Gift, Limit, Undo, Unless
from quanyi.entitlements.plays.terms import Terms
from quanyi.entitlements.time import Duration

__all__ = ["RewardTerms"]


@attrs.frozen(kw_only=True)
class RewardTerms(Terms):
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
        rule: Which rule of its campaign it is, where there are several.
    """

    when: tuple[str, ...]
    only_if: Condition | None = None
    give: tuple[Gift, ...] = ()
    take: tuple[Gift, ...] = ()
    to: str = "user"
    after: Duration | None = None
    unless: Unless | None = None
    at_payout: tuple[Limit, ...] = ()
    if_undone: tuple[Undo, ...] = ()
    instead: tuple[Gift, ...] = ()
    checks: tuple[str, ...] = ("phase", "for", "only_if", "undone", "at_most", "stock", "points", "budget")
    wheres: Mapping[str, object] = attrs.field(factory=dict)
    rule: str = "give"

    @property
    def name(self) -> str:
        """What its firings and undos go by: the campaign, and the rule where there are several."""
        return self.head.campaign if self.rule == "give" else f"{self.head.campaign}#{self.rule}"

    def undoing(self) -> dict[str, None]:
        """The event types that undo, in the order of the file."""
        types = [type_ for undo in self.if_undone for type_ in undo.when]
        return dict.fromkeys([*types, *([self.unless.event] if self.unless is not None else [])])
