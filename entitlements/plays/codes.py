"""
Bring card codes in: each sealed one once, and as many pieces of stock as there are new codes.
"""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from quanyi.entitlements.accounts import outside, stock
from quanyi.entitlements.changes import Because, Changes, SealedCode
from quanyi.entitlements.clauses import Head
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.picture import CodeTwin, Draft, Need
from quanyi.entitlements.plays.base import Exposure, Trigger
from quanyi.entitlements.records import shared_codes

__all__ = ["ImportCodes"]


@attrs.frozen(kw_only=True)
class ImportCodes:
    """
    Answers ``codes.import``: codes that all share are drawn for everybody at once, and are no stock. Data names the benefit and the blind indexes, and the sealed codes
    travel apart, so that nothing of them is hashed or kept with the receipt.
    """

    head: Head = attrs.field(factory=lambda: Head(campaign="", kind="basics"))

    def listens(self) -> tuple[Trigger, ...]:
        """The import command."""
        return (Trigger(type="codes.import"),)

    def needs(self, ask: Input) -> Iterable[Need]:
        """Every code's twin, and the stock that the new ones add to."""
        yield stock(ask.data["benefit"])
        yield from (CodeTwin(code.blind) for code in ask.personal["codes"])

    def decide(self, ask: Input, draft: Draft) -> Changes:
        """Stash what is new, once; the answer says how many were, and how many were known."""
        codes: tuple[SealedCode, ...] = ask.personal["codes"]
        fresh: dict[bytes, SealedCode] = {}
        for code in codes:
            if not draft.twin(code.blind):
                fresh.setdefault(code.blind, code)
        if fresh:
            draft.stash(tuple(fresh.values()))
            if ask.data.get("shared"):
                draft.draw(ask.data["pool"], len(fresh), shared_codes(ask.data["pool"]))
            else:
                draft.post(outside("loaded", "pieces"), stock(ask.data["benefit"]), len(fresh), "load")
        answer = {"added": len(fresh), "duplicates": len(codes) - len(fresh)}
        return draft.done(Because(campaign="", rule="codes.import"), answer=answer)

    def exposure(self) -> tuple[Exposure, ...]:
        """Nothing is given away."""
        return ()
