"""
A help request: something that an operator would give somebody by hand, and that waits for another operator's yes.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

import attrs

from quanyi.entitlements.records.base import Record
from quanyi.entitlements.time import aware, aware_or_none

__all__ = ["HelpRequest"]


@attrs.frozen(kw_only=True)
class HelpRequest(Record):
    """
    What one person would get of one thing; `holder` is the person, `item` the unit or benefit.

    There is one for each person and thing at a time: asking while one waits is refused, and asking afterwards takes its place.

    Phases: ``waiting`` → ``given`` | ``declined`` | ``withdrawn``. One that still waits at `until` has lapsed: nothing can be
    done with it.

    Attributes:
        id: Its number.
        amount: How much of the unit; 0 where it is one entitlement to a benefit.
        by: Who asks, and `reason` why.
        asked_at: Since when it waits.
        decided_by: Who ended it, and `decided_at` when; `why` in their words.
    """

    kind: ClassVar[str] = "help"
    id: str
    amount: int = 0
    by: str
    reason: str = attrs.field(default="", repr=False)
    asked_at: datetime = attrs.field(validator=aware)
    until: datetime = attrs.field(validator=aware)
    decided_by: str = ""
    decided_at: datetime | None = attrs.field(default=None, validator=aware_or_none)
    why: str = attrs.field(default="", repr=False)

    @property
    def parts(self) -> tuple[str, ...]:
        """The person and the thing."""
        return self.holder or "", self.item

    def lookups(self) -> tuple[tuple[str, str], ...]:
        """It is found by its number."""
        return (("request", self.id),)

    def state(self, at: datetime) -> str:
        """Its phase at an instant, ``lapsed`` for one that nobody has decided in time."""
        return "lapsed" if self.phase == "waiting" and at >= self.until else self.phase
