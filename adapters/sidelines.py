"""
The main line of callers, and side lines for those whose rows another transaction holds.

A batch waits only a moment for a held row. Then the store tells which of its rows are held: callers
that need none of them are run at once, the others move to a side line, which waits
on a connection of its own until their time is over. Rows that are known to be held are kept away
from the main line until they are free. So a host's transaction that stays open delays those who need
its rows, and nobody else.

A database with one writer, such as SQLite, can't tell rows apart: there everybody waits, for as long as a
caller may wait and no longer.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from threading import Lock
from time import monotonic
from typing import Any, Protocol

import attrs

from quanyi.adapters.collector import Collector
from quanyi.campaigns.engine.decisions import Outcome
from quanyi.entitlements.accounts import Account, digest16
from quanyi.entitlements.errors import LockTimeout
from quanyi.entitlements.inputs import Input, Receipt
from quanyi.entitlements.needs import LotsOf, Need
from quanyi.entitlements.records import RecordKey

__all__ = ["PatientStore", "Sidelines"]

_MOMENT = 0.3
"""Seconds that the main line waits for a row that nobody was known to hold."""

_AT_LEAST = 0.02
"""Seconds that a caller waits even if its time was over before its turn came."""

_KEPT_AWAY = 0.5
"""Seconds for which a row that was found held is taken to be held."""

_SIDE_LINES = 4


class PatientStore(Protocol):
    """A store that can bound how long it waits for locks."""

    def until(self, deadline: float) -> Any:
        """The same store, whose transactions wait for locks until *deadline*, an instant of `time.monotonic`."""
        ...

    def held(self, needs: Collection[Need]) -> frozenset[Need] | None:
        """Which of *needs* have rows that other transactions hold; None if that can't be told."""
        ...


@attrs.define(eq=False)
class _Call:
    """An input that a caller waits for, the deadline, and the held rows for which it went to a side line."""

    ask: Input
    deadline: float
    rows: frozenset[Need] = frozenset()


class Sidelines:
    """
    Runs inputs from many threads, so that one which waits for a row delays only those that need the same row.

    Args:
        run: Decides and writes a batch on a store; raises `LockTimeout` if it waits too long.
        needs: What an input needs, as far as that can be told from itself.
        wait_seconds: How long a caller waits for rows that others hold, over all tries.
        most_waiting: How many callers may stand in a line; who comes then gets `Busy`.
    """

    def __init__(
        self,
        run: Callable[[Sequence[Input], Any], Sequence[Outcome]],
        needs: Callable[[Input], Iterable[Need]],
        store: PatientStore,
        *,
        wait_seconds: float,
        most_waiting: int,
    ) -> None:
        self._run = run
        self._needs = needs
        self._store = store
        self._wait = wait_seconds
        self._held = _Held()
        self._main = Collector[_Call, Receipt](self._at_once, most_waiting=most_waiting)
        self._sides = [
            Collector[_Call, Receipt](self._patiently, most_waiting=most_waiting) for _ in range(_SIDE_LINES)
        ]

    def submit(self, ask: Input) -> Receipt:
        """
        Decide and write *ask*, and return its receipt.

        Raises:
            LockTimeout: What it needs was held by others for too long.
            Busy: Too many wait already.
        """
        call = _Call(ask, monotonic() + self._wait)
        try:
            return self._main.submit(call)
        except _SentOn as sent:
            call.rows = sent.rows
        side = int.from_bytes(min(map(_id_of, call.rows), default=b"")) % _SIDE_LINES
        return self._sides[side].submit(call)

    # --- the main line -----------------------------------------------------------------------

    def _at_once(self, calls: Sequence[_Call]) -> Sequence[Receipt | Exception]:
        """Run the calls that need nothing known to be held, and send the others to a side line."""
        held = self._held.now()
        away = [held.intersection(self._needs(call.ask)) if held else held for call in calls]
        free = [call for call, rows in zip(calls, away, strict=True) if not rows]
        found = iter(self._parted(free, monotonic() + (_AT_LEAST if held else min(_MOMENT, self._wait))))
        answers = [LockTimeout(rows=rows) if rows else next(found) for rows in away]
        if self._store.held(()) is None:  # one lock for everything, and no side line could pass it
            return self._until_their_deadlines(calls, answers)
        return [_SentOn(answer.rows) if isinstance(answer, LockTimeout) else answer for answer in answers]

    def _parted(self, calls: Sequence[_Call], deadline: float) -> Sequence[Receipt | Exception]:
        """Run a batch. If it waits too long, calls that need held rows are told so, and the others run without them."""
        if not calls:
            return []
        try:
            return self._run([call.ask for call in calls], self._store.until(deadline))
        except LockTimeout as late:
            held = self._store.held(late.needed())
            if held is None or len(calls) == 1:
                return [LockTimeout(str(late), rows=held or frozenset())] * len(calls)
            self._held.mark(held, monotonic() + _KEPT_AWAY)
            rows = [held.intersection(late.needed(call.ask.id)) for call in calls]
        if not any(rows):  # they wait for something that has no row yet: a key, an account that somebody opens
            middle = len(calls) // 2
            return [*self._parted(calls[:middle], _soon()), *self._parted(calls[middle:], _soon())]
        free = iter(self._parted([call for call, busy in zip(calls, rows, strict=True) if not busy], _soon()))
        return [LockTimeout(rows=busy) if busy else next(free) for busy in rows]

    # --- side lines --------------------------------------------------------------------------

    def _patiently(self, calls: Sequence[_Call]) -> Sequence[Receipt | Exception]:
        """Run calls as their rows become free, or until their time is over."""
        return self._until_their_deadlines(calls, [LockTimeout() for _ in calls])

    def _until_their_deadlines(
        self, calls: Sequence[_Call], answers: Sequence[Receipt | Exception]
    ) -> list[Receipt | Exception]:
        """Run those again that waited for a lock in vain, each at least once, until their deadlines."""
        found = list(answers)
        late = [n for n, answer in enumerate(found) if isinstance(answer, LockTimeout)]
        while late:
            until = max(min(calls[n].deadline for n in late), _soon())
            self._held.mark((need for n in late for need in calls[n].rows), until)
            for n, answer in zip(late, self._parted([calls[n] for n in late], until), strict=True):
                found[n] = self._given_up(answer) if isinstance(answer, LockTimeout) else answer
            self._held.free(
                need for n in late if not isinstance(found[n], LockTimeout) for need in self._needs(calls[n].ask)
            )
            late = [n for n in late if isinstance(found[n], LockTimeout) and calls[n].deadline > monotonic()]
        return found

    def _given_up(self, late: LockTimeout) -> LockTimeout:
        """The error for the caller: how long it waited, and for what."""
        what = ", ".join(sorted({_name_of(need) for need in late.rows})) or "the database's lock"
        message = f"waited {self._wait:g} s for {what}, held by another transaction"
        return LockTimeout(message, rows=late.rows, retry_after=self._wait)


class _SentOn(Exception):  # noqa: N818  (a way, not an accident)
    """A call must go to a side line, because others hold rows that it needs."""

    def __init__(self, rows: frozenset[Need]) -> None:
        self.rows = rows
        super().__init__(len(rows))


class _Held:
    """Rows that other transactions were found to hold, each until a deadline."""

    def __init__(self) -> None:
        self._until: dict[Need, float] = {}
        self._mutex = Lock()

    def now(self) -> frozenset[Need]:
        """The rows that are taken to be held."""
        if not self._until:
            return frozenset()
        with self._mutex:
            now = monotonic()
            self._until = {need: until for need, until in self._until.items() if until > now}
            return frozenset(self._until)

    def mark(self, needs: Iterable[Need], until: float) -> None:
        """Take *needs* to be held until *until*."""
        with self._mutex:
            self._until.update(dict.fromkeys(needs, until))

    def free(self, needs: Iterable[Need]) -> None:
        """Forget *needs*: somebody has locked them."""
        with self._mutex:
            for need in needs:
                self._until.pop(need, None)


def _soon() -> float:
    return monotonic() + _AT_LEAST


def _id_of(need: Need) -> bytes:
    return digest16("row", str(need))


def _name_of(need: Need) -> str:
    """The name of a row in messages for operators; it never tells whose the row is."""
    if isinstance(need, LotsOf) or (isinstance(need, Account) and need.kind in ("debt", "lot")):
        return f"a wallet of {need.unit}"
    if isinstance(need, Account):
        named = need.kind in ("quota", "stock", "used")
        return f"{need.kind} {'/'.join(need.parts[: 1 if need.kind == 'used' else 2])}" if named else "a hold"
    return f"a record ({need.kind})" if isinstance(need, RecordKey) else "codes"
