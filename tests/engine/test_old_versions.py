"""
Campaigns and versions that nobody in this process has read are read while one connection is taken at most: the pool may
have no more.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from quanyi.adapters.clock import FixedClock
from quanyi.adapters.wiring import OpenMall, wire
from quanyi.campaigns.project.load import load_project
from quanyi.entitlements.errors import Refused
from tests.engine.conftest import FOLDER, NOON, sql_store

pytestmark = pytest.mark.parametrize("database", ["sqlite", "postgres", "mariadb"])


@pytest.fixture
def later(database: str, request: pytest.FixtureRequest, tmp_path: Path) -> tuple[OpenMall, str]:
    """A mall just opened, and a hold that the version before the one in force has made."""
    store: Any = sql_store(request.getfixturevalue(f"{database}_engine"))
    first = wire(load_project(FOLDER), store, clock=FixedClock(NOON))
    first.desk.apply()
    hold = first.claim("flash", item="phone", user="ann", key="c").hold
    _change(shutil.copytree(FOLDER, tmp_path / "mall"))
    second = wire(load_project(tmp_path / "mall"), store, clock=FixedClock(NOON))
    second.desk.apply()
    opened = wire(load_project(tmp_path / "mall"), store, clock=FixedClock(NOON))
    opened.claim("hot", item="phone", user="bob", key="warm")
    return opened, hold


@pytest.fixture
def taken(later: tuple[OpenMall, str]) -> list[int]:
    """How many connections are taken after each time that one is."""
    engine: Engine = later[0].ports.store.engine  # type: ignore[attr-defined]
    seen: list[int] = []
    event.listen(engine, "checkout", lambda *_: seen.append(engine.pool.checkedout()))
    return seen


def _change(folder: Path) -> None:
    """The next version of the flash sale, whose order takes two hundred more."""
    file = folder / "campaigns" / "plays.yaml"
    file.write_text(file.read_text().replace("5699", "5899"))


def test_a_write_gives_its_connection_back_first(later: tuple[OpenMall, str], taken: list[int]) -> None:
    mall, hold = later
    receipt = mall.settle(hold, paid=569_900, key="p")

    assert (receipt.decisions[0].outcome, max(taken)) == ("granted", 1)


def test_in_a_hosts_transaction_its_connection_is_used(later: tuple[OpenMall, str], taken: list[int]) -> None:
    mall, hold = later
    with Session(mall.ports.store.engine) as db, db.begin():  # type: ignore[attr-defined]
        receipt = mall.within(db).settle(hold, paid=569_900, key="p")

    assert (receipt.decisions[0].outcome, taken) == ("granted", [1])


def test_another_set_of_campaigns_is_read_on_the_hosts_connection(
    later: tuple[OpenMall, str], taken: list[int]
) -> None:
    """All hosts of a process meet a new release at once: were each to wait for a second connection, none would come."""
    mall, _ = later
    wire(mall.project, mall.ports.store, clock=FixedClock(NOON)).desk.pause("hot")
    taken.clear()
    with Session(mall.ports.store.engine) as db, db.begin():  # type: ignore[attr-defined]
        with pytest.raises(Refused, match="paused"):
            mall.within(db).claim("hot", item="phone", user="eve", key="e")
        mall.within(db).wallet("eve")

    assert taken == [1]


@pytest.mark.parametrize(
    "ask",
    [
        lambda joined: joined.wallet("eve"),
        lambda joined: joined.look(
            lambda at: at.wallet("eve"), lambda at: at.offers("eve"), lambda at: at.deals("ann")
        ),
        lambda joined: joined.offers("eve"),
        lambda joined: joined.deals("ann"),
    ],
)
def test_a_look_in_a_hosts_transaction_uses_its_connection_alone(
    later: tuple[OpenMall, str], taken: list[int], ask: Callable[[Any], Any]
) -> None:
    """Another set has come into force, and the version before it has made what is looked at."""
    mall, _ = later
    wire(mall.project, mall.ports.store, clock=FixedClock(NOON)).desk.pause("hot")
    taken.clear()
    with Session(mall.ports.store.engine) as db, db.begin():  # type: ignore[attr-defined]
        ask(mall.within(db))

    assert taken == [1]


def test_what_is_due_is_looked_at_without_another_connection(later: tuple[OpenMall, str], taken: list[int]) -> None:
    """The hold lapses, and the version that made it says how: in a look of one question, and of several."""
    mall, _ = later
    mall.ports.clock.advance(days=1)  # type: ignore[attr-defined]
    wallet = mall.look(lambda at: at.wallet("ann"), lambda at: at.deals("ann"))

    assert len(wallet) == 2
    assert max(taken) == 1
