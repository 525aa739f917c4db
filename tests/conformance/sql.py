"""The fixtures that every SQL store gives to the suites."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, partial

import pytest
from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.orm import Session

from quanyi.adapters.conformance import JoinSuite, RaceSuite, SharedSuite, StoreSuite
from quanyi.adapters.sql.engine import prepare_engine
from quanyi.adapters.sql.migrate import upgrade
from quanyi.adapters.sql.store import SqlStore

__all__ = ["SqlSuites"]


def open_again(url: str, mall: str) -> SqlStore:
    """Open a store by its URL; other processes come in here."""
    return SqlStore(prepare_engine(create_engine(url)), mall)


class SqlSuites(StoreSuite, RaceSuite, SharedSuite, JoinSuite):
    """All the suites; a database gives `database`."""

    @pytest.fixture
    def open_store(self, database: Engine) -> Callable[[str], SqlStore]:
        upgrade(database)
        return cache(partial(SqlStore, database))

    @pytest.fixture
    def reopen(self, database: Engine) -> Callable[[str], SqlStore]:
        return partial(open_again, database.url.render_as_string(hide_password=False))

    @pytest.fixture(params=["connection", "session"])
    def host(self, database: Engine, request: pytest.FixtureRequest) -> Callable[[], object]:
        return partial(_connection if request.param == "connection" else _session, database)


@contextmanager
def _connection(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as connection:
        yield connection


@contextmanager
def _session(engine: Engine) -> Iterator[Session]:
    with Session(engine) as session:
        yield session
