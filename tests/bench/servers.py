"""Throw-away databases, made and dropped by the run that needs them, with settings that keep what they promise."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
from sqlalchemy import URL, make_url

__all__ = ["STOCK", "connections_left", "conninfo", "durable", "postgres_database", "sqlite_file"]

STOCK = 10_000_000
"""Pieces for sale: more than any run can sell."""

SERVER = os.environ.get("QUANYI_TEST_POSTGRES") or "postgresql+psycopg://postgres@127.0.0.1:5432/test"
_MUST = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
_MOST_CONNECTIONS = 64


@contextmanager
def postgres_database() -> Iterator[URL]:
    """A database of its own for one run."""
    name = f"quanyi_bench_{uuid4().hex[:12]}"
    with _administrator() as admin:
        admin.execute(f"create database {name}")
    try:
        yield make_url(SERVER).set(database=name)
    finally:
        with _administrator() as admin:
            admin.execute(f"drop database {name} with (force)")


@contextmanager
def sqlite_file() -> Iterator[URL]:
    """A file of its own for one run, on a real disk."""
    with tempfile.TemporaryDirectory(prefix="quanyi-bench-", dir="build") as folder:
        yield URL.create("sqlite", database=str(Path(folder, "bench.db")))


def conninfo(url: URL) -> str:
    """The same address for psycopg alone."""
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def durable() -> dict[str, str]:
    """The server's version and settings; refuses to measure one that forgets."""
    with _administrator() as admin:
        found = {name: str(admin.execute(f"show {name}").fetchone()[0]) for name in (*_MUST, "server_version")}
    if wrong := {name: found[name] for name, must in _MUST.items() if found[name] != must}:
        raise SystemExit(f"this server may lose what it confirmed, its figures mean nothing: {wrong}")
    return found


def connections_left() -> int:
    """How many connections one run may open: what serves a small server best, and leaves some to others."""
    with _administrator() as admin:
        most = int(admin.execute("show max_connections").fetchone()[0])
    return max(min(most - 20, _MOST_CONNECTIONS), 1)


@contextmanager
def _administrator() -> Iterator[psycopg.Connection]:
    with psycopg.connect(conninfo(make_url(SERVER)), autocommit=True) as admin:
        yield admin
