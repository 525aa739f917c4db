"""The worker: each job in turn, with pauses, beside the others, until it is stopped."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from time import sleep

import pytest
from sqlalchemy import event

from quanyi.adapters.clock import FixedClock
from quanyi.adapters.jobs import Timers
from quanyi.adapters.memory import MemoryStore
from quanyi.adapters.sql.leases import SqlLeases
from quanyi.adapters.sql.migrate import upgrade
from quanyi.adapters.sql.store import SqlStore
from quanyi.adapters.wiring import wire
from quanyi.adapters.worker import Pauses, Worker, _Loop
from quanyi.campaigns.project.load import load_project
from quanyi.entitlements.errors import InputError
from tests.engine.conftest import FOLDER, NOON, sql_store

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
PATIENCE = 60
AT_ONCE = Pauses(every=0.01, first=0.01, longest=0.01)


class Chore:
    """A job that does what it is told, and remembers it."""

    def __init__(self, name="chore", does=lambda: 0):
        self.name, self.does = name, does
        self.runs, self.left = 0, False

    def run(self, stopping):
        self.runs += 1
        return self.does()

    def leave(self):
        self.left = True


def in_turn(*answers):
    """Give one answer after the other, raising those that are errors; 0 from then on."""
    waiting = list(answers)

    def answer():
        found = waiting.pop(0) if waiting else 0
        if isinstance(found, BaseException):
            raise found
        return found

    return answer


def rests(monkeypatch, chore, times, pauses=None):
    """The pauses that a job makes, so many of them, without waiting."""
    loop, said = _Loop(chore, pauses or Pauses()), []

    def rest(seconds):
        said.append(seconds)
        if len(said) == times:
            loop.stop()

    monkeypatch.setattr(loop, "_rest", rest)
    ended = []
    loop.run(type("Queue", (), {"put": staticmethod(ended.append)}))
    return said, ended


# --- pauses --------------------------------------------------------------------------------------


def test_a_job_that_fails_rests_longer_and_longer(monkeypatch, caplog):
    """Up to a bound; once it succeeds all is forgotten."""
    broken = [ConnectionError("no database")] * 7
    chore = Chore(does=in_turn(*broken, 0, *broken[:1]))
    said, ended = rests(monkeypatch, chore, 9)

    assert said == [1, 2, 4, 8, 16, 30, 30, 1, 1]
    assert ended == [None]
    assert [record.levelno for record in caplog.records if record.name == "quanyi.worker"] == [logging.ERROR] * 8


def test_a_job_with_more_to_do_does_not_rest(monkeypatch):
    chore = Chore(does=in_turn(5, 5, 2))
    said, _ = rests(monkeypatch, chore, 1, Pauses(every=7))

    assert (said, chore.runs, chore.left) == ([7], 4, True)


@pytest.mark.parametrize("pauses", [{"every": 0}, {"first": -1}, {"longest": 0}, {"every": float("nan")}])
def test_pauses_that_can_not_be_are_refused(pauses):
    with pytest.raises(InputError):
        Pauses(**pauses)


# --- several jobs --------------------------------------------------------------------------------


def started(*jobs):
    worker = Worker(jobs, AT_ONCE)
    thread = Thread(target=worker.run)
    thread.start()
    return worker, thread


def ended(worker, thread):
    worker.stop()
    thread.join(PATIENCE)
    return not thread.is_alive()


def test_a_job_that_hangs_delays_no_other():
    free, often = Event(), Event()
    hanging = Chore("hanging", does=lambda: free.wait(PATIENCE) and 0)
    quick = Chore("quick", does=lambda: (quick.runs > 20 and often.set()) or 0)
    worker, thread = started(hanging, quick)

    assert often.wait(PATIENCE)
    assert hanging.runs == 1
    free.set()
    assert ended(worker, thread)


def test_a_job_that_fails_stops_no_other():
    often = Event()

    def fail():
        raise ConnectionError("nobody there")

    failing = Chore("failing", does=fail)
    quick = Chore("quick", does=lambda: (failing.runs > 2 and quick.runs > 5 and often.set()) or 0)
    worker, thread = started(failing, quick)

    assert often.wait(PATIENCE)
    assert ended(worker, thread)


def test_what_is_in_hand_is_finished_when_it_stops():
    """`run` returns only then, and gives back what was leased."""
    begun, may_end, done = Event(), Event(), []

    def one():
        begun.set()
        assert may_end.wait(PATIENCE)
        done.append("one")
        return 1

    chore = Chore(does=one)
    worker, thread = started(chore)
    assert begun.wait(PATIENCE)
    worker.stop()
    thread.join(0.05)
    assert (thread.is_alive(), done) == (True, [])
    may_end.set()
    thread.join(PATIENCE)

    assert (thread.is_alive(), done, chore.left) == (False, ["one"], True)


def test_a_worker_that_rests_stops_at_once():
    """It does not wait for the end of its pause."""
    idle = Event()
    worker = Worker([Chore(does=lambda: idle.set() or 0)], Pauses(every=3600))
    thread = Thread(target=worker.run)
    thread.start()
    assert idle.wait(PATIENCE)

    assert ended(worker, thread)


def test_what_ends_a_program_ends_the_worker():
    """A receiver that exits takes the worker along: it is raised where the worker was started, once the others have finished."""
    begun, done = Event(), []

    def one():
        begun.set()
        sleep(0.2)
        done.append("one")
        return 1

    def leave():
        assert begun.wait(PATIENCE)
        raise SystemExit(3)

    other = Chore("other", does=one)
    with pytest.raises(SystemExit):
        Worker([Chore(does=leave), other], AT_ONCE).run()

    assert (set(done), other.left) == ({"one"}, True)


def test_two_jobs_of_one_name_are_refused():
    with pytest.raises(InputError, match="chore"):
        Worker([Chore(), Chore()])


# --- catching up ---------------------------------------------------------------------------------


def test_catching_up_goes_on_until_nobody_has_anything_to_do():
    """What one job brings about, the other does."""
    inbox = []

    def make():
        inbox.extend(["x"] * (first.runs < 3))
        return int(first.runs < 3)

    def take():
        found = len(inbox)
        inbox.clear()
        return found

    second = Chore("takes", does=take)
    first = Chore("makes", does=make)

    assert Worker([second, first]).catch_up() == {"takes": 2, "makes": 2}
    assert first.left


def test_catching_up_does_the_rest_before_it_says_what_failed():
    broken, rest = Chore("broken", does=in_turn(ConnectionError("away"))), Chore("rest", does=in_turn(1, 1))
    with pytest.raises(ConnectionError, match="away"):
        Worker([broken, rest]).catch_up()

    assert (broken.runs, rest.runs, rest.left) == (1, 3, True)


# --- leases of jobs ------------------------------------------------------------------------------


@pytest.fixture
def two(engine):
    """The leases of two workers."""
    upgrade(engine)
    return [SqlLeases(SqlStore(engine, "north")) for _ in range(2)]


def seconds(n):
    return START + timedelta(seconds=n)


def test_one_worker_has_a_lease_until_it_runs_out(two):
    """It is renewed by its owner; another gets it at its end, and from then on the first does not."""
    mine, yours = two
    took = [mine.take("j", seconds(0), seconds(30)), yours.take("j", seconds(1), seconds(31))]
    renewed = [mine.take("j", seconds(20), seconds(50)), yours.take("j", seconds(49), seconds(79))]
    over = [yours.take("j", seconds(50), seconds(80)), mine.take("j", seconds(51), seconds(81))]

    assert (took, renewed, over) == ([True, False], [True, False], [True, False])


def test_a_lease_that_is_given_back_is_free(two):
    """Only by its owner; and each job and each mall has its own."""
    mine, yours = two
    mine.take("j", seconds(0), seconds(30))
    yours.leave("j", seconds(1))
    before = [yours.take("j", seconds(2), seconds(32)), yours.take("k", seconds(2), seconds(32))]
    mine.leave("j", seconds(3))

    assert before == [False, True]
    assert yours.take("j", seconds(3), seconds(33))


def test_who_is_first_is_one(engine):
    """Many workers that start at once, where nobody ever had the lease."""
    upgrade(engine)
    store, took = SqlStore(engine, "north"), []

    def take():
        try:
            took.append(SqlLeases(store).take("j", seconds(0), seconds(30)))
        except Exception as error:
            took.append(error)

    threads = [Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert took.count(True) == 1
    assert len(took) == 8


# --- timers --------------------------------------------------------------------------------------


@pytest.fixture
def due(engine):
    """Two workers' timers on one mall, in which five orders were not paid; and their clock."""
    clock = FixedClock(NOON)
    malls = [wire(load_project(FOLDER), sql_store(engine), clock=clock) for _ in range(2)]
    malls[0].desk.apply()
    for n in range(5):
        malls[0].claim("flash", item="phone", user=f"u{n}", key=f"k{n}")
    clock.advance(minutes=31)
    return [Timers(m.sweep, m.ports.store, clock, SqlLeases(m.ports.store), limit=2) for m in malls], clock


def never():
    return False


def test_one_worker_at_a_time_books_what_is_due(due):
    (first, second), _ = due

    assert [first.run(never), second.run(never), first.run(never), first.run(never)] == [2, 0, 2, 1]
    assert first.run(never) == 0


def test_what_a_killed_worker_left_is_booked_by_another(due):
    """After the lease of the one that is gone; or at once after one that stopped."""
    (first, second), clock = due
    first.run(never)
    clock.advance(seconds=29)
    waits = second.run(never)
    clock.advance(seconds=1)
    taken_over = second.run(never)
    second.leave()

    assert (waits, taken_over, first.run(never)) == (0, 2, 1)


def test_a_worker_that_goes_on_keeps_the_lease(due):
    """Each portion renews it."""
    (first, second), clock = due
    for _ in range(2):
        assert first.run(never) == 2
        clock.advance(seconds=20)

    assert second.run(never) == 0
    assert first.run(never) == 1


def test_a_mall_in_memory_has_timers_and_nobody_to_tell():
    clock = FixedClock(NOON)
    mall = wire(load_project(FOLDER), MemoryStore(), clock=clock)
    mall.desk.apply()
    mall.claim("flash", item="phone", user="ann", key="k")
    clock.advance(minutes=31)

    assert mall.worker().catch_up() == {"timers": 1, "reminders": 0, "trials": 0, "alarms": 0}
    with pytest.raises(InputError):
        mall.worker(print)


def test_a_worker_that_finds_nothing_to_do_writes_nothing(engine):
    """It looks every second; on SQLite each write would make a host's wait."""
    mall = wire(load_project(FOLDER), sql_store(engine), clock=FixedClock(NOON))
    mall.desk.apply()
    worker, said = mall.worker(print), []
    worker.catch_up()
    event.listen(engine, "before_cursor_execute", lambda *args: said.append(args[2].lower()))
    for loop in worker._loops:
        assert loop.portion() == 0

    written = [text for text in said if text.startswith(("begin immediate", "insert", "update", "delete"))]
    # The journal is looked at twice where changes get their places first (MariaDB), and where an older transaction
    # of anybody in the same PostgreSQL is still open.
    asked = sum(text.startswith("select") for text in said)
    assert (asked - 4 in (1, 2), written) == (True, [])


def test_a_host_has_jobs_of_its_own():
    """Each under a name of its own, beside those of the mall."""
    mall = wire(load_project(FOLDER), MemoryStore(), clock=FixedClock(NOON))
    mall.desk.apply()

    assert mall.worker(jobs=[Chore("figures", does=in_turn(3))]).catch_up() == {
        "timers": 0,
        "reminders": 0,
        "trials": 0,
        "alarms": 0,
        "figures": 3,
    }


@pytest.mark.parametrize("tell", [{"nobody": print}, {"host": "print"}, "print"])
def test_receivers_that_can_not_be_are_refused(sqlite_engine, tell):
    mall = wire(load_project(FOLDER), sql_store(sqlite_engine), clock=FixedClock(NOON))

    with pytest.raises(InputError):
        mall.worker(tell)
