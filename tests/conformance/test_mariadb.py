"""The SQL store on MariaDB keeps every promise; on MySQL too, where one is named."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Engine

from quanyi.adapters.sql.dialects.mariadb import Mariadb
from quanyi.adapters.sql.store import SqlStore
from tests.conformance.sql import SqlSuites
from tests.conftest import MYSQL_URL


class TestMariadb(SqlSuites):
    @pytest.fixture
    def database(self, mariadb_engine: Engine) -> Engine:
        return mariadb_engine

    def test_it_goes_through_its_own_dialect(self, open_store: Callable[[str], SqlStore]) -> None:
        """The suite meets the way that a host meets."""
        assert type(open_store("suite")._dialect) is Mariadb


if MYSQL_URL is not None:

    class TestMysql(SqlSuites):
        @pytest.fixture
        def database(self, mysql_engine: Engine) -> Engine:
            return mysql_engine
