"""
How the memory store shows its card codes, and takes new seals for them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from itertools import islice
from threading import RLock

import attrs

from quanyi.adapters.memory_tables import MemoryTables
from quanyi.entitlements.changes import SealedCode
from quanyi.entitlements.code_shelf import CodeCounts, Ending, state_of
from quanyi.entitlements.needs import CodesOf, CodeTwin

__all__ = ["MemoryCodes"]


class MemoryCodes:
    """The card codes of a memory store."""

    _tables: MemoryTables
    _mutex: RLock

    def codes_asked(self, need: CodesOf | CodeTwin) -> tuple[SealedCode, ...]:
        """The codes of an owner, or those of a text's blind index."""
        codes = self._tables.codes.values()
        if isinstance(need, CodesOf):
            return tuple(code for code in codes if code.owner == need.owner)
        return tuple(code for code in codes if need.blind == (code.twin_of or code.blind))

    def code_counts(self, pool: str, now: datetime) -> Mapping[str, CodeCounts]:
        """How many codes of *pool* are in which state, by their batch; empty text for those of none."""
        found: dict[str, Counter[str]] = {}
        for code in self._tables.codes.values():
            if code.pool == pool:
                found.setdefault(code.batch or "", Counter())[state_of(code, now)] += 1
        return {batch: CodeCounts(**counts) for batch, counts in found.items()}

    def codes_in(self, batch: str, after: str | None, limit: int) -> Sequence[SealedCode]:
        """The codes of one batch in the order in which they came in, behind the one of the id *after*."""
        codes = [code for code in self._tables.codes.values() if code.batch == batch]
        first = next((place for place, code in enumerate(codes, 1) if code.id == after), 0)
        return codes[first : first + limit]

    def codes_ending(self, pools: Collection[str], now: datetime, until: datetime) -> Mapping[str, Ending]:
        """Of each pool the free codes that end after *now* and by *until*; a pool without any is left out."""
        ends: dict[str, list[datetime]] = {}
        for code in self._tables.codes.values():
            if code.pool in pools and code.owner is None and code.ends_at is not None and now < code.ends_at <= until:
                ends.setdefault(code.pool, []).append(code.ends_at)
        return {pool: Ending(count=len(some), first=min(some)) for pool, some in ends.items()}

    def sealed_otherwise(self, key_id: str, after: str | None, limit: int) -> Sequence[SealedCode]:
        """Codes that another key has sealed than that of *key_id*, oldest first, behind the one of the id *after*."""
        codes = list(self._tables.codes.values())
        first = next((place for place, code in enumerate(codes, 1) if code.id == after), 0)
        return list(islice((code for code in codes[first:] if code.key_id != key_id), limit))

    def put_seals(self, before: Sequence[SealedCode], after: Sequence[SealedCode]) -> int:
        """Write the seals of *after* where those of *before* still stand; how many that were."""
        done = 0
        with self._mutex:
            tables = self._tables = self._tables.to_write()
            for old, new in zip(before, after, strict=True):
                stands = tables.codes.get(old.id)
                if stands is not None and (stands.key_id, stands.sealed) == (old.key_id, old.sealed):
                    tables.codes[old.id] = attrs.evolve(stands, sealed=new.sealed, key_id=new.key_id)
                    done += 1
        return done
