"""
The form of a reward's file.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from quanyi.campaigns.language.schema.base import Word
from quanyi.campaigns.language.schema.clauses import (
    CampaignHead,
    ConditionValue,
    Gifts,
    PartUndos,
    PayoutMap,
    UnlessMap,
    Whens,
)
from quanyi.campaigns.language.schema.values import DurationText

__all__ = ["RewardFile"]


class RewardFile(CampaignHead):
    """Whenever X happens, Y gets Z: so often, after a while, and taken back if X is undone."""

    stand_ins: ClassVar[dict[str, Any]] = {**CampaignHead.stand_ins, "when": []}

    kind: Literal["reward"]
    when: Whens
    """The event that causes it, `when: order.paid`; or a list of them."""
    only_if: ConditionValue | None = None
    """On what condition: `{amount: {min: 20.00}}`, or an expression in quotes."""
    give: Gifts = ()
    """What the receiver gets: `{points: 10}`, a benefit, or a list."""
    take: Gifts = ()
    """What the user loses first: `{points: 10}`."""
    to: Word = "user"
    """Who receives: `user` (default), or an attribute of type user, `to: inviter`."""
    after: DurationText | None = None
    """How long it stays a promise, `after: 7d`; left out: given at once."""
    unless: UnlessMap | None = None
    """What calls an open promise off: `{event: order.refunded, same: order}`."""
    at_payout: PayoutMap = PayoutMap()
    """What is asked only when a promise falls due: `{at_most: [2 per user per month]}`."""
    if_undone: PartUndos = ()
    """What happens if the cause goes away: `{when: order.refunded, same: order, take: debt}`."""
    instead: Gifts = ()
    """What is given where a gift's stock is gone: `{points: 5}`."""
