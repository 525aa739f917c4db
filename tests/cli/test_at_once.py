"""Two computations at once: the same answers and failures as one after the other."""

from __future__ import annotations

import json
import os
import shutil
import threading
from pathlib import Path
from typing import Any

import pytest

from quanyi.adapters.cli import at_once as module
from quanyi.adapters.cli.at_once import at_once


@pytest.fixture
def parted(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with two processors, and no other threads here."""
    monkeypatch.setattr(module, "processors", lambda: 2)
    monkeypatch.setattr(threading, "active_count", lambda: 1)


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "processors", lambda: 1)


def test_the_first_is_computed_in_another_process(parted: None) -> None:
    there, here = at_once(os.getpid, os.getpid)
    assert here == os.getpid() != there


def test_with_one_processor_or_with_threads_all_is_computed_here(alone: None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert at_once(os.getpid, os.getpid) == (os.getpid(), os.getpid())
    monkeypatch.setattr(module, "processors", lambda: 2)
    monkeypatch.setattr(threading, "active_count", lambda: 2)
    assert at_once(os.getpid, os.getpid) == (os.getpid(), os.getpid())


def test_what_fails_in_the_other_process_fails_here_with_its_own_words(
    parted: None, capfd: pytest.CaptureFixture[str]
) -> None:
    def fail() -> int:
        raise ValueError("a life without end")

    with pytest.raises(ValueError, match="a life without end"):
        at_once(fail, os.getpid)
    with pytest.raises(ValueError, match="a life without end"):
        at_once(os.getpid, fail)
    assert capfd.readouterr().err == ""


def test_a_process_that_is_killed_is_made_up_for(parted: None) -> None:
    here = os.getpid()

    def die() -> str:
        if os.getpid() != here:
            os._exit(9)
        return "lived"

    assert at_once(die, lambda: "too") == ("lived", "too")


def test_two_lives_at_once_are_the_two_lives_one_after_the_other(
    quanyi: Any, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, parted: None
) -> None:
    looser, events = tmp_path / "looser", tmp_path / "events.jsonl"
    shutil.copytree(folder, looser)
    path = looser / "campaigns" / "thanks.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("10%", "20%"), encoding="utf-8")
    lines = [
        {"at": f"2026-03-01T1{n}:00", "type": "order.paid", "user": "ann", "data": {"order": f"o{n}", "amount": 50}}
        for n in range(5)
    ]
    events.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")

    def told() -> Any:
        until = ("--until", "2026-03-10T00:00")
        return quanyi("backtest", looser, "--against", folder, "--events", events, *until, "--json").json

    both = told()
    monkeypatch.setattr(module, "processors", lambda: 1)
    assert told() == both
    assert not both["same"]
