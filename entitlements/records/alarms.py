"""
An alarm: something of the mall that wants somebody to look at it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

import attrs

from quanyi.entitlements.accounts import digest16
from quanyi.entitlements.records.base import Record
from quanyi.entitlements.time import aware, aware_or_none

__all__ = ["OPEN_PHASES", "SEVERITIES", "Alarm"]

SEVERITIES = ("warning", "critical")
"""How bad an alarm is; the worse one last."""

OPEN_PHASES = ("raised", "acknowledged")
"""The phases of an alarm that is not over."""


@attrs.frozen(kw_only=True)
class Alarm(Record):
    """
    One alarm. `campaign` is the campaign that it concerns, `item` the benefit or unit, if it concerns one.

    Phases: ``raised`` → ``acknowledged`` → ``cleared``; or ``raised`` → ``cleared``. What comes again afterwards is another
    alarm, of the next round.

    Attributes:
        name: What is wrong, ``stock.low``.
        subject: With what: a benefit, a sink, a limit's id; empty for the mall as a whole.
        round: How many alarms of this name and subject there were so far, this one included.
        severity: ``warning`` or ``critical``; it only ever rises.
        amount: What was found the last time that it was counted: pieces that are left, events that wait.
        bound: From where on that is an alarm.
        count: How often it was found, once an hour at most.
        first_at: When it was found first; `last_at` when it was counted last.
        ends_at: When what it warns of will happen, as far as can be told.
        by: Who acknowledged it; `reason` why, in their words, and `acknowledged_at` when.
        cleared_at: From when on it was not found any more.
    """

    kind: ClassVar[str] = "alarm"
    counted_each: ClassVar[timedelta] = timedelta(hours=1)
    """How long it is left uncounted while nothing of it changes."""

    name: str
    subject: str = ""
    round: int = 1
    severity: str = "warning"
    amount: int = 0
    bound: int = 0
    count: int = 1
    first_at: datetime = attrs.field(validator=aware)
    last_at: datetime = attrs.field(validator=aware)
    ends_at: datetime | None = attrs.field(default=None, validator=aware_or_none)
    by: str = ""
    reason: str = attrs.field(default="", repr=False)
    acknowledged_at: datetime | None = attrs.field(default=None, validator=aware_or_none)
    cleared_at: datetime | None = attrs.field(default=None, validator=aware_or_none)

    @property
    def parts(self) -> tuple[str, ...]:
        """Its number."""
        return (self.id,)

    @property
    def id(self) -> str:
        """Its number: the same for whoever finds it, so that two who do make one alarm."""
        return self.number_of(self.name, self.subject, self.round)

    @property
    def open(self) -> bool:
        """Whether it is not over."""
        return self.phase in OPEN_PHASES

    def lookups(self) -> tuple[tuple[str, str], ...]:
        """Alarms of one name and subject are found by them."""
        return (("about", self.about_of(self.name, self.subject)),)

    def counts(self, severity: str, at: datetime) -> bool:
        """Whether finding it again at that instant is counted: an hour has passed, or it became worse."""
        worse = SEVERITIES.index(severity) > SEVERITIES.index(self.severity)
        return worse or at - self.last_at >= self.counted_each

    @staticmethod
    def about_of(name: str, subject: str) -> str:
        """What the alarms of a name and subject are found by."""
        return f"{name}/{subject}"

    @staticmethod
    def number_of(name: str, subject: str, round_: int) -> str:
        """The number of an alarm."""
        return digest16("alarm", name, subject, str(round_)).hex()
