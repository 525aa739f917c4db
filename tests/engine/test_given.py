"""A receipt says all that came of an input: what everybody got, from every campaign, and from what followed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from quanyi.adapters.clock import FixedClock
from quanyi.adapters.memory import MemoryStore
from quanyi.adapters.wiring import wire
from quanyi.campaigns.project.load import load_project
from tests.engine.conftest import sql_store

MALL = """\
mall: small
zone: Asia/Shanghai
currency: CNY
units: {points: {debt: allowed}, growth: {}}
---
events:
  order.paid: {key: order, source: [order], order: id, amount: money, sharer: user?}
  order.refunded: {source: [order], order: id}
---
benefits:
  coffee: {is: voucher, face: 18.00}
  mug: {is: voucher, face: 28.00}
---
campaign: a-points
kind: reward
when: order.paid
give: {points: 10}
at_most: [9 per user]
if_undone: {when: order.refunded, same: order, take: debt}
---
campaign: b-coffee
kind: reward
when: order.paid
give: [coffee, {growth: 3}]
at_most: [9 per user]
---
campaign: c-task
kind: task
goals: {buy: {when: order.paid, give: {points: 5}}}
all_done: mug
---
campaign: d-follows
kind: reward
when: goal.done
give: {points: 100}
at_most: [1 per user]
---
campaign: e-for-the-sharer
kind: reward
when: order.paid
to: sharer
give: {points: 1}
at_most: [9 per user]
"""


@pytest.fixture(params=["memory", "sqlite"])
def mall(request, tmp_path):
    (tmp_path / "mall.yaml").write_text(MALL, encoding="utf-8")
    store = MemoryStore() if request.param == "memory" else sql_store(request.getfixturevalue("sqlite_engine"))
    mall = wire(load_project(tmp_path), store, clock=FixedClock(datetime(2026, 3, 2, 4, tzinfo=UTC)))
    mall.desk.apply()
    return mall


def pay(mall, **more):
    return mall.report("order.paid", user="ann", key="o1", data={"order": "o1", "amount": 5000, **more})


def test_everything_that_everybody_got_is_in_the_receipt(mall):
    receipt = pay(mall, sharer="bob")

    assert receipt.given == {"points": 116, "coffee": 1, "growth": 3, "mug": 1}
    assert receipt.answer["given"] == receipt.given
    assert len(receipt.entitlements) == 1  # those of the rewards; a task lists none


def test_the_same_call_again_says_the_same(mall):
    first, again = pay(mall), pay(mall)

    assert (again.duplicate, again.given) == (True, first.given)


def test_what_is_taken_back_is_below_zero(mall):
    pay(mall)
    receipt = mall.report("order.refunded", user="ann", key="r1", data={"order": "o1"})

    assert receipt.given == {"points": -10}


def test_nothing_is_nothing(mall):
    pay(mall)
    receipt = mall.report("order.refunded", user="bob", key="r2", data={"order": "o2"})

    assert receipt.given == {}
