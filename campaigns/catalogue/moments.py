"""
The phase of each campaign at an instant (now, soon or past), and of each thing with times of its own: worked out again only when one may have changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import attrs

from quanyi.campaigns.catalogue.query import PHASES
from quanyi.entitlements.checks.openings import state_of
from quanyi.entitlements.clauses import Head

__all__ = ["Moment", "Moments"]

_PHASES = {"ended": "past", "not_started": "soon", "between": "soon"}
_NEVER = datetime.max.replace(tzinfo=UTC)


@attrs.frozen
class Moment:
    """
    The phase of a campaign, and when the next one begins.

    Attributes:
        phase: ``now`` (open, sold out or paused), ``soon`` or ``past``.
        at: The end of what is now, the start of what is soon, the end of what is past; None where there is none.
        until: Before this instant it is the same, unless the campaign is paused or goes on.
    """

    phase: str
    at: datetime | None
    until: datetime

    @classmethod
    def of(cls, head: Head, now: datetime, *, paused: bool) -> Moment:
        """The phase of a campaign at *now*."""
        state, ends_at, next_at = state_of(head, now, None, paused=paused)
        phase = _PHASES.get(state, "now")
        at = (next_at or head.runs.start) if phase == "soon" else ends_at
        if phase == "past":
            return cls(phase, at, _NEVER)
        ever = now if head.open else _NEVER  # a schedule without a next change is asked again each time
        return cls(phase, at, ever if at is None else at)

    @property
    def sort(self) -> tuple[int, int, int]:
        """Numbers that put what is now before what is soon and past; the nearest instant first, none last."""
        seconds = 0 if self.at is None else int(self.at.timestamp())
        return PHASES.index(self.phase), int(self.at is None), -seconds if self.phase == "past" else seconds


@attrs.frozen
class _Known:
    """The moments of all campaigns, as they were at *since* and are before *until*."""

    since: datetime
    until: datetime
    paused: frozenset[str]
    moments: Mapping[str, Moment]

    def holds(self, now: datetime, paused: frozenset[str]) -> bool:
        """Whether they are the same at *now*."""
        return self.since <= now < self.until and paused == self.paused


class Moments:
    """The moments of campaigns, and of things with times of their own, by `Thing.timed`."""

    def __init__(self, heads: Mapping[str, Head]) -> None:
        self._heads = heads
        self._known: _Known | None = None

    def at(self, now: datetime, paused: frozenset[str]) -> Mapping[str, Moment]:
        """The moments of all campaigns at *now*: the very same mapping as long as none of them changes."""
        known = self._known
        if known is None or not known.holds(now, paused):
            moments = self._worked_out(now, paused, known)
            until = min((moment.until for moment in moments.values()), default=_NEVER)
            if known is not None and moments == known.moments:
                moments = known.moments
            known = self._known = _Known(now, until, paused, moments)
        return known.moments

    def _worked_out(self, now: datetime, paused: frozenset[str], known: _Known | None) -> Mapping[str, Moment]:
        """Those that may have changed since *known*, and all others as they are."""
        if known is None or now < known.since:
            return {name: Moment.of(head, now, paused=head.campaign in paused) for name, head in self._heads.items()}
        changed = paused ^ known.paused
        return {
            name: Moment.of(head, now, paused=head.campaign in paused)
            if now >= moment.until or head.campaign in changed
            else moment
            for (name, head), moment in zip(self._heads.items(), known.moments.values(), strict=True)
        }
