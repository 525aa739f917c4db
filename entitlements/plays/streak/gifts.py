"""
What one day gives, rule by rule: multiplied, trimmed, and taken out of limits and stock.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from quanyi.entitlements.amounts import round_to
from quanyi.entitlements.calculators import amount_of
from quanyi.entitlements.checks.conditions import judge
from quanyi.entitlements.clauses import Gift, Limit
from quanyi.entitlements.errors import NotEligible
from quanyi.entitlements.giving import Gifts, Giving, trimmed
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.limits.limit import take_place
from quanyi.entitlements.picture import Draft
from quanyi.entitlements.records import Move

if TYPE_CHECKING:
    from quanyi.entitlements.plays.streak.terms import StreakTerms

__all__ = ["MARK", "Gains"]

MARK = "mark"
"""The rule of what a day gives by itself; a milestone's rule is its id."""


class Gains:
    """
    The gifts of one day.

    Attributes:
        rules: What each rule gives, the day's own first.
        day: The day that is marked.
        taken: What giving used up, by rule.
    """

    def __init__(
        self, streak: StreakTerms, ask: Input, draft: Draft, rules: Mapping[str, tuple[Gift, ...]], *, day: date
    ) -> None:
        self.streak, self.ask, self.draft, self.rules, self.day = streak, ask, draft, rules, day
        self.taken: dict[str, list[Move]] = {rule: [] for rule in rules}

    @property
    def given(self) -> dict[str, int]:
        """How much of each thing, in all."""
        found: dict[str, int] = {}
        for gift, amount in self.whole.gifts:
            found[gift.thing] = found.get(gift.thing, 0) + amount
        return found

    @cached_property
    def whole(self) -> Giving:
        """Everything, as limits look at it."""
        return self._handing([pair for pairs in self._amounts.values() for pair in pairs])

    @cached_property
    def portions(self) -> dict[str, Giving]:
        """Everything, by rule; what is trimmed is the last of it."""
        found: dict[str, Giving] = {}
        before: Gifts = []
        wanted = self.whole.wanted
        for rule, pairs in self._amounts.items():
            so_far = [*before, *pairs]
            less, start = self._trimmed(so_far), len(self._trimmed(before))
            found[rule] = Giving(reward=self.streak, receiver=self._holder, gifts=less[start:], wanted=wanted)
            before = so_far
        return found

    def take_places(self, limits: Iterable[Limit], *, budget: bool = False) -> None:
        """Use up limits: one time for the day, amounts rule by rule; the first without room refuses."""
        zone = self.streak.head.zone
        for limit in limits:
            no = self.whole.refusal(self.draft, [limit], self.ask, budget=budget)
            if no is not None:
                raise no
            for rule, portion in self.portions.items():
                times = limit.of == "times" and rule != MARK
                asked = 0 if times else portion.asked(limit)
                self.taken[rule] += take_place(self.draft, limit, self.ask, asked, zone=zone)

    def take_stock(self) -> None:
        """Take pieces of what can run out, all or nothing."""
        for rule, portion in self.portions.items():
            self.taken[rule] += portion.take_stock(self.draft)

    # --- inside ------------------------------------------------------------------------------

    @property
    def _holder(self) -> str:
        return self.ask.holder or ""

    @cached_property
    def _amounts(self) -> dict[str, Gifts]:
        """How much of each gift; the points of the day together are multiplied, and rounded once."""
        sums: dict[str, int] = {}
        found: dict[str, Gifts] = {rule: [] for rule in self.rules}
        for rule, gift in ((rule, gift) for rule, gifts in self.rules.items() for gift in gifts):
            amount = amount_of(gift.how_much, self.ask, self.draft)
            if gift.benefit is None:
                before = sums.get(gift.thing, 0)
                sums[gift.thing] = before + amount
                amount = self._multiplied(before + amount) - self._multiplied(before)
            if amount > 0:
                found[rule].append((gift, amount))
        return found

    def _multiplied(self, amount: int) -> int:
        return round_to(self._factor * amount, "down")

    @cached_property
    def _factor(self) -> Fraction:
        for times in (times for times in self.streak.times if times.is_on(self.day)):
            self.draft.facts.update(self.ask.facts)
            try:
                if times.only_if is not None:
                    judge(times.only_if, self.ask, self.draft.evaluate)
            except NotEligible:
                continue
            return Fraction(times.x)
        return Fraction(1)

    def _handing(self, wanted: Gifts) -> Giving:
        return Giving(reward=self.streak, receiver=self._holder, gifts=self._trimmed(wanted), wanted=wanted)

    def _trimmed(self, gifts: Gifts) -> Gifts:
        limits = (*self.streak.at_most, *self.streak.budget)
        return trimmed(gifts, limits, self.ask, self.draft, self.streak.head.zone)
