"""
What somebody has been promised, for screens: what, why, and when it comes.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import attrs

from quanyi.entitlements.plain import Plain
from quanyi.entitlements.plays.parked import Parked
from quanyi.entitlements.records import Promise

__all__ = ["PromiseView", "promise_view"]


@attrs.frozen(kw_only=True)
class PromiseView(Plain):
    """
    Something that will be given, unless its cause is undone first.

    Attributes:
        gifts: (unit or benefit, amount) of each thing, as it was fixed when it was promised.
        event: The type of what caused it.
        due_at: When it is given.
    """

    id: str
    campaign: str
    gifts: tuple[tuple[str, int], ...]
    event: str
    due_at: datetime | None


def promise_view(promise: Promise, play: Any) -> PromiseView:
    """Show *promise*, made by that version of its campaign; without its gifts where that is parked."""
    give = () if isinstance(play, Parked) else _rule(play, promise).give
    return PromiseView(
        id=promise.id,
        campaign=promise.campaign,
        gifts=tuple((give[place].thing, amount) for place, amount in promise.event["gifts"] if amount and give),
        event=promise.event["type"],
        due_at=promise.due_at,
    )


def _rule(play: Any, promise: Promise) -> Any:
    """The rule that promised: the campaign itself, or one of several."""
    rules = [rule.reward for rule in getattr(play, "rules", ())]
    name = promise.event.get("rule")
    return next((rule for rule in rules if rule.rule == name), rules[0] if rules else play)
