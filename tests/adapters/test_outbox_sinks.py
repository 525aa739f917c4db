"""Sinks: each consumer has rows of its own, in order for each key, however many relays there are."""

from __future__ import annotations

import multiprocessing
import os
import signal
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from threading import Lock, Thread
from time import sleep

import pytest
from sqlalchemy import create_engine, event, select, update

from quanyi.adapters.clock import FixedClock, SystemClock
from quanyi.adapters.outbox import Relay, Relayed
from quanyi.adapters.sinks import Sinks
from quanyi.adapters.sql.backlog import Backlog, backlog
from quanyi.adapters.sql.engine import prepare_engine
from quanyi.adapters.sql.migrate import upgrade
from quanyi.adapters.sql.outbox import SqlOutbox
from quanyi.adapters.sql.store import SqlStore
from quanyi.entitlements.changes import Emit
from quanyi.entitlements.errors import InputError
from quanyi.entitlements.ports import EmitWrite, Writing

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOON + timedelta(minutes=5)


@pytest.fixture
def open_store(engine):
    upgrade(engine)
    return partial(SqlStore, engine, "north")


def emit(store, *numbers, type_="deal.paid", holder=None):
    writes = tuple(
        EmitWrite(id=n.to_bytes(16), emit=Emit(event=type_, data={"n": n}, holder=holder), emitted_at=NOON)
        for n in numbers
    )
    with store.begin() as tx:
        tx.write(Writing(outbox=writes))


def numbers(waiting):
    return [w.event.data["n"] for w in waiting]


def told(store, sink="host", limit=100):
    """What a relay of that sink hands on in one run."""
    taken = []
    Relay(SqlOutbox(store, sink), taken.append, FixedClock(NOON)).run(limit)
    return [(event.type, event.data["n"]) for event in taken]


# --- who takes what ------------------------------------------------------------------------------


def test_each_sink_has_what_it_takes_and_no_sink_eats_anothers(open_store):
    store = open_store(sinks={"orders": ["deal.paid"], "hooks": ["deal.*", "code.revealed"]})
    for n, type_ in enumerate(("deal.paid", "deal.placed", "code.revealed", "dealer.met"), 1):
        emit(store, n, type_=type_)
    host = told(store)

    assert [n for _, n in host] == [1, 2, 3, 4]
    assert (told(store, "orders"), told(store)) == ([("deal.paid", 1)], [])
    assert [n for _, n in told(store, "hooks")] == [1, 2, 3]


def test_an_event_has_the_same_id_in_every_sink(open_store):
    store = open_store(sinks={"orders": ["*"]})
    emit(store, 7)
    leased = [SqlOutbox(store, sink).lease(NOON, LATER, 9)[0] for sink in ("host", "orders")]

    assert leased[0].event == leased[1].event
    assert leased[0].number != leased[1].number


def test_a_sink_that_is_added_later_starts_from_then(open_store):
    emit(open_store(), 1)
    store = open_store(sinks={"orders": ["*"]})
    emit(store, 2)

    assert told(store, "orders") == [("deal.paid", 2)]


def test_a_host_may_take_less(open_store):
    """What no sink takes is not kept."""
    store = open_store(sinks={"host": ["code.*"]})
    emit(store, 1)
    emit(store, 2, type_="code.revealed")

    assert told(store) == [("code.revealed", 2)]


@pytest.mark.parametrize(
    "takes",
    [{"Orders": ["*"]}, {"": ["*"]}, {"orders": "deal.paid"}, {"orders": ["deal*"]}, {"orders": [7]}, {7: ["*"]}],
)
def test_sinks_that_can_not_be_are_refused(takes):
    with pytest.raises(InputError):
        Sinks.of(takes)


def test_what_waits_is_counted_by_sink(open_store):
    """With the instant of the oldest that waits; parked ones apart."""
    store = open_store(sinks={"orders": ["deal.*"], "idle": ["code.*"]})
    emit(store, 1, 2)
    outbox = SqlOutbox(store)
    outbox.park(outbox.lease(NOON, LATER, 1), NOON)

    assert backlog(store) == [
        Backlog(sink="host", waiting=1, oldest=NOON, parked=1),
        Backlog(sink="idle", waiting=0, oldest=None, parked=0),
        Backlog(sink="orders", waiting=2, oldest=NOON, parked=0),
    ]


# --- leases --------------------------------------------------------------------------------------


def test_only_who_has_the_lease_says_what_became_of_an_event(open_store):
    """A relay that was too slow neither forgets nor puts off what another one has by now."""
    store = open_store()
    emit(store, 1, 2, 3)
    slow = SqlOutbox(store).lease(NOON, LATER, 9)
    quick = SqlOutbox(store).lease(LATER, LATER + timedelta(minutes=5), 9)
    outbox = SqlOutbox(store)
    late = [outbox.told(slow[:1]), outbox.put_off(slow[1:2], NOON), outbox.park(slow[2:], NOON)]

    assert numbers(quick) == [1, 2, 3]
    assert late == [0, 0, 0]
    assert SqlOutbox(store).lease(LATER, LATER, 9) == []
    assert outbox.told(quick) == 3


def test_a_relay_whose_lease_has_run_out_stops(open_store):
    """What it has not handed on by then is another one's."""
    store, clock, taken = open_store(), FixedClock(NOON), []
    emit(store, 1, 2, 3)

    def slow(event):
        taken.append(event.data["n"])
        clock.advance(minutes=5)

    relay = Relay(SqlOutbox(store), slow, clock, lease=timedelta(minutes=5), report_every=1)
    assert relay.run() == Relayed(told=1, lost=2)
    assert taken == [1]
    assert relay.run() == Relayed(told=1, lost=1)


def test_a_slow_receiver_keeps_its_lease(open_store):
    """The lease is renewed between two events, and what was taken is written down by then: no other relay gets any of them."""
    store, clock, taken, others = open_store(), FixedClock(NOON), [], []
    emit(store, *range(1, 11))
    other = Relay(SqlOutbox(store), others.append, clock)

    def slow(event):
        taken.append(event.data["n"])
        clock.advance(seconds=10)
        other.run()

    assert Relay(SqlOutbox(store), slow, clock, lease=timedelta(seconds=30)).run() == Relayed(told=10)
    assert (taken, others) == ([*range(1, 11)], [])


def test_a_receiver_that_is_slower_than_the_lease_is_told_by_two(open_store):
    """At least once: the lease ends while one event is being taken, and another relay hands it on as well."""
    store, clock, taken, others = open_store(), FixedClock(NOON), [], []
    emit(store, 1, 2)
    other = Relay(SqlOutbox(store), lambda event: others.append(event.data["n"]), clock)

    def stuck(event):
        taken.append(event.data["n"])
        clock.advance(seconds=30)
        other.run()

    assert Relay(SqlOutbox(store), stuck, clock, lease=timedelta(seconds=30)).run() == Relayed(lost=2)
    assert (taken, others) == ([1], [1, 2])
    assert told(store) == []


def test_a_relay_that_is_to_stop_finishes_one_event_and_gives_the_others_back(open_store):
    """At once, and without counting as a try; nobody waits for the end of its lease."""
    store, taken = open_store(), []
    emit(store, 1, 2, 3)
    relay = Relay(SqlOutbox(store), lambda event: taken.append(event.data["n"]), FixedClock(NOON))

    assert relay.run(stopping=lambda: bool(taken)) == Relayed(told=1, put_off=2)
    rest = SqlOutbox(store).lease(NOON, LATER, 9)
    assert (taken, numbers(rest), [w.attempts for w in rest]) == ([1], [2, 3], [0, 0])


def test_what_waits_behind_a_leased_event_waits(open_store):
    """A second relay gets other people's events, and none of those whose first is being handed on."""
    store = open_store()
    emit(store, 1, 2, 3, holder="ann")
    emit(store, 4, holder="bob")
    first = SqlOutbox(store).lease(NOON, LATER, 2)
    second = SqlOutbox(store).lease(NOON, LATER, 9)

    assert (numbers(first), numbers(second)) == ([1, 2], [4])


def test_who_is_just_being_leased_is_passed_without_waiting(locking_engine):
    """Where another relay has a person's first event locked, the whole person is left to it."""
    upgrade(locking_engine)
    store = SqlStore(locking_engine, "north")
    emit(store, 1, 2, 3, holder="ann")
    emit(store, 4, holder="bob")
    rows = store.tables.outbox
    with locking_engine.begin() as other:
        other.execute(select(rows).where(rows.c.holder == "ann").order_by(rows.c.number).limit(1).with_for_update())
        leased = SqlOutbox(store).lease(NOON, LATER, 9)

    assert numbers(leased) == [4]


def test_rows_of_an_older_program_keep_their_order(open_store):
    """It wrote no order key; the person is one."""
    store, rows = open_store(), open_store().tables.outbox
    emit(store, 1, 2, holder="ann")
    with store.engine.begin() as connection:
        connection.execute(update(rows).values(order_key=None))
    SqlOutbox(store).lease(NOON, LATER, 1)

    assert SqlOutbox(store).lease(NOON, LATER, 9) == []


def test_leases_cost_a_few_statements_however_many_events(open_store):
    """A thousand events about a hundred people: it was five statements for each of them."""
    store = open_store()
    for person in range(100):
        emit(store, *range(person * 10, person * 10 + 10), holder=f"h{person}")
    said = []
    event.listen(store.engine, "before_cursor_execute", lambda *args: said.append(args[2]))
    relay, done = Relay(SqlOutbox(store), lambda _: None, FixedClock(NOON)), 0
    while run := relay.run().told:
        done += run

    assert done == 1000
    assert len(said) <= 200


# --- several at once -----------------------------------------------------------------------------


@pytest.mark.alone
def test_order_holds_with_several_relays_at_once(open_store):
    """Four relays, a receiver that fails now and then: each person's events are taken once, in order."""
    store, mutex = open_store(), Lock()
    people, each = 12, 8
    for n in range(each):
        for person in range(people):
            emit(store, n * people + person, holder=f"h{person}")
    taken: dict[int, list[int]] = {person: [] for person in range(people)}
    tried: dict[int, int] = {}

    def tell(event):
        n = event.data["n"]
        with mutex:
            tried[n] = tried.get(n, 0) + 1
            if n % 7 == 0 and tried[n] == 1:
                raise ConnectionError("not now")
            taken[n % people].append(n)

    def run():
        relay = Relay(SqlOutbox(store), tell, SystemClock(), first_pause=timedelta(0), report_every=2)
        for _ in range(400):
            if sum(map(len, taken.values())) >= people * each:
                return
            relay.run(5)

    threads = [Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert taken == {person: list(range(person, people * each, people)) for person in range(people)}


@pytest.mark.alone
def test_what_a_killed_relay_had_leased_is_told_by_another(open_store, tmp_path):
    """Nothing is lost and nobody overtakes; what it had handed on last may come twice."""
    store, clock = open_store(), FixedClock(NOON)
    emit(store, *range(1, 7), holder="ann")
    url, mark = store.engine.url.render_as_string(hide_password=False), tmp_path / "taken"
    child = multiprocessing.get_context("spawn").Process(target=_relay_and_hang, args=(url, str(mark)))
    child.start()
    while not (mark.exists() and mark.read_text().endswith("3\n")):
        assert child.is_alive()
        sleep(0.01)
    os.kill(child.pid, signal.SIGKILL)
    child.join()
    meanwhile = told(store)
    clock.advance(minutes=5)
    taken = []
    Relay(SqlOutbox(store), lambda event: taken.append(event.data["n"]), clock).run()

    assert meanwhile == []
    assert taken == [3, 4, 5, 6]


def _relay_and_hang(url, mark):
    """Hand on, and write down what was taken, until the third event; then hang."""

    def tell(event):
        with Path(mark).open("a") as out:
            out.write(f"{event.data['n']}\n")
        while event.data["n"] == 3:
            sleep(1)

    store = SqlStore(prepare_engine(create_engine(url)), "north")
    Relay(SqlOutbox(store), tell, FixedClock(NOON), report_every=1).run()
