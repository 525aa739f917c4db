"""
Races that are made, not waited for: two malls on one store, as two processes would be, and a
store that stops one of them at the worst moment until the other is through.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event, Thread
from time import sleep
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from quanyi.adapters.clock import FixedClock
from quanyi.adapters.collector import Collector
from quanyi.adapters.wiring import OpenMall, wire
from quanyi.entitlements.accounts import quota
from quanyi.entitlements.errors import Conflict, Refused
from quanyi.entitlements.inputs import Receipt
from quanyi.entitlements.ports import BalanceWrite, Transaction, Writing
from tests.engine.conftest import NOON, sql_store

PATIENCE = 4
BRIEFLY = 0.2


class Stopped:
    """
    A store whose transactions stop, until told to go on, at one point.

    Args:
        point: ``begin``, before the transaction; ``write``, after all locks and decisions.
    """

    def __init__(self, store: Any, point: str) -> None:
        self._store, self._point = store, point
        self.there, self.go_on = Event(), Event()

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._store, name)
        return self._until if name == "until" else found

    def _until(self, deadline: float) -> Stopped:
        """The same, waiting for locks until then; where the store can."""
        patient = object.__new__(Stopped)
        patient.__dict__.update(self.__dict__, _store=self._store.until(deadline))
        return patient

    @contextmanager
    def begin(self) -> Iterator[Transaction]:
        self.stop("begin")
        with self._store.begin() as tx:
            yield _StoppedTransaction(self, tx)  # type: ignore[misc]

    def stop(self, point: str) -> None:
        """Wait here if this is the point."""
        if point == self._point and not self.there.is_set():
            self.there.set()
            assert self.go_on.wait(PATIENCE)


class _StoppedTransaction:
    def __init__(self, store: Stopped, tx: Transaction) -> None:
        self._store, self._tx = store, tx

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tx, name)

    def write(self, writing: Writing) -> None:
        self._store.stop("write")
        self._tx.write(writing)


def beside(mall: OpenMall, point: str | None = None) -> tuple[OpenMall, Any]:
    """The same mall as another process has it, and its store, which stops at *point*."""
    store = Stopped(mall.ports.store, point) if point else mall.ports.store
    return wire(mall.project, store, clock=mall.ports.clock, vault=mall.ports.vault), store


@contextmanager
def stopped(store: Stopped, act: Callable[[], Any]) -> Iterator[Future[Any]]:
    """Run *act* up to its stop, then the block; it goes on when the block ends, or a moment later."""
    with ThreadPoolExecutor(1) as threads:
        running = threads.submit(attempt, act)
        assert store.there.wait(PATIENCE)
        try:
            yield running
        finally:
            store.go_on.set()
            running.result(PATIENCE)


def attempt(act: Callable[[], Any]) -> Any:
    """What came of it: a receipt, or the refusal."""
    try:
        return act()
    except Refused as no:
        return no


def test_a_replay_that_overtakes_is_told_the_first_answer(mall: OpenMall) -> None:
    """The same key comes again while the first call holds its locks: the receipt, not a limit that it itself met."""
    first, store = beside(mall, "write")
    second, _ = beside(mall)
    claim = {"item": "phone", "user": "ann", "key": "k"}
    before = mall.claim("flash", item="phone", user="ann", key="before")
    mall.release(before.hold, key="release")  # so that the limit's row is there, and can be locked
    with ThreadPoolExecutor(1) as threads:
        with stopped(store, lambda: first.claim("flash", **claim)) as running:
            again = threads.submit(attempt, lambda: second.claim("flash", **claim))
            store.go_on.wait(BRIEFLY)
        receipts = [running.result(PATIENCE), again.result(PATIENCE)]

    assert [getattr(receipt, "duplicate", receipt) for receipt in receipts] == [False, True]
    assert len({receipt.hold for receipt in receipts}) == 1


def test_two_who_meet_a_newcomer_make_one_person(mall: OpenMall) -> None:
    """Both made up a holder before either wrote; the loser finds the winner's and adds to the same wallet."""
    mall.report("points.granted", user="bob", key="g", data={"points": 1})  # nothing is new but the person
    slow, store = beside(mall, "begin")
    slow.wallet("bob")
    with stopped(store, lambda: slow.report("points.granted", user="ann", key="g1", data={"points": 5})):
        mall.report("points.granted", user="ann", key="g2", data={"points": 7})
    third, _ = beside(mall)

    assert [each.wallet("ann").units["points"].balance for each in (slow, mall, third)] == [12, 12, 12]


def test_a_pause_elsewhere_is_met_by_the_next_call(mall: OpenMall) -> None:
    """Another process pauses a campaign: this one, which has it in memory, takes nothing more."""
    mall.claim("flash", item="phone", user="ann", key="k1")
    other, _ = beside(mall)
    other.desk.pause("flash")

    with pytest.raises(Refused, match="paused"):
        mall.claim("flash", item="phone", user="bob", key="k2")


def test_a_pause_between_decision_and_commit_is_met_or_comes_after(mall: OpenMall) -> None:
    """A claim that was accepted before the pause stands; no claim is half of each."""
    first, store = beside(mall, "begin")
    with stopped(store, lambda: first.claim("flash", item="phone", user="ann", key="k1")) as running:
        mall.desk.pause("flash")
    answer = running.result(PATIENCE)

    assert getattr(answer, "reason", answer) == "paused"
    assert mall.offer("flash", "phone").left == 20


def test_a_hold_is_closed_from_one_side(mall: OpenMall) -> None:
    """A release that was decided and not yet written: the payment waits for it, and is told it is closed."""
    hold = mall.claim("flash", item="phone", user="ann", key="k1").hold
    first, store = beside(mall, "write")
    second, _ = beside(mall)
    with ThreadPoolExecutor(1) as threads:
        with stopped(store, lambda: first.release(hold, key="no")) as running:
            paying = threads.submit(attempt, lambda: second.settle(hold, paid=569900, key="pay"))
            store.go_on.wait(BRIEFLY)
        released, paid = running.result(PATIENCE), paying.result(PATIENCE)

    assert isinstance(released, Receipt)
    assert getattr(paid, "code", paid) == "hold-closed"
    assert (mall.deal(hold).ended, mall.offer("flash", "phone").left) == ("released", 20)


def test_a_newcomer_whose_host_changed_its_mind_is_new_again(engine: Engine) -> None:
    """The host rolled back somebody's first call: nothing of it is remembered, here or elsewhere."""
    mall = wire_on(engine)
    with Session(engine) as db:
        mall.within(db).report("points.granted", user="ann", key="g1", data={"points": 5})
        db.rollback()
    mall.report("points.granted", user="ann", key="g2", data={"points": 7})
    other = wire_on(engine)

    assert [each.wallet("ann").units["points"].balance for each in (mall, other)] == [7, 7]


def test_who_waits_for_a_row_holds_none_behind_it(locking_engine: Engine) -> None:
    """Locks are taken in one order: whoever waits for a row keeps nobody from a row that comes later."""
    store: Any = sql_store(locking_engine)
    rows = sorted((quota("flash", str(n)) for n in range(8)), key=lambda account: account.id)
    with store.begin() as tx:
        tx.write(Writing(balances=tuple(BalanceWrite(account=row, before=None, after=5) for row in rows)))
    free = [_free_while_waiting(store, locking_engine, rows, n) for n in range(1, len(rows) - 1)]

    assert free == [rows[n + 1 :] for n in range(1, len(rows) - 1)]


def _free_while_waiting(store: Any, engine: Engine, rows: Sequence[Any], taken: int) -> list[Any]:
    """Somebody has one row; another asks for all: which of those behind it are free meanwhile."""
    with ThreadPoolExecutor(1) as threads, store.begin() as tx:
        tx.lock([rows[taken]], NOON)
        waiting = threads.submit(_lock_all, store, rows)
        _until_somebody_waits(engine)
        free = [row for row in rows[taken + 1 :] if _is_free(engine, store.tables.balance.name, row.id)]
        tx.write(Writing())
        assert not waiting.done()
    return free


def _lock_all(store: Any, rows: Iterable[Any]) -> None:
    with store.begin() as tx:
        tx.lock(rows, NOON)


def _until_somebody_waits(engine: Engine) -> None:
    query = text(_WAITING[engine.dialect.name])
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for _ in range(PATIENCE * 100):
            if connection.scalar(query):
                return
            sleep(0.01)
    raise AssertionError("nobody waits")


_WAITING = {
    "postgresql": "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
    " and application_name = current_setting('application_name')",
    # Its list of waits is renewed only when nobody looks; a statement that takes so long waits.
    "mariadb": "select count(*) from information_schema.processlist where db = database()"
    " and command = 'Query' and time_ms > 300 and id <> connection_id()",
}


def _is_free(engine: Engine, table: str, id: bytes) -> bool:
    query = text(f"select 1 from {table} where mall = 'engine' and id = :id for update nowait")
    try:
        with engine.connect() as connection:
            connection.execute(query, {"id": id})
    except OperationalError:
        return False
    return True


def test_a_leader_that_is_killed_strands_nobody() -> None:
    """The thread that runs a batch is stopped in the middle: the next caller is answered all the same."""
    deaths = [KeyboardInterrupt()]

    def run(items: Sequence[int]) -> Sequence[int]:
        if deaths:
            raise deaths.pop()
        return items

    collector: Collector[int, int] = Collector(run)
    with pytest.raises(KeyboardInterrupt):
        collector.submit(1)
    answers: list[int] = []
    next_one = Thread(target=lambda: answers.append(collector.submit(2)), daemon=True)
    next_one.start()
    next_one.join(PATIENCE)

    assert answers == [2]


def wire_on(engine: Engine) -> OpenMall:
    from quanyi.campaigns.project.load import load_project
    from tests.engine.conftest import FOLDER

    mall = wire(load_project(FOLDER), sql_store(engine), clock=FixedClock(NOON))  # type: ignore[arg-type]
    mall.desk.apply()
    return mall


def test_a_wallet_is_seen_whole_by_whoever_waited_for_it(mall: OpenMall) -> None:
    """While a refund waits for the wallet, points come into a new lot: it takes those, and owes only the rest."""
    clock = mall.ports.clock
    assert isinstance(clock, FixedClock)
    mall.report("order.paid", user="ann", key="o1", data={"order": "o1", "amount": 300000})
    mall.exchange("coffee", user="ann", key="x1")
    clock.advance(days=40)
    first, store = beside(mall, "write")
    second, _ = beside(mall)
    second.wallet("ann")
    with ThreadPoolExecutor(1) as threads:
        with stopped(store, lambda: first.report("points.granted", user="ann", key="g", data={"points": 100})):
            undoing = threads.submit(second.report, "order.refunded", user="ann", key="r", data={"order": "o1"})
            store.go_on.wait(BRIEFLY)
        undoing.result(PATIENCE)
    purse = mall.wallet("ann").units["points"]

    assert (purse.balance, purse.owed, purse.ending) == (-200, 200, ())


def test_what_came_while_one_waited_can_be_taken(mall: OpenMall) -> None:
    """While an operator waits for the wallet, points come into a new lot: what is taken comes out of both."""
    clock = mall.ports.clock
    assert isinstance(clock, FixedClock)
    mall.report("points.granted", user="ann", key="g1", data={"points": 300})
    clock.advance(days=40)
    before = mall.wallet("ann").units["points"].balance
    first, store = beside(mall, "write")
    second, _ = beside(mall)
    second.wallet("ann")
    with ThreadPoolExecutor(1) as threads:
        with stopped(store, lambda: first.report("points.granted", user="ann", key="g2", data={"points": 100})):
            taking = threads.submit(second.desk.adjust, "ann", "points", -before - 50, key="a", reason="slip")
            store.go_on.wait(BRIEFLY)
        taking.result(PATIENCE)

    assert mall.wallet("ann").units["points"].balance == 50


def test_a_host_with_an_old_snapshot_never_books_on_half_a_wallet(postgres_engine: Engine) -> None:
    """Under REPEATABLE READ the host cannot see a lot that came in later: it is told Conflict, and nothing is booked."""
    mall = wire_on(postgres_engine)
    clock = mall.ports.clock
    assert isinstance(clock, FixedClock)
    mall.report("order.paid", user="ann", key="o1", data={"order": "o1", "amount": 300000})
    mall.exchange("coffee", user="ann", key="x1")
    clock.advance(days=40)
    with Session(postgres_engine.execution_options(isolation_level="REPEATABLE READ")) as db:
        db.execute(text("select count(*) from quanyi_balance"))
        mall.report("points.granted", user="ann", key="g", data={"points": 100})
        with pytest.raises(Conflict):
            mall.within(db).report("order.refunded", user="ann", key="r", data={"order": "o1"})
        db.rollback()
    purse = mall.wallet("ann").units["points"]

    assert (purse.balance, purse.owed) == (100, 0)
