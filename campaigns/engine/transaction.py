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
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar, cast

import attrs

from quanyi.campaigns.engine.deciding import without_endless
from quanyi.campaigns.engine.decisions import Decisions, Outcome
from quanyi.campaigns.engine.endless import Pair
from quanyi.campaigns.engine.holders import of_newcomers
from quanyi.campaigns.engine.in_force import NotRead
from quanyi.campaigns.engine.looking import Looking
from quanyi.campaigns.engine.reading_on import ReadingOn
from quanyi.campaigns.engine.rounds import Rounds
from quanyi.campaigns.engine.stencils.stamping import Plan, Stamping, Unlike, planned
from quanyi.campaigns.engine.stencils.stencils import Stencils
from quanyi.campaigns.engine.turns import earliest, in_turn, latest, of_the_asks
from quanyi.entitlements.errors import Conflict, LockTimeout, QuanyiError
from quanyi.entitlements.inputs import Input, Receipt
from quanyi.entitlements.needs import DUE_AT_ONCE, Need, Picture, Undeclared
from quanyi.entitlements.ports import RecordWrite, Store, Transaction, Writing
from quanyi.entitlements.records import Person, RecordKey

__all__ = ["Transactions"]

_log = logging.getLogger("quanyi")
_TRIES = 8
"""How often a batch is begun again because somebody else was first."""
_PORTIONS = 8
"""How many portions of due timers one call books before its own: it must not have to do the work of a whole sweep."""

_BEHIND = "more is due than one call books before its own; sweep, and try again"
Done = TypeVar("Done")


class _Stale(Exception):  # noqa: N818  (a request to start again)
    """Another set of campaigns has come into force."""


class _Behind(Conflict):
    """More is due before a batch than one call books."""


class _Met(Exception):  # noqa: N818  (a request to start again)
    """A user who was taken for new is known already."""

    def __init__(self, people: Iterable[Person], epoch: int | None) -> None:
        self.people, self.epoch = list(people), epoch
        super().__init__(f"{len(self.people)} are known")


class _Gone(Conflict):
    """A person who was known has been erased meanwhile."""


@attrs.frozen(kw_only=True)
class _Batch:
    """
    What one transaction is to decide.

    Attributes:
        extra: What is written with it: a release.
        stencils: What may decide repeated requests; None where they are decided in the ordinary way.
        excluded: Campaigns that would never come to an end with an input.
        reads_on: Whether what a decision asks for may be read where it is decided.
    """

    inputs: Sequence[Input]
    extra: Writing | None = None
    stencils: Stencils | None = None
    excluded: Mapping[Pair, str] = attrs.field(factory=dict)
    reads_on: bool = True


@attrs.frozen(kw_only=True)
class _Introduced:
    """
    A batch whose people are known by their holders.

    Attributes:
        newcomers: Records for users that nobody knows yet; `known` the holders of all others, by their records' keys.
        epoch: The epoch under which that was so.
        plan: Which of the inputs stencils may decide.
    """

    asks: Sequence[Input]
    newcomers: Sequence[RecordWrite]
    known: Mapping[RecordKey, str]
    epoch: int | None
    plan: Plan


@attrs.frozen(kw_only=True)
class _Done:
    """What came of a batch; *written* is None if there was nothing to write."""

    outcomes: list[Outcome]
    written: Writing | None
    batch: _Introduced

    def left_out(self) -> set[str | None]:
        """The holders made up for users who were only refused, and so were not written."""
        stands = {write.record.holder for write in self.written.records} if self.written is not None else set()
        return {newcomer.record.holder for newcomer in self.batch.newcomers} - stands


@attrs.frozen(kw_only=True)
class Transactions(Looking):
    """
    Decides and writes batches of inputs for one mall.

    Attributes:
        stencils: What repeated requests have in common.
    """

    stencils: Stencils = attrs.field(
        default=attrs.Factory(lambda self: Stencils(self.in_force, self._decided_alone), takes_self=True)
    )

    def run(self, inputs: Sequence[Input], store: Store, *, joined: bool = False) -> list[Outcome]:
        """
        Decide and write *inputs*, in this order; a receipt or a refusal for each.

        Args:
            joined: Whether the store is part of a host's transaction; then a row that moved is
                the host's to retry, and nobody new is remembered before it commits.

        Raises:
            Conflict: Somebody else kept writing first; or more is due than one call books.
        """
        stencils: Stencils | None = self.stencils
        for attempt in range(_TRIES):
            try:
                done = self._run_all(_Batch(inputs=inputs, stencils=stencils), store)
            except Unlike:
                stencils = None
                continue
            except _Stale:
                self.in_force.reload(store)
                continue
            except _Met as met:
                self.holders.met([] if joined else met.people, met.epoch)
                continue
            except LockTimeout:  # trying again would only prolong the wait
                raise
            except Conflict as conflict:
                if joined or attempt == _TRIES - 1 or isinstance(conflict, _Behind):
                    raise
                self.holders.forget(inputs)
                continue
            if done.written is not None and not joined:
                self.holders.remember(done.batch.asks, done.left_out(), done.batch.epoch)
            if not joined:  # a host's locks stay until it ends
                self.stencils.learn(store.rows)
            return done.outcomes
        raise Conflict("the campaigns in force, or who is known, kept changing; try again")

    def publish(self, loads: Sequence[Input], extra: Writing, store: Store) -> list[Outcome]:
        """
        Bring a release into force together with what it puts on sale, in one transaction.

        Raises:
            Conflict: Another release came into force meanwhile; nothing was changed.
        """
        try:
            done = self._run_all(_Batch(inputs=loads, extra=extra), store)
        except _Stale:
            self.in_force.reload()
            raise Conflict("another release came into force meanwhile; look at it, and try again") from None
        self.in_force.reload()
        return done.outcomes

    # --- one transaction ---------------------------------------------------------------------

    def _run_all(self, batch: _Batch, store: Store) -> _Done:
        """Decide and write. A campaign that never comes to an end with an input is left out of that input."""
        return without_endless(lambda excluded: self._run_once(attrs.evolve(batch, excluded=excluded), store))

    def _run_once(self, batch: _Batch, store: Store) -> _Done:
        for _ in range(_PORTIONS):
            done = self._run_or_catch_up(batch, store)
            if done is not None:
                return done
        raise _Behind(_BEHIND)

    def _run_or_catch_up(self, batch: _Batch, store: Store) -> _Done | None:
        """Run the batch. None if a full portion of due timers came before it, and only that was written."""
        rounds, introduced, reading = Rounds((), batch.inputs), None, None
        while rounds.left():
            try:
                with store.begin() as tx:
                    introduced = introduced or self._introduced(batch, tx, store, rounds)
                    asks, stamping = introduced.asks, self._stamping(introduced.plan, store)
                    picture = self._locked(tx, introduced, rounds, stamping)
                    overdue = self._overdue(picture, asks, rounds)
                    if len(overdue) >= DUE_AT_ONCE:
                        first = [ask for ask in overdue if ask.at <= earliest(asks)] or overdue
                        self._write(tx, self._decide(first, (), self._view(picture), tx, batch.excluded))
                        return None
                    turns = in_turn(overdue, asks)
                    reading = _reading_on(tx, turns, rounds) if batch.reads_on and stamping is None else None
                    view = self._view(picture, reading)
                    sheet = self._decide(turns, introduced.newcomers, view, tx, batch.excluded, stamping)
                    written = self._write(tx, sheet, batch.extra, rounds.needs)
                return _Done(outcomes=of_the_asks(turns, sheet, overdue), written=written, batch=introduced)
            except Undeclared as more:
                if reading is not None and reading.given_up:
                    return self._run_or_catch_up(attrs.evolve(batch, reads_on=False), store)
                rounds.asked(more)
            except NotRead as unread:
                self.in_force.fetch(unread, store)
            except LockTimeout as late:
                asks = introduced.asks if introduced is not None else list(map(self.holders.named, batch.inputs))
                late.wants = {ask.id: self._needs([ask]) | rounds.wanted(ask) for ask in asks}
                raise
        raise rounds.endless()

    def _introduced(self, batch: _Batch, tx: Transaction, store: Store, rounds: Rounds) -> _Introduced:
        """The batch with its people, whose needs are in *rounds* from then on."""
        found = self.holders.recognise(batch.inputs, tx)
        asks, newcomers = found.asks, found.newcomers
        plan = planned(asks, batch.stencils, store.rows) if batch.stencils is not None else ()
        stamped = {ask.id for _, some in plan for ask in some}
        rounds.needs |= self._needs([ask for ask in asks if ask.id not in stamped])
        rounds.needs |= {newcomer.record.key for newcomer in newcomers}
        if tx.locks_people:
            rounds.needs |= found.known.keys()
        return _Introduced(asks=asks, newcomers=newcomers, known=found.known, epoch=found.epoch, plan=plan)

    def _stamping(self, plan: Plan, store: Store) -> Stamping | None:
        return Stamping(plan, self.stencils, store.rows) if plan and store.rows is not None else None

    def _locked(self, tx: Transaction, batch: _Introduced, rounds: Rounds, stamping: Stamping | None) -> Picture:
        """What is locked for this round; `_Stale` under another set of campaigns, `_Met` if a newcomer is known."""
        keys, by_id = [ask.id for ask in batch.asks], None
        if stamping is not None:
            rounds.needs |= stamping.needs()
            by_id = stamping.by_id({newcomer.record.holder for newcomer in batch.newcomers})
        absent = of_newcomers(rounds.needs, batch.newcomers)
        meanwhile = stamping.prepare if stamping is not None else None
        needs, at = rounds.needs - absent, latest(batch.asks)
        picture = tx.lock(needs, at, keys, rounds.short, rounds.deciding, by_id, meanwhile)
        picture.needs |= absent
        # Compared under the locks: before them, an `apply` could still come between.
        if not picture.epoch == self.in_force.epoch == batch.epoch:
            raise _Stale
        if stamping is not None and not stamping.made_under(picture.epoch):  # another thread has reloaded meanwhile
            raise _Stale
        _meet(batch.newcomers, picture)
        if tx.locks_people:
            _insist_on_people(batch.known, picture)
        return picture

    def _write(
        self, tx: Transaction, sheet: Decisions, extra: Writing | None = None, needs: Iterable[Need] = ()
    ) -> Writing | None:
        """Write what was decided, and a release with it; None if there was nothing to write."""
        writing = sheet.writing(needs)
        if extra is not None:
            _insist(sheet)
            writing = writing or Writing()
            changes = (*writing.changes, *extra.changes)
            writing = attrs.evolve(writing, changes=changes, versions=extra.versions, release=extra.release)
        if writing is not None:
            tx.write(writing)
        return writing

    def _decided_alone(self, ask: Input, picture: Picture) -> tuple[Receipt, Writing] | None:
        """An ordinary decision on a picture that no store gave; None if it is refused, or lacks a row."""
        sheet = Decisions(self.in_force, self._view(picture), {}, ())
        sheet.take(ask)
        verdict, writing = sheet.verdicts[-1] if sheet.verdicts else None, sheet.writing()
        whole = not sheet.undeclared and not sheet.short and not sheet.endless
        return (verdict, writing) if whole and isinstance(verdict, Receipt) and writing is not None else None


def _reading_on(tx: Transaction, turns: Sequence[Input], rounds: Rounds) -> ReadingOn | None:
    """Reading on for one input alone, before which nothing is due: what many ask for is better read at once."""
    return ReadingOn(tx=tx, ask=turns[0], rounds=rounds) if tx.alone and len(turns) == 1 else None


def _meet(newcomers: Iterable[RecordWrite], picture: Picture) -> None:
    """Start again if a user who was taken for new is known."""
    found = [picture.records[key][0] for new in newcomers if (key := new.record.key) in picture.records]
    if found:
        raise _Met(cast("list[Person]", found), picture.epoch)


def _insist_on_people(known: Mapping[RecordKey, str], picture: Picture) -> None:
    """Raise `_Gone` unless everybody who is known has their record still, which is locked from now on."""
    for key, holder in known.items():
        if key not in picture.records or picture.records[key][0].holder != holder:
            raise _Gone("somebody who is named has been erased meanwhile; try again")


def _insist(sheet: Decisions) -> None:
    """Raise the first refusal or error: a release comes into force whole, or not at all."""
    for verdict in sheet.verdicts:
        if isinstance(verdict, QuanyiError):
            raise verdict
