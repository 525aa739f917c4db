"""Two operators at once: whoever comes second is told so, and nothing is half done."""

from __future__ import annotations

from threading import Barrier, Event, Thread

import pytest

from quanyi import Conflict, FixedClock
from quanyi.adapters.memory import MemoryStore
from quanyi.adapters.wiring import wire
from quanyi.campaigns.engine import index
from quanyi.campaigns.project.load import load_project
from quanyi.campaigns.project.versions import structure_play
from quanyi.entitlements.releases import Release
from tests.engine.conftest import FOLDER, NOON


def test_a_process_that_waits_for_the_database_keeps_no_host_waiting():
    """A host has the connection that the other one waits for."""
    mall = wire(load_project(FOLDER), MemoryStore(), clock=FixedClock(NOON))
    mall.desk.apply()
    in_force, store = mall.ports.transactions.in_force, mall.ports.store
    in_force._plays.clear()
    in_force.release = Release(epoch=-1)
    asked, come = Event(), Event()

    class Slow:
        joined = False
        release = store.release

        def versions(self, names):
            asked.set()
            assert come.wait(10)
            return store.versions(names)

    in_force._shelf = Slow()
    waiting = Thread(target=in_force.reload)
    waiting.start()
    assert asked.wait(10)
    in_force._shelf = store
    host = Thread(target=in_force.reload, daemon=True)
    host.start()
    host.join(5)
    finished = not host.is_alive()
    come.set()
    waiting.join(10)

    assert finished


def test_a_release_that_was_overtaken_is_a_conflict(monkeypatch):
    store = MemoryStore()
    first = wire(load_project(FOLDER), store, clock=FixedClock(NOON))
    second = wire(load_project(FOLDER), store, clock=FixedClock(NOON))
    first.desk.apply()
    campaign = first.project.plays()[0].head.campaign
    reload = type(second.ports.transactions.in_force).reload

    def overtaken(in_force):
        reload(in_force)
        if in_force is second.ports.transactions.in_force:
            monkeypatch.undo()
            first.desk.pause(campaign)

    monkeypatch.setattr(type(second.ports.transactions.in_force), "reload", overtaken)
    with pytest.raises(Conflict, match="another release came into force meanwhile"):
        second.desk.pause(campaign)

    second.desk.resume(campaign)
    assert not second.ports.transactions.in_force.paused(campaign)


@pytest.fixture
def counted(monkeypatch):
    """A mall of which it is counted how many plays are read, and how many are indexed."""
    read: list[str] = []
    mall = wire(
        load_project(FOLDER),
        MemoryStore(),
        clock=FixedClock(NOON),
        read_play=lambda body: read.append(body) or structure_play(body),
    )
    mall.desk.apply()
    indexed = []
    add = index._add
    monkeypatch.setattr(index, "_add", lambda types, play: indexed.append(play) or add(types, play))
    mall.ports.transactions.in_force.hears("order.paid")
    read.clear()
    indexed.clear()
    return mall, read, indexed


def test_the_release_that_a_process_has_is_neither_read_nor_indexed_again(counted):
    mall, read, indexed = counted
    mall.ports.transactions.in_force.reload()

    assert (read, indexed) == ([], [])


def test_a_pause_changes_nothing_of_what_is_heard(counted):
    mall, read, indexed = counted
    campaign = mall.project.plays()[0].head.campaign
    mall.desk.pause(campaign)
    mall.ports.transactions.in_force.reload()

    assert mall.ports.transactions.in_force.paused(campaign)
    assert (read, indexed) == ([], [])


def test_of_many_who_notice_a_release_one_indexes_it(counted):
    """The others waited for the lock meanwhile."""
    mall, _, indexed = counted
    in_force, plays = mall.ports.transactions.in_force, len(mall.project.plays())
    in_force._newest, in_force.release = {}, Release(epoch=-1)
    together = Barrier(4)

    class Slow:
        joined = False
        release = mall.ports.store.release

        def versions(self, names):
            together.wait(10)
            return mall.ports.store.versions(names)

    def notice():
        in_force.reload()
        in_force.hears("order.paid")

    in_force._shelf = Slow()
    noticing = [Thread(target=notice) for _ in range(4)]
    for thread in noticing:
        thread.start()
    for thread in noticing:
        thread.join(10)

    assert len(indexed) == plays
