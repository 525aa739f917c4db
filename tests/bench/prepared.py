"""
Databases with a mall in them, made once in a run and copied for each round.

A mall that is running has its tables, its campaigns in force, and people whom it knows. Making that anew for each
round would take longer than what is measured.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import cache
from pathlib import Path

from sqlalchemy import URL

from quanyi import OpenMall, open_mall
from tests.bench.servers import BUILD, drop_database, host_engine, new_database, postgres_database, sqlite_file, url_of

__all__ = ["KNOWN", "MALLS", "Fill", "known_person", "nobody", "people", "postgres_mall", "sqlite_mall"]

MALLS = Path(__file__).parent / "malls"

KNOWN = int(os.environ.get("QUANYI_BENCH_KNOWN", "20000"))
"""How many people a mall knows, where it knows any: as many as one round reaches; fewer to try a row out."""

_BATCH = 1_000


Fill = Callable[[OpenMall], None]
"""What happened in a mall before the run."""


def postgres_mall(folder: str, fill: Fill) -> AbstractContextManager[URL]:
    """A database with that mall of `malls/`, to which *fill* has happened."""
    return postgres_database(_postgres(folder, fill))


def sqlite_mall(folder: str, fill: Fill) -> AbstractContextManager[URL]:
    """The same as a file."""
    return sqlite_file(_sqlite(folder, fill))


def known_person(place: int) -> str:
    """The id at the host of one of the people whom a prepared mall knows."""
    return f"p{place}"


def nobody(mall: OpenMall) -> None:
    """A mall that has just been opened."""


def people(mall: OpenMall) -> None:
    """People who each have one point."""
    for first in range(0, KNOWN, _BATCH):
        with mall.batch() as batch:
            for place in range(first, min(first + _BATCH, KNOWN)):
                batch.desk.adjust(known_person(place), "points", 1, key=f"known/{place}", reason="known from before")


@cache
def _postgres(folder: str, fill: Fill) -> str:
    name = new_database()
    atexit.register(drop_database, name)
    _make(url_of(name), MALLS / folder, fill)
    return name


@cache
def _sqlite(folder: str, fill: Fill) -> Path:
    BUILD.mkdir(exist_ok=True)
    place = Path(tempfile.mkdtemp(prefix="quanyi-bench-", dir=BUILD)).resolve()
    atexit.register(shutil.rmtree, place)
    file = place / "template.db"
    _make(URL.create("sqlite", database=str(file)), MALLS / folder, fill)
    return file


def _make(url: URL, folder: Path, fill: Fill) -> None:
    engine = host_engine(url)
    mall = open_mall(folder, engine)
    mall.desk.apply()
    fill(mall)
    engine.dispose()  # the last connection to a file brings what stands beside it into it
