"""
What a look asks of a store beside pictures: lists of records, several in one go, all as of one instant.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Protocol, Self

import attrs

from quanyi.entitlements.records import Record, RecordKey

__all__ = ["AT_ONCE", "Listing", "Snapshots"]

AT_ONCE = 500
"""How many records one listing brings at most; a longer list is read in portions."""


def _ids(values: Collection[str] | None) -> frozenset[str] | None:
    return None if values is None else frozenset(values)


@attrs.frozen(kw_only=True)
class Listing:
    """
    Which records of one kind are listed, newest first, no more than `AT_ONCE`.

    >>> Listing(kind="deal", holders=["h1"], phase="placed").filters
    {'holder': 'h1', 'phase': 'placed'}

    Attributes:
        kind: The kind of record.
        holders: Whose; everybody's unless given.
        keys: Those with these keys, in no order, and nothing else is asked of them.
        phase: Only those that were last booked in this phase.
        campaign: Only those of this campaign.
        item: Only those of this thing.
        due_by: Only those that are due at that instant or were before.
        after: Only what was made before that record.
        ids: Those whose keys have these ids, in no order, and nothing else is asked of them.
        most: So many of them at most; `AT_ONCE`, or portions of it, unless given.
    """

    kind: str
    holders: frozenset[str] | None = attrs.field(default=None, converter=_ids)
    keys: frozenset[RecordKey] | None = None
    phase: str | None = None
    campaign: str | None = None
    item: str | None = None
    due_by: datetime | None = None
    after: RecordKey | None = None
    ids: frozenset[bytes] | None = None
    most: int | None = None

    @property
    def filters(self) -> dict[str, Any]:
        """What `Views.records` takes beside the kind. Several holders, and keys, are no filters there."""
        one = next(iter(self.holders)) if self.holders is not None and len(self.holders) == 1 else None
        names = ("phase", "campaign", "item", "due_by", "after")
        said = {"holder": one, **{name: getattr(self, name) for name in names}}
        return {name: value for name, value in said.items() if value is not None}


class Snapshots(Protocol):
    """What a store can show as of one instant."""

    def listed(self, asked: Sequence[Listing]) -> list[Sequence[Record]]:
        """The records of each listing; one statement for all of them, however many there are."""
        ...

    def snapshot(self) -> AbstractContextManager[Self]:
        """
        The same mall as it stands now: whatever is read inside the block is read as of one instant.

        Nothing may be written through it. Joined to a host's transaction it is the store itself, and shows what that
        transaction sees.
        """
        ...
