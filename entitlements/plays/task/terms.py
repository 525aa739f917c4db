"""
The terms of a task: its goals, and what they give.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import attrs

from quanyi.entitlements.checks.conditions import Condition
from quanyi.entitlements.clauses import Gift, Undo, Unless
from quanyi.entitlements.plays.terms import Terms
from quanyi.entitlements.time import Window

__all__ = ["Goal", "TaskTerms"]


@attrs.frozen(kw_only=True)
class Goal:
    """
    One thing to do, so often or so much of it.

    Attributes:
        when: The event types that count.
        target: How many times, or how much in the smallest part of `unit`.
        how: ``count`` events, ``sum`` an attribute over them, ``reach`` a value of it once, or count
            its ``distinct`` values.
        by: The attribute's path, but for ``count``.
        after: The goals that must be full before anything counts for this one.
        only_if: Which of the events count.
        give: What finishing this goal gives at once.
        wheres: Equalities that `only_if` implies, for the engine's index.
    """

    name: str
    title: Mapping[str, str] = attrs.field(factory=dict)
    when: tuple[str, ...]
    target: int = 1
    how: Literal["count", "distinct", "reach", "sum"] = "count"
    by: str = ""
    unit: str = "times"
    after: tuple[str, ...] = ()
    only_if: Condition | None = None
    give: tuple[Gift, ...] = ()
    wheres: Mapping[str, object] = attrs.field(factory=dict)

    @property
    def rule(self) -> str:
        """What it is called among the rules of its campaign."""
        return f"goals.{self.name}"


@attrs.frozen(kw_only=True)
class TaskTerms(Terms):
    """
    Goals that are done in any order, each with its gift, and a gift for all of them.

    How far a goal is stands in a balance that may not pass its target, in the window and under the
    keys of the task: two events at once cannot both finish it, and nothing is ever reset.

    Attributes:
        goals: In the order of the file.
        all_done: What finishing all of them gives.
        per: Whose progress: ``user``, or attributes of the events besides.
        who: Whose event it is, by its type: the attribute that names a user; for others it is the
            event's own user.
        window: The window in which it must be done, of the calendar or from its first event on; then
            it begins anew.
        restart: Whether another round begins once all is done.
        at_most: Limits on finishing, and on amounts given; `budget` on amounts.
        if_undone: What happens to gifts when something that counted goes away.
    """

    goals: tuple[Goal, ...]
    all_done: tuple[Gift, ...] = ()
    per: tuple[str, ...] = ("user",)
    who: Mapping[str, str] = attrs.field(factory=dict)
    window: Window = attrs.field(factory=Window)
    restart: bool = False
    if_undone: tuple[Undo, ...] = ()
    checks: tuple[str, ...] = ("phase", "for", "undone", "goals", "at_most", "stock", "budget")

    @property
    def unless(self) -> Unless | None:
        """Nothing is promised, so nothing is called off."""
        return None

    @property
    def gifts(self) -> tuple[Gift, ...]:
        """Everything it may give."""
        return (*(gift for goal in self.goals for gift in goal.give), *self.all_done)

    def _undoing(self) -> dict[str, None]:
        """The event types that undo, in the order of the file."""
        return dict.fromkeys(type_ for undo in self.if_undone for type_ in undo.when)
