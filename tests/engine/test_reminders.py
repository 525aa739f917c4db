"""Reminders: whoever waits for a thing is told once when it can be had, whatever brought it back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from quanyi.adapters.clock import FixedClock
from quanyi.adapters.memory import MemoryStore
from quanyi.adapters.wiring import open_mall, wire
from quanyi.campaigns.project.load import load_project
from quanyi.entitlements.errors import InputError, NotFound, NotOpen
from quanyi.entitlements.records import Reminder, Waitlist
from tests.engine.conftest import sql_store

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
SALE = """\
campaign: flash
kind: flash_sale
runs: {{from: 2026-03-01, through: 2026-03-09}}
sells: {{tea: 5.00}}
quota: {{tea: {quota}}}
at_most: [9 pieces per user]
hold: {{pay_within: 15m}}
---
campaign: weekend
kind: flash_sale
runs: {{from: "2026-03-07 10:00", until: "2026-03-08 22:00"}}
sells: {{tea: 4.00}}
quota: {{tea: 3}}
at_most: [1 piece per user]
hold: {{pay_within: 15m}}
"""
FILES = {
    "mall.yaml": "mall: tiny\nzone: Asia/Shanghai\ncurrency: CNY\nunits: {points: {}}\n",
    "catalogue/all.yaml": "benefits: {tea: {is: voucher, lasts: 30d, face: 8.00, cost: 4.00}}\n",
}


@pytest.fixture
def folder(tmp_path):
    for name, text in {**FILES, "campaigns/all.yaml": SALE.format(quota=1)}.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def clock():
    return FixedClock(NOON)


@pytest.fixture(params=["memory", "sqlite", "postgres", "mariadb"])
def store(request):
    return MemoryStore() if request.param == "memory" else sql_store(request.getfixturevalue(f"{request.param}_engine"))


@pytest.fixture
def mall(store, folder, clock):
    """A mall whose one voucher ann has put aside, and bob and cid wait for."""
    mall = wire(load_project(folder), store, clock=clock)
    mall.desk.apply()
    mall.claim("flash", item="tea", user="ann", key="c/ann")
    for user in ("bob", "cid"):
        mall.remind("flash", "tea", user=user, key=f"r/{user}")
    return mall


def waiting(mall):
    """How many the waitlist counts, and who waits."""
    found = mall.ports.store.records(Waitlist.kind, campaign="flash")
    return [waitlist.waiting for waitlist in found], [
        user for user in ("ann", "bob", "cid") if [r for r in mall.reminders(user) if r.campaign == "flash"]
    ]


def told(mall):
    """Whom a host hears of, and of what."""
    if isinstance(mall.ports.store, MemoryStore):
        emits = mall.ports.store._tables.outbox.values()
        found = [
            (mall.ports.user_of(e.emit.holder), e.emit.data["campaign"])
            for e in emits
            if e.emit.event == "reminder.answered"
        ]
    else:
        found = []
        take = lambda e: found.append((e.subject, e.data["campaign"])) if e.type == "reminder.answered" else None  # noqa: E731
        mall.worker(take).catch_up()
    return sorted(found)


def test_nothing_is_told_while_nothing_can_be_had(mall):
    assert (mall.answer_reminders(), told(mall)) == (0, [])
    assert waiting(mall) == ([2], ["bob", "cid"])


def given_up(mall, clock, folder):
    mall.release(mall.deals("ann")[0].id, user="ann", key="l")


def lapsed(mall, clock, folder):
    clock.advance(minutes=16)


def restocked(mall, clock, folder):
    (folder / "campaigns/all.yaml").write_text(SALE.format(quota=2), encoding="utf-8")
    wire(load_project(folder), mall.ports.store, clock=clock).desk.apply()


@pytest.mark.parametrize("back", [given_up, lapsed, restocked])
def test_what_is_back_is_told_to_each_once(mall, clock, folder, back):
    back(mall, clock, folder)

    assert mall.worker().catch_up()["reminders"] == 2
    assert mall.worker().catch_up()["reminders"] == 0
    assert told(mall) == [("bob", "flash"), ("cid", "flash")]
    assert waiting(mall) == ([0], [])


def test_a_sale_that_starts_is_told(mall, clock):
    mall.remind("weekend", "tea", user="ann", key="r/w")
    assert mall.answer_reminders() == 0

    clock.move(datetime(2026, 3, 7, 2, tzinfo=UTC))
    mall.answer_reminders()

    assert ("ann", "weekend") in told(mall)
    assert mall.reminders("ann") == []
    assert {(r.campaign, r.awaits) for r in mall.ports.store.records(Reminder.kind)} == {
        ("weekend", "start"),
        ("flash", "stock"),
    }


def test_one_set_twice_waits_once(mall):
    first = mall.remind("flash", "tea", user="bob", key="again").answer

    assert (first["waits"], waiting(mall)) == (True, ([2], ["bob", "cid"]))


def test_one_taken_back_is_not_told(mall, clock, folder):
    """Twice is as good as once, and nobody takes another's back."""
    for key in ("x", "y"):
        mall.cancel_reminder("flash", "tea", user="bob", key=key)
    mall.cancel_reminder("flash", "tea", user="ann", key="z")
    assert waiting(mall) == ([1], ["cid"])
    given_up(mall, clock, folder)
    mall.answer_reminders()

    assert told(mall) == [("cid", "flash")]


def test_one_set_again_is_told_again(mall, clock, folder):
    given_up(mall, clock, folder)
    mall.answer_reminders()
    mall.claim("flash", item="tea", user="ann", key="c/2")
    clock.advance(seconds=1)
    mall.remind("flash", "tea", user="bob", key="r/2")
    clock.advance(minutes=20)
    mall.answer_reminders()

    assert told(mall) == [("bob", "flash"), ("bob", "flash"), ("cid", "flash")]


def test_those_of_what_has_ended_lapse_untold(mall, clock):
    clock.move(NOON + timedelta(days=30))
    mall.answer_reminders()

    assert told(mall) == []
    assert {record.phase for record in mall.ports.store.records(Reminder.kind)} == {"lapsed"}
    assert waiting(mall) == ([0], [])


def test_those_of_a_paused_sale_wait(mall, clock, folder):
    given_up(mall, clock, folder)
    mall.desk.pause("flash")

    assert mall.answer_reminders() == 0
    mall.desk.resume("flash")
    assert mall.answer_reminders() == 2


def test_a_portion_is_no_more_than_was_asked_for(mall, clock, folder):
    given_up(mall, clock, folder)

    assert [mall.answer_reminders(1) for _ in range(3)] == [1, 1, 0]
    with pytest.raises(InputError):
        mall.answer_reminders(0)


def test_what_is_not_sold_or_has_ended_can_not_be_waited_for(mall, clock):
    for campaign, item in (("flash", "cake"), ("never", "tea")):
        with pytest.raises(NotFound):
            mall.remind(campaign, item, user="bob", key="n")
    clock.move(NOON + timedelta(days=30))
    with pytest.raises(NotOpen) as no:
        mall.remind("flash", "tea", user="bob", key="n")

    assert no.value.reason == "ended"


def test_two_workers_tell_it_once(engine, folder, clock):
    """The second finds the lease taken, or nothing left."""
    from quanyi.adapters.sql.migrate import upgrade

    upgrade(engine)
    first, second = (open_mall(folder, engine, clock=clock) for _ in range(2))
    first.desk.apply()
    first.remind("weekend", "tea", user="bob", key="r")
    clock.move(datetime(2026, 3, 7, 2, tzinfo=UTC))
    done = [mall.worker().catch_up()["reminders"] for mall in (first, second)]

    assert sorted(done) == [0, 1]


def test_it_is_written_inside_the_hosts_transaction(engine, folder, clock):
    """And goes with it, if that is rolled back."""
    from quanyi.adapters.sql.migrate import upgrade

    upgrade(engine)
    mall = open_mall(folder, engine, clock=clock)
    mall.desk.apply()
    with engine.connect() as host:
        mall.within(host).remind("weekend", "tea", user="bob", key="r")
        host.rollback()

    assert mall.reminders("bob") == []
