"""What is due reads as done, on every screen and for every rival, whether or not a sweep came by."""

from __future__ import annotations

import pytest

from quanyi.adapters.clock import FixedClock
from quanyi.adapters.wiring import OpenMall
from quanyi.entitlements.errors import OutOfStock


def order(mall: OpenMall, user: str = "ann") -> None:
    mall.report("order.paid", user=user, key=f"o/{user}", data={"order": f"o/{user}", "amount": 5000})


def test_a_promise_that_is_due_is_held_before_any_sweep(mall: OpenMall, clock: FixedClock) -> None:
    """Seven days after the order the coffee is on the list, to the second."""
    order(mall)
    clock.advance(days=7, seconds=-1)
    early = mall.entitlements("ann")
    clock.advance(seconds=1)

    assert (early, [right.phase for right in mall.entitlements("ann")]) == ([], ["usable"])
    assert mall.entitled("coffee", "ann")


def test_an_overdue_deal_is_closed_on_every_list(mall: OpenMall, clock: FixedClock) -> None:
    """The list and the page of a deal tell the same, with no sweep in between."""
    hold = mall.claim("flash", item="phone", user="ann", key="k").hold
    clock.advance(minutes=30)

    assert [deal.phase for deal in mall.deals("ann")] == [mall.deal(hold).phase] == ["closed"]


def test_a_due_promise_comes_before_a_later_buyer(mall: OpenMall, clock: FixedClock) -> None:
    """The last piece is the promise's from its instant on: who comes a day later finds none, swept or not."""
    mall.report("points.granted", user="bob", key="g", data={"points": 900})
    with mall.batch() as batch:
        for user in (f"u{n}" for n in range(333)):
            batch.report("points.granted", user=user, key=f"g/{user}", data={"points": 900})
            batch.exchange("coffee", user=user, key=f"x/{user}", qty=3)
    assert mall.offer("coffee-for-points", "coffee").left == 1
    order(mall)
    clock.advance(days=8)

    with pytest.raises(OutOfStock):
        mall.exchange("coffee", user="bob", key="x")
    assert mall.entitled("coffee", "ann")


def test_a_page_counts_every_lapsed_hold(mall: OpenMall, clock: FixedClock) -> None:
    """More holds than one transaction would book lapse at once: the page shows all pieces as left."""
    with mall.batch() as batch:
        for n in range(100):
            batch.claim("arena", item="phone", user=f"u{n}", key=f"k{n}")
    sold = mall.offer("arena", "phone").left
    clock.advance(minutes=30)

    assert (sold, mall.offer("arena", "phone").left) == (100, 200)
    assert mall.claim("arena", item="phone", user="zoe", key="zoe").answer["left"] == 199


def test_a_refused_newcomer_leaves_nothing(mall: OpenMall, clock: FixedClock) -> None:
    """Somebody new is refused beside something that is booked: nobody has heard of them afterwards."""
    for n in range(20):
        mall.claim("flash", item="phone", user=f"u{n}", key=f"k{n}")
    with mall.batch() as batch:
        batch.claim("flash", item="phone", user="eve", key="eve")
        batch.report("check_in", user="bob", key="ci")
    clock.advance(minutes=31)
    people = {record.user for record in mall.ports.store.records("person", limit=100)}  # type: ignore[attr-defined]

    assert "bob" in people
    assert "eve" not in people
    assert mall.claim("flash", item="phone", user="eve", key="eve/2").hold
    assert mall.deals("eve")
