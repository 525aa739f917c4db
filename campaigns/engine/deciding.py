"""
Deciding inputs on a picture: what they need, what is due before them, and their verdicts.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

import attrs

from quanyi.campaigns.engine.decisions import Decisions
from quanyi.campaigns.engine.endless import Endless, Pair, StillAsking
from quanyi.campaigns.engine.holders import Holders
from quanyi.campaigns.engine.in_force import CampaignsInForce
from quanyi.campaigns.engine.reading_on import ReadingOn, ReadingView
from quanyi.campaigns.engine.rounds import Rounds
from quanyi.campaigns.engine.stencils.stamping import Stamping
from quanyi.campaigns.engine.timers import timer_input
from quanyi.entitlements.expressions import Expressions
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.needs import Need, Picture, Undeclared, with_due_back
from quanyi.entitlements.picture import View
from quanyi.entitlements.plays.base import Play
from quanyi.entitlements.ports import RecordWrite, Transaction

__all__ = ["Deciding", "without_endless"]

_log = logging.getLogger("quanyi")
Done = TypeVar("Done")


@attrs.frozen(kw_only=True)
class Deciding:
    """
    Decides inputs for one mall.

    Attributes:
        in_force: The campaigns in force.
        holders: The random ids that stand for users.
        expressions: The evaluator for expressions in campaigns.
    """

    in_force: CampaignsInForce
    holders: Holders
    expressions: Expressions

    def foreseen(self, asks: Sequence[Input]) -> set[Need]:
        """What the decisions on *asks* need, as far as these tell."""
        return self._needs(asks)

    def needs_of(self, ask: Input) -> set[Need]:
        """What an input needs, as far as its own data and the cached holders tell."""
        return self._needs([self.holders.named(ask)])

    def _overdue(self, picture: Picture, asks: Sequence[Input], rounds: Rounds) -> list[Input]:
        """The due timers of what was locked, as inputs, oldest first."""
        taken = {ask.id for ask in asks} if picture.due else ()
        overdue = [ask for ask in map(timer_input, picture.due) if ask.id not in taken]
        missing, unknown = self._needs(overdue) - rounds.needs, picture.unsummed - rounds.short.keys()
        if rounds.decides(picture.due) or missing or unknown:
            raise Undeclared(missing, dict.fromkeys(unknown, 0))
        return overdue

    def _decide(
        self,
        asks: Sequence[Input],
        newcomers: Sequence[RecordWrite],
        view: View,
        tx: Transaction | None,
        excluded: Mapping[Pair, str],
        stamping: Stamping | None = None,
    ) -> Decisions:
        known = tx.known([ask.id for ask in asks]) if tx else {}
        sheet = Decisions(self.in_force, view, known, newcomers, excluded, stamping)
        for ask in asks:
            sheet.catch_up(ask.at)
            sheet.take(ask)
        if sheet.endless:
            raise Endless(sheet.endless)
        if sheet.undeclared:
            raise StillAsking(sheet.undeclared, sheet.asking, sheet.wanted)
        if sheet.short:  # only now: inputs that still lack rows may give back what is short
            raise StillAsking((), sheet.asking, {}, sheet.short)
        return sheet

    def _view(self, picture: Picture, reading: ReadingOn | None = None) -> View:
        return View(picture, self.expressions) if reading is None else ReadingView(picture, self.expressions, reading)

    def _needs(self, asks: Sequence[Input]) -> set[Need]:
        needs: set[Need] = set()
        for ask in asks:
            if ask.about is not None:
                needs.add(ask.about)
            for play in self.in_force.first_match(ask) or self.in_force.likely(ask):
                needs.update(_foreseen(play, ask) if ask.due else with_due_back(_foreseen(play, ask)))
        return needs


def without_endless(decide: Callable[[Mapping[Pair, str]], Done]) -> Done:
    """Decide until no pair is found endless any more, each time without those found before."""
    excluded: dict[Pair, str] = {}
    while True:
        try:
            return decide(excluded)
        except Endless as found:
            excluded |= found.pairs
            for (_, campaign), why in found.pairs.items():
                _log.error("campaign %s is left out of an input: %s", campaign, why)


def _foreseen(play: Play, ask: Input) -> Iterable[Need]:
    """What a play needs, as far as the input tells. If that fails, it fails again, and is reported, when it decides."""
    try:
        return tuple(play.needs(ask))
    except Exception:  # noqa: BLE001  (a broken campaign's own; reported when it decides)
        return ()
