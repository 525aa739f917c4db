"""What pages of figures cost on a history of a million changes, each against the bound of 50 ms."""

from __future__ import annotations

import atexit
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from statistics import median

import attrs
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import URL

from quanyi import FixedClock, open_mall
from quanyi.adapters.console import Operator, init_console
from quanyi.adapters.figures.reading import in_database
from tests.bench.catalogue.project import write_catalogue
from tests.bench.contest import Bound, Figure, Side
from tests.bench.figures.history import write_history
from tests.bench.servers import BUILD, host_engine

__all__ = ["CHANGES", "ROWS", "page"]

CHANGES, VISITS = 1_000_000, 20
OVERVIEW = "/ops/overview"
YEAR = "/ops/figures?by=campaign&from=2026-01-01&to=2026-12-31"
CHANNELS = "/ops/figures?by=channel&from=2026-01-01&to=2026-12-31"
_PAGE_MS = 50.0
_END = datetime(2026, 12, 31, 12, tzinfo=UTC)
_CONTEXT = "context: {channel: text, counted: [channel]}\n"


@attrs.frozen
class _Operator:
    """Somebody who looks at one page again and again."""

    client: FlaskClient
    path: str

    def measure(self, seconds: float) -> Figure:
        self.client.get(self.path)
        times: list[float] = []
        for _ in range(VISITS):
            begun = time.process_time()
            answer = self.client.get(self.path)
            times.append((time.process_time() - begun) * 1000)
        return Figure(value=median(times), found=(answer.status_code, answer.text))

    def check(self, figure: Figure) -> Sequence[str]:
        status, text = figure.found
        return [] if status == 200 and "<table" in text else [f"{status}, or a page without its table"]


def page(path: str, changes: int = CHANGES) -> Side:
    """One page of the console of a mall with so many changes."""

    @contextmanager
    def opened() -> Iterator[_Operator]:
        yield _Operator(_client(changes), path)

    return opened


@cache
def _client(changes: int) -> FlaskClient:
    """A client of a mall on SQLite whose history is written and counted once in a run, which takes some minutes."""
    BUILD.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="quanyi-bench-", dir=BUILD)).resolve()
    atexit.register(shutil.rmtree, folder)
    engine = host_engine(URL.create("sqlite", database=str(folder / "mall.db")))
    project = write_catalogue(folder / "mall", things=100, campaigns=10, sales=1)
    with (project / "mall.yaml").open("a", encoding="utf-8") as file:
        file.write(_CONTEXT)
    mall = open_mall(project, engine, clock=FixedClock(_END))
    mall.desk.apply()
    write_history(mall.ports.store, _END, changes)
    counting = in_database(mall.ports, mall.ports.store)
    while counting.count(5_000):
        pass
    app = Flask("host")
    init_console(app, mall, operator=lambda: Operator(id="1", name="Bench", roles={"viewer"}), csrf=None)
    return app.test_client()


_CHECKED = f"{VISITS} visits; the page has its table"

ROWS = tuple(
    Bound(name=f"figures.{name}.1m", unit="CPU ms", side=page(path), bound=_PAGE_MS, checked=_CHECKED)
    for name, path in (("overview", OVERVIEW), ("year", YEAR), ("channels", CHANNELS))
)
