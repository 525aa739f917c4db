"""
Processes that are killed at a statement: a child works on a database of its own connections, and
is ended by SIGKILL just before or just after its n-th statement, commits included.
"""

from __future__ import annotations

import os
import re
import signal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import psycopg
import pymysql
import pymysql.cursors
from sqlalchemy import URL, Engine, create_engine

from quanyi.adapters.sql.dialects.pipeline import Pipeline
from quanyi.adapters.sql.engine import prepare_engine

__all__ = ["killed_at"]


class _Fuse:
    """Counts statements in this process, and ends it at one of them."""

    def __init__(self, at: int, only: str = "") -> None:
        self._left, self._only = at, re.compile(rf"\s*({only})" if only else "", re.IGNORECASE)

    @contextmanager
    def around(self, *given: object) -> Iterator[None]:
        """One statement, with what it was given: a step before it and a step after it."""
        counts = not self._only.pattern or not given or bool(self._only.match(str(given[0])))
        self._step(int(counts))
        yield
        self._step(int(counts))

    def _step(self, count: int) -> None:
        self._left -= count
        if count and self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


def killed_at(step: int, url: URL, act: Callable[[Engine], None], only: str = "") -> bool:
    """
    Run *act* in a child that dies at *step*; whether it died before it was done.

    Args:
        only: Count commits, and no statements but those that begin so, a regular expression; all, unless given.
    """
    child = os.fork()
    if child == 0:
        _live_and_die(_Fuse(step, only), url, act)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return True
    assert os.WEXITSTATUS(status) == 0, "the child failed on its own"
    return False


def _live_and_die(fuse: _Fuse, url: URL, act: Callable[[Engine], None]) -> None:
    code = 1
    try:
        with _mined(fuse):
            options = {"connect_args": {"factory": _sqlite_connection(fuse)}} if url.drivername == "sqlite" else {}
            engine = create_engine(url, **options)
            prepare_engine(engine)
            act(engine)
        code = 0
    finally:
        os._exit(code)


@contextmanager
def _mined(fuse: _Fuse) -> Iterator[None]:
    """Put the fuse around everything that goes to PostgreSQL or MariaDB."""
    with (
        patch.object(pymysql.cursors.Cursor, "execute", _wrapped(fuse, pymysql.cursors.Cursor.execute)),
        patch.object(pymysql.Connection, "commit", _wrapped(fuse, pymysql.Connection.commit)),
        patch.object(psycopg.Cursor, "execute", _wrapped(fuse, psycopg.Cursor.execute)),
        patch.object(psycopg.Cursor, "executemany", _wrapped(fuse, psycopg.Cursor.executemany)),
        patch.object(psycopg.Connection, "commit", _wrapped(fuse, psycopg.Connection.commit)),
        patch.object(Pipeline, "say", _wrapped(fuse, Pipeline.say)),
        patch.object(Pipeline, "_send", _wrapped(fuse, Pipeline._send)),
    ):
        yield


def _wrapped(fuse: _Fuse, method: Callable[..., Any]) -> Callable[..., Any]:
    def run(self: Any, *args: Any, **kwargs: Any) -> Any:
        with fuse.around(*args):
            return method(self, *args, **kwargs)

    return run


def _sqlite_connection(fuse: _Fuse) -> type[sqlite3.Connection]:
    """A connection whose cursors and commits all pass the fuse."""

    class Cursor(sqlite3.Cursor):
        execute = _wrapped(fuse, sqlite3.Cursor.execute)
        executemany = _wrapped(fuse, sqlite3.Cursor.executemany)

    class Connection(sqlite3.Connection):
        commit = _wrapped(fuse, sqlite3.Connection.commit)

        def cursor(self, factory: type[sqlite3.Cursor] = Cursor) -> sqlite3.Cursor:
            return super().cursor(factory)

    return Connection
