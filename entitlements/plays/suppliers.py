"""
An operator's word on a supplier: it is asked again, whatever came of its last purchases.
"""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from quanyi.entitlements.changes import Because, Changes
from quanyi.entitlements.clauses import Head
from quanyi.entitlements.errors import InputError
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.needs import Need
from quanyi.entitlements.picture import Draft
from quanyi.entitlements.plays.base import Exposure, Trigger
from quanyi.entitlements.records import Standing
from quanyi.entitlements.supply.purchasing import standing_key

__all__ = ["ClearSupplier"]


@attrs.frozen(kw_only=True)
class ClearSupplier:
    """Answers ``supplier.clear``: ``{supplier, reason}``."""

    head: Head = attrs.field(factory=lambda: Head(campaign="", kind="basics"))

    def listens(self) -> tuple[Trigger, ...]:
        """The operator's command."""
        return (Trigger(type="supplier.clear"),)

    def needs(self, ask: Input) -> Iterable[Need]:
        """How the supplier stands."""
        return {standing_key(str(ask.data.get("supplier", "")))}

    def decide(self, ask: Input, draft: Draft) -> Changes:
        """Forget how its last purchases ended; the answer says how many those were."""
        supplier, reason = ask.data.get("supplier"), ask.data.get("reason")
        if not isinstance(supplier, str) or not supplier:
            raise InputError("say which supplier")
        before = draft.get(Standing, supplier)
        if before is not None:
            draft.put(Standing(item=supplier, phase="kept"))
        source = ("reason", str(reason)) if reason else ()
        answer = {"supplier": supplier, "forgotten": 0 if before is None else before.ended_count}
        return draft.done(Because(campaign="", rule="supplier.clear", source=source), answer=answer)

    def exposure(self) -> tuple[Exposure, ...]:
        """Nothing is given away."""
        return ()
