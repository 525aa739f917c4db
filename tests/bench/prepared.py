"""
Databases with a mall in them, made once in a run and copied for each round.

A mall that is running has its tables, its campaigns in force, and people whom it knows. Making that anew for each
round would take longer than what is measured.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from contextlib import AbstractContextManager
from functools import cache
from pathlib import Path

from sqlalchemy import URL

from quanyi import open_mall
from tests.bench.servers import BUILD, drop_database, host_engine, new_database, postgres_database, sqlite_file, url_of

__all__ = ["KNOWN", "MALLS", "known_person", "postgres_mall", "sqlite_mall"]

MALLS = Path(__file__).parent / "malls"

KNOWN = 30_000
"""How many people a mall knows, where it knows any: more than one round reaches."""

_BATCH = 1_000


def postgres_mall(folder: str, *, known: bool) -> AbstractContextManager[URL]:
    """A database with that mall of `malls/`; with people in it, or nobody yet."""
    return postgres_database(_postgres(folder, KNOWN if known else 0))


def sqlite_mall(folder: str, *, known: bool) -> AbstractContextManager[URL]:
    """The same as a file."""
    return sqlite_file(_sqlite(folder, KNOWN if known else 0))


def known_person(place: int) -> str:
    """The id at the host of one of the people whom a prepared mall knows."""
    return f"p{place}"


@cache
def _postgres(folder: str, known: int) -> str:
    name = new_database()
    atexit.register(drop_database, name)
    _fill(url_of(name), MALLS / folder, known)
    return name


@cache
def _sqlite(folder: str, known: int) -> Path:
    BUILD.mkdir(exist_ok=True)
    place = Path(tempfile.mkdtemp(prefix="quanyi-bench-", dir=BUILD))
    atexit.register(shutil.rmtree, place)
    file = place / "template.db"
    _fill(URL.create("sqlite", database=str(file)), MALLS / folder, known)
    return file


def _fill(url: URL, folder: Path, known: int) -> None:
    """Tables, campaigns in force, and *known* people, who each have one point."""
    engine = host_engine(url)
    mall = open_mall(folder, engine)
    mall.desk.apply()
    for first in range(0, known, _BATCH):
        with mall.batch() as batch:
            for place in range(first, min(first + _BATCH, known)):
                batch.desk.adjust(known_person(place), "points", 1, key=f"known/{place}", reason="known from before")
    engine.dispose()  # the last connection to a file writes what stands beside it into it
