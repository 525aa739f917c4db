"""What a guarded clock believes, and what it costs."""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.orm import Session

from quanyi.adapters.clock import FixedClock
from quanyi.adapters.guarded_clock import BEHIND_EVERY, EVERY, LEAP, SKEW, SLEEP, GuardedClock, Seen
from quanyi.adapters.sql.engine import prepare_engine
from quanyi.adapters.sql.marks import SqlMarks
from quanyi.adapters.wiring import OpenMall, guarded, wire
from quanyi.campaigns.project.load import load_project
from quanyi.entitlements.errors import ClockAhead, StorageError
from tests.engine.conftest import FOLDER, NOON, sql_store
from tests.engine.test_guarded_clock import HOUR, Marks, Ticks

MOMENT = timedelta(microseconds=1)


# --- what is believed ----------------------------------------------------------------------------


def test_a_mall_that_slept_for_months_opens() -> None:
    """A process that starts believes a year; a moment more is refused."""
    assert GuardedClock(FixedClock(NOON + SLEEP), Marks(NOON)).now() == NOON + SLEEP
    with pytest.raises(ClockAhead):
        GuardedClock(FixedClock(NOON + SLEEP + MOMENT), Marks(NOON)).now()


def test_a_process_that_nobody_called_for_months_goes_on() -> None:
    """The time that passed for the process is no leap."""
    clock, ticks = FixedClock(NOON), Ticks()
    guard = GuardedClock(clock, Marks(), monotonic=ticks)
    guard.now()
    ticks.at += timedelta(days=200).total_seconds()
    clock.advance(days=200)

    assert guard.now() == NOON + timedelta(days=200)
    clock.advance(days=32)
    with pytest.raises(ClockAhead):
        guard.now()


def test_a_clock_that_leaps_beside_the_databases_is_seen_through_at_once() -> None:
    """It was moved, the database's was not: the distance is measured anew, not after some seconds."""
    clock, marks = FixedClock(NOON), Marks(theirs=NOON)
    guard = GuardedClock(clock, marks, monotonic=Ticks())
    guard.now()
    clock.advance(days=20)

    assert guard.now() == NOON


def test_a_leap_of_the_databases_clock_is_refused() -> None:
    """Ten years, and this process's clock knows nothing of them."""
    marks, ticks = Marks(theirs=NOON), Ticks()
    guard = GuardedClock(FixedClock(NOON), marks, monotonic=ticks)
    guard.now()
    marks.theirs = NOON + timedelta(days=3650)
    ticks.at += EVERY
    with pytest.raises(ClockAhead):
        guard.now()


def test_one_who_is_behind_follows_the_mark_by_a_second() -> None:
    """The others' mark goes on; whoever is behind looks every second, so never falls back further than the skew."""
    marks, ticks = Marks(NOON + HOUR), Ticks()
    clock = FixedClock(NOON)
    guard = GuardedClock(clock, marks, monotonic=ticks)
    off = []
    for second in range(10):
        ticks.at = second * BEHIND_EVERY
        clock.move(NOON + timedelta(seconds=ticks.at))
        marks.mark = NOON + HOUR + timedelta(seconds=ticks.at)
        off.append(marks.mark - guard.now())

    assert max(off) <= SKEW


def test_a_database_that_is_away_for_a_moment_does_not_stop_the_clock() -> None:
    """What was seen last holds; a first look that fails is told."""

    class Away(Marks):
        def read(self) -> Seen:
            if self.kept:
                raise StorageError("away")
            return super().read()

    marks, ticks = Away(), Ticks()
    guard = GuardedClock(FixedClock(NOON), marks, monotonic=ticks)
    guard.now()
    guard.keep()
    ticks.at += SKEW.total_seconds()

    assert guard.now() == NOON
    with pytest.raises(StorageError):
        GuardedClock(FixedClock(NOON), marks).now()


# --- the mark in the database --------------------------------------------------------------------


def test_a_mark_that_an_operator_sets_back_is_followed_and_not_raised_again(sqlite_engine: Engine) -> None:
    """By a process that runs and by one that starts, whatever was booked under the wrong time."""
    store: Any = sql_store(sqlite_engine)
    marks, ticks, clock = SqlMarks(store), Ticks(), FixedClock(NOON + LEAP)
    guard = GuardedClock(clock, marks, monotonic=ticks)
    mall = wire(load_project(FOLDER), store, clock=guard)
    mall.desk.apply()
    mall.report("check_in", user="ann", key="1")
    clock.move(NOON)
    marks.put(NOON)
    ticks.at += EVERY
    guard.keep()

    assert (marks.read().mark, guard.now()) == (NOON, NOON)
    assert GuardedClock(FixedClock(NOON), marks).now() == NOON


def test_a_process_that_starts_begins_where_the_last_one_booked(engine: Engine) -> None:
    """Though nobody came to write the mark."""
    mall, _ = opened(sql_store(engine), FixedClock(NOON))
    mall.desk.apply()

    assert GuardedClock(FixedClock(NOON - HOUR), Apart(sql_store(engine))).now() == NOON


def test_a_writer_who_takes_long_delays_no_mark(sqlite_engine: Engine) -> None:
    """The mark is for another time."""
    marks = SqlMarks(sql_store(sqlite_engine))  # type: ignore[arg-type]
    with sqlite3.connect(str(sqlite_engine.url.database), isolation_level=None) as other:
        other.execute("begin immediate")
        kept = marks.keep(NOON, None)
        other.execute("rollback")
    other.close()

    assert (kept, marks.keep(NOON, None)) == (False, True)


def test_a_claim_costs_no_statement_more(engine: Engine) -> None:
    """Between two looks a guarded mall says to the database what an unguarded one says."""
    said: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *args: said.append(args[2]))
    counts = []
    store: Any = sql_store(engine)
    plain = FixedClock(NOON)
    for number, clock in enumerate((plain, GuardedClock(plain, Apart(store), monotonic=Ticks()))):
        mall = wire(load_project(FOLDER), store, clock=clock)
        mall.desk.apply()
        mall.report("check_in", user=f"first{number}", key=f"first{number}")
        said.clear()
        mall.report("check_in", user=f"second{number}", key=f"second{number}")
        counts.append(len(said))

    assert counts[0] == counts[1]


def test_inside_a_hosts_transaction_the_look_needs_no_connection_of_its_own(sqlite_engine: Engine) -> None:
    """The host holds the only one there is."""
    sql_store(sqlite_engine)
    engine = prepare_engine(create_engine(sqlite_engine.url, pool_size=1, max_overflow=0, pool_timeout=1))
    store: Any = sql_store(engine)
    ticks = Ticks()
    mall = wire(load_project(FOLDER), store, clock=GuardedClock(FixedClock(NOON), SqlMarks(store), monotonic=ticks))
    mall.desk.apply()
    ticks.at += EVERY
    with Session(engine) as db, db.begin():
        mall.within(db).report("check_in", user="ann", key="1")
    balance = mall.wallet("ann").units["points"].balance
    engine.dispose()

    assert balance == 10


def test_nothing_is_booked_while_the_clock_is_ahead(engine: Engine) -> None:
    """A report, a sweep and an apply: refused, and the journal is as long as before."""
    clock = FixedClock(NOON)
    mall, store = opened(sql_store(engine), clock)
    mall.desk.apply()
    mall.report("points.granted", user="ann", key="g", data={"points": 300})
    before = journal(store)
    clock.advance(days=3650)
    for act in (mall.sweep, mall.desk.apply, lambda: mall.report("check_in", user="ann", key="1"), mall.offers):
        with pytest.raises(ClockAhead):
            act()

    assert journal(store) == before


class Apart(SqlMarks):
    """The mark in the database, without the database's own clock."""

    def read(self) -> Seen:
        return super().read()._replace(theirs=None)


def opened(store: Any, clock: FixedClock) -> tuple[OpenMall, Any]:
    return wire(load_project(FOLDER), store, clock=GuardedClock(clock, Apart(store))), store


def journal(store: Any) -> int:
    with store.reading() as connection:
        return len(connection.execute(store.tables.journal.select()).all())


def test_a_guard_may_be_put_before_a_clock_of_ones_own(sqlite_engine: Engine) -> None:
    """`guarded` takes one."""
    store: Any = sql_store(sqlite_engine)
    clock: FixedClock = FixedClock(NOON)
    said: datetime = guarded(store, clock).now()

    assert said == NOON
