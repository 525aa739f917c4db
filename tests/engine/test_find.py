"""A support desk finds deals by the host's order number."""

from __future__ import annotations

from quanyi.adapters.clock import FixedClock
from quanyi.adapters.wiring import OpenMall


def test_deals_are_found_by_the_hosts_order_number(mall: OpenMall, clock: FixedClock) -> None:
    """Whoever bought them, and as they read now: what has lapsed is closed, swept or not."""
    first = mall.claim("flash", item="phone", user="ann", key="k1", order="o1").hold
    mall.claim("flash", item="phone", user="bob", key="k2", order="o2")
    mall.claim("flash", item="phone", user="eve", key="k3")
    placed = [(deal.id, deal.phase) for deal in mall.desk.find_deals(order="o1")]
    clock.advance(minutes=30)

    assert placed == [(first, "placed")]
    assert [(deal.id, deal.phase) for deal in mall.desk.find_deals(order="o1")] == [(first, "closed")]
    assert mall.desk.find_deals(order="o9") == []
