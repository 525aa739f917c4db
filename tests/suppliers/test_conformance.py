"""The suite that ships holds for the connector that YAML drives, against the fake process."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from quanyi.adapters.conformance import SupplierSample, SupplierSuite
from quanyi.entitlements.supply.port import CallbackRequest, Supplier
from tests.suppliers.conftest import connector_to

if TYPE_CHECKING:
    from tests.suppliers.conftest import FakeProcess, Inbox


class TestFakeByYaml(SupplierSuite):
    """Codes, delivered at once."""

    @pytest.fixture
    def supplier(self, fake: FakeProcess, inbox: Inbox) -> Supplier:
        fake.set(callback=inbox.url)
        return connector_to(fake.url)

    @pytest.fixture
    def sample(self) -> SupplierSample:
        return SupplierSample(
            product="music-month",
            quantity=3,
            account={"phone": "13800000000"},
            unknown_account={"phone": "42"},
            seconds=10,
        )

    @pytest.fixture
    def callback(self, inbox: Inbox) -> Callable[[str], CallbackRequest]:
        return lambda reference: inbox.of(reference)[0]


class TestFakeThatTakesItsTime(TestFakeByYaml):
    """A direct charge, delivered later, told twice."""

    @pytest.fixture
    def supplier(self, fake: FakeProcess, inbox: Inbox) -> Supplier:
        fake.set(callback=inbox.url, delivers_after=0.2, duplicate_callback=100)
        return connector_to(fake.url)

    @pytest.fixture
    def sample(self) -> SupplierSample:
        account, wrong = {"phone": "13800000000"}, {"phone": "42"}
        return SupplierSample(product="phone-100", account=account, unknown_account=wrong, codes=False, seconds=10)
