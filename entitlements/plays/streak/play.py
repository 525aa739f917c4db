"""
Come every day; on the 3rd and 7th day in a row there is more; gaps can be mended.
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
from quanyi.entitlements.plays.streak import exposure, mark, undo
from quanyi.entitlements.plays.streak.attempt import CHECKS, StreakAttempt
from quanyi.entitlements.plays.streak.terms import StreakTerms

__all__ = ["Streak"]


@attrs.frozen(kw_only=True)
class Streak(StreakTerms):
    """Days in a row and in total, as the engine runs them."""

    all_checks: ClassVar[Mapping[str, Check[StreakAttempt]]] = CHECKS
    """Its checks by name, in their usual order; `checks` says the campaign's own."""

    def listens(self) -> tuple[Trigger, ...]:
        """What marks, what makes up, and what takes a mark back."""
        within = ranges(self.only_if)
        marks = tuple(Trigger(type=type_, where=self.wheres, ranges=within) for type_ in self.mark.on)
        mends = (Trigger(type=self.makeup.on),) if self.makeup is not None else ()
        return (*marks, *mends, *(Trigger(type=type_) for type_ in self._undoing()))

    def needs(self, ask: Input) -> Iterable[Need]:
        """The marks, limits, wallets and stocks; the trail of an undo."""
        return undo.needs(self, ask) if ask.type in self._undoing() else mark.needs(self, ask)

    def decide(self, ask: Input, draft: Draft) -> Changes:
        """Mark a day, make one up, or take one back; `InputError` for anything else."""
        if ask.type in self._undoing():
            return undo.undo(self, ask, draft)
        if ask.type not in {trigger.type for trigger in self.listens()}:
            raise InputError(f"{self.head.campaign} does not answer {ask.type}")
        return mark.mark(self, ask, draft)

    def exposure(self) -> tuple[Exposure, ...]:
        """The most it can give, thing by thing."""
        return exposure.exposure(self)
