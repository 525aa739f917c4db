"""What the demo's mall page costs somebody who is signed in, and what the demo's months of life cost to seed."""

from __future__ import annotations

import atexit
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from statistics import median
from typing import Any

import attrs
from flask.testing import FlaskClient
from sqlalchemy import event

from quanyi.demo_app.app import create_app
from quanyi.demo_app.world import World, open_world
from tests.bench.contest import Bound, Figure, Side
from tests.bench.servers import BUILD, scratch
from tests.bench.waits.timing import COMMAND, as_installed, children_seconds

__all__ = ["ROWS"]

PAGE, VISITS = "/mall/", 20
OWN_PAGE = 'href="/me"'
"""What only the page for somebody has: the way to what is theirs."""


@attrs.frozen
class _Visitor:
    """
    Somebody who looks at the page again and again.

    Attributes:
        statements: Whether the figure is how often the database is asked, instead of CPU milliseconds.
    """

    client: FlaskClient
    world: World
    statements: bool

    def measure(self, seconds: float) -> Figure:
        asked: list[str] = []

        def note(*said: Any) -> None:
            asked.append(said[2])

        self.client.get(PAGE)
        event.listen(self.world.engine, "before_cursor_execute", note)
        costs: list[float] = []
        for _ in range(VISITS):
            begun = time.process_time()
            page = self.client.get(PAGE)
            costs.append((time.process_time() - begun) * 1000)
        event.remove(self.world.engine, "before_cursor_execute", note)
        value = len(asked) / VISITS if self.statements else median(costs)
        return Figure(value=value, found=(page.status_code, page.text))

    def check(self, figure: Figure) -> Sequence[str]:
        status, text = figure.found
        return [] if status == 200 and OWN_PAGE in text else [f"the page answered {status}, or to nobody"]


def _visit(*, statements: bool) -> Side:
    @contextmanager
    def opened() -> Iterator[_Visitor]:
        with scratch() as folder:
            shutil.copytree(_seeded() / "demo", folder / "demo")
            world = open_world(folder / "demo")
            world.clock.resume()
            app = create_app(world, secret_key="of a benchmark")
            app.config["WTF_CSRF_ENABLED"] = False
            try:
                client = app.test_client()
                client.post("/sign-in", data={"user": "lin", "next": PAGE})
                yield _Visitor(client, world, statements)
            finally:
                world.engine.dispose()

    return opened


@cache
def _seeded() -> Path:
    """A folder with the demo, seeded once in a run."""
    BUILD.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="quanyi-bench-", dir=BUILD)).resolve()
    atexit.register(shutil.rmtree, folder)
    _SEEDING.append(_seed(folder))
    return folder


_SEEDING: list[float] = []
"""What seeding cost, once it was done."""


def _seed(folder: Path) -> float:
    """Seed it by the command, as somebody does who sees the demo for the first time: imports are in the cost."""
    begun = children_seconds()
    command = [sys.executable, "-c", COMMAND, "demo", "--dir", str(folder / "demo"), "seed"]
    subprocess.run(command, capture_output=True, check=True, env=as_installed())
    return children_seconds() - begun


class _Seeding:
    """Measured once in a run: the pages stand on what it makes."""

    def measure(self, seconds: float) -> Figure:
        _seeded()
        return Figure(value=_SEEDING[0])

    def check(self, figure: Figure) -> Sequence[str]:
        return ()


@contextmanager
def _seeding() -> Iterator[_Seeding]:
    yield _Seeding()


ROWS = (
    Bound(
        name="wait.demo.seed",
        unit="CPU s",
        side=_seeding,
        bound=5.0,
        checked="the demo was seeded by its command; one run",
    ),
    Bound(
        name="wait.page.mall.cpu",
        unit="CPU ms",
        side=_visit(statements=False),
        bound=20.0,
        checked=f"the page of somebody signed in, {VISITS} visits",
    ),
    Bound(
        name="wait.page.mall.statements",
        unit="statements",
        side=_visit(statements=True),
        bound=25.0,
        checked=f"the page of somebody signed in, {VISITS} visits",
    ),
)
