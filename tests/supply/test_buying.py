"""What is sold and then bought from a supplier: once, whoever dies, and given when it is delivered."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest

from quanyi.adapters.clock import FixedClock
from quanyi.adapters.erasure import ErasureRefused
from quanyi.adapters.wiring import OpenMall
from quanyi.campaigns.supply import ordering
from quanyi.campaigns.supply.replies import heard, tell_purchase
from quanyi.entitlements.derived_ids import deal_id
from quanyi.entitlements.errors import HoldClosed, InputError, NotFound, StorageError
from quanyi.entitlements.supply.port import Callback, CallbackRefused
from quanyi.entitlements.supply.replies import Absent, Accepted, Busy, Delivered, Refused, Reply, Unknown
from tests.supply.conftest import Shop, bought, delivered, purchase


def test_what_is_paid_for_is_ordered_and_given(mall: OpenMall, shop: Shop) -> None:
    paid = bought(mall, qty=2)
    assert (paid.entitlements, purchase(mall).phase, mall.entitlements("ann")) == ([], "wanted", [])

    assert mall.desk.supply.work() == 1
    mine = mall.entitlements("ann")
    codes = sorted(code for right in mine for code in mall.reveal(right.id, user="ann", key=right.id).codes)
    reference = purchase(mall).reference
    assert (purchase(mall).phase, [order.reference for order in shop.orders]) == ("delivered", [reference])
    assert codes == [f"CODE-{reference}-{n}".upper() for n in range(2)]
    assert mall.desk.supply.billed("solo") == 2400
    assert mall.desk.supply.work() == 0


def test_its_days_begin_when_it_is_delivered(mall: OpenMall, clock: FixedClock) -> None:
    bought(mall)
    clock.move(clock.now() + timedelta(minutes=20))
    mall.desk.supply.work()
    (right,) = mall.entitlements("ann")
    assert right.got_at == clock.now()


def test_nobody_orders_twice_what_one_has_taken_on(mall: OpenMall, shop: Shop, clock: FixedClock) -> None:
    """A worker died between taking a purchase on and the supplier's answer."""
    bought(mall)
    tell_purchase(mall.ports, "purchase.send", purchase(mall).id, key="died")
    assert (mall.desk.supply.work(), shop.orders) == (0, [])

    clock.move(clock.now() + timedelta(seconds=31))
    mall.sweep()
    assert (mall.desk.supply.work(), purchase(mall).phase, shop.orders) == (0, "unknown", [])


def test_the_supplier_proves_that_it_has_no_such_order(mall: OpenMall, shop: Shop, clock: FixedClock) -> None:
    """Then the same order goes under the same reference, and once."""
    shop.asked = lambda _: Absent()
    bought(mall, item="top_up")
    tell_purchase(mall.ports, "purchase.send", purchase(mall).id, key="died")
    for _ in range(3):
        clock.move(clock.now() + timedelta(seconds=6))
        mall.sweep()
        mall.desk.supply.work()
    assert [order.reference for order in shop.orders] == shop.queries == [purchase(mall).reference]
    assert (purchase(mall).phase, purchase(mall).calls) == ("delivered", 2)


def test_two_workers_order_once(mall: OpenMall, shop: Shop) -> None:
    for n in range(6):
        bought(mall, f"o{n}")
    barrier = Barrier(2)

    def work() -> None:
        barrier.wait()
        for _ in range(4):
            mall.desk.supply.work()

    workers = [Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    mall.desk.supply.work()
    references = [order.reference for order in shop.orders]
    assert len(references) == len(set(references)) == 6
    assert [purchase(mall, f"o{n}").phase for n in range(6)] == ["delivered"] * 6


def test_a_connector_that_breaks_leaves_the_outcome_unknown(mall: OpenMall, shop: Shop) -> None:
    def breaks(order: Any) -> Any:
        raise ValueError("a host's own connector")

    shop.says = breaks
    bought(mall)
    mall.desk.supply.work()
    assert (purchase(mall).phase, purchase(mall).word) == ("unknown", "connector-failed: ValueError")
    with pytest.raises(HoldClosed) as no:
        mall.refund(deal_id("", "", "o1"), key="back")
    assert no.value.reason == "delivery-open"


def test_a_code_that_came_before_is_not_given_again(mall: OpenMall, shop: Shop) -> None:
    shop.says = lambda _: Delivered("n1", codes=("SAME-0001",))
    bought(mall, "o1", user="ann")
    bought(mall, "o2", user="bob")
    mall.desk.supply.work()
    phases = {order: purchase(mall, order).phase for order in ("o1", "o2")}
    assert sorted(phases.values()) == ["delivered", "unknown"]
    unknown = next(order for order, phase in phases.items() if phase == "unknown")
    assert purchase(mall, unknown).word == "code-came-before"


@pytest.mark.parametrize("codes", [(), ("A-1",), ("A-1", "A-2", "A-3"), ("A-1", "A-1")])
def test_another_count_of_codes_is_unknown(mall: OpenMall, shop: Shop, codes: tuple[str, ...]) -> None:
    shop.says = lambda _: Delivered("n1", codes=codes)
    bought(mall, qty=2)
    mall.desk.supply.work()
    assert (purchase(mall).phase, mall.entitlements("ann")) == ("unknown", [])


def test_a_code_that_is_none_is_unknown(mall: OpenMall, shop: Shop) -> None:
    shop.says = lambda _: Delivered("n1", codes=("two\nlines",))
    bought(mall)
    mall.desk.supply.work()
    assert (purchase(mall).phase, purchase(mall).word) == ("unknown", "codes-unreadable")


def test_a_final_no_gives_the_money_back(mall: OpenMall, shop: Shop) -> None:
    shop.says = lambda _: Refused("out_of_stock")
    bought(mall, item="phone_single")
    mall.desk.supply.work()
    deal = mall.deal(deal_id("", "", "o1"))
    assert (deal.phase, deal.refunded, purchase(mall).phase) == ("refunded", 9900, "refused")
    with pytest.raises(HoldClosed):
        mall.refund(deal.id, key="twice")


def test_the_next_supplier_is_asked_after_a_final_no(mall: OpenMall, shop: Shop) -> None:
    shop.says = lambda _: Refused("no") if len(shop.orders) < 3 else Delivered("n3", cost=9_800)
    bought(mall, item="phone_credit")
    while mall.desk.supply.work():
        pass
    found = purchase(mall)
    assert (found.phase, found.supplier, found.tried, found.round) == ("delivered", "cedar", ("amber", "birch"), 3)
    assert [mall.desk.supply.billed(name) for name in ("amber", "birch", "cedar")] == [0, 0, 9_800]
    assert len({order.reference for order in shop.orders}) == 3


def test_a_busy_supplier_is_asked_again_as_often_as_there_are_waits(
    mall: OpenMall, shop: Shop, clock: FixedClock
) -> None:
    shop.says = lambda _: Busy("rate_limited")
    bought(mall)
    for _ in range(8):
        mall.desk.supply.work()
        clock.move(clock.now() + timedelta(minutes=5, seconds=1))
        mall.sweep()
    found = purchase(mall)
    assert (found.phase, found.word, found.calls) == ("refused", "rate_limited", 4)
    assert len({order.reference for order in shop.orders}) == 1
    assert mall.deal(deal_id("", "", "o1")).phase == "paid"  # kept, until an operator decides


def test_an_operator_goes_on(mall: OpenMall, shop: Shop) -> None:
    shop.says = lambda order: Refused("balance") if len(shop.orders) < 2 else delivered(order)
    bought(mall)
    mall.desk.supply.work()
    (stuck,) = mall.desk.supply.purchases("refused")
    again: dict[str, Any] = {"by": "ops/7", "reason": "topped up", "key": "again"}
    assert mall.desk.supply.resolve(stuck.id, "again", **again).phase == "wanted"
    mall.desk.supply.work()
    assert (purchase(mall).phase, purchase(mall).round) == ("delivered", 2)
    with pytest.raises(HoldClosed):
        mall.desk.supply.resolve(stuck.id, "again", by="ops/7", reason="once more", key="more")
    with pytest.raises(InputError):
        mall.desk.supply.resolve(stuck.id, "perhaps", by="ops/7", reason="?", key="odd")
    with pytest.raises(NotFound):
        mall.desk.supply.resolve("nothing", "again", by="ops/7", reason="?", key="none")


def test_what_was_written_off_and_is_delivered_later_is_owed_and_goes_to_nobody(mall: OpenMall, shop: Shop) -> None:
    shop.says = lambda _: Unknown("strange")
    bought(mall)
    mall.desk.supply.work()
    found = purchase(mall)
    mall.desk.supply.resolve(found.id, "refund", by="ops/7", reason="it takes too long", key="off")
    assert mall.deal(deal_id("", "", "o1")).refunded == 2000

    late = Callback(reference=found.reference, reply=Delivered("n1", 1200, codes=("LATE-0001",)))
    for _ in range(2):
        mall.desk.supply.hear("solo", late)
    assert (mall.desk.supply.billed("solo"), mall.entitlements("ann")) == (1200, [])
    assert (
        purchase(mall).troubles == ("unknown", "refused", "contradicted") or "contradicted" in purchase(mall).troubles
    )


def test_a_call_back_is_heard_once_and_of_its_own_supplier(mall: OpenMall, shop: Shop) -> None:
    shop.says = lambda _: Accepted("n1", cost=1200)
    bought(mall)
    mall.desk.supply.work()
    found = purchase(mall)
    done = Callback(reference=found.reference, reply=Delivered("n1", 1200, codes=("CODE-0001",)))
    with pytest.raises(CallbackRefused):
        mall.desk.supply.hear("amber", done)
    for odd in ("", "-1", "nothing-1", f"{found.id}-7", f"{found.id}-x", found.id):
        with pytest.raises(CallbackRefused):
            mall.desk.supply.hear("solo", Callback(reference=odd, reply=done.reply))
    first, again = (mall.desk.supply.hear("solo", done) for _ in range(2))
    assert (first.phase, again.duplicate, mall.desk.supply.billed("solo")) == ("delivered", True, 1200)
    assert len(mall.entitlements("ann")) == 1


def test_a_refund_before_the_order_calls_it_off(mall: OpenMall, shop: Shop) -> None:
    bought(mall)
    mall.refund(deal_id("", "", "o1"), key="back")
    assert (mall.desk.supply.work(), shop.orders, purchase(mall).phase) == (0, [], "called_off")


def test_it_can_be_sold_and_not_given_by_hand(mall: OpenMall) -> None:
    with pytest.raises(InputError, match="bought from suppliers"):
        mall.desk.grant("ann", "game_code", key="gift", reason="sorry")


def test_what_was_accepted_and_then_refused_is_not_owed(mall: OpenMall, shop: Shop) -> None:
    shop.says = lambda _: Accepted("n1", cost=1200)
    bought(mall)
    mall.desk.supply.work()
    assert mall.desk.supply.billed("solo") == 1200
    mall.desk.supply.hear("solo", Callback(reference=purchase(mall).reference, reply=Refused("failed", number="n1")))
    assert (mall.desk.supply.billed("solo"), purchase(mall).phase) == (0, "refused")


def test_whoever_waits_for_a_supplier_is_not_erased_yet(mall: OpenMall) -> None:
    bought(mall)
    with pytest.raises(ErasureRefused) as no:
        mall.desk.erase("ann", by="ops/7", reason="asked for it", drop_events=True)
    assert [(one.what, one.name) for one in no.value.open] == [("purchase", deal_id("", "", "o1"))]
    mall.desk.supply.work()
    mall.desk.erase("ann", by="ops/7", reason="asked for it", drop_events=True)


@pytest.mark.parametrize("late", [Busy("later"), Refused("no"), Unknown("odd")])
def test_a_late_no_to_an_earlier_sending_changes_nothing(
    mall: OpenMall, shop: Shop, clock: FixedClock, late: Reply
) -> None:
    """The order was sent once more meanwhile, under the same reference: what becomes of that counts."""
    shop.asked = lambda _: Absent()
    bought(mall, item="top_up")
    tell_purchase(mall.ports, "purchase.send", purchase(mall).id, key="slow")
    shop.says = lambda _: Accepted("n1")
    for _ in range(2):
        clock.move(clock.now() + timedelta(seconds=6))
        mall.sweep()
        mall.desk.supply.work()
        mall.desk.supply.work()
    assert (purchase(mall).phase, purchase(mall).calls) == ("accepted", 2)

    heard(mall.ports, purchase(mall).id, late, round_=1, to="order", turn=1)
    assert (purchase(mall).phase, mall.deal(deal_id("", "", "o1")).phase) == ("accepted", "paid")


def test_one_that_can_not_go_on_keeps_nobody_waiting(
    mall: OpenMall, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    bought(mall, "o1")
    bought(mall, "o2")
    broken, told = purchase(mall, "o2").id, ordering.tell_purchase

    def tell(ports: Any, type_: str, number: str, **said: Any) -> Any:
        if number == broken:
            raise StorageError("its campaign can't be read")
        return told(ports, type_, number, **said)

    monkeypatch.setattr(ordering, "tell_purchase", tell)
    mall.desk.supply.work()
    assert (purchase(mall, "o1").phase, purchase(mall, "o2").phase) == ("delivered", "wanted")


def test_a_worker_buys(mall: OpenMall) -> None:
    bought(mall)
    assert mall.worker().catch_up()["purchases"] == 1
    assert purchase(mall).phase == "delivered"
