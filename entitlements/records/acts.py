"""
What an operator did, or was refused: who, what, why and when.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

import attrs

from quanyi.entitlements.records.base import Record
from quanyi.entitlements.time import aware

__all__ = ["Act"]


@attrs.frozen(kw_only=True)
class Act(Record):
    """
    One act of an operator; `holder` is the person and `campaign` the campaign that it concerns, if it concerns one.

    Phases: ``begun`` → ``done`` | ``refused``; or ``refused`` at once. One that stays ``begun`` was interrupted: the
    journal says whether it was booked, under the same actor.

    Attributes:
        id: Its number; what it books has keys that begin with it.
        by: Who acted.
        name: What was done, ``people.adjust``.
        reason: Why, in the operator's words.
        about: What else it concerns: a deal's number, a pool.
        why: The code of the refusal; empty if there was none.
        rows: How many rows were booked, of an act over several; `refusals` how many were refused.
        at: When it began.
    """

    kind: ClassVar[str] = "act"
    id: str
    by: str
    name: str
    reason: str = attrs.field(default="", repr=False)
    about: str = ""
    why: str = ""
    rows: int = 0
    refusals: int = 0
    at: datetime = attrs.field(validator=aware)

    @property
    def parts(self) -> tuple[str, ...]:
        """Its number."""
        return (self.id,)
