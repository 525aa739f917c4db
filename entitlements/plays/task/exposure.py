"""
The most that a task can cost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from quanyi.entitlements.clauses import Limit
from quanyi.entitlements.limits.bounds import Bound, bound_by, least
from quanyi.entitlements.plays.base import Exposure

if TYPE_CHECKING:
    from quanyi.entitlements.plays.task.terms import TaskTerms

__all__ = ["exposure", "once_a_window"]


def exposure(task: TaskTerms) -> tuple[Exposure, ...]:
    """What all goals and their end give, once for each window or completion, as far as limits go."""
    things = dict.fromkeys(gift.thing for gift in task.gifts)
    bounds = {thing: _bound(task, thing) for thing in things}
    return tuple(Exposure.of(thing, bound) for thing, bound in bounds.items())


def once_a_window(task: TaskTerms) -> tuple[Limit, ...]:
    """What bounds a task by itself: without another round it is done once in each window."""
    return () if task.restart else (Limit(id="", count=1, per=task.per, window=task.window),)


def _bound(task: TaskTerms, thing: str) -> Bound:
    gifts = [gift for gift in task.gifts if gift.thing == thing]
    known = {*task.units, *(gift.thing for gift in task.gifts)}
    bound = Bound()
    for limit in (*once_a_window(task), *task.at_most, *task.budget):
        bound = least(bound, bound_by(limit, task.head, gifts, known=known))
    for gift in gifts:
        bound = least(bound, Bound(total=gift.benefit.stock if gift.benefit is not None else None))
    return bound
