"""
The promises of the ports as tests that ship.

The author of a store subclasses the suites and gives one fixture::

    class TestMyStore(StoreSuite, RaceSuite):
        @pytest.fixture
        def open_store(self, tmp_path):
            return lambda mall: MyStore(tmp_path, mall)

`SharedSuite` is for stores that several processes share, `JoinSuite` for those that join a host's
transaction. `SupplierSuite` is for connectors to suppliers: it gives the fixtures `supplier`, `sample` and `callback`.
"""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite(
    *(f"{__name__}.{name}" for name in ("joined", "lists", "races", "snapshots", "store", "supplier", "timers"))
)

from quanyi.adapters.conformance.joined import JoinSuite  # noqa: E402  (rewritten from here on)
from quanyi.adapters.conformance.races import RaceSuite, SharedSuite  # noqa: E402
from quanyi.adapters.conformance.store import StoreSuite  # noqa: E402
from quanyi.adapters.conformance.supplier import SupplierSample, SupplierSuite  # noqa: E402

__all__ = ["JoinSuite", "RaceSuite", "SharedSuite", "StoreSuite", "SupplierSample", "SupplierSuite"]
