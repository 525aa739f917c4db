"""
Do A three times and B once, and get Z.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

import attrs

from quanyi.entitlements.changes import Changes
from quanyi.entitlements.checks.check import Check
from quanyi.entitlements.checks.ranges import ranges
from quanyi.entitlements.errors import InputError
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.needs import Need
from quanyi.entitlements.picture import Draft
from quanyi.entitlements.plays.base import Exposure, Trigger
from quanyi.entitlements.plays.task import count, exposure, undo
from quanyi.entitlements.plays.task.attempt import CHECKS, DOER, TaskAttempt
from quanyi.entitlements.plays.task.terms import TaskTerms

__all__ = ["Task"]


@attrs.frozen(kw_only=True)
class Task(TaskTerms):
    """Goals with their gifts, as the engine runs them."""

    all_checks: ClassVar[Mapping[str, Check[TaskAttempt]]] = CHECKS
    """Its checks by name, in their usual order; `checks` says the campaign's own."""

    def listens(self) -> tuple[Trigger, ...]:
        """What counts, by the equalities and ranges of its conditions; what undoes it."""
        causes = [
            Trigger(type=type_, where=goal.wheres, ranges=ranges(goal.only_if))
            for goal in self.goals
            for type_ in goal.when
        ]
        return (*causes, *(Trigger(type=type_) for type_ in self._undoing()))

    def needs(self, ask: Input) -> Iterable[Need]:
        """Balances of the goals, limits, trails, wallets and stocks; the trail of an undo."""
        return undo.needs(self, ask) if ask.type in self._undoing() else count.needs(self, self._for_whom(ask))

    def decide(self, ask: Input, draft: Draft) -> Changes:
        """Count an event, or undo one; `InputError` for anything else."""
        if any(ask.type in goal.when for goal in self.goals):
            return count.tally(self, self._for_whom(ask), draft)
        if ask.type in self._undoing():
            return undo.undo(self, ask, draft)
        raise InputError(f"{self.head.campaign} does not answer {ask.type}")

    def exposure(self) -> tuple[Exposure, ...]:
        """The most it can give, thing by thing."""
        return exposure.exposure(self)

    def _for_whom(self, ask: Input) -> Input:
        """The event as that of the person it counts for; who did it stays among the holders."""
        name = self.who.get(ask.type)
        if name is None:
            return ask
        return attrs.evolve(
            ask, user=None, holder=ask.holders.get(name), holders={**ask.holders, DOER: ask.holder or ""}
        )
