"""
Bring card codes in: each sealed one once, and as many pieces of stock as there are new codes. Set
codes aside that may have been delivered already, or that have come to their end.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from quanyi.entitlements.accounts import outside, stock
from quanyi.entitlements.changes import Because, Changes, SealedCode
from quanyi.entitlements.clauses import Head
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.needs import CodeTwin, EndedCodes, Need
from quanyi.entitlements.picture import Draft
from quanyi.entitlements.plays.base import Exposure, Trigger
from quanyi.entitlements.records import CodeBatch, RecordKey, ended_codes, shared_codes

__all__ = ["EndCodes", "ImportCodes", "QuarantineCodes", "quarantined"]


@attrs.frozen(kw_only=True)
class ImportCodes:
    """
    Answers ``codes.import``: codes that all share are drawn for everybody at once, and are no stock. Data names the benefit and the blind indexes, and the sealed codes
    travel apart, so that nothing of them is hashed or kept with the receipt.

    All parts of an import that comes in several belong to one batch, and each adds to its counts.
    """

    head: Head = attrs.field(factory=lambda: Head(campaign="", kind="basics"))

    def listens(self) -> tuple[Trigger, ...]:
        """The import command."""
        return (Trigger(type="codes.import"),)

    def needs(self, ask: Input) -> Iterable[Need]:
        """Every code's twin, the stock that the new ones add to, and their batch."""
        yield stock(ask.data["benefit"])
        yield RecordKey(kind=CodeBatch.kind, parts=(_batch_of(ask),))
        yield from (CodeTwin(code.blind) for code in ask.personal["codes"] if code.twin_of is None)

    def decide(self, ask: Input, draft: Draft) -> Changes:
        """
        Stash what is new, once; a card that may have the same text as others is always new.

        The answer says how many were `added`; how many were `known` before, and how many `repeated` others
        of the same import: `duplicates` is both together. `knew` has the places of those that were known.
        """
        codes: tuple[SealedCode, ...] = ask.personal["codes"]
        distinct = {code.blind: place for place, code in reversed(tuple(enumerate(codes)))}
        knew = [place for blind, place in distinct.items() if codes[place].twin_of is None and draft.twin(blind)]
        left_out, batch = frozenset(knew), _batch_of(ask)
        new = (codes[place] for place in sorted(distinct.values()) if place not in left_out)
        fresh = tuple(code if code.batch == batch else attrs.evolve(code, batch=batch) for code in new)
        if fresh:
            self._stash(ask, draft, fresh)
        known, repeated = len(knew), len(codes) - len(distinct)
        counts = {"added": len(fresh), "known": known, "repeated": repeated}
        self._count(ask, draft, batch, counts)
        answer = {**counts, "duplicates": known + repeated, "batch": batch, **({"knew": sorted(knew)} if knew else {})}
        return draft.done(Because(campaign="", rule="codes.import"), answer=answer)

    def _stash(self, ask: Input, draft: Draft, fresh: tuple[SealedCode, ...]) -> None:
        pool, benefit = ask.data["pool"], ask.data["benefit"]
        draft.stash(fresh)
        if ask.data.get("shared"):
            draft.draw(pool, len(fresh), shared_codes(pool))
            return
        draft.post(outside("loaded", "pieces"), stock(benefit), len(fresh), "load")
        for end in sorted({code.ends_at for code in fresh if code.ends_at is not None}):
            draft.emit("codes.ended", {"pool": pool, "benefit": benefit}, at=end, wakes=(stock(benefit),))

    def _count(self, ask: Input, draft: Draft, batch: str, counts: Mapping[str, int]) -> None:
        """Add what came in to the batch; the first part makes it."""
        said: Mapping[str, Any] = ask.data.get("batch", {})
        before = draft.get(CodeBatch, batch) or CodeBatch(
            id=batch,
            pool=ask.data["pool"],
            item=ask.data["benefit"],
            phase="open",
            source=said.get("source", "import"),
            name=said.get("name", ""),
            by=ask.by or "",
            reason=said.get("reason", ""),
            made_at=ask.at,
        )
        added = {name: getattr(before, name) + count for name, count in counts.items()}
        added["repeated"] += said.get("repeated", 0)
        phase = "done" if said.get("last", True) else before.phase
        draft.put(attrs.evolve(before, phase=phase, broken=before.broken + said.get("broken", 0), **added))

    def exposure(self) -> tuple[Exposure, ...]:
        """Nothing is given away."""
        return ()


def _batch_of(ask: Input) -> str:
    """The number of the batch that an import belongs to."""
    said: Mapping[str, Any] = ask.data.get("batch", {})
    return CodeBatch.number_of(ask.data["pool"], said.get("of", ask.key))


@attrs.frozen(kw_only=True)
class EndCodes:
    """Answers the timer ``codes.ended``: a pool's free codes whose end has come go to nobody, and leave the stock."""

    head: Head = attrs.field(factory=lambda: Head(campaign="", kind="basics"))

    def listens(self) -> tuple[Trigger, ...]:
        """The timer of each end."""
        return (Trigger(type="codes.ended"),)

    def needs(self, ask: Input) -> Iterable[Need]:
        """How many there are, and the stock that they are pieces of."""
        yield stock(ask.data["benefit"])
        yield EndedCodes(ask.data["pool"])

    def decide(self, ask: Input, draft: Draft) -> Changes:
        """Take them out; `short` says for how many of them pieces were promised to deals that are not paid yet."""
        pool, pieces = ask.data["pool"], stock(ask.data["benefit"])
        ended = draft.ended_codes(pool)
        free = min(ended, draft.balance(pieces))
        if ended:
            draft.draw(pool, ended, ended_codes(pool), ended=True)
        if free:
            draft.post(pieces, outside("void", "pieces"), free, "end")
        answer = {"pool": pool, "ended": ended, "short": ended - free}
        return draft.done(Because(campaign="", rule="codes.ended"), answer=answer, outcome="lapsed")

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
