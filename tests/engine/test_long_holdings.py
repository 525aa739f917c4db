"""Pages of what somebody holds and is promised: the whole list cut up, at a cost that does not grow with the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from quanyi.adapters.clock import FixedClock
from quanyi.adapters.codec import Codec
from quanyi.adapters.conformance.material import put, write
from quanyi.adapters.wiring import OpenMall
from quanyi.entitlements.errors import InputError, NotFound
from quanyi.entitlements.records import Entitlement

PHASES = (None, "usable", "used", "expired", ("expired", "withdrawn", "void"), ("usable", "used"))
ORDERS = ("ending", "ended")


def order(mall: OpenMall, user: str, number: int = 1) -> None:
    mall.report("order.paid", user=user, key=f"o/{user}/{number}", data={"order": f"{user}/{number}", "amount": 5000})


def holds(mall: OpenMall, user: str, many: int) -> None:
    """So many entitlements in each phase; many end at once, some are over, some never end."""
    holder, now = mall.ports.holder(user), mall.now()
    ends = (None, now + timedelta(days=2), now - timedelta(days=1), now + timedelta(days=1), now + timedelta(days=1))
    phases = ("usable", "usable", "usable", "used", "withdrawn", "void", "usable")
    for number in range(many):
        right = Entitlement(
            id=f"{user}-{number}",
            holder=holder,
            phase=phases[number % len(phases)],
            item=("coffee", "film")[number % 2],
            due_at=ends[number % len(ends)],
            got_at=now,
            starts=now,
        )
        write(mall.ports.store, records=(put(right),))


@pytest.fixture
def rich(mall: OpenMall, clock: FixedClock) -> OpenMall:
    """Ann holds forty things, and one is due to her by now that no sweep has given; Bob holds four."""
    for user in ("ann", "bob"):
        order(mall, user)
    clock.advance(days=7)
    holds(mall, "ann", 40)
    holds(mall, "bob", 4)
    return mall


def leafed(page: Callable[..., Any], limit: int) -> list[Any]:
    """All pages of a list, one behind the other."""
    found, after = [], None
    while True:
        some = page(after=after, limit=limit)
        found += some
        after = some.next
        if after is None:
            return found


@pytest.mark.parametrize(("phase", "turned"), list(product(PHASES, ORDERS)))
def test_pages_are_the_whole_list_in_its_order(rich, phase, turned):
    for benefits in (None, ["coffee"]):
        asked = {"phase": phase, "order": turned, "benefits": benefits}
        whole = rich.entitlements("ann", **asked)

        assert leafed(lambda asked=asked, **cut: rich.entitlements("ann", **asked, **cut), 3) == whole
        assert {view.phase for view in whole} <= (
            {phase} if isinstance(phase, str) else set(phase or ("usable", *PHASES[4], "used"))
        )


def test_what_is_due_is_on_a_page_before_any_sweep(rich):
    stored = {f"ann-{number}" for number in range(40)}
    fresh = [view.id for view in leafed(lambda **cut: rich.entitlements("ann", **cut), 7) if view.id not in stored]
    (name,) = fresh
    behind = rich.entitlements("ann", after=name, limit=50)
    rich.sweep()

    assert rich.entitlements("ann", after=name, limit=50) == behind
    assert rich.entitlement(name).phase == "usable"


def test_a_page_costs_what_is_on_it(rich, monkeypatch):
    if not hasattr(rich.ports.store, "codec"):
        pytest.skip("memory reads nothing")
    costs, record_in = [], Codec.record_in
    rich.sweep()  # what is due is decided for each page, and is no part of it
    for user in ("ann", "bob"):
        read: list[object] = []
        monkeypatch.setattr(Codec, "record_in", lambda *row, read=read: read.append(row) or record_in(*row))
        assert len(rich.entitlements(user, limit=1)) == 1
        costs.append(len(read))

    assert max(costs) < 8


def test_holdings_are_how_many_the_list_has_of_each(rich, clock):
    """What is due counts before any sweep, and what has expired meanwhile counts as expired."""
    for days in (0, 1, 30):
        clock.advance(days=days)
        for swept in (False, True):
            if swept:
                rich.sweep()
            listed = Counter((view.benefit.id, view.phase) for view in rich.entitlements("ann"))
            held = {(each.benefit, each.phase): each.count for each in rich.holdings("ann")}

            assert held == listed, (days, swept)
            assert sum(held.values()) == 41
    assert rich.holdings("nobody") == []


def test_being_entitled_reads_a_few_of_them(rich, monkeypatch):
    """The one that can be used stands among many that cannot, or not yet."""
    holder, now = rich.ports.holder("ann"), rich.now()
    common = {"holder": holder, "item": "music", "got_at": now}
    over = [Entitlement(id=f"over-{n}", phase="used", starts=now, **common) for n in range(30)]
    later = [
        Entitlement(id=f"later-{n:02}", phase="usable", starts=now + timedelta(days=1), **common) for n in range(30)
    ]
    write(rich.ports.store, records=tuple(map(put, [*over, *later])))

    assert not rich.entitled("music", "ann")
    write(rich.ports.store, records=(put(Entitlement(id="now", phase="usable", starts=now, **common)),))
    assert rich.entitled("music", "ann")
    assert rich.entitled("coffee", "ann")
    assert not rich.entitled("music", "bob")
    if hasattr(rich.ports.store, "codec"):
        rich.sweep()
        owned = {**common, "holder": rich.ports.holder("bob"), "item": "coffee"}
        many = [Entitlement(id=f"more-{n}", phase="usable", starts=now, **owned) for n in range(300)]
        write(rich.ports.store, records=tuple(map(put, many)))
        read, record_in = [], Codec.record_in
        monkeypatch.setattr(Codec, "record_in", lambda *row: read.append(row) or record_in(*row))
        assert rich.entitled("coffee", "bob")
        assert len(read) < 20


def test_pages_of_promises_are_all_of_them_each_once(mall, clock):
    for number in range(7):
        order(mall, "ann", number)
        clock.advance(days=number % 2)
    whole = mall.promises("ann")

    assert whole
    assert leafed(lambda **cut: mall.promises("ann", **cut), 2) == whole


def test_deals_in_one_phase_are_paged(mall, clock):
    for number in range(6):
        hold = mall.claim("flash", item="phone", user="ann", key=f"k/{number}").hold
        if number % 3:
            mall.release(hold, user="ann", key=f"r/{number}")
        else:
            clock.advance(minutes=31)
    for phase in ("placed", "paid", "closed", "refunded"):
        whole = [deal for deal in mall.deals("ann") if deal.phase == phase]

        assert leafed(lambda phase=phase, **cut: mall.deals("ann", phase=phase, **cut), 2) == whole
    assert mall.deals("ann", phase="closed")


def test_a_place_that_is_none_is_not_found(rich):
    for after in ("nothing", "bob-1"):
        with pytest.raises(NotFound):
            rich.entitlements("ann", after=after, limit=3)
    with pytest.raises(InputError):
        rich.entitlements("ann", limit=0)
