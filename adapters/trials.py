"""
Trials as they are kept: stories or a recording put through a proposal or what is in force, and what came of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, Protocol

import attrs

from quanyi.entitlements.plain import Plain
from quanyi.entitlements.time import aware, aware_or_none

__all__ = ["Trial", "Trials", "TrialsInMemory"]


@attrs.frozen(kw_only=True)
class Trial(Plain):
    """
    One trial. Of each subject the last one of each sort is kept.

    Attributes:
        subject: What is tried: ``campaign/flash`` as it is in force, or ``proposal/<id>``.
        sort: ``stories``, or ``backtest`` with a recording.
        state: ``asked`` while it waits for a worker; ``failed`` where it could not be done, with `why` in the result.
        content: The digest of what is tried: a result of other content is an old one.
        days: For how many days a back-test counts.
        result: Plain values; empty until it is done.
    """

    id: str
    subject: str
    sort: Literal["backtest", "stories"]
    state: Literal["asked", "done", "failed"] = "asked"
    content: str
    days: int = 0
    asked_by: str
    asked_at: datetime = attrs.field(validator=aware)
    done_at: datetime | None = attrs.field(default=None, validator=aware_or_none)
    result: Mapping[str, Any] = attrs.field(factory=dict, repr=False)


class Trials(Protocol):
    """Where the trials of one mall are kept."""

    def find(self, subject: str, sort: str) -> Trial | None:
        """The last trial of a subject; None if there was none."""
        ...

    def waiting(self) -> Trial | None:
        """The trial that was asked for first and waits; None if none does."""
        ...

    def ask(self, trial: Trial) -> None:
        """Keep a new trial in place of the one before."""
        ...

    def finish(self, trial: Trial) -> bool:
        """Keep what came of a trial; False if another one was asked for meanwhile, or it is done already."""
        ...


class TrialsInMemory:
    """Trials in this process's memory, for malls in memory."""

    def __init__(self) -> None:
        self._trials: dict[tuple[str, str], Trial] = {}

    def find(self, subject: str, sort: str) -> Trial | None:
        """The last trial of a subject; None if there was none."""
        return self._trials.get((subject, sort))

    def waiting(self) -> Trial | None:
        """The trial that was asked for first and waits; None if none does."""
        asked = [trial for trial in self._trials.values() if trial.state == "asked"]
        return min(asked, key=lambda trial: (trial.asked_at, trial.id), default=None)

    def ask(self, trial: Trial) -> None:
        """Keep a new trial in place of the one before."""
        self._trials[trial.subject, trial.sort] = trial

    def finish(self, trial: Trial) -> bool:
        """Keep what came of a trial; False if another one was asked for meanwhile, or it is done already."""
        found = self.find(trial.subject, trial.sort)
        if found is None or found.id != trial.id or found.state != "asked":
            return False
        self._trials[trial.subject, trial.sort] = trial
        return True
