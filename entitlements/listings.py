"""
What a look asks of a store beside pictures: lists of records, several in one go, all as of one instant.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Literal, NamedTuple, Protocol, Self

import attrs

from quanyi.entitlements.records import Record, RecordKey

__all__ = ["AT_ONCE", "Listing", "Order", "Snapshots", "Stand", "Tally"]

AT_ONCE = 500
"""How many records one listing brings at most; a longer list is read in portions."""


Order = Literal["newest", "oldest", "soonest", "latest"]
"""By when records were made; or by when they are due, of equal ones the newest first, and that turned round."""


class Stand(NamedTuple):
    """
    Where a record stands: its phase, and whether it is due by an instant; None for either.

    What is never due is due by no instant.
    """

    phase: str
    due: bool | None = None


class Tally(NamedTuple):
    """How many records there are of one thing in one stand."""

    item: str
    stand: Stand
    number: int


def _ids(values: Collection[str] | None) -> frozenset[str] | None:
    return None if values is None else frozenset(values)


def _stands(values: Collection[Stand] | None) -> frozenset[Stand] | None:
    return None if values is None else frozenset(values)


@attrs.frozen(kw_only=True)
class Listing:
    """
    Which records of one kind are listed, in which order, no more than `AT_ONCE`.

    >>> Listing(kind="deal", holders=["h1"], phase="placed").filters
    {'holder': 'h1', 'phase': 'placed'}

    Attributes:
        kind: The kind of record.
        holders: Whose; everybody's unless given.
        keys: Those with these keys, in no order, and nothing else is asked of them.
        phase: Only those that were last booked in this phase.
        campaign: Only those of this campaign.
        item: Only those of this thing.
        items: Only those of these things.
        stands: Only those that stand so; `at` is the instant by which they are due or not.
        due_by: Only those that are due at that instant or were before.
        due_from: Only those that are due at that instant or later.
        never_due: Only those that are never due.
        after: Only what stands behind that record in the order.
        order: By when they are due, those that never are stand nowhere.
        ids: Those whose keys have these ids, in no order, and nothing else is asked of them.
        most: So many of them at most; `AT_ONCE`, or portions of it, unless given.
    """

    kind: str
    holders: frozenset[str] | None = attrs.field(default=None, converter=_ids)
    keys: frozenset[RecordKey] | None = None
    phase: str | None = None
    campaign: str | None = None
    item: str | None = None
    items: frozenset[str] | None = attrs.field(default=None, converter=_ids)
    stands: frozenset[Stand] | None = attrs.field(default=None, converter=_stands)
    at: datetime | None = None
    due_by: datetime | None = None
    due_from: datetime | None = None
    never_due: bool = False
    after: RecordKey | None = None
    order: Order = "newest"
    ids: frozenset[bytes] | None = None
    most: int | None = None

    @property
    def filters(self) -> dict[str, Any]:
        """What `Views.records` takes beside the kind. Several holders, and keys, are no filters there."""
        one = next(iter(self.holders)) if self.holders is not None and len(self.holders) == 1 else None
        names = ("phase", "campaign", "item", "due_by", "after")
        said = {"holder": one, **{name: getattr(self, name) for name in names}}
        return {name: value for name, value in said.items() if value is not None}

    @property
    def by_due(self) -> bool:
        """Whether they are listed by when they are due."""
        return self.order in ("soonest", "latest")

    @property
    def backwards(self) -> bool:
        """Whether what has the highest `place` comes first."""
        return self.order in ("newest", "latest")

    def place(self, numbered: tuple[int, Record]) -> tuple[Any, ...]:
        """By what records are ordered, given with the numbers that say which of them was made first."""
        number, record = numbered
        return (record.due_at, -number) if self.by_due else (number,)

    def fits(self, record: Record) -> bool:
        """Whether a record of the kind is what is asked for, but for its place in the order."""
        named = {"phase": self.phase, "campaign": self.campaign, "item": self.item}
        return (
            all(value is None or getattr(record, name) == value for name, value in named.items())
            and (self.holders is None or record.holder in self.holders)
            and (self.items is None or record.item in self.items)
            and (self.stands is None or any(self._at(record, stand) for stand in self.stands))
            and self._fits_end(record.due_at)
        )

    def _fits_end(self, due: datetime | None) -> bool:
        if due is None:
            return self.due_by is None and self.due_from is None and not self.by_due
        return (
            not self.never_due
            and (self.due_by is None or due <= self.due_by)
            and (self.due_from is None or due >= self.due_from)
        )

    def _at(self, record: Record, stand: Stand) -> bool:
        due = record.due_at is not None and self.at is not None and record.due_at <= self.at
        return record.phase == stand.phase and stand.due in (None, due)


class Snapshots(Protocol):
    """What a store can show as of one instant."""

    def listed(self, asked: Sequence[Listing]) -> list[Sequence[Record]]:
        """The records of each listing; one statement for all of them, however many there are."""
        ...

    def tallied(self, kind: str, holder: str, at: datetime) -> Sequence[Tally]:
        """How many records of one kind somebody has, by thing, phase, and whether they are due by an instant."""
        ...

    def snapshot(self) -> AbstractContextManager[Self]:
        """
        The same mall as it stands now: whatever is read inside the block is read as of one instant.

        Nothing may be written through it. Joined to a host's transaction it is the store itself, and shows what that
        transaction sees.
        """
        ...
