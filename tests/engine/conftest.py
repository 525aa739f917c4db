"""Malls on every store, with a clock that stands still."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from quanyi.adapters.clock import FixedClock
from quanyi.adapters.memory import MemoryStore
from quanyi.adapters.vault import KeyRing, SealingVault
from quanyi.adapters.wiring import OpenMall, wire
from quanyi.campaigns.project.load import load_project

if TYPE_CHECKING:
    from sqlalchemy import Engine

FOLDER = Path(__file__).parents[1] / "malls" / "engine"
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)  # 12:00 in Shanghai


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)


@pytest.fixture(params=["memory", "sqlite", "postgres", "mariadb"])
def mall(request: pytest.FixtureRequest, clock: FixedClock) -> OpenMall:
    """The engine's test mall, applied, on each store in turn."""
    project = load_project(FOLDER)
    store = (
        MemoryStore() if request.param == "memory" else sql_store(request.getfixturevalue(f"{request.param}_engine"))
    )
    mall = wire(project, store, clock=clock, vault=SealingVault(KeyRing.for_development()))
    mall.desk.apply()
    return mall


def sql_store(engine: Engine) -> object:
    from quanyi.adapters.sql.migrate import upgrade
    from quanyi.adapters.sql.store import SqlStore

    upgrade(engine)
    return SqlStore(engine, "engine")
