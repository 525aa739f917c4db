"""
How the memory store lists records: the same orders, filters and pages as every other store.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import dropwhile, islice

from quanyi.adapters.memory_tables import MemoryTables
from quanyi.entitlements.listings import AT_ONCE, Listing, Stand, Tally
from quanyi.entitlements.records import Record, RecordKey

__all__ = ["MemoryLists"]


class MemoryLists:
    """The lists of a memory store."""

    _tables: MemoryTables

    def records(
        self,
        kind: str,
        *,
        holder: str | None = None,
        phase: str | None = None,
        campaign: str | None = None,
        item: str | None = None,
        due_by: datetime | None = None,
        after: RecordKey | None = None,
        limit: int = 100,
    ) -> Sequence[Record]:
        """Records of one kind, newest first."""
        asked = Listing(
            kind=kind,
            holders=None if holder is None else [holder],
            phase=phase,
            campaign=campaign,
            item=item,
            due_by=due_by,
            after=after,
        )
        return list(islice(self._listed(asked), limit))

    def listed(self, asked: Sequence[Listing]) -> list[Sequence[Record]]:
        """The records of each listing."""
        return [list(islice(self._listed(listing), min(listing.most or AT_ONCE, AT_ONCE))) for listing in asked]

    def tallied(self, kind: str, holder: str, at: datetime) -> Sequence[Tally]:
        """How many records of one kind somebody has, by thing, phase, and whether they are due by an instant."""
        found = self._listed(Listing(kind=kind, holders=[holder]))
        stands = Counter((r.item, Stand(r.phase, r.due_at is not None and r.due_at <= at)) for r in found)
        return [Tally(item, stand, count) for (item, stand), count in stands.items()]

    def _listed(self, listing: Listing) -> Iterator[Record]:
        stored, keys = self._tables.records, self._tables.kinds.get(listing.kind, {})
        if listing.keys is not None or listing.ids is not None:
            named = (key for key in keys if key.id in (listing.ids or ()))
            return (yield from (stored[key][0] for key in (listing.keys or named) if key in stored))
        numbered = ((number, stored[key][0]) for number, key in enumerate(keys))
        dated = [each for each in numbered if each[1].due_at is not None or not listing.by_due]
        ordered = sorted(dated, key=listing.place, reverse=listing.backwards)
        found: Iterator[Record] = (record for _, record in ordered)
        if listing.after is not None:
            found = dropwhile(lambda record: record.key != listing.after, found)
            next(found, None)
        yield from (record for record in found if listing.fits(record))
