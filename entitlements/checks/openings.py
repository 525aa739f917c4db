"""
When a campaign takes requests: the openings of its schedules, as far as they lie in its run.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from quanyi.entitlements.clauses import Head
from quanyi.entitlements.time import zone_of

__all__ = ["State", "closed", "closing", "is_open", "next_opening", "opening_from", "present_state", "state_of"]

State = Literal["between", "ended", "not_started", "open", "paused", "sold_out"]

_BACK = timedelta(days=31)


def is_open(head: Head, at: datetime) -> bool:
    """Whether *at* lies in an opening; always, for a campaign without a schedule. The run is not looked at."""
    return not head.open or any(schedule.is_open(at, zone_of(head.zone)) for schedule in head.open)


def next_opening(head: Head, at: datetime) -> datetime | None:
    """The first opening that begins after *at* and lies in the run; None if the campaign lives to see none."""
    openings = [schedule.next_opening(at, zone_of(head.zone)) for schedule in head.open]
    return min((found for found in openings if found is not None and found in head.runs), default=None)


def opening_from(head: Head, at: datetime) -> datetime | None:
    """*at* itself where it lies in an opening, else the next one; None if there is none in the run."""
    return at if is_open(head, at) else next_opening(head, at)


def closing(head: Head, at: datetime) -> datetime | None:
    """The end of the opening that *at* lies in, or of the run if that is sooner; None where neither has an end."""
    zone, end = zone_of(head.zone), head.runs.end
    ends = [found for schedule in head.open if (found := schedule.closing(at, zone)) is not None]
    last = max(ends, default=None)
    return min((found for found in (last, end) if found is not None), default=None)


def closed(head: Head, at: datetime) -> datetime | None:
    """The end of the last opening before *at*, within a month; None if there was none."""
    zone = zone_of(head.zone)
    ends = [found for s in head.open for found in s.closings(at - _BACK, at, zone)]
    return max(ends, default=None)


def state_of(
    head: Head, now: datetime, left: int | None, *, paused: bool
) -> tuple[State, datetime | None, datetime | None]:
    """The state, when it ends, and when it opens next."""
    start, end = head.runs.start, head.runs.end
    if end is not None and end <= now:
        return "ended", end, None
    if start is not None and now < start:
        return "not_started", end, opening_from(head, start)
    if paused:
        return "paused", end, None
    if not is_open(head, now):
        following = next_opening(head, now)
        if following is None and end is not None:
            return "ended", closed(head, now) or end, None
        return "between", end, following
    state: State = "sold_out" if left == 0 else "open"
    return state, closing(head, now), None


def present_state(head: Head, now: datetime, *, paused: bool) -> str:
    """What a campaign is now: ``open``, ``not_started``, ``between``, ``paused`` or ``ended``."""
    return state_of(head, now, None, paused=paused)[0]
