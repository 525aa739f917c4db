"""What an earlier release wrote is found by what it names, as if this program had written it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from quanyi.adapters.sql.migrate import upgrade
from quanyi.adapters.sql.migrations.lookups import name_records
from quanyi.adapters.sql.store import SqlStore
from quanyi.entitlements.records import lookup_digest
from tests.releases.kept import RELEASES, restore

MALLS = ("lumen", "life")
KINDS = ("deal", "entitlement", "promise")


@pytest.fixture(params=RELEASES)
def brought_up(engine, request):
    restore(request.param, engine)
    upgrade(engine)
    return engine


def test_old_records_are_found_by_what_they_name(brought_up):
    stores = [SqlStore(brought_up, mall) for mall in MALLS]
    expected = {
        (store.mall, record.kind, name, lookup_digest(name, value), record.key.id)
        for store in stores
        for kind in KINDS
        for record in store.records(kind, limit=10_000)
        for name, value in record.lookups()
    }

    assert _rows(brought_up) == expected
    assert {row[1:3] for row in expected} >= {("deal", "order"), ("entitlement", "deal")}
    assert {name for _, kind, name, _, _ in expected if kind == "promise"}


def test_naming_old_records_again_changes_nothing(brought_up):
    before = _rows(brought_up)
    with brought_up.begin() as connection:
        name_records(connection, "quanyi_", None)

    assert _rows(brought_up) == before


def _rows(engine):
    lookup = SqlStore(engine, "lumen").tables.lookup
    with engine.connect() as connection:
        return {tuple(map(_plain, row)) for row in connection.execute(select(*lookup.c))}


def _plain(value):
    return bytes(value) if isinstance(value, memoryview | bytes) else value
