"""Everybody at once: for the last codes that nobody holds, for a session's pieces, for a code's uses, for one refund."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from quanyi.adapters.clock import FixedClock
from quanyi.adapters.memory import MemoryStore
from quanyi.adapters.sql.verify import verify
from quanyi.adapters.vault import KeyRing, SealingVault
from quanyi.adapters.wiring import OpenMall, wire
from quanyi.campaigns.project.load import load_project
from quanyi.entitlements.errors import Refused
from tests.engine.conftest import sql_store

BOXES = Path(__file__).parents[1] / "malls" / "boxes"
IN_SESSION = datetime(2026, 11, 1, 3, tzinfo=UTC)  # 11:00 in Shanghai
CROWD = range(8)


@pytest.fixture(params=["memory", "sqlite", "postgres", "mariadb"])
def boxes(request: pytest.FixtureRequest) -> Iterator[OpenMall]:
    """The mall of boxes on each store, and its books verified in the end."""
    engine = None if request.param == "memory" else request.getfixturevalue(f"{request.param}_engine")
    store = MemoryStore() if engine is None else sql_store(engine)
    vault = SealingVault(KeyRing.for_development())
    mall = wire(load_project(BOXES), store, clock=FixedClock(IN_SESSION), vault=vault)
    mall.desk.apply()
    yield mall
    if engine is not None:
        assert verify(engine, "engine").differences == ()


def at_once(act: Callable[[int], object]) -> list[object]:
    """What each of the crowd gets: its answer, or the reason of its no."""

    def attempt(n: int) -> object:
        try:
            return act(n)
        except Refused as no:
            return no.reason

    with ThreadPoolExecutor(len(CROWD)) as pool:
        return list(pool.map(attempt, CROWD))


def test_three_codes_go_to_three_of_eight_who_pay_at_once(boxes: OpenMall) -> None:
    """All had ordered; the others' money goes back, and no code goes out twice."""
    boxes.desk.import_codes("game", ["k1", "k2", "k3"], key="codes")
    holds = [boxes.claim("cards", item="game", user=f"u{n}", key=f"c{n}").hold or "" for n in CROWD]
    paid = at_once(lambda n: boxes.settle(holds[n], paid=6000, key=f"p{n}", user=f"u{n}").answer.get("refund", 0))
    deals = [boxes.deal(hold) for hold in holds]
    codes = [
        code
        for n, deal in enumerate(deals)
        for right in deal.grants
        for code in boxes.reveal(right, user=f"u{n}", key=f"r{n}").codes
    ]

    assert sorted(map(str, paid)) == ["0"] * 3 + ["6000"] * 5
    assert (sorted(codes), sorted(deal.phase for deal in deals)) == (["k1", "k2", "k3"], ["closed"] * 5 + ["paid"] * 3)
    assert sum(deal.refunded for deal in deals) == 5 * 6000


def test_a_session_sells_its_pieces_and_no_more(boxes: OpenMall) -> None:
    """Two of the five, to two of eight."""
    got = at_once(lambda n: boxes.claim("sessions", item="phone", user=f"u{n}", key=f"c{n}").answer["pay"])

    assert sorted(map(str, got)) == ["299900"] * 2 + ["out-of-stock"] * 6
    assert boxes.offer("sessions", "phone").left == 0


def test_a_code_is_used_as_often_as_it_may(boxes: OpenMall) -> None:
    """Twice, by two of eight."""
    got = at_once(lambda n: boxes.claim("bulk", item="book", user=f"u{n}", key=f"c{n}", code="SAVE6").answer["pay"])

    assert sorted(map(str, got)) == ["900"] * 2 + ["code-used-up"] * 6


def test_pieces_are_taken_back_once_each(boxes: OpenMall) -> None:
    """Eight ask for one of five at once: five get it, and all the money is returned once."""
    hold = boxes.claim("bulk", item="book", user="ann", key="c", qty=5).hold or ""
    boxes.settle(hold, paid=6000, key="p", user="ann")
    got = at_once(lambda n: boxes.refund(hold, key=f"r{n}", user="ann", qty=1).answer["refund"])
    deal = boxes.deal(hold)

    assert sorted(map(str, got)) == ["1200"] * 5 + ["already-refunded"] * 3
    assert (deal.phase, deal.refunded, boxes.entitlements("ann", phase="usable")) == ("refunded", 6000, [])
