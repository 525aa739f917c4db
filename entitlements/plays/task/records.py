"""
What a task keeps: the rounds that people are in.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import attrs

from quanyi.entitlements.records import Booked, Record

__all__ = ["RECORDS", "Progress"]


@attrs.frozen(kw_only=True)
class Progress(Record):
    """
    One round of a task: what its goals gave so far. How far they are stands in balances.

    Phases: ``open`` → ``done``, and back where something that counted is undone.

    Attributes:
        window: The calendar window it counts in; empty for ever.
        subject: Whose round, by the task's keys.
        round: How many rounds were finished before this one.
        given: What was given, by rule: ``goals.NAME`` or ``all_done``.
        values: The different values that a goal has counted, by its name.
    """

    kind: ClassVar[str] = "progress"
    window: str = ""
    subject: tuple[str, ...] = ()
    round: int = 0
    given: tuple[Booked, ...] = ()
    values: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict)

    @property
    def parts(self) -> tuple[str, ...]:
        """The campaign, the window, whose, and which round."""
        return (self.campaign, self.window, *self.subject, str(self.round))


RECORDS: tuple[type[Record], ...] = (Progress,)
"""The kinds of records that tasks keep."""
