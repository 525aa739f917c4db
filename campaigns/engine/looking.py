"""
Looking: what is stored, with everything that is due read as if it were booked. Nothing is locked or written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Self, TypeVar

import attrs

from quanyi.campaigns.engine.deciding import Deciding, without_endless
from quanyi.campaigns.engine.decisions import Decisions, Outcome
from quanyi.campaigns.engine.endless import Pair, StillAsking
from quanyi.campaigns.engine.in_force import NotRead
from quanyi.campaigns.engine.rounds import Rounds
from quanyi.campaigns.engine.turns import latest
from quanyi.entitlements.errors import Refused
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.needs import Need, Picture, Undeclared, with_due_back
from quanyi.entitlements.picture import View
from quanyi.entitlements.ports import Store

__all__ = ["Looking"]

Done = TypeVar("Done")


@attrs.frozen(kw_only=True)
class Looking(Deciding):
    """Decides on pictures that nobody locks or writes back."""

    def preview(self, asks: Sequence[Input], store: Store) -> list[Outcome]:
        """Decide each of *asks* alone, on one picture that nobody locks or writes back."""
        asks = self.holders.guess(asks, store)
        return self._seen(asks, (), latest(asks), store, partial(self._tried, asks))

    def look(self, needs: Iterable[Need], now: datetime, store: Store) -> View:
        """What is stored, with everything that is due read as if it were booked."""
        return self._seen((), with_due_back(needs), now, store, lambda view, _: view)

    def exhaustively(self) -> Self:
        """The same for one question, in which campaigns also say why they do nothing outside of their ranges."""
        return attrs.evolve(self, in_force=self.in_force.exhaustively())

    def refused(
        self, asks: Sequence[Input], needs: Iterable[Need], now: datetime, store: Store
    ) -> tuple[View, list[Refused | None]]:
        """What *needs* show, and the no that each of *asks* would meet alone, on one picture."""
        return self._seen(
            asks, with_due_back(needs), now, store, lambda view, excluded: (view, self.refusals(asks, view, excluded))
        )

    def shown(
        self, picture: Picture, asks: Sequence[Input], now: datetime, rounds: Rounds, excluded: Mapping[Pair, str]
    ) -> View:
        """The view on a picture that nobody writes back, with everything that is due read as if it were booked."""
        rounds.few(picture)
        overdue = self._overdue(picture, asks, rounds)
        view, idle = View(picture, self.expressions, guessing=True), Input(type="look", key="", at=now)
        return self._decide([*overdue, idle], (), view, None, excluded).view

    def refusals(self, asks: Sequence[Input], view: View, excluded: Mapping[Pair, str]) -> list[Refused | None]:
        """The no that each of *asks* would meet; *view* stays as it is. Raises `StillAsking` for all that it lacks."""
        sheet = Decisions(self.in_force, view, {}, (), excluded)
        found = [sheet.refusal(ask) for ask in asks]
        if sheet.undeclared or sheet.short:
            raise StillAsking(sheet.undeclared, sheet.asking, {}, sheet.short)
        return found

    def _seen(
        self,
        asks: Sequence[Input],
        needs: Iterable[Need],
        now: datetime,
        store: Store,
        judge: Callable[[View, Mapping[Pair, str]], Done],
    ) -> Done:
        """What *judge* says of a view that shows all that *needs* and *asks* need, and what it asks for besides."""
        return without_endless(lambda excluded: self._seen_once(asks, needs, now, store, judge, excluded))

    def _seen_once(
        self,
        asks: Sequence[Input],
        needs: Iterable[Need],
        now: datetime,
        store: Store,
        judge: Callable[[View, Mapping[Pair, str]], Done],
        excluded: Mapping[Pair, str],
    ) -> Done:
        rounds = Rounds({*needs, *self._needs(asks)})
        while rounds.left():
            picture = store.peek(rounds.needs, now, rounds.short, rounds.deciding)
            if picture.epoch != self.in_force.epoch:
                self.in_force.reload(store)
                rounds.needs |= self._needs(asks)
                continue
            try:
                return judge(self.shown(picture, asks, now, rounds, excluded), excluded)
            except Undeclared as more:
                rounds.asked(more)
            except NotRead as unread:
                self.in_force.fetch(unread, store)
        raise rounds.endless()

    def _tried(self, asks: Sequence[Input], view: View, excluded: Mapping[Pair, str]) -> list[Outcome]:
        return [self._decide([ask], (), view.fork(), None, excluded).verdicts[-1] for ask in asks]
