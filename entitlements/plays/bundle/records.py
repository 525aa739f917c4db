"""
What a bundle keeps: how each of its parts stands, for each deal.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

import attrs

from quanyi.entitlements.records import Move, Record, RecordKey
from quanyi.entitlements.time import aware_or_none

__all__ = ["RECORDS", "PackPart", "part_key"]


@attrs.frozen(kw_only=True)
class PackPart(Record):
    """
    One part of a bundle that somebody bought, with a state of its own.

    Phases: ``waiting`` (for its time) → ``open`` (to be chosen) → ``given``; ``short`` (out of stock,
    tried again) → ``given`` or ``failed``; and where the deal is refunded, ``cancelled`` before
    it was given, ``withdrawn`` after.

    Attributes:
        deal: The deal it belongs to.
        name: The part's name in the campaign.
        chosen: What was chosen, where there is a choice; `defaulted` if nobody chose in time.
        tries: How often it was out of stock.
        moves: What giving it booked; a refund takes it back.
        grants: Ids of the entitlements it gave.
        due_at: When it opens, closes, is given or tried again; None once nothing is due any more.
    """

    kind: ClassVar[str] = "part"
    deal: str
    name: str
    chosen: tuple[str, ...] = ()
    defaulted: bool = False
    tries: int = 0
    moves: tuple[Move, ...] = ()
    grants: tuple[str, ...] = ()
    given_at: datetime | None = attrs.field(default=None, validator=aware_or_none)

    @property
    def parts(self) -> tuple[str, ...]:
        """The deal and the part."""
        return (self.deal, self.name)


def part_key(deal: str, name: str) -> RecordKey:
    """The record of one part of a deal."""
    return RecordKey(kind=PackPart.kind, parts=(deal, name))


RECORDS: tuple[type[Record], ...] = (PackPart,)
"""The kinds of records that bundles keep."""
