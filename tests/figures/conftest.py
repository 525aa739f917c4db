"""The engine's mall on every store, with a context that figures are told apart by."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from quanyi.adapters.clock import FixedClock
from quanyi.adapters.memory import MemoryStore
from quanyi.adapters.vault import KeyRing, SealingVault
from quanyi.adapters.wiring import OpenMall, wire
from quanyi.campaigns.project.load import load_project
from tests.engine.conftest import FOLDER, NOON, sql_store

if TYPE_CHECKING:
    from pathlib import Path

CONTEXT = "context: {channel: text, region: text, scene: text, staff: bool, ip: text, personal: [ip], counted: [channel, staff]}\n"


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The engine's mall, whose requests say how they came."""
    made = tmp_path / "mall"
    shutil.copytree(FOLDER, made)
    declared = (made / "mall.yaml").read_text("utf-8")
    (made / "mall.yaml").write_text(declared + CONTEXT, "utf-8")
    listed = made / "catalogue" / "benefits.yaml"
    listed.write_text(listed.read_text("utf-8").replace("  coffee:\n", "  coffee:\n    platform: Tidewater\n"), "utf-8")
    return made


def opened(folder: Path, store: object, clock: FixedClock) -> OpenMall:
    mall = wire(load_project(folder), store, clock=clock, vault=SealingVault(KeyRing.for_development()))  # type: ignore[arg-type]
    mall.desk.apply()
    return mall


@pytest.fixture(params=["memory", "sqlite", "postgres", "mariadb"])
def mall(request: pytest.FixtureRequest, folder: Path, clock: FixedClock) -> OpenMall:
    """The mall on each store in turn."""
    store = (
        MemoryStore() if request.param == "memory" else sql_store(request.getfixturevalue(f"{request.param}_engine"))
    )
    return opened(folder, store, clock)


@pytest.fixture(params=["sqlite", "postgres", "mariadb"])
def stored(request: pytest.FixtureRequest, folder: Path, clock: FixedClock) -> OpenMall:
    """The mall on each database in turn."""
    return opened(folder, sql_store(request.getfixturevalue(f"{request.param}_engine")), clock)
