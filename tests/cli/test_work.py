"""`quanyi work`: what it is told to do, and events that nobody takes until they are dead letters."""

from __future__ import annotations

import sys
from datetime import timedelta

import pytest
from sqlalchemy import create_engine

from quanyi import FixedClock, prepare_engine
from quanyi.adapters.clock import SystemClock
from quanyi.adapters.wiring import open_mall
from quanyi.campaigns.language.alarms import ALARM_NAMES, AlarmBounds

HOST = """
TOLD = []
tell = TOLD.append
nothing = 7

def fail(event):
    raise ConnectionError("nobody there")

def worker():
    from sqlalchemy import create_engine
    from quanyi import open_mall, prepare_engine
    engine = prepare_engine(create_engine(URL))
    return open_mall(FOLDER, engine, sinks={"orders": ["deal.*"]}).worker({"orders": tell, "host": tell})

made = None
class Shop:
    worker = staticmethod(worker)
"""


@pytest.fixture
def host(tmp_path, monkeypatch, applied, folder):
    """A module of the host's, in the folder where the command is called."""
    values = f"URL, FOLDER = {applied!r}, {str(folder)!r}\n"
    (tmp_path / "worked.py").write_text(values + HOST, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [path for path in sys.path if path])
    monkeypatch.delitem(sys.modules, "worked", raising=False)


@pytest.fixture
def mall(applied, folder):
    engine = prepare_engine(create_engine(applied))
    yield open_mall(folder, engine, clock=FixedClock(SystemClock().now()))
    engine.dispose()


def give(mall, *users):
    """One event about each."""
    for user in users:
        mall.desk.adjust(user, "points", 5, key=f"k/{user}", reason="a present")


def test_once_does_what_there_is_to_do_and_ends(quanyi, host, mall, applied, folder):
    give(mall, "ann", "bob")
    answer = quanyi("work", folder, "--db", applied, "--tell", "worked:tell", "--once", "--json")
    told = sys.modules["worked"].TOLD

    assert answer.code == 0
    done = answer.json["done"]
    assert done.pop("figures") > 0
    assert done == {"timers": 0, "reminders": 0, "events/host": len(told), "webhooks": 0, "trials": 0, "alarms": 0}
    assert {event.subject for event in told} == {"ann", "bob"}
    assert (
        quanyi("work", folder, "--db", applied, "--tell", "worked:tell", "--once").out
        == "timers 0\nreminders 0\nevents/host 0\nwebhooks 0\ntrials 0\nfigures 0\nalarms 0\n"
    )


def test_the_database_may_be_named_by_the_environment(quanyi, applied, folder):
    answer = quanyi("work", folder, "--once", env={"QUANYI_DB": applied})

    assert (answer.code, answer.out.partition("figures")[0]) == (0, "timers 0\nreminders 0\nwebhooks 0\ntrials 0\n")


def test_without_a_receiver_events_stay(quanyi, host, mall, applied, folder):
    give(mall, "ann")
    answer = quanyi("work", folder, "--db", applied, "--once")
    left = []
    mall.desk.relay(left.append).run()

    assert (answer.out.partition("figures")[0], "events stay in the outbox" in answer.err) == (
        "timers 0\nreminders 0\nwebhooks 0\ntrials 0\n",
        True,
    )
    assert len(left) > 0


@pytest.mark.parametrize("place", ["worked:worker", "worked:Shop.worker"])
def test_a_worker_of_the_hosts_own_knows_its_sinks(quanyi, host, place):
    answer = quanyi("work", "--app", place, "--once", "--json")

    jobs = {"timers", "reminders", "events/orders", "events/host", "trials", "figures", "alarms"}
    assert answer.json["done"].keys() == jobs


def test_sinks_that_only_the_program_knows_are_not_passed_by(quanyi, host, mall, applied, folder):
    """A worker without them would book events that never reach them."""
    there = open_mall(folder, mall.ports.store.engine, sinks={"orders": ["*"]})
    give(there, "ann")
    answer = quanyi("work", folder, "--db", applied, "--once")

    assert answer.code == 2
    assert "events wait for orders" in answer.err
    assert "--app" in answer.err


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ((), "name a project and its database"),
        (("{folder}",), "name a project and its database"),
        (("{folder}", "--app", "worked:worker"), "leave out everything"),
        (("--app", "worked:worker", "--prefix", "x_"), "leave out everything"),
        (("--app", "worked:worker", "--every", "1"), "leave out everything"),
        (("--app", "worked"), "write MODULE:NAME"),
        (("--app", "worked:made"), "is no worker"),
        (("--app", "worked:nothing"), "is no worker"),
        (("--app", "worked:gone"), "can't be loaded: AttributeError"),
        (("--app", "no_such_module:worker"), "can't be loaded: ModuleNotFoundError"),
        (("{folder}", "--db", "{db}", "--tell", "worked:nothing"), "can't be called"),
        (("{folder}", "--db", "{db}", "--tell", "worked:gone"), "can't be loaded"),
        (("{folder}", "--db", "{db}", "--every", "0"), "--every"),
        (("{folder}", "--db", "sqlite:///empty.db"), "quanyi db upgrade"),
    ],
)
def test_what_can_not_be_done_is_said_in_a_line(quanyi, host, applied, folder, asked, said):
    answer = quanyi(
        "work", *(part.format(folder=folder, db=applied) for part in asked), "--once", env={"QUANYI_DB": ""}
    )

    assert answer.code == 2
    assert said in answer.err
    assert len(answer.err.splitlines()) <= 2


def test_an_event_that_is_never_taken_becomes_a_dead_letter_and_comes_again(quanyi, host, mall, applied, folder):
    """It is tried later and later, then listed for people; sent again, the next worker tells it."""
    give(mall, "ann")
    clock, tried = mall.ports.clock, []
    start = clock.now()

    def fail(event):
        tried.append((clock.now() - start) / timedelta(seconds=1))
        raise ConnectionError("nobody there")

    bounds = AlarmBounds(off=frozenset(ALARM_NAMES))  # an alarm would be an event, too
    object.__setattr__(mall.ports.project, "alarms", bounds)
    worker = mall.worker(fail, tries=4, first_pause=timedelta(seconds=10))
    for _ in range(20):
        worker.catch_up()
        clock.advance(seconds=5)
    at = sorted(set(tried))
    listed = quanyi("outbox", "list", "--db", applied, "--json")
    again = quanyi("outbox", "requeue", "--all", "--db", applied, "--by", "clerk")
    done = quanyi("work", folder, "--db", applied, "--tell", "worked:tell", "--once", "--json").json["done"]

    assert at == [0, 10, 30, 70]
    assert (listed.code, {row["attempts"] for row in listed.json["parked"]}) == (1, {4})
    assert again.code == 0
    assert done["events/host"] == len(listed.json["parked"]) > 0
    assert quanyi("outbox", "list", "--db", applied).code == 0
