"""An alarm is raised once, counted while it lasts, acknowledged by somebody, and cleared when it is over."""

from __future__ import annotations

from datetime import timedelta

import pytest

from quanyi.adapters.alarms.rules import RULES
from quanyi.adapters.sql.verify import verify
from quanyi.campaigns.language.alarms import ALARM_NAMES
from quanyi.entitlements.errors import InputError, NotFound
from quanyi.entitlements.records import Alarm
from tests.alarms.conftest import counted, only_off, opened, with_codes


def told(mall):
    """The types of alarm events that were told so far, with their alarms."""
    store = mall.ports.store
    if hasattr(store, "changes"):
        lines = [line for write in store.changes() for line in write.changes.lines]
        return [(line.event, line.data["alarm"]) for line in lines if getattr(line, "event", "").startswith("alarm.")]
    events = []
    mall.desk.relay(events.append).run(500)
    return [(event.type, event.data["alarm"]) for event in events if event.type.startswith("alarm.")]


def phases(mall):
    return [(alarm.name, alarm.subject, alarm.phase) for alarm in mall.desk.alarms.list()]


def test_what_is_found_again_is_one_alarm_and_told_once(mall, clock):
    alarms = mall.desk.alarms
    assert alarms.look() == 1
    for _ in range(5):
        clock.advance(minutes=5)
        assert alarms.look() == 0
    (alarm,) = alarms.list()

    assert (alarm.name, alarm.subject, alarm.severity, alarm.count) == ("stock.low", "music", "critical", 1)
    assert told(mall) == [("alarm.raised", alarm.id)]


def test_it_is_counted_once_an_hour_while_it_lasts(mall, clock):
    mall.desk.alarms.look()
    for _ in range(3):
        clock.advance(minutes=61)
        assert mall.desk.alarms.look() == 1
        assert mall.desk.alarms.look() == 0
    (alarm,) = mall.desk.alarms.list()

    assert (alarm.count, alarm.last_at - alarm.first_at) == (4, timedelta(minutes=183))


def test_what_became_worse_is_counted_at_once_and_never_becomes_better(mall, clock):
    with_codes(mall, "FEW", 2)
    mall.desk.alarms.look()
    assert mall.desk.alarms.list()[0].severity == "warning"
    for n in range(2):
        mall.desk.grant("ann", "music", key=f"g{n}", reason="to empty the pool")
    clock.advance(seconds=1)
    mall.desk.alarms.look()

    assert [(alarm.severity, alarm.count, alarm.amount) for alarm in mall.desk.alarms.list()] == [("critical", 2, 0)]


def test_what_is_over_is_cleared_and_what_comes_again_is_another_alarm(mall, clock):
    alarms = mall.desk.alarms
    alarms.look()
    with_codes(mall, "NEW", 4)
    clock.advance(minutes=1)
    assert alarms.look() == 1
    for n in range(2):
        mall.desk.grant("ann", "music", key=f"g{n}", reason="to be low again")
    clock.advance(minutes=1)
    alarms.look()
    second, first = alarms.list()

    assert (first.phase, first.cleared_at, first.round) == ("cleared", first.first_at + timedelta(minutes=1), 1)
    assert (second.phase, second.round, second.amount, second.bound) == ("raised", 2, 2, 3)
    assert told(mall) == [("alarm.raised", first.id), ("alarm.cleared", first.id), ("alarm.raised", second.id)]


def test_an_acknowledged_alarm_stays_quiet_until_it_is_over(mall, clock):
    alarms = mall.desk.alarms
    alarms.look()
    number = alarms.list()[0].id
    alarms.acknowledge(number, by="ops/7", reason="codes are ordered")
    clock.advance(minutes=5)
    assert alarms.look() == 0
    alarm = alarms.get(number)
    assert (alarm.phase, alarm.by, alarm.reason) == ("acknowledged", "ops/7", "codes are ordered")
    assert alarms.list(phase="raised") == []
    with_codes(mall, "NEW")
    alarms.look()

    assert (alarms.get(number).phase, alarms.get(number).by) == ("cleared", "ops/7")


def test_nobody_acknowledges_without_a_reason_twice_or_what_is_over(mall):
    alarms = mall.desk.alarms
    alarms.look()
    number = alarms.list()[0].id
    with pytest.raises(InputError, match="says why"):
        alarms.acknowledge(number, by="ops/7", reason="  ")
    with pytest.raises(NotFound):
        alarms.acknowledge("00" * 16, by="ops/7", reason="mine")
    first = alarms.acknowledge(number, by="ops/7", reason="mine")
    assert alarms.acknowledge(number, by="ops/7", reason="mine").answer == first.answer
    with pytest.raises(InputError, match="acknowledged already by ops/7"):
        alarms.acknowledge(number, by="ops/8", reason="mine as well")
    with_codes(mall, "NEW")
    alarms.look()

    with pytest.raises(InputError, match="cleared already"):
        alarms.acknowledge(number, by="ops/8", reason="too late")


def test_alarms_are_listed_by_phase_and_name_page_by_page(mall, clock):
    mall.desk.adjust("ann", "points", 600, key="a", reason="much")
    counted(mall)
    mall.desk.alarms.look()
    alarms = mall.desk.alarms
    assert sorted(alarm.name for alarm in alarms.list()) == ["points.expiring", "stock.low"]
    first, second = alarms.list()

    assert [alarm.id for alarm in alarms.list(limit=1)] == [first.id]
    assert [alarm.id for alarm in alarms.list(after=first.id)] == [second.id]
    assert [alarm.name for alarm in alarms.list(name="stock.low", phase="raised")] == ["stock.low"]
    assert alarms.list(name="stock.low", phase="cleared") == []


def test_the_books_say_who_acknowledged_and_why(stored):
    alarms = stored.desk.alarms
    alarms.look()
    alarms.acknowledge(alarms.list()[0].id, by="ops/7", reason="codes are ordered")
    store = stored.ports.store
    with store.reading() as connection:
        journal = store.tables.journal
        said = connection.execute(journal.select().where(journal.c.by == "ops/7")).mappings().all()

    assert [row["rule"] for row in said] == ["alarm.note"]
    assert "codes are ordered" in said[0]["source"]
    assert verify(store.engine, store.mall).differences == ()


# --- the rules -----------------------------------------------------------------------------------


def test_every_name_has_a_rule_and_every_rule_a_name():
    assert set(RULES) == set(ALARM_NAMES)


def test_a_share_of_a_declared_stock_is_few(folder, sqlite_engine, clock):
    from tests.engine.conftest import sql_store

    listed = folder / "catalogue" / "benefits.yaml"
    text = listed.read_text("utf-8")
    assert "stock: 1000" in text
    listed.write_text(text.replace("stock: 1000", "stock: 20", 1), "utf-8")
    mall = opened(folder, sql_store(sqlite_engine), clock)
    with_codes(mall, "NEW")
    for n in range(17):
        mall.desk.grant("ann", "coffee", key=f"g{n}", reason="a try")
    assert mall.desk.alarms.look() == 0
    mall.desk.grant("ann", "coffee", key="g18", reason="a try")
    mall.desk.alarms.look()

    assert [(alarm.subject, alarm.amount, alarm.bound) for alarm in mall.desk.alarms.list()] == [("coffee", 2, 2)]


def test_codes_that_end_soon(mall, clock):
    """Free ones alone, within the time that is declared: 400 days here."""
    with_codes(mall, "NEW")
    ends = [clock.now() + timedelta(days=days) for days in (399, 401)]
    content = "code,end\n" + "".join(f"E-{n},{end.isoformat()}\n" for n, end in enumerate(ends))
    mall.desk.import_code_file("music", content.encode(), by="ops/7")
    mall.desk.alarms.look()
    (alarm,) = mall.desk.alarms.list(phase="raised")
    assert (alarm.name, alarm.item, alarm.amount, alarm.severity) == ("codes.ending", "music", 1, "warning")
    assert alarm.ends_at == ends[0]

    clock.advance(days=398, hours=12)
    mall.desk.alarms.look()
    (alarm,) = mall.desk.alarms.list(name="codes.ending")
    assert (alarm.severity, alarm.amount) == ("critical", 2)


def test_points_that_end_soon_above_a_sum(mall, clock):
    with_codes(mall, "NEW")
    mall.desk.adjust("ann", "points", 300, key="a", reason="some")
    mall.desk.adjust("bob", "points", 200, key="b", reason="some")
    counted(mall)
    assert mall.desk.alarms.look() == 0
    mall.desk.adjust("bob", "points", 1, key="c", reason="one too many")
    counted(mall)
    mall.desk.alarms.look()

    assert [(a.name, a.subject, a.amount, a.bound) for a in mall.desk.alarms.list()] == [
        ("points.expiring", "points", 501, 500)
    ]


def test_a_budget_that_will_be_used_up_before_it_ends(folder, sqlite_engine, clock):
    from tests.engine.conftest import sql_store

    plays = folder / "campaigns" / "plays.yaml"
    text = plays.read_text("utf-8")
    plays.write_text(
        text.replace("budget: {points: [{amount: 1000000, in: year}]}", "budget: {points: [{amount: 900, in: year}]}"),
        "utf-8",
    )
    mall = opened(folder, sql_store(sqlite_engine), clock)
    with_codes(mall, "NEW")
    for day in range(3):
        mall.report("order.paid", user="ann", key=f"o{day}", data={"order": f"o{day}", "amount": "100.00"})
        clock.advance(days=1)
    counted(mall)
    mall.desk.alarms.look()
    found = [alarm for alarm in mall.desk.alarms.list() if alarm.name == "budget.early"]

    assert [(alarm.campaign, alarm.amount, alarm.bound) for alarm in found] == [("order-points", 870, 900)]
    assert clock.now() < found[0].ends_at < clock.now() + timedelta(days=300)


def busy(_):
    raise ConnectionError("the host is away")


def test_events_that_wait_fail_and_are_parked(stored, clock):
    only_off(stored, "figures.late")
    with_codes(stored, "NEW")
    stored.report("check_in", user="ann", key="ci")
    stored.desk.relay(busy, tries=6, first_pause=timedelta(seconds=1)).run()
    clock.advance(minutes=16)
    stored.desk.alarms.look()
    assert {alarm.name for alarm in stored.desk.alarms.standing()} == {"events.late"}
    for _ in range(4):
        stored.desk.relay(busy, tries=6, first_pause=timedelta(seconds=1)).run()
        clock.advance(minutes=12)
    stored.desk.alarms.look()
    assert {a.name: a.severity for a in stored.desk.alarms.standing()} == {
        "events.late": "critical",
        "sink.failing": "warning",
    }
    stored.desk.relay(busy, tries=6, first_pause=timedelta(seconds=1)).run()
    stored.desk.alarms.look()

    assert ("events.parked", "host", "critical") in {
        (alarm.name, alarm.subject, alarm.severity) for alarm in stored.desk.alarms.standing()
    }


def test_timers_that_nobody_books(stored, clock):
    with_codes(stored, "NEW")
    stored.claim("flash", item="phone", user="ann", key="c1")
    clock.advance(hours=1)
    stored.desk.alarms.look()
    assert "timers.late" in {alarm.name for alarm in stored.desk.alarms.standing()}
    stored.sweep()
    stored.desk.alarms.look()

    assert "timers.late" not in {alarm.name for alarm in stored.desk.alarms.standing()}


def test_a_rule_that_fails_hides_nothing_and_clears_nothing(small, clock, monkeypatch, caplog):
    from quanyi.adapters.alarms import alarms as module

    small.desk.alarms.look()

    def broken(_):
        raise RuntimeError("no disk")

    monkeypatch.setattr(module, "RULES", {"stock.low": broken, "books.behind": RULES["books.behind"]})
    clock.advance(hours=2)

    assert small.desk.alarms.look() == 0
    assert phases(small) == [("stock.low", "music", "raised")]
    assert "stock.low could not be looked for" in caplog.text


def test_what_is_off_is_never_raised_and_cleared_where_it_stands(small, folder, clock):
    small.desk.alarms.look()
    declared = folder / "mall.yaml"
    declared.write_text(declared.read_text("utf-8").replace("figures.late]", "figures.late, stock.low]"))
    again = opened(folder, small.ports.store, clock)
    again.desk.alarms.look()

    assert phases(again) == [("stock.low", "music", "cleared")]


def test_a_stale_look_changes_nothing_of_what_is_over(small, clock):
    """Two look at once: one that read the alarm as open notes it after it was cleared."""
    small.desk.alarms.look()
    (alarm,) = small.desk.alarms.list()
    with_codes(small, "NEW")
    small.desk.alarms.look()
    said = {"name": alarm.name, "subject": alarm.subject, "round": 1, "severity": "critical", "amount": 0, "bound": 3}
    clock.advance(hours=2)
    receipt = small.desk.alarms._note(alarm.id, "seen", "late", **said)

    assert receipt.answer["phase"] == "cleared"
    assert [alarm.count for alarm in small.desk.alarms.list()] == [1]
    assert isinstance(small.desk.alarms.list()[0], Alarm)


def test_a_look_that_began_before_another_raised_it_makes_no_second(small, monkeypatch):
    from quanyi.adapters.alarms.alarms import Alarms

    small.desk.alarms.look()
    monkeypatch.setattr(Alarms, "standing", lambda _: [])
    small.desk.alarms.look()

    assert phases(small) == [("stock.low", "music", "raised")]


def test_a_worker_looks_after_half_a_minute_and_then_twice_a_minute(mall, clock):
    worker = mall.worker()
    assert worker.catch_up()["alarms"] == 0
    clock.advance(seconds=31)
    assert worker.catch_up()["alarms"] == 1
    with_codes(mall, "NEW")
    assert worker.catch_up()["alarms"] == 0
    clock.advance(seconds=31)

    assert worker.catch_up()["alarms"] == 1
    assert phases(mall) == [("stock.low", "music", "cleared")]
