"""Stories and recordings put through a proposal or what is in force: what is kept of it, and where it ends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from quanyi import FixedClock, InputError, NotFound
from quanyi.adapters import trial_runs
from quanyi.adapters.memory import MemoryStore
from quanyi.adapters.wiring import OpenMall, wire
from quanyi.campaigns.project.load import load_project
from quanyi.entitlements.errors import CampaignFileError
from tests.engine.conftest import NOON, sql_store
from tests.stories.samples import write_project

HOUR = """campaign: hour
kind: reward
title: Check-in
when: check_in
give: {points: 10}
at_most: [1 per user per day]

"""

STORY = """story: ten points a day
campaigns: [hour]
steps:
  - {at: "2026-03-08 10:00", who: ann, do: check_in, then: {points: {ann: 10}}}
  - {at: "2026-03-08 11:00", who: ann, do: check_in, then: {points: {ann: 10}}}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = write_project(tmp_path / "mall")
    (folder / "events" / "more.yaml").write_text("events: {check_in: {}}\n")
    (folder / "campaigns" / "hour.yaml").write_text(HOUR)
    (folder / "stories").mkdir(exist_ok=True)
    (folder / "stories" / "hour.yaml").write_text(STORY)
    return folder


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    lines = [
        {"at": f"2026-03-{day:02} 10:00", "type": "check_in", "user": user, "key": f"{user}/{day}"}
        for day in range(1, 9)
        for user in ("ann", "bob")
    ]
    path = tmp_path / "events.jsonl"
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines) + "half a line\n")
    return path


@pytest.fixture(params=["memory", "sqlite", "postgres", "mariadb"])
def mall(request: pytest.FixtureRequest, folder: Path, recording: Path) -> OpenMall:
    name = request.param
    store: Any = MemoryStore() if name == "memory" else sql_store(request.getfixturevalue(f"{name}_engine"))
    mall = wire(load_project(folder), store, clock=FixedClock(NOON), recording=recording)
    mall.desk.apply()
    return mall


def drafted(mall: OpenMall, text: str) -> str:
    return f"proposal/{mall.desk.editing.begin(text, by='ops/7').id}"


def test_stories_are_told_with_what_is_in_force_and_with_a_draft(mall):
    """What is kept says each step in words; the mall itself has nobody in it."""
    trials, dearer = mall.desk.trials, HOUR.replace("points: 10", "points: 12")
    live = trials.stories("campaign/hour", by="ops/7")
    draft = trials.stories(drafted(mall, dearer), by="ops/8")

    assert trials.find("campaign/hour", "stories") == live
    assert [(one["story"], one["good"]) for one in live.result["stories"]] == [("ten points a day", True)]
    assert live.result["stories"][0]["steps"][0]["says"]["en"] == ["Check-in: granted: 10 points"]
    assert live.result["stories"][0]["steps"][0]["says"]["zh"] == ["Check-in：通过：10 points"]
    assert [one["good"] for one in draft.result["stories"]] == [False]
    assert "应为 10，实际是 12" in draft.result["stories"][0]["problems"][0]["says"]["zh"]
    assert mall.ports.holder("ann") == "?"


def test_a_back_test_says_what_would_have_been_given_on_the_last_days(mall):
    """Days before are lived and not counted; lines that can't be read are counted."""
    mall.report("check_in", user="ann", key="now")
    subject = drafted(mall, HOUR.replace("points: 10", "points: 12"))
    found = mall.desk.trials.backtest(subject, days=3, by="ops/7")
    result = mall.desk.trials.find(subject, "backtest").result

    assert found.state == "done"
    assert [(day["day"], day["claims"]) for day in result["days"]] == [(f"2026-03-0{day}", [2, 2]) for day in (6, 7, 8)]
    assert (result["events"], result["unreadable"], result["left_out"]) == (16, 1, 0)
    assert [(one["before"], one["after"]) for one in result["given"]] == [(60, 72)]
    assert [(one["more"], one["most_more"], one["less"]) for one in result["people"]] == [(2, 6, 0)]
    assert [(one["holder"], one["after"]) for one in result["moved"]] == [(mall.ports.holder("ann"), 36)]


def test_a_back_test_names_what_could_not_be_read(mall, recording):
    """A line whose event lacks its amount is read as a line, and by no event; under both sets of campaigns it counts once."""
    line = {"at": "2026-03-08 11:00", "type": "order.paid", "user": "ann", "data": {"order": "o1"}, "key": "no amount"}
    recording.write_text(f"{recording.read_text()}{json.dumps(line)}\n")
    result = mall.desk.trials.backtest(drafted(mall, HOUR), days=3, by="ops/7").result

    assert result["unreadable"] == 2
    assert [(said.split(":")[0], count) for said, count in result["misread"]] == [("order.paid", 1)]


def test_what_is_large_waits_for_a_worker(mall, monkeypatch):
    monkeypatch.setattr(trial_runs, "_STEPS_AT_ONCE", 1)
    asked = mall.desk.trials.stories("campaign/hour", by="ops/7")
    assert (asked.state, mall.desk.trials.waits) == ("asked", True)
    assert mall.worker().catch_up()["trials"] == 1

    done = mall.desk.trials.find("campaign/hour", "stories")
    assert (done.state, done.id, mall.desk.trials.waits) == ("done", asked.id, False)


def test_whoever_asks_again_meanwhile_gets_the_later_answer(mall, monkeypatch):
    """What came of the first is dropped, though it ends later."""
    monkeypatch.setattr(trial_runs, "_STEPS_AT_ONCE", 1)
    trials = mall.desk.trials
    first = trials.stories("campaign/hour", by="ops/7")
    second = trials.stories("campaign/hour", by="ops/8")
    mall.worker().catch_up()
    kept = trials.find("campaign/hour", "stories")

    assert (kept.id, kept.asked_by) == (second.id, "ops/8")
    assert trials._trials.finish(first) is False


def test_a_recording_is_read_from_its_end(mall, monkeypatch):
    monkeypatch.setattr(trial_runs, "MOST_EVENTS", 5)
    result = mall.desk.trials.backtest(drafted(mall, HOUR), days=90, by="ops/7").result

    assert (result["events"], result["unreadable"], result["same"]) == (4, 1, True)


def test_a_trial_out_of_time_says_what_is_left_out(mall, monkeypatch):
    monkeypatch.setattr(trial_runs, "_SECONDS_AT_ONCE", -1.0)
    asked = mall.desk.trials.stories("campaign/hour", by="ops/7")
    assert asked.state == "asked"
    monkeypatch.setattr(trial_runs, "_SECONDS", -1.0)
    mall.worker().catch_up()

    assert mall.desk.trials.find("campaign/hour", "stories").result["left_out"] == 1


def test_an_edited_draft_makes_its_result_an_old_one(mall):
    subject = drafted(mall, HOUR)
    trial = mall.desk.trials.stories(subject, by="ops/7")
    editing = mall.desk.editing
    editing.write(editing.proposals.find(subject.partition("/")[2]), HOUR.replace("10", "11"), by="ops/7")

    assert trial.content != mall.desk.trials.content(subject)


def test_what_cannot_be_tried_is_refused(mall):
    trials = mall.desk.trials
    with pytest.raises(NotFound):
        trials.stories("campaign/nothing", by="ops/7")
    with pytest.raises(NotFound):
        trials.stories("proposal/nothing", by="ops/7")
    with pytest.raises(CampaignFileError):
        trials.stories(drafted(mall, "campaign: x\n"), by="ops/7")
    with pytest.raises(InputError):
        trials.backtest(drafted(mall, HOUR), days=0, by="ops/7")

    assert trials.find("campaign/nothing", "stories") is None


def test_a_recording_that_went_away_is_told(mall, recording, monkeypatch):
    monkeypatch.setattr(trial_runs, "_EVENTS_AT_ONCE", 0)
    subject = drafted(mall, HOUR)
    mall.desk.trials.backtest(subject, days=3, by="ops/7")
    recording.unlink()
    mall.worker().catch_up()

    assert mall.desk.trials.find(subject, "backtest").state == "failed"
