"""
The clauses of a referral: how a friend is bound, and the rules of what is given for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Literal

import attrs

from quanyi.entitlements.benefits import Benefit, PointsUnit
from quanyi.entitlements.checks.conditions import Condition
from quanyi.entitlements.clauses import Gift, Head, Limit

# BOUND, Bind, Rule
from quanyi.entitlements.plays.reward import Reward
from quanyi.entitlements.time import Duration

__all__ = ["BOUND", "Bind", "ReferralTerms", "Rule"]

BOUND = "bound"
"""What a rule waits for that is caused by the bond itself."""


@attrs.frozen(kw_only=True)
class Bind:
    """
    How a friend is bound to an inviter.

    Attributes:
        when: The event types that bind; their subject is the friend.
        to: The attribute that names the inviter, by event type.
        code: The attribute that carries an invitation code instead; empty if there are no codes.
        only_if: Who may still be bound.
        same: What inviter and friend may not have in common: paths like ``event.device``.
        seen_before: What nobody may have brought along before: such a friend is bound and flagged,
            and nobody is rewarded.
        keep: How long the bond lasts; None for ever.
    """

    when: tuple[str, ...]
    to: Mapping[str, str] = attrs.field(factory=dict)
    code: str = ""
    only_if: Condition | None = None
    same: tuple[str, ...] = ()
    seen_before: tuple[str, ...] = ()
    keep: Duration | None = None


@attrs.frozen(kw_only=True)
class Rule:
    """
    One rule of what is given: a reward whose subject is the friend.

    Attributes:
        reward: Its receiver is ``friend`` or ``inviter``; its causes are events of the friend, or
            ``bound``.
        lane: Rules of one lane compete for a receiver on one input: only the one that gives most
            pays, the first in the file where they give the same. Empty: it stands alone.
    """

    reward: Reward
    lane: str = ""

    @property
    def to(self) -> Literal["friend", "inviter"]:
        """Who receives."""
        return "inviter" if self.reward.to == "inviter" else "friend"


@attrs.frozen(kw_only=True)
class ReferralTerms:
    """
    One programme of invitations.

    Attributes:
        bind: How friends are bound.
        rules: What is given for it, in the order of the file.
        at_most: Limits per ``inviter``, ``friend`` or ``campaign``: ``times`` are friends bound, amounts
            and pieces what all rules give together.
        budget: Limits on what all rules give together; a rule asks for those that count something it gives.
        checks: The order in which binding looks for a no.
    """

    head: Head
    bind: Bind
    rules: tuple[Rule, ...] = ()
    at_most: tuple[Limit, ...] = ()
    budget: tuple[Limit, ...] = ()
    checks: tuple[str, ...] = ("phase", "open", "for", "only_if", "code", "self", "same", "again", "loop", "at_most")

    @cached_property
    def live_rules(self) -> tuple[Rule, ...]:
        """The rules, each with the campaign's head as it is by now, its own places in the file, and what all share."""
        return tuple(attrs.evolve(rule, reward=self._whole(rule)) for rule in self.rules)

    @property
    def shared(self) -> tuple[Limit, ...]:
        """The limits of `at_most` that count what is given, and not who is bound."""
        return tuple(limit for limit in self.at_most if limit.of != "times")

    @property
    def units(self) -> Mapping[str, PointsUnit]:
        """The units that its rules give."""
        return {id_: unit for rule in self.rules for id_, unit in rule.reward.units.items()}

    @property
    def gifts(self) -> tuple[Gift, ...]:
        """All that its rules may give."""
        return tuple(gift for rule in self.rules for gift in (*rule.reward.give, *rule.reward.instead))

    @property
    def benefits(self) -> Mapping[str, Benefit]:
        """The benefits that its rules give."""
        return {gift.thing: gift.benefit for gift in self.gifts if gift.benefit is not None}

    def _whole(self, rule: Rule) -> Reward:
        own = rule.reward
        return attrs.evolve(
            own,
            head=attrs.evolve(self.head, where=own.head.where),
            at_most=(*own.at_most, *(limit for limit in self.shared if self._counts(limit, own))),
            budget=tuple(limit for limit in self.budget if self._counts(limit, own)),
        )

    def _counts(self, limit: Limit, reward: Reward) -> bool:
        """Whether a shared limit counts anything that a rule gives; what no rule gives is money, and counts costs."""
        things = {gift.thing for gift in (*reward.give, *reward.instead)}
        costs = any(gift.benefit is not None for gift in (*reward.give, *reward.instead))
        return limit.of in things or (costs and limit.of not in {*self.units, *self.benefits})
