"""
The steps of the seeded story, and which of them are told together.

A step alone is a commit of the mall's and mostly one of the host's: three quarters of what the whole story costs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import attrs
from sqlalchemy.orm import Session

__all__ = ["Step", "parts_of"]

_TOGETHER = 100
_PAID_WITHIN = timedelta(minutes=10)


@attrs.frozen(kw_only=True)
class Step:
    """
    One thing that happens.

    Attributes:
        place: Its place among those of the same instant.
        deed: What is done; in a step that is told together with others one write to the mall that is given.
        after: What the host does once the mall has answered, in a transaction of its own: rows, payments.
        together: Whether it may share a commit with its neighbours.
        soon: Whether what comes after must not wait for long: a hold that nobody pays lapses.
    """

    at: datetime
    place: int
    deed: Callable[[Any], object]
    after: Callable[[Session, Any], object] | None = None
    together: bool = False
    soon: bool = False


def parts_of(plan: Iterable[Step]) -> Iterator[list[Step]]:
    """
    The steps in order of time: neighbours that may share a commit in one list, every other in a list of its own.

    >>> noon = datetime(2026, 3, 1, 12)
    >>> def step(minute: int, **more: bool) -> Step:
    ...     return Step(at=noon + timedelta(minutes=minute), place=0, deed=print, **more)
    >>> plan = [step(0, together=True), step(1, together=True), step(2), step(3, together=True)]
    >>> [len(part) for part in parts_of(plan)]
    [2, 1, 1]
    >>> [len(part) for part in parts_of(step(minute, together=True, soon=True) for minute in (0, 9, 10, 11))]
    [2, 2]
    """
    part: list[Step] = []
    for step in sorted(plan, key=lambda step: (step.at, step.place)):
        if part and not _fits(step, part):
            yield part
            part = []
        part.append(step)
    if part:
        yield part


def _fits(step: Step, part: Sequence[Step]) -> bool:
    first = part[0]
    if not (step.together and first.together and step.soon == first.soon) or len(part) >= _TOGETHER:
        return False
    return not step.soon or step.at - first.at < _PAID_WITHIN
