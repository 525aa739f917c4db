"""
A batch of card codes: what came in by one import, or was generated at once.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

import attrs

from quanyi.entitlements.accounts import digest16
from quanyi.entitlements.records.base import Record
from quanyi.entitlements.time import aware

__all__ = ["CodeBatch", "ended_codes"]


@attrs.frozen(kw_only=True)
class CodeBatch(Record):
    """
    One batch of card codes; `item` is the benefit that they are pieces of.

    Phases: ``open`` while parts of it are still to come, then ``done``.

    Attributes:
        id: Its number, made of the pool and the key that it came under.
        pool: The pool of the codes.
        source: How they came: ``import`` or ``generate``.
        name: What its author calls it.
        by: Who brought them in; `reason` is why.
        made_at: When the first of them came in.
        added: How many codes came in.
        known: How many were there before and were left out.
        repeated: How many stood in the import once more and were left out.
        broken: How many lines could not be taken.
    """

    kind: ClassVar[str] = "code_batch"
    id: str
    pool: str
    source: str = "import"
    name: str = ""
    by: str = ""
    reason: str = attrs.field(default="", repr=False)
    made_at: datetime = attrs.field(validator=aware)
    added: int = 0
    known: int = 0
    repeated: int = 0
    broken: int = 0

    @property
    def parts(self) -> tuple[str, ...]:
        """Its number."""
        return (self.id,)

    def lookups(self) -> tuple[tuple[str, str], ...]:
        """Batches are found by their pool."""
        return (("pool", self.pool),)

    @staticmethod
    def number_of(pool: str, key: str) -> str:
        """The number of the batch that comes into a pool under a key."""
        return digest16("code batch", pool, key).hex()


def ended_codes(pool: str) -> str:
    """The owner of a pool's codes that ended before anybody got them."""
    return f"ended/{pool}"
