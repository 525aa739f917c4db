"""The clock is not believed: time never goes back, and a leap ahead is refused, whoever's clock it is."""

from __future__ import annotations

import multiprocessing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import URL, Engine, create_engine

from quanyi.adapters.clock import FixedClock
from quanyi.adapters.guarded_clock import EVERY, LEAP, GuardedClock, Seen
from quanyi.adapters.sql.engine import prepare_engine
from quanyi.adapters.sql.marks import SqlMarks
from quanyi.adapters.sql.migrate import upgrade
from quanyi.adapters.sql.store import SqlStore
from quanyi.adapters.wiring import open_mall, wire
from quanyi.campaigns.project.load import load_project
from quanyi.entitlements.errors import ClockAhead
from tests.engine.conftest import FOLDER, NOON, sql_store

HOUR = timedelta(hours=1)
SKEW = timedelta(seconds=2)


class Marks:
    """A mark in memory, and a database's clock where one is given."""

    def __init__(self, mark: datetime | None = None, theirs: datetime | None = None) -> None:
        self.mark, self.theirs, self.kept = mark, theirs, 0

    def read(self) -> Seen:
        return Seen(self.mark, self.theirs)

    def keep(self, at: datetime, since: datetime | None) -> bool:
        self.kept += 1
        self.mark = at if self.mark is None else max(self.mark, at)
        return True


class Ticks:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


def test_time_stands_still_until_the_clock_has_caught_up() -> None:
    """An hour back: the last instant is said again and again, and then it goes on."""
    clock = FixedClock(NOON)
    guarded = GuardedClock(clock, Marks())
    first = guarded.now()
    clock.move(NOON - HOUR)
    back = guarded.now()
    clock.move(NOON + HOUR)

    assert (first, back, guarded.now()) == (NOON, NOON, NOON + HOUR)


def test_a_mark_of_others_is_never_undercut() -> None:
    """Another process has come further: this one begins there."""
    assert GuardedClock(FixedClock(NOON - HOUR), Marks(NOON)).now() == NOON


def test_a_leap_ahead_is_refused_to_the_instant_and_told() -> None:
    """As far as the leap goes it is time that passed; a moment more is a mistake, and nothing is remembered of it."""
    clock = FixedClock(NOON)
    guarded = GuardedClock(clock, Marks(NOON), monotonic=Ticks())
    guarded.now()
    clock.move(NOON + LEAP + timedelta(microseconds=1))
    with pytest.raises(ClockAhead) as refused:
        guarded.now()
    clock.move(NOON + SKEW)

    assert (refused.value.now, refused.value.mark) == (NOON + LEAP + timedelta(microseconds=1), NOON)
    assert guarded.now() == NOON + SKEW
    clock.move(NOON + SKEW + LEAP)
    assert guarded.now() == NOON + SKEW + LEAP


def test_the_databases_clock_is_followed() -> None:
    """The process's clock is an hour off: the database's instant is said."""
    assert GuardedClock(FixedClock(NOON - HOUR), Marks(theirs=NOON)).now() == NOON
    assert GuardedClock(FixedClock(NOON + HOUR), Marks(theirs=NOON)).now() == NOON


def test_the_mark_is_written_every_few_seconds_and_no_oftener() -> None:
    """However many instants are asked for."""
    marks, ticks = Marks(), Ticks()
    guarded = GuardedClock(FixedClock(NOON), marks, monotonic=ticks)
    for _ in range(5):
        guarded.now()
        guarded.keep()
    ticks.at += EVERY
    guarded.keep()

    assert marks.kept == 2


def test_a_mark_is_kept_and_never_brought_back(engine: Engine) -> None:
    """In the database, unless an operator puts it."""
    marks = SqlMarks(sql_store(engine))  # type: ignore[arg-type]
    before = marks.read().mark
    marks.keep(NOON, None)
    marks.keep(NOON - HOUR, NOON)
    kept = marks.read().mark
    marks.put(NOON - HOUR)

    assert (before, kept, marks.read().mark) == (None, NOON, NOON - HOUR)


@pytest.mark.parametrize("where", ["sqlite", "postgres", "mariadb"])
def test_a_clock_that_goes_back_gives_no_second_day(where: str, request: pytest.FixtureRequest) -> None:
    """One reward a day: an hour back over midnight is no other day, for this process and for the next."""
    engine = request.getfixturevalue(f"{where}_engine")
    store: Any = sql_store(engine)
    midnight = datetime(2026, 3, 2, 16, tzinfo=UTC)  # in Shanghai
    clock = FixedClock(midnight + timedelta(minutes=10))
    marks = _Plain(store)
    mall = wire(load_project(FOLDER), store, clock=GuardedClock(clock, marks))
    mall.desk.apply()
    mall.report("check_in", user="ann", key="1")
    clock.move(midnight - timedelta(minutes=50))
    mall.report("check_in", user="ann", key="2")
    other = wire(load_project(FOLDER), store, clock=GuardedClock(FixedClock(clock.now()), marks))
    other.report("check_in", user="ann", key="3")

    assert mall.wallet("ann").units["points"].balance == 10


@pytest.mark.parametrize("where", ["sqlite", "postgres", "mariadb"])
def test_ten_years_ahead_expire_nobody(where: str, request: pytest.FixtureRequest) -> None:
    """A sweep, a claim and a page refuse, and once the clock is right again everything is there."""
    store: Any = sql_store(request.getfixturevalue(f"{where}_engine"))
    clock = FixedClock(NOON)
    mall = wire(load_project(FOLDER), store, clock=GuardedClock(clock, _Plain(store)))
    mall.desk.apply()
    mall.report("points.granted", user="ann", key="g", data={"points": 300})
    clock.advance(days=3650)
    for act in (
        mall.sweep,
        lambda: mall.exchange("coffee", user="ann", key="x"),
        lambda: mall.wallet("ann"),
    ):
        with pytest.raises(ClockAhead):
            act()
    clock.move(NOON + HOUR)

    assert mall.exchange("coffee", user="ann", key="x").entitlements


def test_processes_with_clocks_that_differ_agree_on_postgresql(postgres_url: URL) -> None:
    """An hour behind, right, and an hour ahead: all three say what the database says."""
    engine = create_engine(postgres_url)
    upgrade(engine)
    engine.dispose()
    context = multiprocessing.get_context("spawn")
    answers = context.SimpleQueue()
    text = postgres_url.render_as_string(hide_password=False)
    workers = [context.Process(target=_say, args=(text, hours, answers)) for hours in (-1, 0, 1)]
    for worker in workers:
        worker.start()
    offs = [answers.get() for _ in workers]
    for worker in workers:
        worker.join(60)

    assert all(abs(off) <= SKEW.total_seconds() for off in offs), offs


def test_an_opened_mall_is_guarded(sqlite_engine: Engine) -> None:
    """Without a clock of its own; a host's clock is the host's."""
    mall = open_mall(FOLDER, sqlite_engine)

    assert isinstance(mall.ports.clock, GuardedClock)
    assert open_mall(FOLDER, sqlite_engine, clock=FixedClock(NOON)).now() == NOON


class _Plain(SqlMarks):
    """The mark in the database, without the database's own clock."""

    def read(self) -> Seen:
        return super().read()._replace(theirs=None)


class _Off:
    """The machine's clock, so many hours off."""

    def __init__(self, hours: int) -> None:
        self._off = timedelta(hours=hours)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._off


def _say(url: str, hours: int, answers: Any) -> None:
    engine = create_engine(url)
    prepare_engine(engine)
    said = GuardedClock(_Off(hours), SqlMarks(SqlStore(engine, "engine"))).now()
    answers.put((said - datetime.now(UTC)).total_seconds())
    engine.dispose()
