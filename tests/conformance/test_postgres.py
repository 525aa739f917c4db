"""The SQL store on PostgreSQL keeps every promise."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from tests.conformance.sql import SqlSuites


class TestPostgres(SqlSuites):
    @pytest.fixture
    def database(self, postgres_engine: Engine) -> Engine:
        return postgres_engine
