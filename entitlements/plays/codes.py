"""
Bring card codes in: each sealed one once, and as many pieces of stock as there are new codes. Set
codes aside that may have been delivered already.
"""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from quanyi.entitlements.accounts import outside, stock
from quanyi.entitlements.changes import Because, Changes, SealedCode
from quanyi.entitlements.clauses import Head
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.needs import CodeTwin, Need
from quanyi.entitlements.picture import Draft
from quanyi.entitlements.plays.base import Exposure, Trigger
from quanyi.entitlements.records import shared_codes

__all__ = ["ImportCodes", "QuarantineCodes", "quarantined"]


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
        """
        Stash what is new, once.

        The answer says how many were `added`; how many were `known` before, and how many `repeated` others
        of the same import: `duplicates` is both together.
        """
        codes: tuple[SealedCode, ...] = ask.personal["codes"]
        distinct = {code.blind: code for code in reversed(codes)}
        fresh = {blind: code for blind, code in reversed(distinct.items()) if not draft.twin(blind)}
        if fresh:
            draft.stash(tuple(fresh.values()))
            if ask.data.get("shared"):
                draft.draw(ask.data["pool"], len(fresh), shared_codes(ask.data["pool"]))
            else:
                draft.post(outside("loaded", "pieces"), stock(ask.data["benefit"]), len(fresh), "load")
        known, repeated = len(distinct) - len(fresh), len(codes) - len(distinct)
        answer = {"added": len(fresh), "duplicates": known + repeated, "known": known, "repeated": repeated}
        return draft.done(Because(campaign="", rule="codes.import"), answer=answer)

    def exposure(self) -> tuple[Exposure, ...]:
        """Nothing is given away."""
        return ()


@attrs.frozen(kw_only=True)
class QuarantineCodes:
    """
    Answers ``codes.quarantine``: the first *count* free codes of a pool go to nobody, and leave the stock.

    For a database that came back from a backup: which codes were delivered since is not known to it, but
    they were the first in the queue.
    """

    head: Head = attrs.field(factory=lambda: Head(campaign="", kind="basics"))

    def listens(self) -> tuple[Trigger, ...]:
        """The operator's command."""
        return (Trigger(type="codes.quarantine"),)

    def needs(self, ask: Input) -> Iterable[Need]:
        """The stock that the codes are pieces of."""
        yield stock(ask.data["benefit"])

    def decide(self, ask: Input, draft: Draft) -> Changes:
        """Draw them; `short` says for how many of them pieces were promised to deals that are not paid yet."""
        pool, count, pieces = ask.data["pool"], ask.data["count"], stock(ask.data["benefit"])
        draft.draw(pool, count, quarantined(ask.key))
        free = min(count, draft.balance(pieces))
        if free:
            draft.post(pieces, outside("void", "pieces"), free, "quarantine")
        answer = {"pool": pool, "quarantined": count, "short": count - free}
        return draft.done(Because(campaign="", rule="codes.quarantine"), answer=answer)

    def exposure(self) -> tuple[Exposure, ...]:
        """Nothing is given away."""
        return ()


def quarantined(key: str) -> str:
    """The owner of codes that were set aside by the command of that key."""
    return f"quarantine/{key}"
