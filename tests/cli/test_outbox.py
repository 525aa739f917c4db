"""`quanyi outbox`: list, requeue and drop what no receiver took."""

from __future__ import annotations

import pytest

from quanyi import prepare_engine
from quanyi.adapters.wiring import open_mall


@pytest.fixture
def parked(folder, applied):
    """Two events that the host did not take."""
    from sqlalchemy import create_engine

    def nobody(_event):
        raise ConnectionError("nobody there")

    engine = prepare_engine(create_engine(applied))
    mall = open_mall(folder, engine)
    for n in range(2):
        mall.report("order.paid", user=f"u{n}", key=f"k{n}", data={"order": f"o{n}", "amount": 50})
        with mall.ports.store.begin() as tx:
            tx.write(_event(n))
    mall.desk.relay(nobody, tries=1).run()
    engine.dispose()
    return applied


def _event(n):
    from datetime import UTC, datetime

    from quanyi.entitlements.changes import Emit
    from quanyi.entitlements.ports import EmitWrite, Writing

    told = Emit(event="campaign.failed", data={"n": n})
    return Writing(outbox=(EmitWrite(id=bytes([n]) * 16, emit=told, emitted_at=datetime(2026, 3, 1, tzinfo=UTC)),))


def test_parked_events_are_listed(quanyi, parked):
    answer = quanyi("outbox", "list", "--db", parked, "--type", "campaign.failed", "--json")

    assert answer.code == 1
    assert [(row["sink"], row["event"]["data"]) for row in answer.json["parked"]] == [
        ("host", {"n": 0}),
        ("host", {"n": 1}),
    ]
    text = quanyi("outbox", "list", "--db", parked, "--type", "campaign.failed", "--limit", "1").out
    assert "campaign.failed" in text.splitlines()[1]
    assert ", and more after " in text
    assert quanyi("outbox", "list", "--db", parked, "--sink", "nobody").code == 0


def test_what_waits_is_counted_with_its_age(quanyi, parked):
    """By sink; a monitor asks by the exit code whether anything has waited too long."""
    rows = quanyi("outbox", "list", "--db", parked, "--json").json["parked"]
    quanyi("outbox", "requeue", rows[0]["number"], "--db", parked, "--by", "clerk")
    answer = quanyi("outbox", "waiting", "--db", parked, "--json")
    (host,) = answer.json["sinks"]

    assert (answer.code, host["sink"], host["waiting"], host["parked"]) == (0, "host", 1, len(rows) - 1)
    assert host["seconds"] > 86_400  # it was decided in March
    assert quanyi("outbox", "waiting", "--db", parked, "--longest", "3600").code == 1
    assert quanyi("outbox", "waiting", "--db", parked, "--longest", "1e12").code == 0
    quanyi("outbox", "drop", rows[0]["number"], "--db", parked, "--by", "clerk")
    assert quanyi("outbox", "waiting", "--db", parked).out.split()[:4] == ["sink", "waiting", "seconds", "parked"]


def test_parked_events_are_requeued_and_dropped(quanyi, parked):
    listed = quanyi("outbox", "list", "--db", parked, "--type", "campaign.failed", "--json").json["parked"]
    one = quanyi("outbox", "requeue", listed[0]["number"], "--db", parked, "--by", "clerk", "--json")
    rest = quanyi(
        "outbox", "drop", "--all", "--type", "campaign.failed", "--db", parked, "--by", "clerk", "--why", "old"
    )

    assert one.json == {"requeued": 1}
    assert rest.out == "dropped 1\n"
    assert quanyi("outbox", "list", "--db", parked, "--type", "campaign.failed").code == 0


@pytest.mark.parametrize(
    "asked", [(), ("1",), ("--by", "clerk"), ("1", "--all", "--by", "c"), ("1", "--sink", "host", "--by", "c")]
)
def test_what_is_unclear_is_refused(quanyi, parked, asked):
    assert quanyi("outbox", "requeue", "--db", parked, *asked).code == 2


def test_by_must_say_something(quanyi, parked):
    answer = quanyi("outbox", "drop", "1", "--db", parked, "--by", "")

    assert (answer.code, answer.err.startswith("error: say by whom")) == (2, True)
