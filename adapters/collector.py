"""
The collector: turns calls from many threads into few batches.

A caller that comes while no batch is running becomes the leader and runs its own call at once; callers
that come meanwhile wait in line. When the leader is done, the first in line leads the next batch:
all that have gathered by then. So a batch forms while the one before it is running, nobody
waits for a timer, and there is no thread but the callers' own.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Sequence
from itertools import islice, pairwise
from threading import Lock, get_ident
from time import monotonic, sleep
from typing import Generic, TypeVar

from quanyi.entitlements.errors import Busy, DataError, StorageError, Unknown

__all__ = ["Collector"]

Item = TypeVar("Item")
Answer = TypeVar("Answer")

_LOOKS = 3
"""How often a leader that gathers looks whether more have come."""

_PATIENCE = 1.0
"""Seconds after which a sleeping caller checks whether it was answered without being woken."""

_FIRST_GUESS = 0.002
"""Seconds that one item is taken to need, before any was run."""

_SMOOTHED = 8
"""Over how many batches the time that an item takes is averaged."""

_CLOSE_BEHIND = 10
"""For how many yields after a batch of several its callers are expected to come back."""


class Collector(Generic[Item, Answer]):
    """
    Turns calls from many threads into batches, in order of arrival.

    A caller leads one batch at most, and always the one that its own item is in. What waits is
    bounded by the number of threads that call.

    >>> collector = Collector[int, int](lambda items: [item * 2 for item in items])
    >>> collector.submit(21)
    42

    Args:
        run: Answers each item of a batch, in order, with a value or with an exception for it.
            If it raises instead, the batch is halved until the item is found that it fails on.
        max_batch: The most items that are run together.
        most_waiting: How many may stand in line. Who comes then gets `Busy`, with the time after which to
            come again.
        yield_seconds: How long at most the next leader lets callers gather, after a batch of
            several; without it those who have just been answered come back one moment too late.
        everyones: Failures that concern all of a batch, such as a lost connection: each item gets
            them, and nothing is tried again.
        poisons: Kinds of those that concern one item all the same, such as a number that the
            database can't store: the item is looked for by halving.
    """

    def __init__(
        self,
        run: Callable[[Sequence[Item]], Sequence[Answer | Exception]],
        *,
        max_batch: int = 256,
        most_waiting: int = 5_000,
        yield_seconds: float = 0.0009,
        everyones: tuple[type[Exception], ...] = (StorageError, Unknown),
        poisons: tuple[type[Exception], ...] = (DataError,),
    ) -> None:
        self._run = run
        self._max_batch = max_batch
        self._most_waiting = most_waiting
        self._yield_seconds = yield_seconds
        self._everyones = everyones
        self._poisons = poisons
        self._lines: dict[int, _Line[Item, Answer]] = {}

    def submit(self, item: Item) -> Answer:
        """
        Run *item* together with whatever else waits, and return its answer.

        Raises:
            Exception: Whatever `run` answered the item with.
            Busy: As many wait already as may stand in line; nothing was tried.
            Unknown: The thread that ran the batch was stopped in the middle.
            RuntimeError: Called from inside `run`, which would wait for itself.
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
        """The answers to a batch; if it fails as a whole, it is halved to find the item that it fails on."""
        try:
            answers = self._run(items)
        except Exception as failure:  # noqa: BLE001  (handed to the caller whose item it is)
            if isinstance(failure, self._everyones) and not isinstance(failure, self._poisons):
                return [failure] * len(items)
            if len(items) == 1:
                return [failure]
            middle = len(items) // 2
            return [*self._answers(items[:middle]), *self._answers(items[middle:])]
        if len(answers) != len(items):
            return [RuntimeError(f"{len(items)} items were run with {len(answers)} answers")] * len(items)
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
        """Wake the caller that sleeps here."""
        if self.turn is not None:
            self.turn.release()

    def wake_the_next(self) -> None:
        """
        Wake the next of those who were answered; so they wake each other, one at a time.

        All at once they would only compete for the interpreter, also with the next leader.
        """
        behind, self.behind = self.behind, None
        if behind is not None:
            behind.wake()

    def result(self) -> Answer:
        if not hasattr(self, "answer"):
            raise Unknown("the thread that ran this batch was stopped; ask with the same key")
        answer = self.answer
        if not isinstance(answer, Exception):
            return answer
        try:
            raise answer
        finally:
            del self.answer, answer  # or the exception would hold the frame that holds it


class _Line(Generic[Item, Answer]):
    """
    The callers that wait, in order of arrival. While `busy`, the first in line leads.

    A batch stays at the head of the line until it is handed over. So a leader that is stopped at any
    point leaves a line that is still in order.
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
        """Stand in line. True if nobody leads, so that this caller must."""
        if self.leader == get_ident():
            raise RuntimeError("a batch can't submit to the collector that runs it: it would wait for itself")
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
        """Sleep until answered or called to lead. A caller that is stopped leaves the line."""
        assert place.turn is not None
        try:
            while not place.turn.acquire(timeout=_PATIENCE):
                if place.over:  # whoever should have woken it was stopped
                    return
        except BaseException:
            self.leave(place)
            raise

    def leave(self, place: _Place[Item, Answer]) -> None:
        """Give up a place: pass leadership on, or leave the line unless the batch is running already."""
        with self.mutex:
            if not place.leads:
                place.turn = None
                if place in islice(self.places, self.taken, None):
                    self.places.remove(place)
                return
        self.hand_over()

    def gather(self, enough: int, yield_seconds: float) -> None:
        """Shortly after a batch of several, wait a moment for as many to come back, as long as more arrive."""
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
        """The head of the line, at most *most*: the batch to be run now."""
        with self.mutex:
            batch = list(islice(self.places, most))
            self.taken = len(batch)
            self.taken_at = monotonic()
            return batch

    def hand_over(self) -> None:
        """Call the next leader, if anybody waits; then release the callers of this batch."""
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
            for place, behind in pairwise(asleep):
                place.behind = behind
        if following is not None:
            following.wake()
        if asleep:
            asleep[0].wake()
