"""Throw-away databases, made and dropped by the run that needs them, with settings that keep what they promise."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
from sqlalchemy import URL, Engine, create_engine, make_url

from quanyi import prepare_engine
from quanyi.adapters.sql.migrate import upgrade
from tests.bench.quiet import parent_of

__all__ = [
    "BUILD",
    "STOCK",
    "connections_left",
    "conninfo",
    "drop_database",
    "durable",
    "host_engine",
    "new_database",
    "postgres_database",
    "scratch",
    "server_processes",
    "sqlite_file",
]

BUILD = Path("build")
STOCK = 10_000_000
"""Pieces for sale: more than any run can sell."""

SERVER = os.environ.get("QUANYI_TEST_POSTGRES") or "postgresql+psycopg://postgres@127.0.0.1:5432/test"
_MUST = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
_MOST_CONNECTIONS = 64


@contextmanager
def postgres_database(template: str = "") -> Iterator[URL]:
    """A database of its own for one run; a copy of *template*, if one is named."""
    name = new_database(template)
    try:
        yield url_of(name)
    finally:
        drop_database(name)


def new_database(template: str = "") -> str:
    """The name of a new database, which its maker drops."""
    name = f"quanyi_bench_{uuid4().hex[:12]}"
    with _administrator() as admin:
        admin.execute(f"create database {name}" + (f" template {template}" if template else ""))
    return name


def drop_database(name: str) -> None:
    """Drop a database, whoever is still connected to it."""
    with _administrator() as admin:
        admin.execute(f"drop database {name} with (force)")


def url_of(name: str) -> URL:
    """Where a database of that name is."""
    return make_url(SERVER).set(database=name)


@contextmanager
def sqlite_file(template: Path | None = None) -> Iterator[URL]:
    """A file of its own for one run, on a real disk; a copy of *template*, if one is named."""
    with scratch() as folder:
        file = folder / "bench.db"
        if template is not None:
            shutil.copyfile(template, file)
        yield URL.create("sqlite", database=str(file))


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder of its own for one run, on the disk that the databases are on."""
    BUILD.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="quanyi-bench-", dir=BUILD) as folder:
        yield Path(folder)


def host_engine(url: URL) -> Engine:
    """An engine as a host sets it up; the tables are in place."""
    pool = {} if url.get_backend_name() == "sqlite" and url.database in (None, ":memory:") else _POOL
    engine = create_engine(url, **pool)
    prepare_engine(engine)
    upgrade(engine)
    return engine


_POOL = {"pool_size": 20, "max_overflow": 10, "pool_timeout": 60}


def conninfo(url: URL) -> str:
    """The same address for psycopg alone."""
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def durable() -> dict[str, str]:
    """The server's version and settings; refuses to measure one that forgets."""
    try:
        with _administrator() as admin:
            found = {name: str(admin.execute(f"show {name}").fetchone()[0]) for name in (*_MUST, "server_version")}
    except psycopg.OperationalError as error:
        raise SystemExit(f"no PostgreSQL to measure on (QUANYI_TEST_POSTGRES names one): {error}") from None
    if wrong := {name: found[name] for name, must in _MUST.items() if found[name] != must}:
        raise SystemExit(f"this server may lose what it confirmed, its figures mean nothing: {wrong}")
    return found


def server_processes() -> list[int]:
    """The process of PostgreSQL whose children serve us; none where it runs on another machine."""
    with _administrator() as admin:
        (backend,) = admin.execute("select pg_backend_pid()").fetchone()
        postmaster = parent_of(int(backend))
    return [] if postmaster is None else [postmaster]


def connections_left() -> int:
    """How many connections one run may open: what serves a small server best, and leaves some to others."""
    with _administrator() as admin:
        most = int(admin.execute("show max_connections").fetchone()[0])
    return max(min(most - 20, _MOST_CONNECTIONS), 1)


@contextmanager
def _administrator() -> Iterator[psycopg.Connection]:
    with psycopg.connect(conninfo(make_url(SERVER)), autocommit=True) as admin:
        yield admin
