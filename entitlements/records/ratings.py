"""
What the holder of an entitlement says of it.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

import attrs

from quanyi.entitlements.records.base import Record
from quanyi.entitlements.time import aware

__all__ = ["Rating"]


@attrs.frozen(kw_only=True)
class Rating(Record):
    """
    What the holder of an entitlement says of it, as said last; `item` is the benefit.

    Attributes:
        entitlement: Its number.
        worked: Whether it worked; None for no answer.
        stars: From 1 to 5; 0 for no answer.
        said_at: When it was said.
    """

    kind: ClassVar[str] = "rating"
    entitlement: str
    worked: bool | None = None
    stars: int = 0
    said_at: datetime = attrs.field(validator=aware)

    @property
    def parts(self) -> tuple[str, ...]:
        """The entitlement."""
        return (self.entitlement,)
