"""
The only write path: lock what is needed, decide, write once.

A batch of inputs becomes one transaction. Needs are gathered from all of them and locked in
one sorted sweep; each input is decided in order of arrival on a view that already shows what
those before it decided; everything is written in one go. A decision that finds it needs more
drops the transaction, and the batch starts again with the larger set: nothing was written, so
nothing is lost. Where more is due than one transaction books, a portion is written by itself,
and the batch begins anew.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TypeVar, cast

import attrs

from quanyi.campaigns.engine.decisions import Decisions, Outcome
from quanyi.campaigns.engine.endless import Endless, Pair, StillAsking
from quanyi.campaigns.engine.holders import Holders
from quanyi.campaigns.engine.in_force import CampaignsInForce
from quanyi.campaigns.engine.rounds import Rounds
from quanyi.campaigns.engine.timers import timer_id, timer_input
from quanyi.entitlements.errors import Conflict, LockTimeout, QuanyiError
from quanyi.entitlements.expressions import Expressions
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.needs import DUE_AT_ONCE, Need, Picture, Undeclared, with_due_back
from quanyi.entitlements.picture import View
from quanyi.entitlements.plays.base import Play
from quanyi.entitlements.ports import RecordWrite, Store, Transaction, Writing
from quanyi.entitlements.records import Person

__all__ = ["Transactions"]

_log = logging.getLogger("quanyi")
_TRIES = 8
"""How often a batch is begun again because somebody else was first."""
_PORTIONS = 8
"""How many portions of due timers one call books before its own: it must not have to do the work of a whole sweep."""

_BEHIND = "more is due than one call books before its own; sweep, and try again"
Done = TypeVar("Done")
_YOUNGEST = b"\xff" * 17
_ALWAYS = datetime(1, 1, 1, tzinfo=UTC)


class _Stale(Exception):  # noqa: N818  (a request to start again)
    """Another set of campaigns has come into force."""


class _Behind(Conflict):
    """More is due before a batch than one call books."""


class _Met(Exception):  # noqa: N818  (a request to start again)
    """A user who was taken for new is known already."""

    def __init__(self, people: Iterable[Person]) -> None:
        self.people = list(people)
        super().__init__(f"{len(self.people)} are known")


@attrs.frozen(kw_only=True)
class Transactions:
    """
    Decides and writes batches of inputs for one mall.

    Attributes:
        in_force: The campaigns in force.
        holders: The random ids that stand for users.
        expressions: The evaluator for expressions in campaigns.
    """

    in_force: CampaignsInForce
    holders: Holders
    expressions: Expressions

    def run(self, inputs: Sequence[Input], store: Store, *, joined: bool = False) -> list[Outcome]:
        """
        Decide and write *inputs*, in this order; a receipt or a refusal for each.

        Args:
            joined: Whether the store is part of a host's transaction; then a row that moved is
                the host's to retry, and nobody new is remembered before it commits.

        Raises:
            Conflict: Somebody else kept writing first; or more is due than one call books.
        """
        for attempt in range(_TRIES):
            asks, newcomers = self.holders.recognise(inputs, store)
            try:
                outcomes, written = self._run_all(asks, newcomers, store)
            except _Stale:
                self.in_force.reload()
                continue
            except _Met as met:
                self.holders.met([] if joined else met.people)
                continue
            except LockTimeout:  # trying again would only prolong the wait
                raise
            except Conflict as conflict:
                if joined or attempt == _TRIES - 1 or isinstance(conflict, _Behind):
                    raise
                self.holders.forget(asks)
                continue
            if written is not None and not joined:
                self.holders.remember(asks, _left_out(newcomers, written))
            return outcomes
        raise Conflict("the campaigns in force, or who is known, kept changing; try again")

    def publish(self, loads: Sequence[Input], extra: Writing, store: Store) -> list[Outcome]:
        """
        Bring a release into force together with what it puts on sale, in one transaction.

        Raises:
            Conflict: Another release came into force meanwhile; nothing was changed.
        """
        try:
            outcomes, _ = self._run_all(loads, (), store, extra)
        except _Stale:
            self.in_force.reload()
            raise Conflict("another release came into force meanwhile; look at it, and try again") from None
        self.in_force.reload()
        return outcomes

    def preview(self, asks: Sequence[Input], store: Store) -> list[Outcome]:
        """Decide each of *asks* alone, on one picture that nobody locks or writes back."""
        asks = self.holders.guess(asks, store)
        return [sheet.verdicts[-1] for sheet in self._look(asks, self._needs(asks), store)]

    def look(self, needs: Iterable[Need], now: datetime, store: Store) -> View:
        """What is stored, with everything that is due read as if it were booked."""
        return self._look([Input(type="look", key="", at=now)], with_due_back(needs), store)[0].view

    def _look(self, asks: Sequence[Input], needs: set[Need], store: Store) -> list[Decisions]:
        return _without_endless(lambda excluded: self._look_once(asks, needs, store, excluded))

    def _look_once(
        self, asks: Sequence[Input], needs: set[Need], store: Store, excluded: Mapping[Pair, str]
    ) -> list[Decisions]:
        rounds = Rounds(needs)
        while rounds.left():
            picture = store.peek(rounds.needs, _latest(asks), rounds.short, rounds.deciding)
            if picture.epoch != self.in_force.epoch:
                self.in_force.reload()
                rounds.needs |= self._needs(asks)
                continue
            try:
                idle = Input(type="look", key="", at=_latest(asks))
                rounds.few(picture)
                overdue = self._overdue(picture, asks, rounds)
                view = View(picture, self.expressions, guessing=True)
                view = self._decide([*overdue, idle], (), view, None, excluded).view
                return [self._decide([ask], (), view.fork(), None, excluded) for ask in asks]
            except Undeclared as more:
                rounds.asked(more)
        raise rounds.endless()

    # --- one transaction ---------------------------------------------------------------------

    def _run_all(
        self, asks: Sequence[Input], newcomers: Sequence[RecordWrite], store: Store, extra: Writing | None = None
    ) -> tuple[list[Outcome], Writing | None]:
        """Decide and write. A campaign that never comes to an end with an input is left out of that input."""
        return _without_endless(lambda excluded: self._run_once(asks, newcomers, store, extra, excluded))

    def _run_once(
        self,
        asks: Sequence[Input],
        newcomers: Sequence[RecordWrite],
        store: Store,
        extra: Writing | None,
        excluded: Mapping[Pair, str],
    ) -> tuple[list[Outcome], Writing | None]:
        needs = self._needs(asks) | {newcomer.record.key for newcomer in newcomers}
        for _ in range(_PORTIONS):
            done = self._run_or_catch_up(asks, newcomers, needs, store, extra, excluded)
            if done is not None:
                return done
        raise _Behind(_BEHIND)

    def _run_or_catch_up(
        self,
        asks: Sequence[Input],
        newcomers: Sequence[RecordWrite],
        needs: set[Need],
        store: Store,
        extra: Writing | None,
        excluded: Mapping[Pair, str],
    ) -> tuple[list[Outcome], Writing | None] | None:
        """Run the batch. None if a full portion of due timers came before it, and only that was written."""
        rounds = Rounds(needs, asks)
        while rounds.left():
            try:
                with store.begin() as tx:
                    keys = [ask.id for ask in asks]
                    picture = tx.lock(rounds.needs, _latest(asks), keys, rounds.short, rounds.deciding)
                    # Compared under the locks: before them, an `apply` could still come between.
                    if picture.epoch != self.in_force.epoch:
                        raise _Stale
                    _meet(newcomers, picture)
                    overdue = self._overdue(picture, asks, rounds)
                    if len(overdue) >= DUE_AT_ONCE:
                        first = [ask for ask in overdue if ask.at <= _earliest(asks)] or overdue
                        self._write(tx, self._decide(first, (), self._view(picture), tx, excluded))
                        return None
                    turns = _in_turn(overdue, asks)
                    sheet = self._decide(turns, newcomers, self._view(picture), tx, excluded)
                    written = self._write(tx, sheet, extra)
                return _of_the_asks(turns, sheet, overdue), written
            except Undeclared as more:
                rounds.asked(more)
            except LockTimeout as late:
                late.wants = {ask.id: self._needs([ask]) | rounds.wanted(ask) for ask in asks}
                raise
        raise rounds.endless()

    def needs_of(self, ask: Input) -> set[Need]:
        """What an input needs, as far as its own data and the cached holders tell."""
        return self._needs([self.holders.named(ask)])

    def _write(self, tx: Transaction, sheet: Decisions, extra: Writing | None = None) -> Writing | None:
        """Write what was decided, and a release with it; None if there was nothing to write."""
        writing = sheet.writing()
        if extra is not None:
            _insist(sheet)
            writing = writing or Writing()
            changes = (*writing.changes, *extra.changes)
            writing = attrs.evolve(writing, changes=changes, versions=extra.versions, release=extra.release)
        if writing is not None:
            tx.write(writing)
        return writing

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
    ) -> Decisions:
        known = tx.known([ask.id for ask in asks]) if tx else {}
        sheet = Decisions(self.in_force, view, known, newcomers, excluded)
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

    def _view(self, picture: Picture) -> View:
        return View(picture, self.expressions)

    def _needs(self, asks: Sequence[Input]) -> set[Need]:
        needs: set[Need] = set()
        for ask in asks:
            if ask.about is not None:
                needs.add(ask.about)
            for play in self.in_force.first_match(ask) or self.in_force.likely(ask):
                needs.update(_foreseen(play, ask) if ask.due else with_due_back(_foreseen(play, ask)))
        return needs


def _in_turn(overdue: Iterable[Input], asks: Iterable[Input]) -> list[Input]:
    """Put each timer before the first of *asks* that is later, so that a batch decides as single calls would."""
    turns: list[Input] = []
    waiting = deque(overdue)
    for ask in asks:
        while waiting and _age(waiting[0]) < _age(ask):
            turns.append(waiting.popleft())
        turns.append(ask)
    return turns


def _age(ask: Input) -> tuple[datetime, bytes]:
    """When an input is decided: timers of one instant by their ids, and all before calls of that instant."""
    return ask.at, timer_id(ask) if ask.due else _YOUNGEST


def _of_the_asks(turns: Sequence[Input], sheet: Decisions, overdue: Sequence[Input]) -> list[Outcome]:
    """The verdicts on the asks, without those on overdue timers."""
    if not overdue:
        return sheet.verdicts
    timers = {ask.id for ask in overdue}
    return [verdict for ask, verdict in zip(turns, sheet.verdicts, strict=True) if ask.id not in timers]


def _without_endless(decide: Callable[[Mapping[Pair, str]], Done]) -> Done:
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


def _meet(newcomers: Iterable[RecordWrite], picture: Picture) -> None:
    """Start again if a user who was taken for new is known."""
    found = [picture.records[key][0] for new in newcomers if (key := new.record.key) in picture.records]
    if found:
        raise _Met(cast("list[Person]", found))


def _insist(sheet: Decisions) -> None:
    """Raise the first refusal or error: a release comes into force whole, or not at all."""
    for verdict in sheet.verdicts:
        if isinstance(verdict, QuanyiError):
            raise verdict


def _left_out(newcomers: Sequence[RecordWrite], written: Writing) -> set[str | None]:
    """The holders made up for users who were only refused, and so were not written."""
    stands = {write.record.holder for write in written.records}
    return {newcomer.record.holder for newcomer in newcomers} - stands


def _earliest(asks: Sequence[Input]) -> datetime:
    return min((ask.at for ask in asks), default=_ALWAYS)


def _latest(asks: Sequence[Input]) -> datetime:
    return max((ask.at for ask in asks), default=_ALWAYS)
