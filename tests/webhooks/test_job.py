"""Webhooks out of the outbox: who gets which event, signed how, what is tried again, and who holds up whom."""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from threading import Event
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

import quanyi
from quanyi.adapters.sql.verify import verify
from quanyi.adapters.webhooks.endpoints import add_endpoint, rotate_secret
from tests.webhooks.conftest import VAULT

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.webhooks.conftest import Got, Receiver, There


# --- what is told -------------------------------------------------------------------------------


def test_an_event_is_sent_as_the_standard_says(there_on: Any, receiver: Callable[..., Receiver], engine: Any) -> None:
    """On every database, read by the standard's own library."""
    there, shop = there_on(engine), receiver()
    new = there.add(shop)
    there.give("ann")
    sent = there.send()
    (got,) = shop.got
    said = got.read(new.secret)

    assert sent == 2  # shared out, and sent
    assert said["type"] == "points.changed"
    assert (said["subject"], said["data"]["amount"]) == ("ann", 5)
    assert said["timestamp"] == said["time"] == there.clock.now().isoformat()
    assert said["id"] == got.id
    assert got.path == "/hook?token=t0p"
    assert there.waiting() == {"webhooks": (0, 0)}
    assert verify(engine, "engine").differences == ()


def test_each_endpoint_gets_the_types_that_it_wants(there: There, receiver: Callable[..., Receiver]) -> None:
    everything, deals, nothing = receiver(), receiver(), receiver()
    there.add(everything)
    there.add(deals, "deal.*")
    there.add(nothing, "task.done", "referral.*")
    there.give("ann")
    there.mall.claim("arena", item="phone", user="ann", key="c")
    there.send()
    types = [[json.loads(got.body)["type"] for got in one.got] for one in (everything, deals, nothing)]

    assert sorted(types[0]) == ["deal.placed", "points.changed"]
    assert types[1:] == [["deal.placed"], []]
    assert there.waiting() == {"webhooks": (0, 0)}


def test_an_endpoint_gets_what_happens_from_then_on_and_nothing_after_it_was_removed(
    there: There, receiver: Callable[..., Receiver]
) -> None:
    first, second = receiver(), receiver()
    one = there.add(first)
    there.give("ann")
    there.send()
    there.add(second)
    there.give("bob")
    assert there.endpoints.remove(one.endpoint.id) == 0  # bob's event is shared out later, and not to it
    there.send()

    assert [len(first.got), len(second.got)] == [1, 1]
    with pytest.raises(quanyi.NotFound):
        there.endpoints.remove(one.endpoint.id)


def test_with_no_endpoint_events_go_nowhere(there: There) -> None:
    there.give("ann")

    assert there.send() == 1
    assert there.waiting() == {"webhooks": (0, 0)}


def test_the_events_of_a_person_come_in_order(there: There, receiver: Callable[..., Receiver]) -> None:
    """Also when one of them is sent a second time."""
    refused = [3]

    def answer(got: Got) -> int:
        amount = json.loads(got.body)["data"]["amount"]
        if amount in refused:
            refused.remove(amount)
            return 500
        return 204

    shop = receiver(answer)
    there.add(shop)
    for points in range(1, 8):
        there.give("ann", points=points)
    there.send()
    there.clock.advance(minutes=1)
    there.send()

    assert [json.loads(got.body)["data"]["amount"] for got in shop.got] == [1, 2, 3, 3, 4, 5, 6, 7]


# --- secrets ------------------------------------------------------------------------------------


def test_while_two_secrets_are_valid_messages_are_signed_with_both(
    there: There, receiver: Callable[..., Receiver]
) -> None:
    shop = receiver()
    old = there.add(shop)
    new = rotate_secret(there.endpoints, VAULT, old.endpoint.id, now=there.clock.now(), overlap=timedelta(seconds=100))
    signed = []
    for user, seconds in (("ann", 0), ("bob", 99), ("cid", 1)):
        there.clock.advance(seconds=seconds)
        there.give(user)
        there.send()
        got = shop.got[-1]
        signed.append((got.is_signed_by(old.secret), got.is_signed_by(new.secret)))

    assert signed == [(True, True), (True, True), (False, True)]


def test_a_secret_that_is_ended_while_much_is_sent_signs_no_later_portion(
    there: There, receiver: Callable[..., Receiver]
) -> None:
    """Of 150 events the first hundred are under way; the others are signed with what is valid then."""
    ended: list[str] = []

    def answer(_: Got) -> int:
        if not ended:
            new = rotate_secret(there.endpoints, VAULT, old.endpoint.id, now=there.clock.now(), overlap=timedelta())
            ended.append(new.secret)
        return 204

    shop = receiver(answer)
    old = there.add(shop)
    there.give(*(f"u{n}" for n in range(150)))
    there.send()

    assert len(shop.got) == 150
    assert shop.got[-1].is_signed_by(ended[0])
    assert not shop.got[-1].is_signed_by(old.secret)


def test_a_secret_that_leaks_is_ended_at_once(there: There, receiver: Callable[..., Receiver]) -> None:
    """Also if it was rotated before with a longer time."""
    shop = receiver()
    first = there.add(shop)
    id_, now = first.endpoint.id, there.clock.now()
    second = rotate_secret(there.endpoints, VAULT, id_, now=now, overlap=timedelta(days=30))
    third = rotate_secret(there.endpoints, VAULT, id_, now=now, overlap=timedelta())
    there.give("ann")
    there.send()

    assert [shop.got[0].is_signed_by(each.secret) for each in (first, second, third)] == [False, False, True]
    assert len(there.endpoints.find(id_).secrets) == 1


def test_no_secret_stands_in_the_database_or_in_what_is_printed(
    there: There, receiver: Callable[..., Receiver], caplog: pytest.LogCaptureFixture
) -> None:
    new = there.add(receiver(lambda _: 500))
    there.give("ann")
    with caplog.at_level(logging.DEBUG):
        there.send()
    with there.mall.ports.store.engine.connect() as connection:
        rows = repr(connection.execute(select(there.mall.ports.store.tables.webhook)).all())
    secret = new.secret.removeprefix("whsec_").rstrip("=")

    assert "was not taken" in caplog.text
    for text in (rows, repr(new), str(new.endpoint.to_dict()), caplog.text):
        assert secret not in text
    assert "t0p" not in caplog.text  # nor what an address may hold


def test_a_secret_that_was_moved_to_another_endpoint_signs_nothing(
    there: There, receiver: Callable[..., Receiver]
) -> None:
    """Whoever can write into the table can't have messages signed with a secret that they know."""
    shop, other = receiver(), receiver()
    mine, theirs = there.add(shop), there.add(other)
    table = there.mall.ports.store.tables.webhook
    with there.mall.ports.store.engine.begin() as connection:
        known = connection.scalar(select(table.c.secrets).where(table.c.id == mine.endpoint.id))
        connection.execute(table.update().where(table.c.id == theirs.endpoint.id).values(secrets=known))
    there.give("ann")
    there.send()

    assert [len(shop.got), len(other.got)] == [1, 0]


# --- what fails ---------------------------------------------------------------------------------


def test_what_was_not_taken_is_sent_again_later_and_later_and_then_parked(
    there: There, receiver: Callable[..., Receiver]
) -> None:
    """The same id each time; a dead letter is listed, and sent again when an operator says so."""
    broken = [True]
    shop = receiver(lambda _: 503 if broken[0] else 204)
    new = there.add(shop)
    there.give("ann")
    pauses = []
    for _ in range(4):
        there.send(tries=4)
        before = len(shop.got)
        seconds = 0
        while there.waiting()[new.endpoint.sink] == (1, 0) and len(shop.got) == before:
            there.clock.advance(seconds=1)
            seconds += 1
            there.send(tries=4)
        pauses.append(seconds)
    parked = there.mall.desk.parked.list(sink=new.endpoint.sink)
    broken[0] = False
    there.mall.desk.parked.requeue([parked[0].number], by="clerk", why="the shop is back")
    there.send()

    assert pauses[:3] == [5, 10, 20]
    assert len(shop.times) == 1
    assert there.waiting() == {"webhooks": (0, 0)}
    assert shop.got[-1].is_signed_by(new.secret)


def sending(worker: Any) -> Any:
    """The job that sends webhooks."""
    return next(loop._job for loop in worker._loops if loop._job.name == "webhooks")


def test_who_fails_or_hangs_holds_nobody_up(there: There, receiver: Callable[..., Receiver]) -> None:
    """Nor does it get one request for each event that waits while it is away."""
    hangs, go = Event(), Event()

    def hang(_: Got) -> int:
        hangs.set()
        go.wait(60)
        return 204

    good, bad, slow = receiver(), receiver(lambda _: 500), receiver(hang)
    for one in (good, bad, slow):
        there.add(one)
    there.give(*(f"u{n}" for n in range(30)))
    job = sending(there.worker())
    try:
        while len(good.got) < 30:
            job.run(lambda: False)
        assert hangs.wait(10)
        there.give("late")
        while len(good.got) < 31:
            job.run(lambda: False)
        during = len(slow.got)
    finally:
        go.set()
        job.leave()

    assert max(good.times.values()) == 1
    assert during == 1
    assert len(bad.got) == 1  # it rests; the machine's clock stands still here
    there.clock.advance(seconds=60)
    there.send()
    assert len(bad.got) == 2
    assert len(slow.got) == 31


def test_an_address_that_leads_inside_by_now_gets_nothing(
    there: There, receiver: Callable[..., Receiver], caplog: pytest.LogCaptureFixture
) -> None:
    """It was public when it was added; where loopback is not allowed, the worker does not go there."""
    shop = receiver()
    url = shop.url.replace("http://127.0.0.1", "https://rebound.example")
    public = add_endpoint(
        there.endpoints, VAULT, url, ["*"], now=there.clock.now(), resolve=lambda *_: ["93.184.215.14"]
    )
    there.give("ann")
    job = sending(there.mall.worker())
    job._resolve = lambda *_: ["127.0.0.1"]
    with caplog.at_level(logging.ERROR):
        job.run(lambda: False)
        job.run(lambda: False)
        job.leave()

    assert shop.got == []
    assert "private network" in caplog.text
    assert there.waiting()[public.endpoint.sink] == (1, 0)


def test_loopback_is_refused_unless_it_is_configured(there: There, receiver: Callable[..., Receiver]) -> None:
    shop = receiver()
    with pytest.raises(quanyi.InputError, match="private network"):
        add_endpoint(there.endpoints, VAULT, shop.url, ["*"], now=there.clock.now())
    there.add(shop)
    there.give("ann")
    there.mall.worker().catch_up()

    assert shop.got == []


def test_a_worker_without_keys_sends_nothing_and_loses_nothing(
    there_on: Any, sqlite_engine: Any, receiver: Callable[..., Receiver], caplog: pytest.LogCaptureFixture
) -> None:
    there, shop = there_on(sqlite_engine), receiver()
    new = there.add(shop)
    there.give("ann")
    keyless = there_on(sqlite_engine, vault=None)
    with caplog.at_level(logging.ERROR):
        keyless.send()

    assert shop.got == []
    assert "without a vault" in caplog.text
    assert there.waiting()[new.endpoint.sink] == (1, 0)


def test_a_host_that_takes_these_events_itself_is_asked_in_our_place(
    there: There, receiver: Callable[..., Receiver]
) -> None:
    shop, told = receiver(), []
    there.add(shop)
    there.give("ann")
    there.mall.worker({"webhooks": told.append}).catch_up()

    assert (len(told), shop.got) == (1, [])


@pytest.mark.parametrize(
    ("types", "said"), [((), "name their types"), (("Deal",), "no event type"), (("deal paid",), "no event type")]
)
def test_what_is_no_type_is_refused(there: There, types: tuple[str, ...], said: str) -> None:
    with pytest.raises(quanyi.InputError, match=said):
        add_endpoint(
            there.endpoints, VAULT, "https://x.example/", types, now=there.clock.now(), resolve=lambda *_: ["8.8.8.8"]
        )
    assert there.endpoints.all() == []


def test_a_sink_of_the_hosts_own_has_no_endpoints_name(sqlite_engine: Any, there_on: Any) -> None:
    with pytest.raises(quanyi.InputError, match="webhook-"):
        there_on(sqlite_engine, sinks={"webhook-abc": ["*"]})
