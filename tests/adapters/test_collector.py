"""The collector: every caller gets its own answer, and nobody is left standing."""

from __future__ import annotations

import os
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quanyi.adapters.collector import Collector
from quanyi.entitlements.errors import OutOfStock, StorageError, Unknown

PATIENCE = 20


class Till:
    """Settles by doubling; keeps what it was given, and can be held shut while a crowd gathers."""

    def __init__(self, poison=(), failing=None):
        self.batches = []
        self.poison = set(poison)
        self.failing = failing
        self.open = threading.Event()
        self.open.set()

    @property
    def answered(self):
        return [item for batch in self.batches for item in batch]

    def __call__(self, items):
        assert self.open.wait(PATIENCE)
        if self.failing:
            raise self.failing
        if self.poison & set(items):
            raise ValueError("poison")
        self.batches.append(list(items))
        return [item * 2 for item in items]


@contextmanager
def crowd(collector, items):
    """Threads that submit one item each; yields a dict that fills with answers or exceptions."""
    results = {}

    def call(item):
        try:
            results[item] = collector.submit(item)
        except BaseException as failure:
            results[item] = failure

    threads = [threading.Thread(target=call, args=(item,), daemon=True) for item in items]
    for thread in threads:
        thread.start()
    yield results
    for thread in threads:
        thread.join(PATIENCE)

    assert not [thread for thread in threads if thread.is_alive()]


def wait_until(condition, patience=PATIENCE):
    end = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.001)


def waiting(collector):
    return len(collector._line().places)


class TestBatches:
    def test_a_lone_caller_is_run_alone_and_at_once(self):
        """One call is one batch of one, and leaves nothing behind."""
        till = Till()
        collector = Collector(till)

        assert [collector.submit(number) for number in range(3)] == [0, 2, 4]
        assert till.batches == [[0], [1], [2]]
        assert waiting(collector) == 0

    def test_a_lone_caller_does_not_wait(self):
        """However long the yield is, somebody who comes alone never pays it."""
        collector = Collector(Till(), yield_seconds=60)
        start = time.monotonic()
        for number in range(100):
            collector.submit(number)

        assert time.monotonic() - start < 5

    def test_what_gathers_while_one_runs_is_the_next_batch(self):
        """Sixteen callers behind a busy leader are run by one call."""
        till = Till()
        collector = Collector(till)
        till.open.clear()
        with crowd(collector, range(17)) as results:
            wait_until(lambda: waiting(collector) == 17)
            till.open.set()

        assert [len(batch) for batch in till.batches] == [1, 16]
        assert results == {number: number * 2 for number in range(17)}

    def test_a_batch_is_bounded(self):
        """No batch is larger than allowed."""
        till = Till()
        collector = Collector(till, max_batch=5)
        till.open.clear()
        with crowd(collector, range(12)):
            wait_until(lambda: waiting(collector) == 12)
            till.open.set()

        assert max(map(len, till.batches)) == 5
        assert sorted(till.answered) == list(range(12))

    def test_first_come_first_served(self):
        """Items are run in the order in which they came."""
        till = Till()
        collector = Collector(till, max_batch=4)
        till.open.clear()
        with crowd(collector, [0]):
            wait_until(lambda: waiting(collector) == 1)
            threads = []
            for number in range(1, 20):
                threads.append(threading.Thread(target=collector.submit, args=(number,), daemon=True))
                threads[-1].start()
                wait_until(lambda number=number: waiting(collector) == number + 1)
            till.open.set()
        for thread in threads:
            thread.join(PATIENCE)

        assert till.answered == list(range(20))

    def test_nobody_leads_twice(self):
        """A leader runs one batch and goes, however many wait."""
        leaders = []

        def run(items):
            leaders.append(threading.current_thread())
            time.sleep(0.001)
            return items

        collector = Collector(run, max_batch=2)
        with crowd(collector, range(20)):
            pass

        assert len(leaders) == len(set(leaders)) >= 10


class TestManyThreads:
    def test_ten_thousand_items_from_64_threads(self):
        """No item is lost, run twice, or answered with another one's answer."""
        till = Till()
        collector = Collector(till)

        def work(number):
            return [collector.submit(number * 1000 + step) for step in range(157)]

        with ThreadPoolExecutor(64) as pool:
            answers = list(pool.map(work, range(64), timeout=PATIENCE * 2))

        assert answers == [[2 * (number * 1000 + step) for step in range(157)] for number in range(64)]
        assert sum(map(len, till.batches)) == 64 * 157
        assert waiting(collector) == 0

    def test_everybody_gets_on(self):
        """In a second of crowding, no thread is served far less often than another."""
        collector = Collector(lambda items: time.sleep(0.0005) or items, max_batch=8)
        served, end = [0] * 32, time.monotonic() + 1

        def work(number):
            while time.monotonic() < end:
                collector.submit(number)
                served[number] += 1

        with ThreadPoolExecutor(32) as pool:
            list(pool.map(work, range(32)))

        assert min(served) * 2 > max(served) > 10

    @given(st.integers(0, 2**32))
    @settings(max_examples=30)
    def test_any_interleaving_ends(self, seed):
        """Random pauses, batch sizes, poison and dying leaders: every caller is told the truth."""
        chance = random.Random(seed)
        poison = {number for number in range(60) if chance.random() < 0.1}
        stop = {number for number in range(60) if chance.random() < 0.03} - poison
        naps = [chance.random() / 2000 for _ in range(97)]
        done = []

        def run(items):
            time.sleep(naps[items[0] % 97])
            if stop & set(items):
                raise SystemExit
            if poison & set(items):
                raise ValueError
            done.extend(items)
            return [item * 2 for item in items]

        collector = Collector(run, max_batch=chance.randint(1, 12), yield_seconds=chance.choice([0, 0.0002]))
        with crowd(collector, range(60)) as results:
            pass

        for number in range(60):
            if number in poison:
                assert isinstance(results[number], ValueError | Unknown | SystemExit)
            elif not isinstance(results[number], Unknown | SystemExit):
                assert results[number] == number * 2
                assert done.count(number) == 1
        assert len(results) == 60
        assert waiting(collector) == 0


class TestFailures:
    def test_an_answer_that_is_an_exception_is_raised_to_its_caller(self):
        """A refusal concerns the one who asked."""
        collector = Collector(lambda items: [OutOfStock() if item == 3 else item for item in items])
        with crowd(collector, range(6)) as results:
            pass

        assert isinstance(results.pop(3), OutOfStock)
        assert results == {number: number for number in (0, 1, 2, 4, 5)}

    def test_poison_is_found_by_halving(self):
        """Two items that can't be run don't spoil the other thirty."""
        till = Till(poison={7, 20})
        collector = Collector(till)
        till.open.clear()
        with crowd(collector, range(32)) as results:
            wait_until(lambda: waiting(collector) == 32)
            till.open.set()

        assert {number for number, result in results.items() if isinstance(result, ValueError)} == {7, 20}
        assert sorted(till.answered) == [number for number in range(32) if number not in {7, 20}]

    def test_a_cut_line_is_everyones_and_tried_once(self):
        """When the database is away, nobody knocks five hundred times."""
        till = Till(failing=StorageError("cut"))
        collector = Collector(till)
        calls = []
        collector._run = lambda items: calls.append(len(items)) or till(items)
        till.open.clear()
        with crowd(collector, range(9)) as results:
            wait_until(lambda: waiting(collector) == 9)
            till.open.set()

        assert calls == [1, 8]
        assert all(isinstance(result, StorageError) for result in results.values())

    def test_a_wrong_number_of_answers_is_nobodys_answer(self):
        """Rather than give somebody another one's answer, all are told."""
        collector = Collector(lambda items: items[1:])
        with pytest.raises(RuntimeError, match="1 items were run with 0 answers"):
            collector.submit(1)

    @pytest.mark.parametrize("death", [KeyboardInterrupt, SystemExit, GeneratorExit])
    def test_a_leader_that_dies_strands_nobody(self, death):
        """Its batch is told that nobody knows, and the next in line lead on."""
        gate, calls = threading.Event(), []

        def run(items):
            assert gate.wait(PATIENCE)
            calls.append(list(items))
            if len(calls) == 2:
                raise death
            return items

        collector = Collector(run, max_batch=4)
        with crowd(collector, range(13)) as results:
            wait_until(lambda: waiting(collector) == 13)
            gate.set()

        leader, *others = calls[1]
        assert isinstance(results[leader], death)
        assert all(isinstance(results[number], Unknown) for number in others)
        assert all(results[number] == number for number in range(13) if number not in calls[1])
        assert collector.submit(99) == 99

    def test_a_follower_that_is_stopped_leaves_the_line(self):
        """Its item is not run, and nobody waits for it."""
        till = Till()
        collector = Collector(till)
        till.open.clear()
        with crowd(collector, [0]):
            wait_until(lambda: waiting(collector) == 1)
            line = collector._line()
            place = _stopped_place(line, 1)
            with pytest.raises(KeyboardInterrupt):
                line.wait(place)
            till.open.set()

        assert till.batches == [[0]]
        assert waiting(collector) == 0

    def test_a_follower_that_is_stopped_when_called_to_lead_passes_it_on(self):
        """Leadership is not lost with the thread that it was handed to."""
        till = Till()
        collector = Collector(till)
        till.open.clear()
        line = collector._line()
        with crowd(collector, [0]):
            wait_until(lambda: waiting(collector) == 1)
            place = _stopped_place(line, 1)
            with crowd(collector, [2]) as late:
                wait_until(lambda: waiting(collector) == 3)
                till.open.set()
                wait_until(lambda: place.leads)
                with pytest.raises(KeyboardInterrupt):
                    line.wait(place)

        assert late == {2: 4}
        assert till.batches == [[0], [2]]

    def test_a_follower_that_is_stopped_while_it_is_run_keeps_nobody_asleep(self):
        """Those behind it are woken all the same, and at once."""
        gates = [threading.Event(), threading.Event()]
        collector = Collector(lambda items: items if gates[items[0]].wait(PATIENCE) else [])
        with crowd(collector, [0]):
            wait_until(lambda: waiting(collector) == 1)
            with crowd(collector, [1]):
                wait_until(lambda: waiting(collector) == 2)
                place = _stopped_place(line := collector._line(), 2)
                with crowd(collector, [3]) as late:
                    wait_until(lambda: waiting(collector) == 4)
                    gates[0].set()
                    wait_until(lambda: line.taken == 3)
                    with pytest.raises(KeyboardInterrupt):
                        line.wait(place)
                    gates[1].set()
                    wait_until(lambda: late, patience=0.5)

        assert late == {3: 3}

    def test_who_is_not_woken_wakes_up(self, monkeypatch):
        """The thread that should have woken it is gone: it finds its answer by itself."""
        monkeypatch.setattr("quanyi.adapters.collector._Place.wake_the_next", lambda _: None)
        monkeypatch.setattr("quanyi.adapters.collector._PATIENCE", 0.05)
        collector = Collector(till := Till())
        till.open.clear()
        with crowd(collector, range(5)) as results:
            wait_until(lambda: waiting(collector) == 5)
            till.open.set()

        assert results == {number: 2 * number for number in range(5)}

    def test_a_call_from_inside_is_told_so(self):
        """A batch that submits to its own collector would wait for itself for ever."""
        collector = Collector(lambda items: [collector.submit(item) for item in items])
        with pytest.raises(RuntimeError, match="wait for itself"):
            collector.submit(1)

        assert waiting(collector) == 0


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_forked_child_has_a_line_of_its_own():
    """A fork in the middle of a batch leaves neither parent nor child waiting."""
    gate, entered = threading.Event(), threading.Event()

    def run(items):
        if items == [0]:
            entered.set()
            assert gate.wait(PATIENCE)
        return [item * 2 for item in items]

    collector = Collector(run)
    with crowd(collector, [0, 1]) as results:
        assert entered.wait(PATIENCE)
        child = os.fork()
        if child == 0:  # no test runs on in here
            os._exit(collector.submit(21))
        _, status = os.waitpid(child, 0)
        gate.set()

    assert os.waitstatus_to_exitcode(status) == 42
    assert results == {0: 0, 1: 2}


def _stopped_place(line, item):
    """Stand in line with a thread that is stopped as soon as it waits."""
    from quanyi.adapters.collector import _Place

    class Stopped:
        def acquire(self, timeout):
            raise KeyboardInterrupt

        def release(self):
            pass

    place = _Place(item)
    assert not line.enter(place)
    place.turn = Stopped()
    return place
