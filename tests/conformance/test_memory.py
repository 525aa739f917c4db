"""The memory store keeps its own promises."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest

from quanyi.adapters.conformance import RaceSuite, StoreSuite
from quanyi.adapters.memory import MemoryStore


class TestMemory(StoreSuite, RaceSuite):
    @pytest.fixture
    def open_store(self) -> Callable[[str], MemoryStore]:
        return cache(lambda _mall: MemoryStore())
