"""What a host may rely on, on every store."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest

from quanyi.adapters.clock import FixedClock
from quanyi.adapters.wiring import OpenMall
from quanyi.entitlements.errors import (
    HoldClosed,
    InsufficientPoints,
    KeyReused,
    LimitReached,
    NotFound,
    OutOfStock,
    Refused,
    VoucherRefused,
)
from quanyi.entitlements.inputs import Receipt


def points(mall: OpenMall, user: str) -> int:
    return mall.wallet(user).units["points"].balance


def grant(mall: OpenMall, user: str, amount: int) -> None:
    mall.report("points.granted", user=user, key=f"grant/{user}/{amount}", data={"points": amount})


def left(mall: OpenMall, campaign: str = "flash", item: str = "phone") -> int | None:
    return mall.offer(campaign, item).left


def test_a_fact_earns_points_once_a_day(mall: OpenMall, clock: FixedClock) -> None:
    """A second check-in of the day is skipped with its reason; the next day earns again."""
    first = mall.report("check_in", user="ann", key="ci/1")
    second = mall.report("check_in", user="ann", key="ci/2")
    clock.advance(days=1)
    mall.report("check_in", user="ann", key="ci/3")

    assert [d.outcome for d in first.decisions] == ["granted"]
    assert [(d.outcome, d.reason) for d in second.decisions] == [("skipped", "limit-reached")]
    assert points(mall, "ann") == 20


def test_the_same_key_is_answered_with_the_first_receipt(mall: OpenMall) -> None:
    """A repeated claim books nothing, and other content under its key is told so."""
    first = mall.claim("flash", item="phone", user="ann", key="k1")
    again = mall.claim("flash", item="phone", user="ann", key="k1")

    assert (again.hold, again.duplicate, first.duplicate) == (first.hold, True, False)
    assert left(mall) == 19
    with pytest.raises(KeyReused):
        mall.claim("flash", item="phone", user="ann", key="k1", qty=2)


def test_a_done_key_answers_the_same_after_the_balance_changed(mall: OpenMall) -> None:
    """The receipt of an exchange is what it was, however poor its owner is by now."""
    grant(mall, "ann", 300)
    first = mall.exchange("coffee", user="ann", key="x1")
    again = mall.exchange("coffee", user="ann", key="x1")

    assert first.entitlements == again.entitlements
    assert points(mall, "ann") == 0


def test_a_refused_key_may_be_used_again(mall: OpenMall) -> None:
    """A no books nothing, not even its key."""
    with pytest.raises(InsufficientPoints) as refused:
        mall.exchange("coffee", user="ann", key="x1")
    grant(mall, "ann", 300)
    receipt = mall.exchange("coffee", user="ann", key="x1")

    assert refused.value.missing is not None
    assert len(receipt.entitlements) == 1


def test_sixty_four_buyers_get_twenty_pieces(mall: OpenMall) -> None:
    """Exactly 20 of 64 threads get a piece, and the others a refusal."""

    def buy(n: int) -> str:
        try:
            return mall.claim("flash", item="phone", user=f"u{n}", key=f"k{n}").hold
        except OutOfStock:
            return ""

    with ThreadPoolExecutor(64) as pool:
        holds = [hold for hold in pool.map(buy, range(64)) if hold]

    assert (len(holds), len(set(holds)), left(mall)) == (20, 20, 0)


def test_a_split_quota_is_exact(mall: OpenMall) -> None:
    """Four balances of a hot quota sell what they hold together, and not one more."""

    def buy(n: int) -> bool:
        try:
            mall.claim("hot", item="phone", user=f"u{n}", key=f"k{n}")
        except OutOfStock:
            return False
        return True

    with ThreadPoolExecutor(16) as pool:
        sold = sum(pool.map(buy, range(70)))

    assert (sold, left(mall, "hot")) == (50, 0)


def test_one_user_gets_one_piece_however_often_they_press(mall: OpenMall) -> None:
    """Sixteen claims of one user at once, each with a key of its own: one deal."""

    def buy(n: int) -> str:
        try:
            return mall.claim("flash", item="phone", user="ann", key=f"k{n}").hold
        except LimitReached:
            return ""

    with ThreadPoolExecutor(16) as pool:
        holds = [hold for hold in pool.map(buy, range(16)) if hold]

    assert (len(holds), left(mall)) == (1, 19)


def test_the_same_key_at_once_is_one_deal(mall: OpenMall) -> None:
    """Sixteen calls with one key all get the one receipt."""
    with ThreadPoolExecutor(16) as pool:
        receipts = list(pool.map(lambda _: mall.claim("flash", item="phone", user="ann", key="k"), range(16)))

    assert len({receipt.hold for receipt in receipts}) == 1
    assert sum(not receipt.duplicate for receipt in receipts) == 1
    assert left(mall) == 19


def test_a_hold_closes_once(mall: OpenMall) -> None:
    """Paying and releasing the same hold at once: one wins, the other is told it is closed."""
    for n in range(8):
        hold = mall.claim("flash", item="phone", user=f"u{n}", key=f"k{n}").hold
        acts = [
            partial(mall.settle, hold, paid=569900, key=f"pay/{hold}"),
            partial(mall.release, hold, key=f"no/{hold}"),
        ]
        with ThreadPoolExecutor(2) as pool:
            outcomes = list(pool.map(_attempt, acts))

        assert sorted(isinstance(outcome, Receipt) for outcome in outcomes) == [False, True]
        assert any(isinstance(outcome, HoldClosed) for outcome in outcomes)


def _attempt(act: object) -> object:
    try:
        return act()  # type: ignore[operator]
    except Refused as no:
        return no


def test_an_overdue_hold_reads_as_lapsed_before_any_sweep(mall: OpenMall, clock: FixedClock) -> None:
    """At its very end a hold is gone: others may buy, its owner can't pay, and no job ran."""
    holds = [mall.claim("flash", item="phone", user=f"u{n}", key=f"k{n}").hold for n in range(20)]
    clock.advance(minutes=30)

    assert left(mall) == 20
    with pytest.raises(HoldClosed):
        mall.settle(holds[0], paid=569900, key="late")
    assert mall.claim("flash", item="phone", user="zoe", key="zoe").hold


def test_two_inputs_meet_one_deadline(mall: OpenMall, clock: FixedClock) -> None:
    """A payment and a newcomer arriving at once after the end: the piece is given out once."""
    for n in range(20):
        mall.claim("flash", item="phone", user=f"u{n}", key=f"k{n}")
    clock.advance(minutes=31)
    with ThreadPoolExecutor(16) as pool:
        outcomes = list(pool.map(_attempt, [_buyer(mall, n) for n in range(40)]))

    assert sum(isinstance(outcome, Receipt) for outcome in outcomes) == 20
    assert left(mall) == 0


def _buyer(mall: OpenMall, n: int) -> object:
    return partial(mall.claim, "flash", item="phone", user=f"new{n}", key=f"new{n}")


def test_points_come_back_to_the_very_lots(mall: OpenMall, clock: FixedClock) -> None:
    """A refund returns points with the ends they had."""
    grant(mall, "ann", 200)
    clock.advance(days=40)
    grant(mall, "ann", 201)
    before = mall.wallet("ann").units["points"].ending
    deal = mall.exchange("coffee", user="ann", key="x1").deal
    mall.refund(deal, key="r1")

    assert mall.wallet("ann").units["points"].ending == before
    assert not mall.entitled("coffee", "ann")


def test_a_refund_before_its_order_leaves_nothing_to_earn(mall: OpenMall) -> None:
    """News out of order: the order earns nothing once its refund is known."""
    mall.report("order.refunded", user="ann", key="r1", data={"order": "o1"})
    late = mall.report("order.paid", user="ann", key="o1", data={"order": "o1", "amount": 5000})

    assert {decision.reason for decision in late.decisions} == {"undone"}
    assert points(mall, "ann") == 0


def test_a_promise_is_kept_when_it_is_due_and_read_before_any_sweep(mall: OpenMall, clock: FixedClock) -> None:
    """Seven days after the order the coffee is there, also for a sweep that comes late."""
    mall.report("order.paid", user="ann", key="o1", data={"order": "o1", "amount": 5000})
    clock.advance(days=7, seconds=-1)
    mall.sweep()
    early = mall.entitled("coffee", "ann")
    clock.advance(seconds=1)
    mall.sweep()

    assert (early, mall.entitled("coffee", "ann")) == (False, True)


def test_a_refunded_order_breaks_its_promise_and_takes_points_back(mall: OpenMall, clock: FixedClock) -> None:
    """What was booked because of the order goes; what was spent already becomes a debt."""
    mall.report("order.paid", user="ann", key="o1", data={"order": "o1", "amount": 300000})
    mall.exchange("coffee", user="ann", key="x1")
    mall.report("order.refunded", user="ann", key="r1", data={"order": "o1"})
    clock.advance(days=8)
    mall.sweep()

    assert points(mall, "ann") == -300
    assert len(mall.entitlements("ann", phase="usable")) == 1


def test_a_code_is_drawn_when_paid_and_revealed_to_its_owner_alone(mall: OpenMall) -> None:
    """Two buyers, two codes; a stranger is told that there is nothing."""
    mall.desk.import_codes("music", ["AAAA-1111", "BBBB-2222", "aaaa 1111"], key="import/1")
    seen = []
    for user in ("ann", "bob"):
        grant(mall, user, 100)
        hold = mall.exchange("music", user=user, key=f"x/{user}").hold
        mall.settle(hold, paid=500, key=f"pay/{user}")
        right = mall.entitlements(user)[0]
        seen.append(mall.reveal(right.id, user=user, key=f"see/{user}").codes)

    assert sorted(seen) == [("AAAA-1111",), ("BBBB-2222",)]
    with pytest.raises(VoucherRefused, match="unknown"):
        mall.reveal(right.id, user="ann", key="theft")


def test_history_adds_up(mall: OpenMall, clock: FixedClock) -> None:
    """Each line's balance is the one before it plus its amount, and the last one is the wallet's."""
    grant(mall, "ann", 700)
    mall.report("check_in", user="ann", key="ci")
    deal = mall.exchange("coffee", user="ann", key="x1").deal
    mall.refund(deal, key="r1")
    mall.exchange("coffee", user="ann", key="x2")
    entries = list(reversed(mall.entries("ann", "points")))
    running = 0
    for entry in entries:
        running += entry.amount
        assert entry.balance == running

    assert (len(entries), running) == (5, points(mall, "ann"))


def test_points_end_with_their_lot(mall: OpenMall, clock: FixedClock) -> None:
    """From the end of their month a year later points are gone, whether or not a sweep came by."""
    grant(mall, "ann", 300)
    clock.advance(timedelta(days=400))

    assert points(mall, "ann") == 0
    with pytest.raises(InsufficientPoints):
        mall.exchange("coffee", user="ann", key="x1")


def test_a_paused_campaign_takes_nothing_new_and_finishes_what_is_under_way(mall: OpenMall) -> None:
    """An operator's pause is seen by the next claim; a placed deal can still be paid."""
    hold = mall.claim("flash", item="phone", user="ann", key="k1").hold
    mall.desk.pause("flash")
    with pytest.raises(Refused, match="paused"):
        mall.claim("flash", item="phone", user="bob", key="k2")
    paid = mall.settle(hold, paid=569900, key="pay")
    mall.desk.resume("flash")

    assert paid.deal == hold
    assert mall.claim("flash", item="phone", user="bob", key="k2").hold


def test_somebody_elses_deal_and_no_deal_answer_alike(mall: OpenMall) -> None:
    """Nobody learns from the answer which numbers exist."""
    hold = mall.claim("flash", item="phone", user="ann", key="k1").hold
    with pytest.raises(NotFound) as foreign:
        mall.settle(hold, paid=569900, key="p", user="eve")
    with pytest.raises(NotFound) as unknown:
        mall.settle("0" * 16, paid=569900, key="p", user="eve")

    assert str(foreign.value).replace(hold, "N") == str(unknown.value).replace("0" * 16, "N")
