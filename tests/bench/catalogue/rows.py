"""What pages cost a mall of ten thousand things: a page of 24, a search, one thing; each against a bound."""

from __future__ import annotations

import atexit
import gzip
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from statistics import median

import attrs
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import URL

from quanyi import init_app, open_mall
from tests.bench.catalogue.project import write_catalogue
from tests.bench.contest import Bound, Figure, Side
from tests.bench.servers import BUILD, host_engine

__all__ = ["ROWS", "page"]

THINGS, CAMPAIGNS, VISITS = 10_000, 300, 20
PAGE, SEARCH, ITEM = "/mall/things", "/mall/things?q=yszk&sort=price", "/mall/items/shelf-100/t00100"
SHOWN = {PAGE: 24, SEARCH: 24, ITEM: 0}
_LARGEST = 60 * 1024
_PAGE_MS, _ITEM_MS = 40.0, 10.0


@attrs.frozen
class _Visitor:
    """Somebody with points who looks at one page again and again."""

    client: FlaskClient
    path: str

    def measure(self, seconds: float) -> Figure:
        self.client.get(self.path)
        costs: list[float] = []
        for _ in range(VISITS):
            begun = time.process_time()
            answer = self.client.get(self.path)
            costs.append((time.process_time() - begun) * 1000)
        return Figure(value=median(costs), found=(answer.status_code, answer.text))

    def check(self, figure: Figure) -> Sequence[str]:
        status, text = figure.found
        tiles, size = text.count('class="qy-tile '), len(gzip.compress(text.encode()))
        wrong = [] if status == 200 and tiles == SHOWN[self.path] else [f"{status}, and {tiles} things"]
        return [*wrong, *([] if size <= _LARGEST else [f"it has {size} bytes, compressed"])]


def page(path: str, things: int = THINGS, campaigns: int = CAMPAIGNS) -> Side:
    """Somebody signed in, at one page of a mall of so many things."""

    @contextmanager
    def opened() -> Iterator[_Visitor]:
        yield _Visitor(_client(things, campaigns), path)

    return opened


@cache
def _client(things: int, campaigns: int) -> FlaskClient:
    """A client of a mall on SQLite that is made once in a run: its files alone take a while to read."""
    BUILD.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="quanyi-bench-", dir=BUILD)).resolve()
    atexit.register(shutil.rmtree, folder)
    engine = host_engine(URL.create("sqlite", database=str(folder / "mall.db")))
    mall = open_mall(write_catalogue(folder / "mall", things, campaigns), engine)
    mall.desk.apply()
    mall.report("points.granted", user="ann", key="g", data={"points": 2_000})
    app = Flask("host")
    init_app(app, mall, current_user=lambda: "ann", csrf=None, pay=lambda _: "/till")
    return app.test_client()


_CHECKED = f"{VISITS} visits of somebody signed in; 24 things with why not, at most {_LARGEST // 1024} KB compressed"

ROWS = (
    Bound(name="catalogue.page.10k", unit="CPU ms", side=page(PAGE), bound=_PAGE_MS, checked=_CHECKED),
    Bound(name="catalogue.search.10k", unit="CPU ms", side=page(SEARCH), bound=_PAGE_MS, checked=_CHECKED),
    Bound(
        name="catalogue.item.10k",
        unit="CPU ms",
        side=page(ITEM),
        bound=_ITEM_MS,
        checked=f"{VISITS} visits of somebody signed in",
    ),
)
