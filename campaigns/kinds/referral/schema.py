"""
`kind: referral`, as it is written.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, Tag

from quanyi.campaigns.language.schema.base import BY_SHAPE, SOME, Event, Id, Strict, Word
from quanyi.campaigns.language.schema.clauses import (
    CampaignHead,
    ConditionValue,
    Gifts,
    Names,
    PartUndos,
    PayoutMap,
    SomeLimits,
    UnlessMap,
    Whens,
)
from quanyi.campaigns.language.schema.values import DurationText

__all__ = ["BindMap", "ReferralFile", "RuleMap", "SameMap", "SuspectMap"]


class SameMap(Strict):
    """What inviter and friend may not have in common."""

    same: Names
    """An attribute of the event or of the profile: `{same: user.device}`."""


class SuspectMap(Strict):
    """Friends who are bound, but earn nothing for anybody."""

    seen_before: Names
    """An attribute that nobody may have brought along before: `{seen_before: device}`."""


class BindMap(Strict):
    """How a friend is bound to an inviter."""

    stand_ins: ClassVar[dict[str, Any]] = {"when": []}

    when: Whens
    """The events or commands that bind; their user is the friend: `[user.register, referral.bind]`."""
    to: Annotated[Annotated[Word, Tag("text")] | Annotated[dict[Event, Word], Tag("map")], BY_SHAPE] | None = None
    """The attribute that names the inviter, `to: inviter`; or one for each event, `{user.register: inviter}`."""
    code: Word | None = None
    """The attribute that carries an invitation code, `code: code`; then `referral.code` gives people theirs."""
    only_if: ConditionValue | None = None
    """Who may still be bound: `{user.registered: false}`; a no is called `only-new-users`."""
    never: tuple[
        Annotated[
            Annotated[Literal["again", "loop", "self"], Tag("text")] | Annotated[SameMap, Tag("map")],
            BY_SHAPE,
        ],
        ...,
    ] = ("self", "loop", "again")
    """What is never bound: `self`, `loop` and `again` always, and `{same: user.device}` if it is named."""
    suspect: SuspectMap | None = None
    """Who is bound and flagged, and earns nothing for anybody: `{seen_before: device}`."""
    keep: Annotated[Literal["forever"] | DurationText, Field(union_mode="left_to_right")] = "forever"
    """How long a bond lasts: `forever` (default), or a duration like `90 days`."""


class RuleMap(Strict):
    """One rule of what is given for a bond."""

    stand_ins: ClassVar[dict[str, Any]] = {"to": "friend", "when": []}

    name: Id | None = None
    """What the rule is called; left out: who gets it and when, `inviter-order-paid`."""
    to: Literal["friend", "inviter"]
    """Who receives: `friend` or `inviter`."""
    when: Whens
    """`bound`, or an event of the friend, `order.paid`; or a list of events."""
    only_if: ConditionValue | None = None
    """On what condition: `{amount: {min: 20.00}}`."""
    give: Gifts = ()
    """What the receiver gets: `{points: 100}`, a benefit, or a list."""
    at_most: SomeLimits = ()
    """How often: `1 per friend`, `2 per inviter per month`, or a list of limits."""
    after: DurationText | None = None
    """How long it stays a promise, `after: 7d`; left out: given at once."""
    unless: UnlessMap | None = None
    """What calls an open promise off: `{event: order.refunded, same: order}`."""
    at_payout: PayoutMap = PayoutMap()
    """What is asked only when a promise falls due: `{at_most: [2 per inviter per month]}`."""
    if_undone: PartUndos = ()
    """What happens if the cause goes away: `{when: order.refunded, same: order, take: debt}`."""
    instead: Gifts = ()
    """What is given where a gift's stock is gone: `{points: 5}`."""
    lane: Id | None = None
    """Rules of one lane compete for a receiver: only the one that gives most pays."""


class ReferralFile(CampaignHead):
    """Bring a friend: both get something, the inviter only when the friend has really bought."""

    stand_ins: ClassVar[dict[str, Any]] = {
        **getattr(CampaignHead, "stand_ins", {}),
        "bind": {"when": []},
        "rewards": [],
    }

    kind: Literal["referral"]
    bind: BindMap
    """How a friend is bound: `{when: user.register, to: inviter}`."""
    rewards: Annotated[tuple[RuleMap, ...], SOME] = Field(json_schema_extra={"minItems": 1})
    """What is given for it: a list of rules like `{to: friend, when: bound, give: {points: 50}}`."""
