"""Calls that come at instants of their own are decided as they would be alone, however many share a transaction."""

from __future__ import annotations

from datetime import datetime, timedelta

from quanyi.adapters.clock import FixedClock
from quanyi.adapters.wiring import OpenMall
from quanyi.entitlements.errors import Refused

MOMENT = timedelta(milliseconds=1)


def test_a_payment_just_before_the_end_counts(mall: OpenMall, clock: FixedClock) -> None:
    """The hold ends sharp: who paid a moment before has paid, whoever comes a moment later in the same batch."""
    deal = mall.claim("flash", item="phone", user="ann", key="c")
    ends = datetime.fromisoformat(deal.due_at)
    clock.move(ends - MOMENT)
    with mall.batch() as batch:
        batch.settle(deal.hold, paid=deal.pay, key="p", user="ann")
        clock.move(ends + MOMENT)
        batch.claim("flash", item="phone", user="bob", key="b")

    assert [outcome.type for outcome in batch.outcomes] == ["order.pay", "order.place"]
    assert (mall.deal(deal.deal).phase, mall.offer("flash", "phone").left, mall.sweep()) == ("paid", 18, 0)


def test_a_payment_just_after_it_is_late(mall: OpenMall, clock: FixedClock) -> None:
    """In a batch that began before the end as well; the piece is back."""
    deal = mall.claim("flash", item="phone", user="ann", key="c")
    ends = datetime.fromisoformat(deal.due_at)
    clock.move(ends - MOMENT)
    with mall.batch() as batch:
        batch.claim("flash", item="phone", user="bob", key="b")
        clock.move(ends)
        batch.settle(deal.hold, paid=deal.pay, key="p", user="ann")

    assert isinstance(batch.outcomes[1], Refused)
    assert (mall.deal(deal.deal).phase, mall.offer("flash", "phone").left) == ("closed", 19)
