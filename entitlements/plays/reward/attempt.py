"""
One firing of a rule: its checks in the declared order, and what it gives and takes.

Each check both refuses and books, like the sale's: limits, pieces, points and budget stand in one
order, and a no from any of them drops everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from quanyi.entitlements.accounts import outside
from quanyi.entitlements.calculators import amount_of
from quanyi.entitlements.checks import admission
from quanyi.entitlements.checks.check import Check, by_name, go_through
from quanyi.entitlements.checks.conditions import judge
from quanyi.entitlements.clauses import Limit
from quanyi.entitlements.derived_ids import derived_id
from quanyi.entitlements.errors import NotEligible
from quanyi.entitlements.giving import Gifts, Giving, short_benefits, trimmed
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.picture import Draft
from quanyi.entitlements.points import spend
from quanyi.entitlements.records import Move
from quanyi.entitlements.undo.sources import check_not_undone, sources_of

if TYPE_CHECKING:
    from quanyi.entitlements.plays.reward.terms import RewardTerms

__all__ = ["CHECKS", "RewardAttempt", "receiver_of", "with_instead"]

_UNDONE = ("undone",)


class RewardAttempt:
    """
    One event meeting one rule.

    Attributes:
        moves: What was booked so far.
    """

    def __init__(self, reward: RewardTerms, ask: Input, draft: Draft) -> None:
        self.reward, self.head, self.ask, self.draft = reward, reward.head, ask, draft
        self.moves: list[Move] = []

    def run(self) -> None:
        """Go through the checks; the first that fails refuses."""
        self._receiver_known()
        go_through(self.reward.checks, CHECKS, self, self.draft)
        if self.reward.give and not self.handing.gifts:
            raise NotEligible(reason="nothing-to-give")

    @property
    def id(self) -> str:
        """The firing's own number."""
        ask = self.ask
        return derived_id("firing", self.reward.name, ask.type, ask.origin, ask.digest.hex())

    @property
    def receiver(self) -> str:
        """Whom it is given to; empty if the event names nobody."""
        return receiver_of(self.reward, self.ask)

    @cached_property
    def handing(self) -> Giving:
        """What will be handed out: trimmed by the limits that clip, other gifts where stock is gone."""
        gifts = [(g, amount_of(g.how_much, self.ask, self.draft)) for g in self.reward.give]
        if not self.reward.after:
            gifts = with_instead(self.reward, gifts, self.ask, self.draft)
        full = [(g, n) for g, n in gifts if n > 0]
        return Giving(reward=self.reward, receiver=self.receiver, gifts=self._clipped(full), wanted=full)

    # --- the checks --------------------------------------------------------------------------

    def _receiver_known(self) -> None:
        if not self.receiver:
            raise NotEligible(reason="no-receiver", shows={"to": self.reward.to})

    def only_if(self, draft: Draft) -> None:
        """The condition holds."""
        if self.reward.only_if is not None:
            draft.facts.update(self.ask.facts)
            judge(self.reward.only_if, self.ask, draft.evaluate)

    def undone(self, draft: Draft) -> None:
        """The cause was not undone before it came."""
        check_not_undone(draft, self.reward.name, sources_of(self.reward, self.ask))

    def at_most(self, _draft: Draft) -> None:
        """The limits have room, and places are taken."""
        self._places(self.reward.at_most, budget=False)

    def stock(self, draft: Draft) -> None:
        """The pieces are there, and are taken; a promise takes its pieces when it is kept."""
        if not self.reward.after:
            self.moves += self.handing.take_stock(draft)

    def points(self, draft: Draft) -> None:
        """The subject has what the rule takes, and pays it."""
        for gift in self.reward.take:
            amount = amount_of(gift.how_much, self.ask, draft)
            if amount:
                unit, to = self.reward.unit(gift.thing), outside("revenue", gift.thing)
                self.moves += spend(draft, unit, self.ask.holder or "", amount, to=to, back=_UNDONE)
                draft.given.append((self.ask.holder or "", gift.thing, -amount))

    def budget(self, _draft: Draft) -> None:
        """The budgets have room, and it is taken."""
        self._places(self.reward.budget, budget=True)

    # --- inside ------------------------------------------------------------------------------

    def _places(self, limits: Iterable[Limit], *, budget: bool) -> None:
        self.moves += self.handing.take_places(self.draft, limits, self.ask, budget=budget)

    def _clipped(self, gifts: Gifts) -> Gifts:
        """Trim amounts to the smallest room of the limits that clip their unit."""
        limits = (*self.reward.at_most, *self.reward.budget)
        return trimmed(gifts, limits, self.ask, self.draft, self.reward.head.zone)


CHECKS: Mapping[str, Check[RewardAttempt]] = by_name(
    admission.RUNS_AND_OPEN,
    admission.AUDIENCE,
    Check(name="only_if", run=RewardAttempt.only_if),
    Check(name="undone", run=RewardAttempt.undone, keys=("if_undone", "unless")),
    Check(name="at_most", run=RewardAttempt.at_most),
    Check(name="stock", run=RewardAttempt.stock, keys=("give",)),
    Check(name="points", run=RewardAttempt.points, keys=("take",)),
    Check(name="budget", run=RewardAttempt.budget),
)
"""The checks of a rule, in their usual order."""


def receiver_of(reward: RewardTerms, ask: Input) -> str:
    """The holder that *ask* names as the receiver, or nothing."""
    return (ask.holder if reward.to == "user" else ask.holders.get(reward.to)) or ""


def with_instead(reward: RewardTerms, gifts: Gifts, ask: Input, draft: Draft) -> Gifts:
    """The gifts, with the other ones in the place of those whose stock is gone, where there are any."""
    here = [(gift, amount) for gift, amount in gifts if not short_benefits([(gift, amount)], draft)]
    if len(here) == len(gifts) or not reward.instead:
        return gifts
    return [*here, *((gift, amount_of(gift.how_much, ask, draft)) for gift in reward.instead)]
