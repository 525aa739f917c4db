"""Verifying a mall's books, beside plain SHA-256 over the same journal rows."""

from __future__ import annotations

import hashlib
import tracemalloc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache

from sqlalchemy import Engine, create_engine, text

from quanyi import OpenMall, prepare_engine
from quanyi.adapters.sql.verify import Report, verify
from tests.bench.contest import Bound, Contest
from tests.bench.prepared import known_person, sqlite_mall
from tests.bench.waits.timing import once

__all__ = ["ROWS"]

MALL, PEOPLE, BATCH = "bench", 2_000, 1_000
MOST_MEMORY = 64 * 2**20
_JOURNAL = "quanyi_journal"


def sold(mall: OpenMall) -> None:
    """People with a point each, of whom everybody bought a concert ticket."""
    for first in range(0, PEOPLE, BATCH):
        numbers = range(first, min(first + BATCH, PEOPLE))
        with mall.batch() as batch:
            for number in numbers:
                batch.desk.adjust(known_person(number), "points", 1, key=f"known/{number}", reason="known from before")
        with mall.batch() as batch:
            for number in numbers:
                batch.claim("concerts", item="concert", user=known_person(number), key=f"c{number}")


@contextmanager
def _books() -> Iterator[Engine]:
    with sqlite_mall("sale", sold) as url:
        engine = prepare_engine(create_engine(url))
        try:
            yield engine
        finally:
            engine.dispose()


def _verify(engine: Engine) -> Report:
    return verify(engine, MALL)


def _digests(engine: Engine) -> int:
    """How many rows of the journal were read and hashed."""
    rows = 0
    with engine.connect() as connection:
        for row in connection.execution_options(yield_per=1_000).execute(text(f"select * from {_JOURNAL}")):
            hashlib.sha256(repr(tuple(row)).encode()).digest()
            rows += 1
    return rows


def _journal_rows(report: Report) -> float:
    return float(report.rows["journal"])


def _all_rows(report: Report) -> float:
    return float(sum(report.rows.values()))


def _wrong(report: Report) -> Sequence[str]:
    wanted, found = 2 * PEOPLE, report.rows["journal"]
    many = [] if found >= wanted else [f"{found} journal rows instead of {wanted}"]
    return [*map(str, report.differences), *many, *_memory()]


@cache
def _memory() -> Sequence[str]:
    """What a check holds at most at one time, measured once in a run."""
    with _books() as engine:
        tracemalloc.start()
        _verify(engine)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    return [] if most <= MOST_MEMORY else [f"it held {most / 2**20:.0f} MiB"]


ROWS = (
    Contest(
        name="verify.rows",
        unit="journal rows/s",
        sides={
            "ours": once(_verify, _books, amount=_journal_rows, wrong=_wrong),
            "floor": once(_digests, _books, amount=float),
        },
        checked=f"no difference; never more than {MOST_MEMORY // 2**20} MiB held",
    ),
    Bound(
        name="wait.verify",
        unit="rows/s",
        side=once(_verify, _books, amount=_all_rows, wrong=_wrong),
        bound=100_000,
        checked="all rows of all tables; no difference",
        less=False,
    ),
)
