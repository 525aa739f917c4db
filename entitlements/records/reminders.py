"""
Reminders: who wants to be told when a thing can be had, and how many wait for it.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

import attrs

from quanyi.entitlements.records.base import Record
from quanyi.entitlements.time import aware

__all__ = ["Reminder", "Waitlist"]


@attrs.frozen(kw_only=True)
class Reminder(Record):
    """
    One person wants to be told when one thing on offer can be had; `campaign` and `item` say which.

    Phases: ``open`` → ``answered`` | ``cancelled`` | ``lapsed``; set again it is ``open`` again.

    Attributes:
        awaits: What was lacking when it was set: ``start`` before a sale, ``stock`` where all pieces were gone.
        set_at: When the person asked for it, the last time.
    """

    kind: ClassVar[str] = "reminder"
    awaits: str = "stock"
    set_at: datetime = attrs.field(validator=aware)

    @property
    def parts(self) -> tuple[str, ...]:
        """Who wants it, and of what."""
        return (str(self.holder), self.campaign, self.item)

    def lookups(self) -> tuple[tuple[str, str], ...]:
        """Those that wait are found by their thing."""
        return (("waits", Waitlist.name_of(self.campaign, self.item)),) if self.phase == "open" else ()


@attrs.frozen(kw_only=True)
class Waitlist(Record):
    """
    How many reminders of one thing on offer wait; ``open`` while any does, else ``empty``.

    Attributes:
        waiting: How many.
    """

    kind: ClassVar[str] = "waitlist"
    waiting: int = 0

    @property
    def parts(self) -> tuple[str, ...]:
        """The thing."""
        return (self.campaign, self.item)

    @staticmethod
    def name_of(campaign: str, item: str) -> str:
        """What the reminders of a thing are found by."""
        return f"{campaign}/{item}"
