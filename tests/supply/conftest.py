"""A mall that buys from suppliers, on every store, with a clock that stands still and suppliers that do as they are told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import pytest

from quanyi.adapters.clock import FixedClock
from quanyi.adapters.memory import MemoryStore
from quanyi.adapters.vault import KeyRing, SealingVault
from quanyi.adapters.wiring import OpenMall, wire
from quanyi.campaigns.project.load import load_project
from quanyi.entitlements.amounts import Amount
from quanyi.entitlements.derived_ids import deal_id
from quanyi.entitlements.inputs import Receipt
from quanyi.entitlements.supply.port import (
    AccountAnswer,
    Callback,
    CallbackRequest,
    Capability,
    CataloguePage,
    Order,
)
from quanyi.entitlements.supply.replies import Delivered, Reply
from tests.engine.conftest import NOON, sql_store

if TYPE_CHECKING:
    from quanyi.entitlements.records import Purchase

FOLDER = Path(__file__).parents[1] / "malls" / "supply"
STORES = ["memory", "sqlite", "postgres", "mariadb"]


@attrs.define
class Shop:
    """A supplier in this process, which keeps what it was asked, and replies what `says` makes of an order."""

    says: Callable[[Order], Reply] = attrs.field(factory=lambda: delivered)
    asked: Callable[[str], Reply] | None = None
    orders: list[Order] = attrs.field(factory=list)
    queries: list[str] = attrs.field(factory=list)

    @property
    def capabilities(self) -> frozenset[Capability]:
        return frozenset({Capability.ORDER, *([Capability.QUERY] if self.asked else [])})

    def order(self, order: Order) -> Reply:
        self.orders.append(order)
        return self.says(order)

    def query(self, reference: str) -> Reply:
        assert self.asked is not None
        self.queries.append(reference)
        return self.asked(reference)

    def cancel(self, reference: str) -> Reply:
        raise NotImplementedError

    def catalogue(self, after: str | None = None) -> CataloguePage:
        raise NotImplementedError

    def balance(self) -> Amount:
        raise NotImplementedError

    def check_account(self, product: str, account: Mapping[str, str]) -> AccountAnswer:
        raise NotImplementedError

    def read_callback(self, request: CallbackRequest) -> Callback:
        raise NotImplementedError


def delivered(order: Order) -> Delivered:
    """What was ordered, with a code for each piece that says which order it came with."""
    codes = tuple(f"CODE-{order.reference}-{n}".upper() for n in range(order.quantity))
    return Delivered(f"n-{order.reference}", codes=codes if order.product.startswith("G") else ())


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture(params=STORES)
def mall(request: pytest.FixtureRequest, clock: FixedClock, shop: Shop) -> OpenMall:
    """The mall, applied, on each store in turn; ``solo``, ``amber``, ``birch`` and ``cedar`` are one shop."""
    store: Any = (
        MemoryStore() if request.param == "memory" else sql_store(request.getfixturevalue(f"{request.param}_engine"))
    )
    return opened(store, clock, shop)


def opened(store: Any, clock: FixedClock, shop: Shop) -> OpenMall:
    suppliers = dict.fromkeys(("solo", "amber", "birch", "cedar"), shop)
    vault = SealingVault(KeyRing.for_development())
    mall = wire(load_project(FOLDER), store, clock=clock, vault=vault, suppliers=suppliers)
    mall.desk.apply()
    return mall


def bought(mall: OpenMall, order: str = "o1", *, user: str = "ann", item: str = "game_code", qty: int = 1) -> Receipt:
    """An order that is placed and paid."""
    campaign, paid = {
        "game_code": ("cards", 2000),
        "phone_credit": ("credit", 9900),
        "phone_single": ("credit", 9900),
        "top_up": ("top-ups", 10000),
    }[item]
    mall.claim(campaign, item=item, user=user, key=f"claim/{order}", order=order, qty=qty)
    return mall.settle(deal_id("", "", order), paid=paid * qty, key=f"pay/{order}")


def purchase(mall: OpenMall, order: str = "o1") -> Purchase:
    return mall.desk.supply.purchase(order=order)
