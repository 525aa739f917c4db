"""
A replay on SQLite commits what it did in portions; on other databases each thing by itself.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine

from quanyi import prepare_engine
from quanyi.adapters import stages
from quanyi.adapters.clock import FixedClock
from quanyi.adapters.sql.migrate import upgrade
from quanyi.adapters.sql.store import SqlStore
from quanyi.adapters.stages import in_portions, stage_on
from quanyi.entitlements.errors import LockTimeout
from tests.adapters.test_sql_statements import FOLDER
from tests.engine.paired import applied

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from quanyi.adapters.wiring import OpenMall

TEN = datetime(2026, 3, 2, 2, 30, tzinfo=UTC)  # 10:30 in Shanghai


@pytest.fixture
def mall(sqlite_engine: Engine) -> OpenMall:
    upgrade(sqlite_engine)
    return applied(sqlite_engine, "m", FixedClock(TEN), FOLDER)


def placed(mall: OpenMall) -> int:
    """How many orders anybody else sees."""
    return len(mall.ports.store.records("deal"))


def lived(mall: OpenMall, events: int) -> list[int]:
    """Place an order for each event, and note how many orders others see behind it."""
    seen = []
    with in_portions(mall.ports.store) as (own, between):
        stage = stage_on(own, mall.project, lambda _user: {"vip": True}, TEN)
        for number in between(range(events)):
            stage.mall.claim("once", item="phone", user=f"u{number}", key=f"k{number}")
            seen.append(placed(mall))
    return seen


def test_what_was_done_is_seen_by_others_once_a_portion_is_over(
    mall: OpenMall, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stages, "_PORTION_SECONDS", -1.0)

    assert lived(mall, 3) == [0, 1, 2]


def test_the_end_of_the_block_commits_the_last_portion(mall: OpenMall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stages, "_PORTION_SECONDS", 1_000.0)

    assert (lived(mall, 3), placed(mall)) == ([0, 0, 0], 3)


def test_a_replay_that_breaks_off_has_written_what_it_did(mall: OpenMall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stages, "_PORTION_SECONDS", 1_000.0)

    def broken_off() -> None:
        with in_portions(mall.ports.store) as (own, _between):
            stage = stage_on(own, mall.project, lambda _user: {"vip": True}, TEN)
            stage.mall.claim("once", item="phone", user="u", key="k")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        broken_off()

    assert placed(mall) == 1


def test_somebody_who_writes_meanwhile_is_waited_for_and_named(mall: OpenMall) -> None:
    """As an error of ours."""
    other = prepare_engine(create_engine(mall.ports.store.engine.url), busy_timeout_ms=20)
    store = SqlStore(other, "m")
    with mall.ports.store.working(), pytest.raises(LockTimeout):
        in_portions(store).__enter__()
    other.dispose()


def test_where_rows_are_locked_nobody_waits_for_a_portion(postgres_engine: Engine) -> None:
    store = SqlStore(postgres_engine, "m")
    with in_portions(store) as (own, _between):
        assert own is store
