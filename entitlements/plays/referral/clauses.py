"""
The clauses of a referral: how a friend is bound, and the rules of what is given for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import attrs

from quanyi.entitlements.conditions import Condition
from quanyi.entitlements.plays.reward import Reward
from quanyi.entitlements.time import Duration

__all__ = ["BOUND", "Bind", "Rule"]

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
