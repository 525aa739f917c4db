"""A host's transaction that stays open delays those who need its rows, for a while, and nobody else."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager

import attrs
import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from quanyi.adapters.cli import main
from quanyi.adapters.clock import FixedClock
from quanyi.adapters.collector import Collector
from quanyi.adapters.vault import KeyRing, SealingVault
from quanyi.adapters.wiring import OpenMall, wire
from quanyi.campaigns.project.load import load_project
from quanyi.entitlements.changes import Changes, Posting
from quanyi.entitlements.errors import Busy, Conflict, DataError, LockTimeout
from quanyi.entitlements.inputs import Input, Receipt
from quanyi.entitlements.picture import Draft
from quanyi.entitlements.plays.sale import Sale
from tests.engine.conftest import FOLDER, NOON, sql_store

PROJECT = load_project(FOLDER)
PATIENCE = 20
"""Seconds after which a test gives up; what is tested is who is answered before whom."""


def mall_on(engine: Engine, **bounds: float) -> OpenMall:
    mall = wire(PROJECT, sql_store(engine), clock=FixedClock(NOON), **bounds)
    mall.desk.apply()
    return mall


@contextmanager
def host_that_stays(mall: OpenMall, engine: Engine, work: Callable[[OpenMall], object]) -> Iterator[Session]:
    """A host's transaction that has done *work* in our books, and is still open."""
    with Session(engine) as db, db.begin():
        work(mall.within(db))
        yield db


def claim(mall: OpenMall, user: str) -> Receipt:
    return mall.claim("flash", item="phone", user=user, key=f"k/{user}")


def for_points_and_money(mall: OpenMall, user: str) -> Receipt:
    mall.report("points.granted", user=user, key=f"g/{user}", data={"points": 100})
    return mall.exchange("music", user=user, key=f"x/{user}")


def check_in(mall: OpenMall, user: str) -> Receipt:
    return mall.report("check_in", user=user, key=f"ci/{user}")


@pytest.fixture
def hands() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(24) as pool:
        yield pool


def done(futures: list[Future[Receipt]]) -> list[Receipt]:
    return [future.result(PATIENCE) for future in futures]


def test_who_needs_other_rows_is_answered_meanwhile(locking_engine: Engine, hands: ThreadPoolExecutor) -> None:
    """Claims wait for the quota that a host's transaction holds; check-ins beside them in the line do not."""
    mall = mall_on(locking_engine, wait_seconds=PATIENCE)
    with host_that_stays(mall, locking_engine, lambda joined: claim(joined, "slow")):
        waiting = [hands.submit(claim, mall, f"w{n}") for n in range(6)]
        time.sleep(0.1)
        others = [hands.submit(check_in, mall, f"o{n}") for n in range(12)]
        answered, still = done(others), [future.done() for future in waiting]
    sold = done(waiting)

    assert [receipt.decisions[0].outcome for receipt in answered] == ["granted"] * 12
    assert still == [False] * 6
    assert {receipt.left for receipt in sold} == {18, 17, 16, 15, 14, 13}
    assert mall.offer("flash", "phone").left == 20 - 7


def test_what_is_held_is_kept_away_from_the_line(locking_engine: Engine, hands: ThreadPoolExecutor) -> None:
    """While somebody waits for a row at the side, whoever else comes for it goes there: no leader waits for it again."""
    mall = mall_on(locking_engine, wait_seconds=PATIENCE)
    lines = mall.ports.submit.__self__  # type: ignore[union-attr]
    with host_that_stays(mall, locking_engine, lambda joined: claim(joined, "slow")):
        first = hands.submit(claim, mall, "w0")
        wait_until(lambda: lines._held.now() and standing(lines._sides) == 1)
        time.sleep(0.3)  # by now its leader waits in the database
        batches, parted = [], lines._parted
        lines._parted = lambda calls, deadline: batches.append(len(calls)) or parted(calls, deadline)
        second = hands.submit(claim, mall, "w1")
        wait_until(lambda: standing(lines._sides) == 2)

    assert batches[:1] == [0]
    assert len(done([first, second])) == 2


def standing(collectors: list[Collector]) -> int:
    return sum(len(collector._line().places) for collector in collectors)


def wait_until(condition: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_waiting_ends_and_says_for_what(engine: Engine, hands: ThreadPoolExecutor) -> None:
    """After the time that the host allows: a Conflict that names the row, and the key stays free."""
    mall = mall_on(engine, wait_seconds=0.5)
    with host_that_stays(mall, engine, lambda joined: claim(joined, "slow")):
        began = time.monotonic()
        late = [hands.submit(claim, mall, f"w{n}") for n in range(5)]
        failures = [future.exception(PATIENCE) for future in late]
        took = time.monotonic() - began
    again = claim(mall, "w0")

    what = "the database's lock" if engine.dialect.name == "sqlite" else "quota flash/phone"
    assert all(isinstance(failure, LockTimeout) for failure in failures), failures
    assert all(what in str(failure) and "waited 0.5 s" in str(failure) for failure in failures)
    assert all(isinstance(failure, Conflict) and failure.retry_after > 0 for failure in failures)
    assert took < PATIENCE / 2  # once, not eight times
    assert not again.duplicate


def test_a_row_that_is_not_there_yet_is_waited_for_too(postgres_engine: Engine, hands: ThreadPoolExecutor) -> None:
    """Ann's first points are being booked in a host's transaction; the same for her waits, for others it does not."""
    mall = mall_on(postgres_engine, wait_seconds=0.6)
    with host_that_stays(mall, postgres_engine, lambda joined: check_in(joined, "ann")):
        own = hands.submit(check_in, mall, "ann")
        others = [hands.submit(check_in, mall, f"o{n}") for n in range(8)]
        answered, failure = done(others), own.exception(PATIENCE)

    assert len(answered) == 8
    assert isinstance(failure, LockTimeout)
    assert check_in(mall, "ann").duplicate


def test_a_host_waits_no_longer_than_its_mall(postgres_engine: Engine) -> None:
    """In a host's transaction too: a Conflict, after which the host's work still stands and its own time-out holds."""
    mall = mall_on(postgres_engine, wait_seconds=0.2)
    mall = wire(PROJECT, type(mall.ports.store)(postgres_engine, "engine", lock_timeout_ms=200), clock=FixedClock(NOON))
    with host_that_stays(mall, postgres_engine, lambda joined: claim(joined, "slow")), Session(postgres_engine) as db:
        db.begin()
        before = db.scalar(select(func.current_setting("lock_timeout")))
        with pytest.raises(LockTimeout):
            claim(mall.within(db), "quick")

        check_in(mall.within(db), "quick")

        assert db.scalar(select(func.current_setting("lock_timeout"))) == before


def test_a_crowd_is_told_to_come_again(postgres_engine: Engine, hands: ThreadPoolExecutor) -> None:
    """More than may stand in line: told so at once, and when to come again; those in line are answered."""
    mall = mall_on(postgres_engine, most_waiting=4)
    run, gate = mall.ports.transactions.run, threading.Event()
    lines = mall.ports.submit.__self__  # type: ignore[union-attr]
    lines._run = lambda asks, store: gate.wait(PATIENCE) and run(asks, store)
    futures = [hands.submit(check_in, mall, f"u{n}") for n in range(12)]
    turned_away = wait(futures, timeout=1).done  # nothing is run yet
    gate.set()
    served = done([future for future in futures if future not in turned_away])
    failures = [future.exception() for future in turned_away]

    assert (len(served), len(failures)) == (4, 8)
    assert all(isinstance(failure, Busy) and failure.retry_after > 0 for failure in failures)


def test_a_sweep_passes_by_what_a_host_holds(locking_engine: Engine) -> None:
    """One deal is being paid in a transaction that stays open: the holds of the others come back meanwhile."""
    clock = FixedClock(NOON)
    mall = mall_on(locking_engine)
    mall = wire(PROJECT, type(mall.ports.store)(locking_engine, "engine", lock_timeout_ms=200), clock=clock)
    deals = {user: claim(mall, user) for user in ("slow", "ann", "bob")}
    paid = {"paid": deals["slow"].pay, "key": "pay"}
    with host_that_stays(mall, locking_engine, lambda joined: joined.settle(deals["slow"].hold, **paid)):
        clock.advance(hours=1)
        booked = mall.sweep()
        with pytest.raises(LockTimeout):
            mall.sweep()

    assert booked == 2
    assert [mall.deal(deal.deal).phase for deal in deals.values()] == ["paid", "closed", "closed"]
    assert mall.sweep() == 0


def test_the_command_goes_on_behind_what_is_held(locking_engine: Engine) -> None:
    """One of the first two timers is held: the rest is booked all the same, two by two, and counted."""
    mall = mall_on(locking_engine)
    deals = {user: claim(mall, user) for user in ("slow", "ann", "bob")}
    paid = {"paid": deals["slow"].pay, "key": "pay"}
    url = locking_engine.url.render_as_string(hide_password=False)
    with host_that_stays(mall, locking_engine, lambda joined: joined.settle(deals["slow"].hold, **paid)):
        swept = CliRunner().invoke(main, ["sweep", "--db", url, "--mall", "engine", "--limit", "2"])

    assert (swept.exit_code, swept.output) == (0, "booked 2\n")


def test_a_timer_that_cannot_be_kept_stops_no_other(postgres_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the database has no characters for concerns its own timer; all of them, and the sweep says so."""
    clock = FixedClock(NOON)
    mall_on(postgres_engine)
    mall = wire(PROJECT, sql_store(postgres_engine), clock=clock, vault=SealingVault(KeyRing.for_development()))
    mall.desk.import_codes("music", ["CODE-1", "CODE-2", "CODE-3"], key="codes")
    deals = [for_points_and_money(mall, f"u{n}") for n in range(3)]
    whole = Sale.decide

    def unwritable(self: Sale, ask: Input, draft: Draft) -> Changes:
        changes = whole(self, ask, draft)
        if ask.data.get("deal") != deals[1].deal:
            return changes
        lines = [attrs.evolve(line, label="\0") if isinstance(line, Posting) else line for line in changes.lines]
        return attrs.evolve(changes, lines=tuple(lines))

    monkeypatch.setattr(Sale, "decide", unwritable)
    clock.advance(hours=1)
    booked = mall.sweep()

    assert booked == 2
    with pytest.raises(DataError):
        mall.sweep()
    monkeypatch.undo()
    assert mall.sweep() == 1
    assert [mall.deal(deal.deal).phase for deal in deals] == ["closed"] * 3
