"""The engine's mall on every store, with alarms that are near."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import attrs
import pytest
from sqlalchemy import func, select

from quanyi.adapters.clock import FixedClock
from quanyi.adapters.memory import MemoryStore
from quanyi.adapters.sql.store import SqlStore
from quanyi.adapters.wiring import OpenMall
from tests.engine.conftest import FOLDER, NOON, sql_store
from tests.figures.conftest import opened

if TYPE_CHECKING:
    from pathlib import Path

DECLARED = "alarms: {stock: 3, expiring: {points: 500}, within: 400d, off: [events.late, figures.late]}\n"


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "mall"
    shutil.copytree(FOLDER, made)
    path = made / "mall.yaml"
    path.write_text(path.read_text("utf-8") + DECLARED, "utf-8")
    return made


def counted(mall: OpenMall) -> None:
    """Let a worker count all there is. PostgreSQL shows nothing that was written while another transaction is open."""
    from time import sleep

    worker = mall.worker()
    for _ in range(500):
        worker.catch_up()
        if not isinstance(mall.ports.store, SqlStore) or not _behind(mall):
            return
        sleep(0.02)


def _behind(mall: OpenMall) -> bool:
    store: Any = mall.ports.store
    with store.reading() as connection:
        last = connection.scalar(
            select(func.max(store.tables.journal.c.number)).where(store.tables.journal.c.mall == store.mall)
        )
        mark = store.tables.mark.c
        number = connection.scalar(select(mark.number).where(mark.mall == store.mall, mark.name == "figures"))
    return bool(last) and (number or 0) < last


def only_off(mall: OpenMall, *names: str) -> None:
    """Have no alarms off but these."""
    object.__setattr__(mall.ports.project, "alarms", attrs.evolve(mall.ports.project.alarms, off=frozenset(names)))


def with_codes(mall: OpenMall, key: str, count: int = 10) -> None:
    """Bring codes of the benefit in that has a pool."""
    mall.desk.import_codes("music", [f"{key}-{n:04}" for n in range(count)], key=key)


@pytest.fixture(params=["memory", "sqlite", "postgres", "mariadb"])
def mall(request: pytest.FixtureRequest, folder: Path, clock: FixedClock) -> OpenMall:
    store = (
        MemoryStore() if request.param == "memory" else sql_store(request.getfixturevalue(f"{request.param}_engine"))
    )
    return opened(folder, store, clock)


@pytest.fixture(params=["sqlite", "postgres", "mariadb"])
def stored(request: pytest.FixtureRequest, folder: Path, clock: FixedClock) -> OpenMall:
    return opened(folder, sql_store(request.getfixturevalue(f"{request.param}_engine")), clock)


@pytest.fixture
def small(sqlite_engine, folder: Path, clock: FixedClock) -> OpenMall:
    """The same on SQLite alone, for what no store decides."""
    return opened(folder, sql_store(sqlite_engine), clock)
