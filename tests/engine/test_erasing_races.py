"""An erasure beside decisions about the same person, and one that is killed: everything of it, or nothing."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from sqlalchemy import URL, Engine, create_engine, select

from quanyi.adapters.clock import FixedClock
from quanyi.adapters.erasure import stands_in
from quanyi.adapters.sql.engine import prepare_engine
from quanyi.adapters.sql.migrate import upgrade
from quanyi.adapters.sql.store import SqlStore
from quanyi.adapters.sql.verify import verify
from quanyi.adapters.wiring import OpenMall, wire
from quanyi.campaigns.engine.transaction import Transactions
from quanyi.campaigns.project.load import load_project
from quanyi.entitlements.errors import Conflict, KeyReused
from tests.engine.conftest import NOON
from tests.engine.crash import killed_at
from tests.engine.test_erasing import _ANN, erased, folder, keys_of, lived, places, rows_of, said

pytestmark = pytest.mark.alone

__all__ = ["folder"]


@pytest.fixture(params=["sqlite", "postgres", "mariadb"])
def url(request: pytest.FixtureRequest) -> URL:
    return request.getfixturevalue(f"{request.param}_url")


@pytest.fixture
def engine(url: URL) -> Iterator[Engine]:
    engine = create_engine(url)
    prepare_engine(engine)
    upgrade(engine)
    yield engine
    engine.dispose()


def patient(folder: Path, engine: Engine) -> OpenMall:
    """The mall as another process opens it, which has time."""
    store = SqlStore(engine, "first", lock_timeout_ms=30_000)
    return wire(load_project(folder), store, clock=FixedClock(NOON), wait_seconds=30)


@pytest.mark.parametrize("first_of_its_kind", [False, True])
def test_a_decision_under_way_is_waited_for(
    folder: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch, first_of_its_kind: bool
) -> None:
    """It has read who the person is, and is about to write: what it writes is reached as well."""
    mall, elsewhere = lived(folder, SqlStore(engine, "first")), patient(folder, engine)
    elsewhere.report("check_in", user=_ANN, key="known-from-now-on")
    decided, done, write = Event(), Event(), Transactions._write

    def slowly(self: Transactions, *args: Any) -> Any:
        if self is elsewhere.ports.transactions:
            decided.set()
            done.wait(1)  # an erasure that does not wait is over long before
        return write(self, *args)

    monkeypatch.setattr(Transactions, "_write", slowly)
    if first_of_its_kind:  # nothing that it locks is there yet
        act = Thread(
            target=elsewhere.report, args=("signed_up",), kwargs=_call("late", {"inviter": "eve", "phone": "1"})
        )
    else:
        act = Thread(target=elsewhere.report, args=("check_in",), kwargs=_call("late", {}))
    act.start()
    assert decided.wait(30)
    patiently = patient(folder, engine)
    patiently.desk.erase(_ANN, by="clerk/7", reason="asked", drop_events=True)
    done.set()
    act.join()

    assert places(mall.ports.store, _ANN, [*keys_of(_ANN), f"late/{_ANN}"]) == set()
    assert verify(engine, "first").differences == ()


def _call(word: str, data: dict[str, str]) -> dict[str, Any]:
    return {"user": _ANN, "key": f"{word}/{_ANN}", "data": data}


def test_what_was_decided_before_fills_no_cache_afterwards(
    folder: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thread that comes to remember a holder once the process has noticed the erasure."""
    mall, elsewhere = lived(folder, SqlStore(engine, "first")), patient(folder, engine)
    holders, old = elsewhere.ports.transactions.holders, mall.ports.holder(_ANN)
    remember = type(holders).remember

    def late(*args: Any) -> None:
        if args[0] is holders:
            monkeypatch.undo()
            erased(mall)
            elsewhere.ports.transactions.in_force.reload()
            holders.known("anybody")
        remember(*args)

    monkeypatch.setattr(type(holders), "remember", late)
    elsewhere.report("check_in", user=_ANN, key="before")
    elsewhere.report("check_in", user=_ANN, key="after")

    assert elsewhere.ports.holder(_ANN) not in {old, "?"}


def test_four_processes_go_on_while_a_person_is_erased(folder: Path, url: URL, engine: Engine) -> None:
    """Whatever a process cached: rows of the old holder name nobody, and the other half belongs to the new one."""
    mall = lived(folder, SqlStore(engine, "first"))
    old = mall.ports.holder(_ANN)
    engine.dispose()
    context = multiprocessing.get_context("fork")
    answers, go = context.SimpleQueue(), context.Event()
    text = url.render_as_string(hide_password=False)
    workers = [context.Process(target=_go_on, args=(text, folder, n, answers, go)) for n in range(4)]
    for worker in workers:
        worker.start()
    for _ in workers:
        answers.get()
    patient(folder, engine).desk.erase(_ANN, by="clerk/7", reason="asked", drop_events=True)
    go.set()
    found = {answer for _ in workers for answer in answers.get()}
    for worker in workers:
        worker.join(60)
    receipt = SqlStore(engine, "first").tables.receipt
    with engine.connect() as connection:
        rows = connection.execute(select(receipt.c.holder, receipt.c.body)).all()
    new = patient(folder, engine).ports.holder(_ANN)

    assert found == {"Receipt"}
    assert new not in {old, "?"}
    assert {row.holder for row in rows if stands_in(_ANN, row.body)} == {new}
    assert old not in said([row.body for row in rows if row.holder == new])
    assert verify(engine, "first").differences == ()


def _go_on(url: str, folder: Path, n: int, answers: Any, go: Any) -> None:
    engine = create_engine(url)
    prepare_engine(engine)
    mall, found = patient(folder, engine), []
    mall.report("check_in", user=_ANN, key=f"{n}/{_ANN}/first")
    answers.put("ready")
    number = 0
    while not go.is_set() or number < 20:
        number += 1
        try:
            found.append(type(mall.report("check_in", user=_ANN, key=f"{n}/{_ANN}/{number}")).__name__)
        except Exception as error:
            found.append(f"{type(error).__name__}: {error}")
    answers.put(found)
    engine.dispose()


def test_one_that_is_killed_did_all_of_it_or_nothing(folder: Path, url: URL, engine: Engine) -> None:
    """Before and after each of its statements."""
    mall = lived(folder, SqlStore(engine, "first"))
    before = rows_of(mall.ports.store)
    engine.dispose()
    step = 1
    while killed_at(step, url, lambda own: erased(patient(folder, own)) and None, "lock|insert|update|delete|commit"):
        now = rows_of(SqlStore(engine, "first"))
        engine.dispose()
        if now != before:
            break
        step += 1
    store = SqlStore(engine, "first")

    assert step > 5
    assert places(store, _ANN, keys_of(_ANN)) == set()
    assert verify(engine, "first").differences == ()


def test_hosts_that_have_begun_before_end_cleanly(folder: Path, engine: Engine) -> None:
    """A host's transaction that is older than the erasure is refused, or decides for the new person."""
    mall, elsewhere = lived(folder, SqlStore(engine, "first")), patient(folder, engine)
    elsewhere.report("check_in", user=_ANN, key="known")
    old = mall.ports.holder(_ANN)
    level = {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {}
    with engine.connect().execution_options(**level) as connection:
        connection.begin()
        connection.execute(select(mall.ports.store.tables.release.c.epoch)).all()
        erased(mall)
        try:
            elsewhere.within(connection).report("signed_up", **_call("late", {"inviter": "eve", "phone": "1"}))
            connection.commit()
        except Conflict:
            connection.rollback()
    receipt = mall.ports.store.tables.receipt
    with engine.connect() as connection:
        bodies = connection.scalars(select(receipt.c.body).where(receipt.c.holder == old)).all()

    assert not [body for body in bodies if stands_in(_ANN, body)]
    with pytest.raises(KeyReused):
        elsewhere.report("check_in", user=_ANN, key="known")
