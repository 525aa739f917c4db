"""Columns as binary arrays: what goes in comes out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from quanyi.adapters.sql.dialects.arrays import Bytes, Instants, Numbers, Texts
from quanyi.adapters.sql.dialects.pipeline import Pipeline

NOON = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture
def line(postgres_engine):
    with postgres_engine.connect() as connection:
        yield Pipeline(connection.connection.driver_connection)


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (Bytes, [b"", b"\x00\xff", b"x" * 70_000, None]),
        (Texts, ["", "卡密", "x" * 70_000, None, "'\"\\{}NULL"]),
        (Numbers, [0, -1, 2**63 - 1, -(2**63), None]),
        (Instants, [NOON, datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC), None]),
    ],
)
def test_what_goes_in_comes_out(line, kind, values):
    """Each kind of column keeps every value, null included, however often it is said."""
    for column in (values, values[:1], values[:1] * 3, [None], [None] * 3, []):
        (found,) = line.say([("select * from unnest($1) u", [kind(column)])])

        assert [row[0] for row in found] == column


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (Bytes, [b"", b"\x00\xff", b"x" * 70_000, None]),
        (Texts, ["", "卡密", None, "NULL"]),
        (Numbers, [0, -1, 2**63 - 1, -(2**63), None]),
        (Instants, [NOON, datetime(9999, 12, 31, tzinfo=UTC), None]),
    ],
)
def test_a_value_by_itself_comes_out(line, kind, values):
    """One parameter for each value, in any order with nulls, under one plan."""
    for value in [*values, *reversed(values)]:
        raw = None if value is None else kind.raw(value)

        assert line.say([(f"select $1::{kind.sql}", [raw])]) == [[(value,)]]


def test_an_instant_is_an_instant_in_any_zone(line):
    """The zone it was written in does not matter."""
    shanghai = NOON.astimezone(timezone(timedelta(hours=8)))
    found = line.say([("select * from unnest($1) u", [Instants([shanghai])]), ("select $1", [shanghai])])

    assert found == [[(NOON,)], [(NOON,)]]
