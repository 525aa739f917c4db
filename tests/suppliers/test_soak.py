"""Everything goes wrong at random, and whoever keeps to what replies allow buys each thing once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from itertools import count
from time import sleep
from typing import TYPE_CHECKING, Any

import pytest

from quanyi.adapters.clock import SystemClock
from quanyi.entitlements.supply.port import Order
from quanyi.entitlements.supply.replies import Absent, Busy, Delivered, Refused, is_final
from tests.suppliers.conftest import patient_for

if TYPE_CHECKING:
    from quanyi.adapters.suppliers.connector import HttpSupplier
    from quanyi.entitlements.supply.replies import Reply
    from tests.suppliers.conftest import FakeProcess

ORDERS, QUANTITY = 240, 2
SOMETIMES = {
    "slow": 5,
    "error_before": 10,
    "error_after": 10,
    "rate_limited": 10,
    "silent": 5,
    "fails_later": 10,
    "out_of_stock": 10,
    "balance_empty": 5,
    "no_number": 10,
    "numbered_refusal": 30,
    "odd_state": 10,
}
TRIES = 60


def bought(supplier: HttpSupplier, reference: str) -> tuple[Reply, int]:
    """What a purchase comes to, and how often it was ordered: again only after `Busy` or `Absent`."""
    order = Order(reference=reference, product="music-month", quantity=QUANTITY, at=SystemClock().now())
    reply, sent = supplier.order(order), 1
    for _ in range(TRIES):
        if is_final(reply):
            break
        if isinstance(reply, Busy | Absent):
            reply, sent = supplier.order(order), sent + 1
            continue
        sleep(0.02)
        reply = supplier.query(reference)
    return reply, sent


@pytest.mark.timeout(120)
def test_each_thing_is_bought_once_whatever_goes_wrong(start_fake: Callable[..., FakeProcess]) -> None:
    """Delivered here is delivered there, for the same money; what is refused here was not made, or was paid back."""
    fake = start_fake("--seed", "soak")
    fake.set(**SOMETIMES, delivers_after=0.05, slow_seconds=0.1, silent_seconds=0.8)
    supplier, numbers = patient_for(0.5, fake.url), count()
    with ThreadPoolExecutor(8) as pool:
        ours: dict[str, Any] = dict(
            pool.map(lambda name: (name, bought(supplier, name)), [f"s{next(numbers)}" for _ in range(ORDERS)])
        )
    books = fake.get("/purchases")
    theirs = {each["reference"]: each for each in books["purchases"]}
    delivered = {name: reply for name, (reply, _) in ours.items() if isinstance(reply, Delivered)}
    refused = {name for name, (reply, _) in ours.items() if isinstance(reply, Refused)}
    codes = Counter(code for reply in delivered.values() for code in reply.codes)

    assert {type(reply) for reply, _ in ours.values()} == {Delivered, Refused}
    assert set(delivered) == {name for name, each in theirs.items() if each["state"] == "DELIVERED"}
    assert {theirs[name]["state"] for name in refused & set(theirs)} <= {"FAILED"}
    assert (len(codes), set(codes.values())) == (QUANTITY * len(delivered), {1})
    assert sum(reply.cost for reply in delivered.values()) == int(Decimal(books["charged"]) * 100)
    assert max(sent for _, sent in ours.values()) > 1
    assert min(len(delivered), len(refused)) > ORDERS // 10
