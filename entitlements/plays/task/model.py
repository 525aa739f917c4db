"""
Do A three times and B once, and get Z.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

import attrs

from quanyi.entitlements.benefits import PointsUnit
from quanyi.entitlements.changes import Changes
from quanyi.entitlements.clauses import Gift, Head, Limit, Undo, Unless
from quanyi.entitlements.conditions import Condition
from quanyi.entitlements.errors import InputError
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.picture import Draft, Need
from quanyi.entitlements.plays.base import Exposure, Trigger
from quanyi.entitlements.plays.task import cost, count, undone
from quanyi.entitlements.plays.task.tally import DOER
from quanyi.entitlements.time import Window

__all__ = ["Goal", "Task"]


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
class Task:
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

    head: Head
    goals: tuple[Goal, ...]
    all_done: tuple[Gift, ...] = ()
    per: tuple[str, ...] = ("user",)
    who: Mapping[str, str] = attrs.field(factory=dict)
    window: Window = attrs.field(factory=Window)
    restart: bool = False
    at_most: tuple[Limit, ...] = ()
    budget: tuple[Limit, ...] = ()
    if_undone: tuple[Undo, ...] = ()
    checks: tuple[str, ...] = ("phase", "for", "undone", "goals", "at_most", "stock", "budget")
    units: Mapping[str, PointsUnit] = attrs.field(factory=dict)

    @property
    def unless(self) -> Unless | None:
        """Nothing is promised, so nothing is called off."""
        return None

    @property
    def gifts(self) -> tuple[Gift, ...]:
        """Everything it may give."""
        return (*(gift for goal in self.goals for gift in goal.give), *self.all_done)

    def listens(self) -> tuple[Trigger, ...]:
        """What counts, by the equalities of its conditions; what undoes it."""
        causes = [Trigger(type=type_, where=goal.wheres) for goal in self.goals for type_ in goal.when]
        return (*causes, *(Trigger(type=type_) for type_ in self._undoing()))

    def needs(self, ask: Input) -> Iterable[Need]:
        """Balances of the goals, limits, trails, wallets and stocks; the trail of an undo."""
        return undone.needs(self, ask) if ask.type in self._undoing() else count.needs(self, self._for_whom(ask))

    def decide(self, ask: Input, draft: Draft) -> Changes:
        """Count an event, or undo one; `InputError` for anything else."""
        if any(ask.type in goal.when for goal in self.goals):
            return count.tally(self, self._for_whom(ask), draft)
        if ask.type in self._undoing():
            return undone.undo(self, ask, draft)
        raise InputError(f"{self.head.campaign} does not answer {ask.type}")

    def exposure(self) -> tuple[Exposure, ...]:
        """The most it can give, thing by thing."""
        return cost.exposure(self)

    def unit(self, id_: str) -> PointsUnit:
        """A unit by its id; one without any rule if the mall says nothing about it."""
        return self.units.get(id_) or PointsUnit(id=id_)

    def _for_whom(self, ask: Input) -> Input:
        """The event as that of the person it counts for; who did it stays among the holders."""
        name = self.who.get(ask.type)
        if name is None:
            return ask
        return attrs.evolve(
            ask, user=None, holder=ask.holders.get(name), holders={**ask.holders, DOER: ask.holder or ""}
        )

    def _undoing(self) -> dict[str, None]:
        """The event types that undo, in the order of the file."""
        return dict.fromkeys(type_ for undo in self.if_undone for type_ in undo.when)
