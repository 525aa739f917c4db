"""The books of what was bought: every row is said by the journal, and comes out."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from quanyi.adapters.clock import FixedClock
from quanyi.entitlements.supply.replies import Accepted, Busy, Delivered, Refused, Reply, Unknown
from tests.engine.conftest import sql_store
from tests.supply.conftest import Shop, bought, delivered, opened, purchase

if TYPE_CHECKING:
    from quanyi.adapters.wiring import OpenMall
    from quanyi.entitlements.supply.port import Order


@pytest.mark.parametrize("database", ["sqlite", "postgres", "mariadb"])
def test_the_books_come_out_whatever_suppliers_do(
    request: pytest.FixtureRequest, database: str, clock: FixedClock, shop: Shop
) -> None:
    from quanyi.adapters.sql.verify import verify

    store: Any = sql_store(request.getfixturevalue(f"{database}_engine"))
    mall, replies = opened(store, clock, shop), iter(_REPLIES * 3)

    def says(order: Order) -> Reply:
        reply = next(replies)
        return delivered(order) if reply is None else reply

    shop.says = says
    for n, item in enumerate(["game_code", "phone_credit", "top_up"] * 5):
        bought(mall, f"o{n}", user=f"user-{n % 4}", item=item)
    for _ in range(6):
        mall.desk.supply.work()
        clock.move(clock.now() + timedelta(minutes=6))
        mall.sweep()
    assert {purchase(mall, f"o{n}").phase for n in range(15)} >= {"delivered", "refused", "unknown"}
    report = verify(store.engine, store.mall)
    assert report.differences == ()


_REPLIES: list[Reply | None] = [
    None,
    Accepted("n1"),
    Busy("later"),
    Refused("no"),
    Unknown("odd"),
    Delivered("n2"),
    None,
]


def test_what_is_stuck_is_an_alarm(mall: OpenMall, shop: Shop) -> None:
    shop.says = lambda _: Unknown("odd")
    bought(mall, "o1")
    bought(mall, "o2", item="top_up")
    mall.desk.supply.work()
    shop.says = lambda _: Refused("no")
    bought(mall, "o3")
    bought(mall, "o4", item="phone_single")  # refunded by itself, so nobody has to decide
    mall.desk.supply.work()
    mall.desk.alarms.look()
    found = [(alarm.subject, alarm.amount) for alarm in mall.desk.alarms.list() if alarm.name == "purchases.stuck"]
    assert found == [("solo", 3)]
