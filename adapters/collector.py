"""
Many callers, few transactions.

Whoever comes while nobody settles becomes the leader and settles at once; whoever comes
meanwhile waits in line. When the leader is done, the first in line leads the next batch: all
that have gathered by then. So a batch forms while the one before it is being settled, nobody
waits for a timer, and there is no thread but the callers' own.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Sequence
from itertools import islice
from threading import Lock, get_ident
from time import monotonic, sleep
from typing import Generic, TypeVar

from quanyi.entitlements.errors import Busy, DataError, StorageError, Unknown

__all__ = ["Collector"]

Item = TypeVar("Item")
Answer = TypeVar("Answer")

_LOOKS = 3
"""How often it is looked, during that moment, whether more have come."""

_AT_ONCE = 4
"""How many of those who were answered are woken together; each of them wakes another one."""

_PATIENCE = 1.0
"""Seconds after which a caller looks whether it was answered and not woken."""

_FIRST_GUESS = 0.002
"""Seconds that one item takes, before any was settled."""

_SMOOTHED = 8
"""Over how many batches it is averaged how long an item takes."""

_CLOSE_BEHIND = 10
"""Within so many yields after a batch of several, those who were in it are about to come back."""


class Collector(Generic[Item, Answer]):
    """
    Turns calls from many threads into batches, in order of arrival.

    A caller leads one batch at most, and always the one that its own item is in. What waits is
    bounded by the number of threads that call.

    Args:
        settle: Answers each item of a batch, in order, with a value or with an exception for it.
            If it raises instead, the batch is halved until the item is found that it fails on.
        max_batch: The most items that are settled together.
        most_waiting: How many may stand in line; who comes then is told `Busy`, and when to come again.
        yield_seconds: How long at most the next leader lets callers gather, after a batch of
            several; without it those who have just been answered come back one moment too late.
        everyones: Failures that concern all of a batch, as a cut line does: each item gets
            them, and nothing is tried again.
        poisons: Kinds of those that concern one item all the same, as a number does that the
            database can't keep: it is looked for by halving.
    """

    def __init__(
        self,
        settle: Callable[[Sequence[Item]], Sequence[Answer | Exception]],
        *,
        max_batch: int = 256,
        most_waiting: int = 5_000,
        yield_seconds: float = 0.0009,
        everyones: tuple[type[Exception], ...] = (StorageError, Unknown),
        poisons: tuple[type[Exception], ...] = (DataError,),
    ) -> None:
        self._settle = settle
        self._max_batch = max_batch
        self._most_waiting = most_waiting
        self._yield_seconds = yield_seconds
        self._everyones = everyones
        self._poisons = poisons
        self._lines: dict[int, _Line[Item, Answer]] = {}

    def submit(self, item: Item) -> Answer:
        """
        Have *item* settled, together with whatever else waits, and return its answer.

        Raises:
            Exception: Whatever `settle` answered the item with.
            Busy: More wait already than may stand in line; nothing was tried.
            Unknown: The thread that settled the batch was stopped in the middle.
            RuntimeError: Called from inside `settle`, which could never end.
        """
        line = self._line()
        place = _Place[Item, Answer](item)
        try:
            if not line.enter(place):
                line.wait(place)
            if place.leads:
                self._lead(line)
        finally:
            place.wake_the_next()
        return place.result()

    def _lead(self, line: _Line[Item, Answer]) -> None:
        try:
            line.gather(self._max_batch, self._yield_seconds)
            batch = line.take(self._max_batch)
            answers = self._answers([place.item for place in batch])
            for place, answer in zip(batch, answers, strict=True):
                place.answer = answer
        finally:
            line.hand_over()

    def _answers(self, items: Sequence[Item]) -> Sequence[Answer | Exception]:
        """Settle, and find what can't be settled by halving."""
        try:
            answers = self._settle(items)
        except Exception as failure:  # noqa: BLE001  (handed to the caller whose item it is)
            if isinstance(failure, self._everyones) and not isinstance(failure, self._poisons):
                return [failure] * len(items)
            if len(items) == 1:
                return [failure]
            middle = len(items) // 2
            return [*self._answers(items[:middle]), *self._answers(items[middle:])]
        if len(answers) != len(items):
            return [RuntimeError(f"{len(items)} items were settled with {len(answers)} answers")] * len(items)
        return answers

    def _line(self) -> _Line[Item, Answer]:
        """The line of this process: a forked child must not wait for threads that it hasn't got."""
        process = os.getpid()
        line = self._lines.get(process)
        if line is None:
            line = self._lines.setdefault(process, _Line(self._most_waiting))
            for other in [known for known in self._lines if known != process]:
                self._lines.pop(other, None)
        return line


class _Place(Generic[Item, Answer]):
    """One caller's place in the line."""

    __slots__ = ("answer", "behind", "item", "leads", "over", "turn")

    answer: Answer | Exception

    def __init__(self, item: Item) -> None:
        self.item = item
        self.leads = False
        self.over = False
        self.turn: Lock | None = None
        self.behind: _Place[Item, Answer] | None = None

    def wake(self) -> None:
        """Let whoever sleeps here go on."""
        if self.turn is not None:
            self.turn.release()

    def wake_the_next(self) -> None:
        """
        Those who were answered wake each other, a few at a time.

        All at once they would only fight for the interpreter, and the next leader with them.
        """
        behind, self.behind = self.behind, None
        if behind is not None:
            behind.wake()

    def result(self) -> Answer:
        if not hasattr(self, "answer"):
            raise Unknown("the thread that settled this batch was stopped; ask with the same key")
        answer = self.answer
        if not isinstance(answer, Exception):
            return answer
        try:
            raise answer
        finally:
            del self.answer, answer  # or the exception would hold the frame that holds it


class _Line(Generic[Item, Answer]):
    """
    Who waits, in order of arrival. The first in line leads while `busy`.

    A batch stays at the head of the line until it is handed over, so that a leader which is
    stopped anywhere leaves a line that still tells the truth.
    """

    def __init__(self, most_waiting: int) -> None:
        self.most_waiting = most_waiting
        self.each = _FIRST_GUESS
        self.taken_at = 0.0
        self.mutex = Lock()
        self.places: deque[_Place[Item, Answer]] = deque()
        self.busy = False
        self.taken = 0
        self.leader = 0
        self.crowd = 0
        self.ended = 0.0

    def enter(self, place: _Place[Item, Answer]) -> bool:
        """Stand in line; True if nobody leads, so that this caller must."""
        if self.leader == get_ident():
            raise RuntimeError("a batch can't submit to the collector that settles it: it would wait for itself")
        with self.mutex:
            if len(self.places) >= self.most_waiting:
                raise Busy(f"{len(self.places)} wait already", retry_after=self.each * len(self.places))
            self.places.append(place)
            if self.busy:
                place.turn = Lock()
                place.turn.acquire()
                return False
            self.busy = place.leads = True
            return True

    def wait(self, place: _Place[Item, Answer]) -> None:
        """Sleep until answered or called to lead; a caller that is stopped leaves the line."""
        assert place.turn is not None
        try:
            while not place.turn.acquire(timeout=_PATIENCE):
                if place.over:  # whoever should have woken it was stopped
                    return
        except BaseException:
            self.leave(place)
            raise

    def leave(self, place: _Place[Item, Answer]) -> None:
        """Give up a place: pass leadership on, or step out unless the batch is being settled."""
        with self.mutex:
            if not place.leads:
                place.turn = None
                if place in islice(self.places, self.taken, None):
                    self.places.remove(place)
                return
        self.hand_over()

    def gather(self, enough: int, yield_seconds: float) -> None:
        """Close behind a batch of several, let as many come back, for a short moment and while more come."""
        self.leader = get_ident()
        if self.crowd <= 1 or monotonic() - self.ended > yield_seconds * _CLOSE_BEHIND:
            return
        wanted, there = min(self.crowd, enough), 0
        for _ in range(_LOOKS):
            if not there < len(self.places) < wanted:
                return
            there = len(self.places)
            sleep(yield_seconds / _LOOKS)

    def take(self, most: int) -> list[_Place[Item, Answer]]:
        """The head of the line: the batch to be settled now."""
        with self.mutex:
            batch = list(islice(self.places, most))
            self.taken = len(batch)
            self.taken_at = monotonic()
            return batch

    def hand_over(self) -> None:
        """Call the next leader, if anybody waits; then let this batch go."""
        with self.mutex:
            batch = [self.places.popleft() for _ in range(max(self.taken, 1))]
            if self.taken:
                self.each += ((monotonic() - self.taken_at) / self.taken - self.each) / _SMOOTHED
            self.taken = self.leader = 0
            self.crowd = max(len(batch) + len(self.places), self.crowd * 3 // 4)
            self.ended = monotonic()
            following = self.places[0] if self.places else None
            self.busy = following is not None
            if following is not None:
                following.leads = True
            asleep = [place for place in batch[1:] if place.turn is not None]
            for place in asleep:
                place.over = True
            for place, behind in zip(asleep, asleep[_AT_ONCE:], strict=False):
                place.behind = behind
        if following is not None:
            following.wake()
        for place in asleep[:_AT_ONCE]:
            place.wake()
