"""The SQL store on SQLite keeps every promise."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from tests.conformance.sql import SqlSuites


class TestSqlite(SqlSuites):
    @pytest.fixture
    def database(self, sqlite_engine: Engine) -> Engine:
        return sqlite_engine
