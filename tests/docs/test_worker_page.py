"""The page about the worker: its programs and commands run as they are written, and its numbers are the code's."""

from __future__ import annotations

import inspect
import os
import re
import shlex
import shutil
import subprocess
import sys
from configparser import ConfigParser
from datetime import timedelta
from pathlib import Path

import pytest

from quanyi.adapters import jobs, outbox, worker
from tests.docs.pages import ROOT, titled_blocks

PAGE = ROOT / "docs" / "worker.md"
TEXT = PAGE.read_text(encoding="utf-8")
START = """
from sqlalchemy import create_engine
from quanyi import open_mall, prepare_engine, upgrade
import os, shop
upgrade(prepare_engine(create_engine(os.environ["DB"])))
mall = shop.open_shop()
mall.desk.apply()
"""
EVENT = "mall.desk.adjust('ann', 'points', 5, key='k1', reason='a present')"


@pytest.fixture
def host(tmp_path: Path) -> Path:
    """A folder with the page's files, a mall, and a command `quanyi`."""
    for title, body in titled_blocks(PAGE).items():
        (tmp_path / title).write_text(body, encoding="utf-8")
    shutil.copytree(ROOT / "tests" / "malls" / "basic", tmp_path / "mall")
    command = tmp_path / "quanyi"
    command.write_text(f"#!{sys.executable}\nfrom quanyi.adapters.cli import main\nmain(prog_name='quanyi')\n")
    command.chmod(0o755)
    return tmp_path


def ran(folder: Path, *command: str) -> str:
    """What a program prints that ends well."""
    path = os.pathsep.join([str(folder), *sys.path])
    here = {"DB": "sqlite:///shop.db", "QUANYI_DB": "sqlite:///shop.db", "PYTHONPATH": path}
    env = {**os.environ, **here, "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False, env=env)
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    return done.stdout


def shell(folder: Path, title: str) -> str:
    """Run a block of the page; the worker ends when it has caught up."""
    once = (folder / title).read_text().replace("quanyi work ", "quanyi work --once ")
    return ran(folder, "sh", "-ec", once)


def python(folder: Path, *lines: str) -> str:
    return ran(folder, sys.executable, "-c", "\n".join(lines))


def test_the_commands_hand_events_on(host: Path) -> None:
    """The plain one tells the host; the program's own tells its sinks as well, and its dead letters come again."""
    plain = "import shop\nshop.open_shop = lambda: open_mall('mall', prepare_engine(create_engine(os.environ['DB'])))"
    python(host, START, plain, EVENT)
    assert "points.changed ann {'unit': 'points', 'amount': 5" in shell(host, "work.sh")

    python(host, START, EVENT.replace("k1", "k2"))
    assert "points.changed ann" in shell(host, "work-app.sh")
    assert "requeued 0" in shell(host, "letters.sh")


def test_the_unit_starts_the_worker(host: Path) -> None:
    unit = ConfigParser(interpolation=None)
    unit.optionxform = str  # type: ignore[method-assign,assignment]  # systemd's names have capitals
    unit.read(host / "quanyi-work.service")
    program, *arguments = shlex.split(unit["Service"]["ExecStart"])
    python(host, START)

    assert program.endswith("/quanyi")
    assert ran(host, "quanyi", *arguments, "--once").startswith(
        "timers 0\nreminders 0\nevents/host 0\nwebhooks 0\ntrials 0\nfigures "
    )


def test_the_thread_works_inside_a_program(host: Path) -> None:
    waits = "from time import sleep\nwhile mall.desk.backlog()[0].waiting: sleep(0.01)"
    said = python(host, START, EVENT, "import inside\ninside.begin()", waits, "inside.end()")

    assert "points.changed ann" in said


def test_a_job_of_the_hosts_own_rides_along(host: Path) -> None:
    said = python(host, START, "import chores\nprint(chores.worker().catch_up()['chores'])")

    assert said == "3\n"


def test_the_numbers_are_the_codes() -> None:
    relay = inspect.signature(outbox.Relay).parameters
    pauses = worker.Pauses()

    assert timedelta(seconds=30) == outbox.LEASE == relay["lease"].default
    assert "leases** of 30 seconds" in TEXT
    assert (relay["tries"].default, relay["first_pause"].default) == (12, timedelta(seconds=5))
    assert relay["longest_pause"].default == timedelta(hours=1)
    assert "after 5 seconds, 10, 20, up to an hour" in TEXT
    assert "raised twelve times" in TEXT
    assert [pauses.after(n) for n in (1, 2, 3, 99)] == [1, 2, 4, 30]
    assert "after 1 second, 2, 4, up to 30" in TEXT
    assert relay["report_every"].default == int(re.findall(r"written down \((\d+) at most\)", TEXT)[0])
    assert inspect.signature(jobs.Events).parameters["limit"].default == 100
    assert pauses.every == 1
