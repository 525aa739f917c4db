"""What falls due because of something that fell due: nobody came by for days, and everything reads as if somebody had."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from quanyi.adapters.clock import FixedClock
from quanyi.adapters.memory import MemoryStore
from quanyi.adapters.sql.verify import verify
from quanyi.adapters.wiring import OpenMall, wire
from quanyi.campaigns.project.load import load_project
from tests.engine.conftest import sql_store

BOXES = Path(__file__).parents[1] / "malls" / "boxes"
START = datetime(2026, 5, 1, 2, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(START)


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def boxes(request: pytest.FixtureRequest, clock: FixedClock) -> Iterator[OpenMall]:
    """The mall of boxes on each store, and its books verified in the end."""
    engine = None if request.param == "memory" else request.getfixturevalue(f"{request.param}_engine")
    mall = wire(load_project(BOXES), MemoryStore() if engine is None else sql_store(engine), clock=clock)
    mall.desk.apply()
    yield mall
    if engine is not None:
        assert verify(engine, "engine").differences == ()


def travels(mall: OpenMall) -> str:
    """A bundle whose choice opens after a day, and closes two days later."""
    hold = mall.claim("travel", item="travel_card", user="ann", key="c").hold or ""
    mall.settle(hold, paid=17900, key="p", user="ann")
    return hold


def rides(mall: OpenMall) -> int:
    return sum(view.benefit.id == "ride" for view in mall.entitlements("ann", phase="usable"))


@pytest.mark.parametrize("swept", [False, True], ids=["unswept", "swept"])
def test_a_deadline_that_another_set_reads_as_over(boxes: OpenMall, clock: FixedClock, swept: bool) -> None:
    """The choice has opened and closed meanwhile: the default is there, at its own instant, once."""
    hold = travels(boxes)
    clock.move(START + 4 * DAY)
    while swept and boxes.sweep():
        pass
    (part,) = boxes.bundle(hold).parts
    read = part.phase, part.defaulted
    refund = boxes.refund(hold, key="r", user="ann")
    after = rides(boxes)

    assert (read, refund.answer["refund"], after) == (("given", True), 17900, 0)
    assert (boxes.sweep(), boxes.bundle(hold).parts[0].phase) == (0, "withdrawn")


def test_it_is_booked_once_whoever_books_it(boxes: OpenMall, clock: FixedClock) -> None:
    """A choice that comes too late books what was due before it, and no sweep gives it again."""
    hold = travels(boxes)
    clock.move(START + 2 * DAY)
    opened = boxes.bundle(hold).parts[0].phase
    clock.move(START + 4 * DAY)
    boxes.refund(hold, key="r", user="ann")
    boxes.sweep()

    assert (opened, rides(boxes), boxes.sweep()) == ("open", 0, 0)
