"""Columns as binary arrays: what goes in comes out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import psycopg
import pytest

from quanyi.adapters.sql.dialects.arrays import Bytes, Instants, Numbers, Texts, register

NOON = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture
def cursor(postgres_engine):
    with postgres_engine.connect() as connection:
        driver = connection.connection.driver_connection
        register(driver)
        yield psycopg.RawCursor(driver)


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (Bytes, [b"", b"\x00\xff", b"x" * 70_000, None]),
        (Texts, ["", "卡密", "x" * 70_000, None, "'\"\\{}NULL"]),
        (Numbers, [0, -1, 2**63 - 1, -(2**63), None]),
        (Instants, [NOON, datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC), None]),
    ],
)
def test_what_goes_in_comes_out(cursor, kind, values):
    """Each kind of column keeps every value, null included, however often it is said."""
    for column in (values, values[:1], values[:1] * 3, [None], [None] * 3, []):
        found = cursor.execute("select * from unnest($1) u", (kind(column),)).fetchall()

        assert [row[0] for row in found] == column


def test_an_instant_is_an_instant_in_any_zone(cursor):
    """The zone it was written in does not matter."""
    shanghai = NOON.astimezone(timezone(timedelta(hours=8)))
    (row,) = cursor.execute("select * from unnest($1) u", (Instants([shanghai]),)).fetchall()

    assert row[0] == NOON
