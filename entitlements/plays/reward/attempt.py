"""
One firing of a rule: its checks in the declared order, and what it gives and takes.

Each check both refuses and books, like the sale's: limits, pieces, points and budget stand in one
order, and a no from any of them drops everything.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING

from quanyi.entitlements.accounts import outside
from quanyi.entitlements.calculators import amount_of
from quanyi.entitlements.checks import admission
from quanyi.entitlements.checks.conditions import judge
from quanyi.entitlements.clauses import Limit
from quanyi.entitlements.derived_ids import derived_id
from quanyi.entitlements.errors import NotEligible, Refused
from quanyi.entitlements.giving import Gifts, Giving, short_benefits, trimmed
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.picture import Draft
from quanyi.entitlements.points import spend
from quanyi.entitlements.records import Move
from quanyi.entitlements.undo.sources import sources_of, undone_already

if TYPE_CHECKING:
    from quanyi.entitlements.plays.reward.terms import RewardTerms

__all__ = ["RewardAttempt", "receiver_of", "with_instead"]

_UNDONE = ("undone",)


class RewardAttempt:
    """
    One event meeting one rule.

    Attributes:
        moves: What was booked so far.
    """

    def __init__(self, reward: RewardTerms, ask: Input, draft: Draft) -> None:
        self.reward, self.ask, self.draft = reward, ask, draft
        self.moves: list[Move] = []

    def run(self) -> None:
        """Go through the checks; the first that fails refuses."""
        self._receiver_known()
        for check in self.reward.checks:
            try:
                getattr(self, f"_{check}")()
            except Refused as no:
                no.at(check, self.reward.head.place_of(check))
                raise
        if self.reward.give and not self.handing.gifts:
            raise NotEligible(reason="nothing-to-give")

    @property
    def id(self) -> str:
        """The firing's own number."""
        ask = self.ask
        return derived_id("firing", self.reward.name, ask.type, ask.key, ask.digest.hex())

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

    def _phase(self) -> None:
        admission.check_phase(self.reward.head, self.ask.at)
        admission.check_open(self.reward.head, self.ask.at)

    def _for(self) -> None:
        admission.check_audience(self.reward.head, self.ask, self.draft)

    def _only_if(self) -> None:
        if self.reward.only_if is not None:
            self.draft.facts.update(self.ask.facts)
            judge(self.reward.only_if, self.ask, self.draft.evaluate)

    def _undone(self) -> None:
        no = undone_already(self.draft, self.reward.name, sources_of(self.reward, self.ask))
        if no is not None:
            raise no

    def _at_most(self) -> None:
        self._places(self.reward.at_most, budget=False)

    def _stock(self) -> None:
        if self.reward.after:  # a promise takes its pieces when it is kept
            return
        self.moves += self.handing.take_stock(self.draft)

    def _points(self) -> None:
        for gift in self.reward.take:
            amount = amount_of(gift.how_much, self.ask, self.draft)
            if amount:
                unit, to = self.reward.unit(gift.thing), outside("revenue", gift.thing)
                self.moves += spend(self.draft, unit, self.ask.holder or "", amount, to=to, back=_UNDONE)
                self.draft.given.append((self.ask.holder or "", gift.thing, -amount))

    def _budget(self) -> None:
        self._places(self.reward.budget, budget=True)

    # --- inside ------------------------------------------------------------------------------

    def _places(self, limits: Iterable[Limit], *, budget: bool) -> None:
        self.moves += self.handing.take_places(self.draft, limits, self.ask, budget=budget)

    def _clipped(self, gifts: Gifts) -> Gifts:
        """Trim amounts to the smallest room of the limits that clip their unit."""
        limits = (*self.reward.at_most, *self.reward.budget)
        return trimmed(gifts, limits, self.ask, self.draft, self.reward.head.zone)


def receiver_of(reward: RewardTerms, ask: Input) -> str:
    """The holder that *ask* names as the receiver, or nothing."""
    return (ask.holder if reward.to == "user" else ask.holders.get(reward.to)) or ""


def with_instead(reward: RewardTerms, gifts: Gifts, ask: Input, draft: Draft) -> Gifts:
    """The gifts, with the other ones in the place of those whose stock is gone, where there are any."""
    here = [(gift, amount) for gift, amount in gifts if not short_benefits([(gift, amount)], draft)]
    if len(here) == len(gifts) or not reward.instead:
        return gifts
    return [*here, *((gift, amount_of(gift.how_much, ask, draft)) for gift in reward.instead)]
