"""
Say whether an entitlement worked, and how good it was.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import attrs

from quanyi.entitlements.changes import Because, Changes
from quanyi.entitlements.clauses import Head
from quanyi.entitlements.counted import count
from quanyi.entitlements.errors import InputError, VoucherRefused
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.needs import Need
from quanyi.entitlements.parsing import quoted
from quanyi.entitlements.picture import Draft
from quanyi.entitlements.plays.base import Exposure, Trigger
from quanyi.entitlements.records import Entitlement, Rating, RecordKey

__all__ = ["Rate"]

_MOST = 5


@attrs.frozen(kw_only=True)
class Rate:
    """
    The holder's word on an entitlement: ``{entitlement, worked, stars}``, one of the last two or both.

    What is said later takes the place of what was said before; what is left out stays.
    """

    head: Head = attrs.field(factory=lambda: Head(campaign="", kind="basics"))
    type: str = "entitlement.rate"

    def listens(self) -> tuple[Trigger, ...]:
        """Its one input type."""
        return (Trigger(type=self.type),)

    def exposure(self) -> tuple[Exposure, ...]:
        """Nothing is given away."""
        return ()

    def needs(self, ask: Input) -> Iterable[Need]:
        """The entitlement, and what was said of it before."""
        number = str(ask.data.get("entitlement", ""))
        return {RecordKey(kind=kind, parts=(number,)) for kind in (Entitlement.kind, Rating.kind)}

    def decide(self, ask: Input, draft: Draft) -> Changes:
        """`VoucherRefused` if it is unknown, or somebody else's; InputError for what is no rating."""
        number = str(ask.data.get("entitlement", ""))
        right = draft.get(Entitlement, number)
        if right is None or (ask.user is not None and right.holder != ask.holder):
            raise VoucherRefused(reason="unknown")
        said = _said(ask)
        before = draft.get(Rating, number)
        if before is None:
            before = Rating(entitlement=number, holder=right.holder, item=right.item, said_at=ask.at)
        after = attrs.evolve(before, said_at=ask.at, campaign=right.campaign, **said)
        draft.put(after)
        _count(draft, before, after)
        data = {"entitlement": number, "item": right.item, "worked": after.worked, "stars": after.stars}
        draft.emit("entitlement.rated", data, holder=right.holder)
        return draft.done(Because(campaign="", rule=self.type), holder=ask.holder, answer=data)


def _count(draft: Draft, before: Rating, after: Rating) -> None:
    """Count what is said now in the place of what was said before."""
    count(draft, "worked", (after.worked is True) - (before.worked is True))
    count(draft, "failed", (after.worked is False) - (before.worked is False))
    count(draft, "rated", bool(after.stars) - bool(before.stars))
    count(draft, "stars", after.stars - before.stars)


def _said(ask: Input) -> dict[str, Any]:
    """What of the two was said."""
    said = {name: ask.data[name] for name in ("worked", "stars") if ask.data.get(name) is not None}
    worked, stars = said.get("worked", False), said.get("stars", 1)
    if not said or type(worked) is not bool or type(stars) is not int or not 1 <= stars <= _MOST:
        raise InputError(f"a rating says worked (true or false), stars (1 to {_MOST}) or both, not {quoted(str(said))}")
    return said
