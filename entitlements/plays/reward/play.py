"""
Whenever X happens, Y gets Z: so often, after a while, and taken back if X is undone.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from functools import cached_property
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
from quanyi.entitlements.plays.reward import alike, exposure, give, promise, undo
from quanyi.entitlements.plays.reward.attempt import CHECKS, RewardAttempt
from quanyi.entitlements.plays.reward.terms import RewardTerms

__all__ = ["Reward"]


@attrs.frozen(kw_only=True, slots=False)
class Reward(RewardTerms):
    """One rule of earning, as the engine runs it."""

    all_checks: ClassVar[Mapping[str, Check[RewardAttempt]]] = CHECKS
    """Its checks by name, in their usual order; `checks` says the campaign's own."""

    def listens(self) -> tuple[Trigger, ...]:
        """Its causes, by the equalities and ranges that its condition implies; what undoes them; its promises."""
        within = ranges(self.only_if)
        causes = [Trigger(type=type_, where=self.wheres, ranges=within) for type_ in self.when]
        undos = [Trigger(type=type_) for type_ in self.undoing()]
        return (*causes, *undos, *([Trigger(type="promise.due")] if self.after is not None else []))

    def needs(self, ask: Input) -> Iterable[Need]:
        """Limits, trails, wallets and stocks of an event; the trail of an undo; the promise that is due."""
        if ask.type == "promise.due":
            return promise.needs(ask)
        return give.needs(self, ask) if ask.type in self.when else undo.needs(self, ask)

    def decide(self, ask: Input, draft: Draft) -> Changes:
        """Give or promise, keep a promise, or undo; `InputError` for anything else."""
        if ask.type == "promise.due":
            return promise.keep(self, ask, draft)
        if ask.type in self.when:
            return give.fire(self, ask, draft)
        if ask.type in self.undoing():
            return undo.undo(self, ask, draft)
        msg = f"{self.head.campaign} does not answer {ask.type}"
        raise InputError(msg)

    @cached_property
    def repeated(self) -> bool:
        """Whether facts can be alike for it."""
        return alike.repeated(self)

    def alike(self, ask: Input) -> Hashable | None:
        """What a fact has in common with others like it; None for all else."""
        return alike.alike(self, ask) if self.repeated and ask.type in self.when else None

    def exposure(self) -> tuple[Exposure, ...]:
        """The most it can give, thing by thing."""
        return exposure.exposure(self)
