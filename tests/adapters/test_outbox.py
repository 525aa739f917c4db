"""The relay: every event is handed on at least once, in order for each person."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from quanyi.adapters.clock import FixedClock
from quanyi.adapters.outbox import CloudEvent, Relay, Relayed
from quanyi.adapters.sql.migrate import upgrade
from quanyi.adapters.sql.outbox import SqlOutbox
from quanyi.adapters.sql.store import SqlStore
from quanyi.entitlements.changes import Emit
from quanyi.entitlements.ports import EmitWrite, RecordWrite, Writing
from quanyi.entitlements.records import Person

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class World:
    """Somebody who takes events, or does not."""

    def __init__(self):
        self.taken = []
        self.refuses = set()

    def __call__(self, event):
        if event.data["n"] in self.refuses:
            raise ConnectionError("nobody there")
        self.taken.append(event)

    @property
    def numbers(self):
        return [event.data["n"] for event in self.taken]


@pytest.fixture
def store(engine):
    upgrade(engine)
    return SqlStore(engine, "north")


@pytest.fixture
def clock():
    return FixedClock(NOON)


@pytest.fixture
def world():
    return World()


@pytest.fixture
def relay(store, world, clock):
    return Relay(SqlOutbox(store), world, clock, tries=3, first_pause=timedelta(seconds=10))


def emit(store, *numbers, holder=None):
    """Book events that only carry a number."""
    writes = tuple(
        EmitWrite(
            id=f"{store.mall}{n:011d}".encode()[:16],
            emit=Emit(event="deal.paid", data={"n": n}, holder=holder),
            emitted_at=NOON,
        )
        for n in numbers
    )
    with store.begin() as tx:
        tx.write(Writing(outbox=writes))


def test_events_are_told_in_order_and_once(store, relay, world):
    """What has been taken is not told again."""
    emit(store, 1, 2, 3)

    assert relay.run() == Relayed(told=3)
    assert relay.run() == Relayed()
    assert world.numbers == [1, 2, 3]


def test_an_event_is_an_envelope_by_cloudevents_names(store, relay, world):
    """Id, source, type, time, subject and data; the subject is the host's own id of the person."""
    with store.begin() as tx:
        tx.write(Writing(records=(RecordWrite(record=Person(user="ann", holder="h1"), before=None, after=1),)))
    emit(store, 1, holder="h1")
    relay.run()

    assert world.taken == [
        CloudEvent(
            id=b"north00000000001".hex(),
            source="/quanyi/north",
            type="deal.paid",
            time=NOON,
            subject="ann",
            data={"n": 1},
        )
    ]
    assert world.taken[0].plain()["time"] == "2026-03-01T12:00:00+00:00"
    assert world.taken[0].plain()["specversion"] == "1.0"


def test_people_in_an_event_go_by_the_hosts_ids(store, relay, world):
    """A friend who is known is named, one who was erased is left out."""
    told = [Emit(event="referral.bound", data={"n": 1, "friend": who}, holder="h1") for who in ("h2", "gone")]
    writes = tuple(EmitWrite(id=bytes([n]) * 16, emit=emit, emitted_at=NOON) for n, emit in enumerate(told, 1))
    with store.begin() as tx:
        tx.write(Writing(records=(RecordWrite(record=Person(user="bob", holder="h2"), before=None, after=1),)))
        tx.write(Writing(outbox=writes))
    relay.run()

    assert [event.data for event in world.taken] == [{"n": 1, "friend": "bob"}, {"n": 1}]


def test_somebody_who_was_erased_is_not_named(store, relay, world):
    """An event about a holder without a person has no subject."""
    emit(store, 1, holder="gone")
    relay.run()

    assert world.taken[0].subject is None
    assert "subject" not in world.taken[0].plain()


def test_a_failure_is_tried_again_later_and_later(store, relay, world, clock):
    """The pause doubles; meanwhile the event stays."""
    world.refuses = {1}
    emit(store, 1)

    assert relay.run() == Relayed(put_off=1)
    assert relay.run() == Relayed()
    clock.advance(seconds=10)
    assert relay.run() == Relayed(put_off=1)
    clock.advance(seconds=19)
    assert relay.run() == Relayed()
    clock.advance(seconds=1)
    world.refuses = set()
    assert relay.run() == Relayed(told=1)


def test_an_event_that_is_never_taken_is_parked(store, relay, world, clock, caplog):
    """After so many tries it is left for people, and holds nobody up; the log says so once."""
    world.refuses = {1}
    emit(store, 1, 2, holder="h1")
    for _ in range(3):
        relay.run()
        clock.advance(hours=1)
    relay.run()

    assert world.numbers == [2]
    assert len([record for record in caplog.records if "is parked after 3 tries" in record.getMessage()]) == 1


def test_what_is_about_one_person_stays_in_order(store, relay, world, clock):
    """A later event of a person waits for the earlier one; others overtake."""
    world.refuses = {1}
    with store.begin() as tx:
        people = [Person(user=name, holder=f"h-{name}") for name in ("ann", "bob")]
        tx.write(Writing(records=tuple(RecordWrite(record=p, before=None, after=1) for p in people)))
    emit(store, 1, 2, holder="h-ann")
    emit(store, 3, holder="h-bob")

    assert relay.run() == Relayed(told=1, put_off=2)
    assert world.numbers == [3]
    world.refuses = set()
    assert relay.run() == Relayed()
    clock.advance(seconds=10)
    assert relay.run() == Relayed(told=2)
    assert world.numbers == [3, 1, 2]


def test_two_relays_share_the_work(store, world, clock):
    """What one has leased the other leaves alone, until the lease has run out."""
    first, second = SqlOutbox(store), SqlOutbox(store)
    emit(store, 1, 2, 3)
    leased = first.lease(NOON, NOON + timedelta(minutes=5), 2)
    others = second.lease(NOON, NOON + timedelta(minutes=5), 2)
    later = second.lease(NOON + timedelta(minutes=5), NOON + timedelta(minutes=9), 9)

    assert [[w.event.data["n"] for w in waiting] for waiting in (leased, others, later)] == [[1, 2], [3], [1, 2, 3]]


def test_a_relay_that_dies_loses_nothing(store, world, clock):
    """What was handed on but not forgotten comes again: at least once."""
    emit(store, 1)

    def dies(event):
        world(event)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Relay(SqlOutbox(store), dies, clock).run()
    clock.advance(minutes=6)
    Relay(SqlOutbox(store), world, clock).run()

    assert world.numbers == [1, 1]


def test_malls_don_t_mix(store, engine, relay, world):
    """A relay tells what its own mall emitted."""
    emit(SqlStore(engine, "south"), 1)

    assert relay.run() == Relayed()


def test_a_long_line_is_passed(store, relay, world):
    """Events that wait behind a put-off one don't hide the rest, however many they are."""
    with store.begin() as tx:
        tx.write(Writing(records=(RecordWrite(record=Person(user="ann", holder="h1"), before=None, after=1),)))
    world.refuses = {0}
    emit(store, 0, holder="h1")
    relay.run()
    emit(store, *range(1, 450), holder="h1")
    emit(store, 999)

    assert relay.run() == Relayed(told=1)
    assert world.numbers == [999]
