"""
Give an entitlement by hand: an operator's compensation, outside of any campaign.
"""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from quanyi.entitlements.accounts import stock
from quanyi.entitlements.benefits import Benefit
from quanyi.entitlements.by_hand import hand_over
from quanyi.entitlements.changes import Because, Changes
from quanyi.entitlements.clauses import Head
from quanyi.entitlements.derived_ids import derived_id
from quanyi.entitlements.errors import InputError
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.needs import Need
from quanyi.entitlements.picture import Draft
from quanyi.entitlements.plays.base import Exposure, Trigger

__all__ = ["Grant"]


@attrs.frozen(kw_only=True)
class Grant:
    """
    One entitlement for somebody: ``{benefit, reason}``; the benefit as the catalogue has it travels in `personal`.

    A piece is taken from its stock, and a code from its pool, as for a campaign; no limit or budget of one is used.
    """

    head: Head = attrs.field(factory=lambda: Head(campaign="", kind="basics"))
    type: str = "entitlement.grant"

    def listens(self) -> tuple[Trigger, ...]:
        """Its one input type."""
        return (Trigger(type=self.type),)

    def exposure(self) -> tuple[Exposure, ...]:
        """What operators give is bounded by no campaign."""
        return ()

    def needs(self, ask: Input) -> Iterable[Need]:
        """The stock, where the benefit can run out."""
        benefit = ask.personal.get("benefit")
        return {stock(benefit.id)} if isinstance(benefit, Benefit) and benefit.counted else set()

    def decide(self, ask: Input, draft: Draft) -> Changes:
        """`OutOfStock` where there is no piece left; InputError without a person or a benefit."""
        benefit = ask.personal.get("benefit")
        if not isinstance(benefit, Benefit) or ask.holder is None:
            raise InputError("a grant needs a user and a benefit")
        id_ = derived_id("entitlement", self.type, ask.origin)
        right = hand_over(draft, benefit, ask.holder, id_=id_, zone=self.head.zone)
        why = str(ask.data.get("reason") or "")
        because = Because(campaign="", rule=self.type, source=("reason", why) if why else ())
        return draft.done(because, holder=ask.holder, answer={"entitlements": [right.id], "item": benefit.id})
