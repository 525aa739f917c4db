"""The SQL store on PostgreSQL keeps every promise: through psycopg's own messages, and through any driver's."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import cache, partial

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from quanyi.adapters.conformance import JoinSuite, StoreSuite
from quanyi.adapters.sql.dialects.generic import Setting
from quanyi.adapters.sql.dialects.guarded import Forms
from quanyi.adapters.sql.dialects.postgresql import Postgresql
from quanyi.adapters.sql.dialects.psycopg import Psycopg
from quanyi.adapters.sql.migrate import upgrade
from quanyi.adapters.sql.store import SqlStore
from tests.conformance.sql import SqlSuites, open_again


class TestPostgres(SqlSuites):
    @pytest.fixture
    def database(self, postgres_engine: Engine) -> Engine:
        return postgres_engine

    def test_it_goes_through_psycopg(self, open_store: Callable[[str], SqlStore]) -> None:
        """The suite meets the way that a host meets."""
        assert type(open_store("suite")._dialect) is Psycopg


class TestPostgresInArrays(StoreSuite, JoinSuite):
    """What many rows go through, though the suite's writings have few."""

    @pytest.fixture
    def database(self, postgres_engine: Engine) -> Engine:
        return postgres_engine

    @pytest.fixture
    def open_store(self, database: Engine) -> Callable[[str], SqlStore]:
        upgrade(database)
        return cache(lambda mall: in_arrays(SqlStore(database, mall)))

    @pytest.fixture(params=["session"])
    def host(self, database: Engine) -> Callable[[], AbstractContextManager[Session]]:
        return partial(Session, database)


class TestPostgresThroughAnyDriver(SqlSuites):
    @pytest.fixture
    def database(self, postgres_engine: Engine) -> Engine:
        return postgres_engine

    @pytest.fixture
    def open_store(self, database: Engine) -> Callable[[str], SqlStore]:
        upgrade(database)
        return cache(lambda mall: plain(SqlStore(database, mall)))

    @pytest.fixture
    def reopen(self, database: Engine) -> Callable[[str], SqlStore]:
        return partial(open_plain, database.url.render_as_string(hide_password=False))


def open_plain(url: str, mall: str) -> SqlStore:
    """Like `open_again`, for other processes."""
    return plain(open_again(url, mall))


def in_arrays(store: SqlStore) -> SqlStore:
    """The same store, which writes no rows value by value."""
    dialect = store._dialect
    assert isinstance(dialect, Psycopg)
    dialect.forms = Forms(few=0)
    return store


def plain(store: SqlStore) -> SqlStore:
    """The same store with statements that any driver understands."""
    store._dialect = Postgresql(
        Setting(tables=store.tables, codec=store.codec, mall=store.mall, lock_timeout_ms=5_000),
    )
    return store
