"""
Processes that are killed at a statement: a child works on a database of its own connections, and
is ended by SIGKILL just before or just after its n-th statement, commits included.
"""

from __future__ import annotations

import os
import signal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import psycopg
from sqlalchemy import URL, Engine, create_engine

from quanyi.adapters.sql.dialects.pipeline import Pipeline
from quanyi.adapters.sql.engine import prepare_engine

__all__ = ["killed_at"]


class _Fuse:
    """Counts statements in this process, and ends it at one of them."""

    def __init__(self, at: int) -> None:
        self._left = at

    @contextmanager
    def around(self) -> Iterator[None]:
        """One statement: a step before it and a step after it."""
        self._step()
        yield
        self._step()

    def _step(self) -> None:
        self._left -= 1
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


def killed_at(step: int, url: URL, act: Callable[[Engine], None]) -> bool:
    """Run *act* in a child that dies at *step*; whether it died before it was done."""
    child = os.fork()
    if child == 0:
        _live_and_die(step, url, act)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return True
    assert os.WEXITSTATUS(status) == 0, "the child failed on its own"
    return False


def _live_and_die(step: int, url: URL, act: Callable[[Engine], None]) -> None:
    code = 1
    try:
        fuse = _Fuse(step)
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
    """Put the fuse around everything that goes to PostgreSQL."""
    with (
        patch.object(psycopg.Cursor, "execute", _wrapped(fuse, psycopg.Cursor.execute)),
        patch.object(psycopg.Cursor, "executemany", _wrapped(fuse, psycopg.Cursor.executemany)),
        patch.object(psycopg.Connection, "commit", _wrapped(fuse, psycopg.Connection.commit)),
        patch.object(Pipeline, "say", _wrapped(fuse, Pipeline.say)),
        patch.object(Pipeline, "_send", _wrapped(fuse, Pipeline._send)),
    ):
        yield


def _wrapped(fuse: _Fuse, method: Callable[..., Any]) -> Callable[..., Any]:
    def run(self: Any, *args: Any, **kwargs: Any) -> Any:
        with fuse.around():
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
