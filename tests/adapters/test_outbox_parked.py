"""Events that nobody took can be looked at, sent again, and given up; the journal keeps who did it, and why."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from quanyi.adapters.clock import FixedClock
from quanyi.adapters.memory import MemoryStore
from quanyi.adapters.sql.migrate import upgrade
from quanyi.adapters.sql.store import SqlStore
from quanyi.adapters.sql.verify import verify
from quanyi.adapters.wiring import wire
from quanyi.campaigns.project.load import load_project
from quanyi.entitlements.changes import Emit
from quanyi.entitlements.errors import InputError
from quanyi.entitlements.ports import EmitWrite, RecordWrite, Writing
from quanyi.entitlements.records import Person
from tests.engine.conftest import FOLDER

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def clock():
    return FixedClock(NOON)


@pytest.fixture
def mall(engine, clock):
    upgrade(engine)
    return wire(load_project(FOLDER), SqlStore(engine, "north", sinks={"orders": ["deal.*"]}), clock=clock)


@pytest.fixture
def stuck(mall, clock):
    """Three events that neither the host nor, where it takes them, `orders` took."""
    with mall.ports.store.begin() as tx:
        tx.write(Writing(records=(RecordWrite(record=Person(user="ann", holder="h1"), before=None, after=1),)))
    for n, type_ in enumerate(("deal.paid", "campaign.failed", "deal.paid"), 1):
        emit(mall, n, type_)
        refuse(mall, "host")
        clock.advance(hours=1)
    refuse(mall, "orders")
    return mall


def emit(mall, n, type_):
    told = Emit(event=type_, data={"n": n}, holder="h1")
    with mall.ports.store.begin() as tx:
        tx.write(Writing(outbox=(EmitWrite(id=n.to_bytes(16), emit=told, emitted_at=mall.now()),)))


def refuse(mall, sink):
    def nobody(_event):
        raise ConnectionError("nobody there")

    for _ in range(3):
        mall.desk.relay(nobody, sink=sink, tries=1).run()


def told(mall, sink="host"):
    taken = []
    mall.desk.relay(lambda event: taken.append(event.data["n"]), sink=sink).run()
    return taken


def shown(events):
    return [(parked.sink, parked.event.type, parked.event.data["n"]) for parked in events]


def journaled(mall):
    """What the journal says was done to the outbox: the rule, by whom, and its source."""
    journal = mall.ports.store.tables.journal.c
    with mall.ports.store.reading() as connection:
        rows = connection.execute(select(journal.rule, journal.by, journal.source).order_by(journal.number)).all()
    return [(rule, by, json.loads(source)) for rule, by, source in rows]


def test_parked_events_are_listed_with_their_sink_and_person(stuck):
    found = stuck.desk.parked.list()

    assert shown(found) == [
        ("host", "deal.paid", 1),
        ("orders", "deal.paid", 1),
        ("host", "campaign.failed", 2),
        ("host", "deal.paid", 3),
        ("orders", "deal.paid", 3),
    ]
    assert {(parked.event.subject, parked.attempts) for parked in found} == {("ann", 1)}


def test_they_are_chosen_by_sink_type_and_time_and_paged(stuck):
    parked = stuck.desk.parked
    first = parked.list(limit=2)

    assert shown(parked.list(sink="orders")) == [("orders", "deal.paid", 1), ("orders", "deal.paid", 3)]
    assert shown(parked.list(type_="campaign.failed")) == [("host", "campaign.failed", 2)]
    assert shown(parked.list(sink="host", since=NOON + timedelta(hours=2))) == [("host", "deal.paid", 3)]
    assert shown(parked.list(after=first[-1].number, limit=1)) == [("host", "campaign.failed", 2)]
    assert parked.list(limit=0) == []


def test_what_is_requeued_is_told_as_if_it_had_never_been_tried(stuck):
    """In the order of its place, to its sink alone."""
    numbers = [parked.number for parked in stuck.desk.parked.list(sink="host")]

    assert stuck.desk.parked.requeue(numbers, by="clerk", why="the receiver was down") == 3
    assert (told(stuck), told(stuck, "orders")) == ([1, 2, 3], [])
    assert stuck.desk.parked.requeue(numbers, by="clerk") == 0


def test_what_is_dropped_is_never_told(stuck):
    numbers = [parked.number for parked in stuck.desk.parked.list(type_="deal.paid")]

    assert stuck.desk.parked.drop(numbers, by="clerk") == 4
    assert shown(stuck.desk.parked.list()) == [("host", "campaign.failed", 2)]
    assert told(stuck) == []


@pytest.mark.parametrize("what", ["requeue", "drop"])
def test_the_journal_keeps_who_and_why(stuck, what):
    number = stuck.desk.parked.list(type_="campaign.failed")[0].number
    getattr(stuck.desk.parked, what)([number], by="clerk", why="mended")

    rule = {"requeue": "outbox.requeued", "drop": "outbox.dropped"}[what]
    event = f"host/campaign.failed/{(2).to_bytes(16).hex()}"
    assert journaled(stuck) == [(rule, "clerk", ["why", "mended", event])]
    found = verify(stuck.ports.store.engine, "north").differences
    assert [
        difference for difference in found if difference.code != "outbox"
    ] == []  # events made by hand have no change


def test_only_parked_events_are_touched(mall):
    """A number that waits, or that another mall has, is left alone, and nothing is journaled."""
    emit(mall, 1, "deal.paid")

    assert mall.desk.parked.requeue([1, 2, 99], by="clerk") == mall.desk.parked.drop([1, 2, 99], by="clerk") == 0
    assert journaled(mall) == []
    assert told(mall) == [1]


def test_nobody_acts_without_a_name(stuck):
    for act in (stuck.desk.parked.requeue, stuck.desk.parked.drop):
        with pytest.raises(InputError, match="by whom"):
            act([1], by=" ")
        with pytest.raises(InputError, match="at most 1000"):
            act(list(range(1001)), by="clerk")


def test_a_sink_that_is_not_there_is_refused(mall):
    with pytest.raises(InputError, match="this mall has host, orders"):
        mall.desk.relay(print, sink="order")
    with pytest.raises(InputError, match="a mall in memory"):
        wire(load_project(FOLDER), MemoryStore()).desk.relay(print)
