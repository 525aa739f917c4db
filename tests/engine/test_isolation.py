"""Campaigns don't fail each other, and writes of a batch neither."""

from __future__ import annotations

import gc
import logging
from contextlib import suppress

import pytest

from quanyi.adapters.clock import FixedClock
from quanyi.adapters.memory import MemoryStore
from quanyi.adapters.outbox import CloudEvent
from quanyi.adapters.wiring import OpenMall, wire
from quanyi.campaigns.project.load import load_project
from quanyi.entitlements.changes import Changes
from quanyi.entitlements.errors import InputError, InsufficientPoints, Refused
from quanyi.entitlements.inputs import Input, Receipt
from quanyi.entitlements.picture import Draft
from quanyi.entitlements.plays.reward import Reward
from tests.engine.conftest import FOLDER

whole_decide = Reward.decide


def broken(self: Reward, ask: Input, draft: Draft) -> Changes:
    """One campaign divides by zero; all others do as they did."""
    if self.head.campaign == "first-order-coffee":
        return 1 // 0  # type: ignore[return-value]
    return whole_decide(self, ask, draft)


def test_a_broken_campaign_hurts_only_itself(
    mall: OpenMall, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Of two campaigns on one order the sound one pays, and the broken one is named and parked."""
    monkeypatch.setattr(Reward, "decide", broken)
    with caplog.at_level(logging.CRITICAL, "quanyi"):
        receipt = mall.report("order.paid", user="ann", key="o1", data={"order": "o1", "amount": 5000})

    assert {d.campaign: d.outcome for d in receipt.decisions} == {
        "order-points": "granted",
        "first-order-coffee": "failed",
    }
    assert mall.wallet("ann").units["points"].balance == 5


@pytest.mark.parametrize("mall", ["sqlite", "postgres", "mariadb"], indirect=True)
def test_what_a_campaign_broke_on_is_decided_again_once_it_is_mended(
    mall: OpenMall, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The outbox tells of it; trying it while it is broken loses nothing, and twice gives nothing twice."""
    told: list[CloudEvent] = []
    relay = mall.desk.relay(lambda event: told.append(event) if event.type == "campaign.failed" else None)
    with monkeypatch.context() as while_broken:
        while_broken.setattr(Reward, "decide", broken)
        mall.report("order.paid", user="ann", key="o1", data={"order": "o1", "amount": 5000})
        relay.run()
        assert mall.desk.retry(told[0]).decisions[0].outcome == "failed"
    relay.run()
    receipts = [mall.desk.retry(event) for event in (*told, told[1])]

    assert [told[0].subject, told[0].data["campaign"]] == ["ann", "first-order-coffee"]
    assert [(r.decisions[0].outcome, r.duplicate) for r in receipts] == [
        ("failed", True),
        ("promised", False),
        ("promised", True),
    ]
    assert [[d.campaign for d in receipt.decisions] for receipt in receipts] == [["first-order-coffee"]] * 3
    assert [promise.campaign for promise in mall.promises("ann")] == ["first-order-coffee"]
    assert mall.wallet("ann").units["points"].balance == 5


def test_only_what_broke_can_be_tried_again(mall: OpenMall) -> None:
    """An event of another type is not what this is for."""
    event = CloudEvent(id="1", source="/quanyi/x", type="deal.paid", time=mall.now())

    with pytest.raises(InputError, match=r"campaign\.failed"):
        mall.desk.retry(event)


def test_writes_of_a_batch_are_committed_together_and_refused_alone(mall: OpenMall) -> None:
    """A later write sees what an earlier one earned; a refusal is one write's own."""
    with mall.batch() as batch:
        batch.report("points.granted", user="ann", key="g", data={"points": 300})
        batch.exchange("coffee", user="bob", key="x/bob")
        batch.exchange("coffee", user="ann", key="x/ann")
    granted, refused, bought = batch.outcomes

    assert isinstance(granted, Receipt)
    assert isinstance(refused, InsufficientPoints)
    assert isinstance(bought, Receipt)
    assert mall.entitled("coffee", "ann")


def test_a_batch_that_breaks_off_writes_nothing(mall: OpenMall) -> None:
    """An exception in the block drops every write in it."""
    with suppress(RuntimeError), mall.batch() as batch:
        batch.report("check_in", user="ann", key="ci")
        raise RuntimeError

    assert mall.wallet("ann").units["points"].balance == 0


def test_one_user_in_one_batch_meets_their_own_limit(mall: OpenMall) -> None:
    """Decisions of one batch see each other: the second piece is one too many."""
    with mall.batch() as batch:
        batch.claim("flash", item="phone", user="ann", key="k1")
        batch.claim("flash", item="phone", user="ann", key="k2")
        batch.claim("flash", item="phone", user="ann", key="k1")
    first, second, repeated = batch.outcomes

    assert isinstance(first, Receipt)
    assert getattr(second, "code", "") == "limit-reached"
    assert isinstance(repeated, Receipt)
    assert repeated.duplicate


def test_a_refusal_keeps_nothing_of_its_batch(clock: FixedClock) -> None:
    """Nothing is left for the collector of garbage: neither the batch's rows nor the frames that refused."""
    mall = wire(load_project(FOLDER), MemoryStore(), clock=clock)
    mall.desk.apply()
    mall.claim("flash", item="phone", user="ann", key="k")
    refused(mall, "first")
    left = [garbage_of(mall, f"again-{n}") for n in range(5)]

    assert min(left) == 0, left  # threads of other tests may leave theirs meanwhile


def garbage_of(mall: OpenMall, key: str) -> int:
    gc.collect()
    gc.disable()
    try:
        refused(mall, key)
        return gc.collect()
    finally:
        gc.enable()


def refused(mall: OpenMall, key: str) -> None:
    with suppress(Refused):
        mall.claim("flash", item="phone", user="ann", key=key)
