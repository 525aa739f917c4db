"""
When a limit was used, where its window follows what happens.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

import attrs

from quanyi.entitlements.records.base import Record
from quanyi.entitlements.time import aware

__all__ = ["Usage", "Use"]


@attrs.frozen(kw_only=True)
class Use:
    """
    One time that a limit was used.

    Attributes:
        amount: How much, less what was given back.
    """

    at: datetime = attrs.field(validator=aware)
    amount: int


@attrs.frozen(kw_only=True)
class Usage(Record):
    """
    When a limit was used whose window follows what happens; only what still counts is kept.

    Attributes:
        name: The limit, or whatever else has such a window.
        unit: What is counted.
        subject: Whose, by its keys.
        uses: Oldest first.
    """

    kind: ClassVar[str] = "usage"
    name: str
    unit: str
    subject: tuple[str, ...] = ()
    uses: tuple[Use, ...] = ()

    @property
    def parts(self) -> tuple[str, ...]:
        """The limit, what it counts, and whose."""
        return (self.name, self.unit, *self.subject)
