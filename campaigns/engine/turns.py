"""
The turns of one batch: timers that are due come before the calls that are later than they.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from quanyi.campaigns.engine.decisions import Decisions, Outcome
from quanyi.campaigns.engine.timers import timer_id
from quanyi.entitlements.inputs import Input

__all__ = ["earliest", "in_turn", "latest", "of_the_asks"]

_YOUNGEST = b"\xff" * 17
_ALWAYS = datetime(1, 1, 1, tzinfo=UTC)


def in_turn(overdue: Iterable[Input], asks: Iterable[Input]) -> list[Input]:
    """Put each timer before the first of *asks* that is later, so that a batch decides as single calls would."""
    turns: list[Input] = []
    waiting = deque(overdue)
    for ask in asks:
        while waiting and _age(waiting[0]) < _age(ask):
            turns.append(waiting.popleft())
        turns.append(ask)
    return turns


def of_the_asks(turns: Sequence[Input], sheet: Decisions, overdue: Sequence[Input]) -> list[Outcome]:
    """The verdicts on the asks, without those on overdue timers."""
    if not overdue:
        return sheet.verdicts
    timers = {ask.id for ask in overdue}
    return [verdict for ask, verdict in zip(turns, sheet.verdicts, strict=True) if ask.id not in timers]


def earliest(asks: Sequence[Input]) -> datetime:
    """The earliest instant of *asks*; the beginning of time if there are none."""
    return min((ask.at for ask in asks), default=_ALWAYS)


def latest(asks: Sequence[Input]) -> datetime:
    """The latest instant of *asks*; the beginning of time if there are none."""
    return max((ask.at for ask in asks), default=_ALWAYS)


def _age(ask: Input) -> tuple[datetime, bytes]:
    """When an input is decided: timers of one instant by their ids, and all before calls of that instant."""
    return ask.at, timer_id(ask) if ask.due else _YOUNGEST
