"""Recorded events: the clock moves with them, timers fire between them, and every store agrees."""

from __future__ import annotations

import json
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from quanyi.adapters.sql.migrate import upgrade
from quanyi.adapters.stages import memory_stage, sql_stage
from quanyi.campaigns.tools.coverage import reach
from quanyi.campaigns.tools.replay import Replay, read_events
from quanyi.entitlements.errors import CampaignFileError
from tests.stories.samples import write_project
from tests.stories.stages import stories_of

EVENTS = [
    {"at": "2026-03-01 10:00", "user": "ann", "type": "order.paid", "data": {"order": "o1", "amount": 50.00}},
    {"at": "2026-03-01 11:00", "user": "bob", "type": "order.paid", "data": {"order": "o2", "amount": 19.99}},
    {
        "at": "2026-03-01 14:00",
        "user": "ann",
        "type": "order.place",
        "facts": {"vip": True},
        "data": {"item": "coffee"},
    },
    {"at": "2026-03-01 14:01", "user": "bob", "type": "order.place", "data": {"item": "coffee"}},
    # at 14:30 ann's hold lapses, so bob finds her piece and her place free
    {"at": "2026-03-01 14:31", "user": "ann", "type": "order.place", "data": {"item": "coffee", "order": "c2"}},
    {"at": "2026-03-01 14:32", "user": "ann", "type": "order.pay", "data": {"order": "c2", "amount": "9.90"}},
    # CloudEvents names, and a key that came before
    {
        "time": "2026-03-02T00:00:00Z",
        "subject": "ann",
        "id": "o1",
        "type": "order.paid",
        "data": {"order": "o1", "amount": 50},
    },
    # on the 8th ann's promise falls due
    {"at": "2026-03-09 10:00", "user": "ann", "type": "order.nonsense"},
]
FIRST = datetime(2026, 3, 1, 2, tzinfo=UTC)


class Facts:
    def __init__(self):
        self.users = {}

    def facts(self, user):
        return self.users.get(user, {})


@pytest.fixture
def project(tmp_path):
    return stories_of(write_project(tmp_path / "small"))[0]


def recording(tmp_path, *lines):
    tmp_path.mkdir(exist_ok=True)
    path = tmp_path / "events.jsonl"
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    path.write_text(text + "\n", encoding="utf-8")
    return path


def replayed(project, path, put_up=memory_stage):
    facts = Facts()
    with put_up(project, facts, FIRST) as stage:
        stage.apply()
        return Replay(stage, facts.users).run(read_events(path, project))


def test_what_falls_due_is_decided_between_the_events(project, tmp_path):
    tally = replayed(project, recording(tmp_path, *EVENTS))

    assert dict(tally.counts) == {
        ("", "refused", "input-error"): 1,
        ("coffee-hour", "granted", ""): 3,
        ("coffee-hour", "lapsed", ""): 1,
        ("coffee-hour", "refused", "vip-is"): 1,
        ("thanks", "granted", ""): 1,
        ("thanks", "promised", ""): 2,
        ("thanks", "skipped", "amount-min"): 1,
    }
    assert (tally.inputs, tally.timers, tally.duplicates) == (8, 2, 1)
    assert dict(tally.given) == {("coffee-hour", "coffee"): 1, ("thanks", "points"): 5}


def test_the_hash_over_all_decisions_is_the_same_on_every_store(project, tmp_path, engine):
    path = recording(tmp_path, *EVENTS)
    upgrade(engine)

    assert replayed(project, path, sql_stage(engine)).digest == replayed(project, path).digest


def test_another_decision_gives_another_hash(project, tmp_path):
    path = recording(tmp_path, *EVENTS)
    other = recording(tmp_path / "small", *EVENTS[1:])

    assert replayed(project, path).digest != replayed(project, other).digest


def test_a_recording_may_come_twice_and_nothing_is_given_twice(project, tmp_path):
    path = recording(tmp_path, EVENTS[0])
    facts = Facts()
    with memory_stage(project, facts, FIRST) as stage:
        stage.apply()
        for _ in range(2):
            tally = Replay(stage, facts.users).run(read_events(path, project))

        assert tally.duplicates == 1
        assert len(stage.store.records("promise")) == 1


def test_time_passes_after_the_last_event_where_asked(project, tmp_path):
    path = recording(tmp_path, EVENTS[0])

    @contextmanager
    def staged():
        facts = Facts()
        with memory_stage(project, facts, FIRST) as stage:
            stage.apply()
            yield stage, facts

    with staged() as (stage, facts):
        until = datetime(2026, 3, 9, tzinfo=UTC)
        tally = Replay(stage, facts.users).run(read_events(path, project), until)

        assert tally.given == {("thanks", "points"): 5}
        assert stage.mall.now() == until


def test_a_line_may_hang_on_the_answer_to_an_earlier_one(project, tmp_path):
    place = {"at": "2026-03-01 14:01", "type": "order.place", "data": {"item": "coffee", "order": "c1"}}
    pay = {"at": "2026-03-01 14:02", "type": "order.pay", "if_done": "p1", "data": {"order": "c1", "amount": "9.90"}}
    path = recording(tmp_path, {**place, "user": "bob", "key": "p1"}, {**pay, "user": "bob"})
    other = recording(tmp_path / "vip", {**place, "user": "ann", "key": "p1", "facts": {"vip": True}}, pay)

    assert (replayed(project, path).inputs, replayed(project, path).left_out) == (1, 1)
    assert (replayed(project, other).inputs, replayed(project, other).left_out) == (2, 0)


def test_the_hosts_own_key_goes_before_that_of_the_event(project, tmp_path):
    path = recording(tmp_path, EVENTS[0], {**EVENTS[0], "key": "another notice"})

    assert replayed(project, path).duplicates == 0


def test_what_is_met_is_counted_by_its_parts(project, tmp_path):
    tally = replayed(project, recording(tmp_path, *EVENTS))
    parts = {(part.campaign, part.part, part.name): part.count for part in reach(project, tally.met)}

    assert parts["thanks", "does", "order.paid"] == 1
    assert parts["thanks", "does", "promise.due"] == 1
    assert parts["thanks", "rule", "give kept"] == 1
    assert parts["thanks", "says no", "only_if/amount-min"] == 1
    assert parts["coffee-hour", "says no", "for/vip-is"] == 1
    assert parts["flash_sale", "does", "deal.lapse"] == 1
    assert parts["", "reason", "known already"] == 1
    assert parts["flash_sale", "reason", "order.pay: already-paid"] == 0


def test_all_lines_that_cannot_be_read_are_named(project, tmp_path):
    path = recording(
        tmp_path,
        EVENTS[0],
        "{",
        '["a"]',
        '{"type": "x"}',
        '{"at": "now", "type": "x"}',
        '{"at": "2026-03-01", "tpye": 1}',
        '{"at": "2026-03-01", "type": "x", "data": {"amount": NaN}}',
        '{"at": "2026-03-01", "type": "x", "key": "\\ud800"}',
        '{"at": "2026-03-01", "type": "x", "facts": {"vp": true}}',
        '{"at": "2026-03-01", "type": "x", "facts": {"vip": 3}}',
    )

    with pytest.raises(CampaignFileError) as error:
        read_events(path, project)

    assert [(f.line, f.code) for f in error.value.findings] == [(n, "bad-event") for n in range(2, 11)]
    assert "unknown name 'tpye'" in str(error.value)
