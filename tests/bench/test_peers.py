"""Peers run in environments of their own; one that can't be installed is absent, and says why."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench.contest import Absent
from tests.bench.peers import environments, talk
from tests.bench.servers import url_of

ECHO = """
import json, sys
for line in sys.stdin:
    said = json.loads(line)
    if said.get("end"):
        raise SystemExit(3)
    print(json.dumps({"said": said, "words": sys.argv[1:]}), flush=True)
"""
LOCK = Path(environments.__file__).parents[3] / "requirements.lock"


@pytest.fixture
def echo(tmp_path, monkeypatch):
    (tmp_path / "echo.py").write_text(ECHO)
    monkeypatch.setattr(talk, "PROGRAMS", tmp_path)
    monkeypatch.setattr(talk, "python_of", lambda _: Path(sys.executable))


@pytest.mark.usefixtures("echo")
def test_a_program_answers_line_by_line_and_ends_with_its_block():
    with talk.peer("echo", "echo.py", "one", "two") as program:
        assert program.ask(seconds=1) == {"said": {"seconds": 1}, "words": ["one", "two"]}
        assert program.ask(seconds=2)["said"] == {"seconds": 2}

    assert program.process.returncode == 0


@pytest.mark.usefixtures("echo")
def test_a_program_that_ends_is_told():
    with talk.peer("echo", "echo.py") as program, pytest.raises(RuntimeError, match="the peer ended with 3"):
        program.ask(end=True)


def test_what_cannot_be_installed_is_absent(tmp_path, monkeypatch):
    def refuse(command, **more):
        raise subprocess.CalledProcessError(1, command, stderr="looking\nERROR: No matching distribution found")

    monkeypatch.setattr(subprocess, "run", refuse)
    with pytest.raises(Absent, match="zen-engine can't be installed: ERROR: No matching distribution found"):
        environments.python_of.__wrapped__("zen-engine", tmp_path)


def test_peers_have_exact_versions_and_are_in_no_lock_of_ours():
    lock = LOCK.read_text(encoding="utf-8")

    for peer, packages in environments.PEERS.items():
        assert packages[0].startswith(f"{peer}=="), peer
        assert f"\n{peer}==" not in lock, peer


def test_an_address_in_the_words_of_django():
    from tests.bench.peers.oscar import _django

    assert _django(url_of("shop"))["NAME"] == "shop"
    assert set(_django(url_of("shop"))) == {"NAME", "USER", "PASSWORD", "HOST", "PORT"}
