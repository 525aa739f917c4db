"""The memory store keeps its own promises."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest

from quanyi.adapters.conformance import RaceSuite, StoreSuite
from quanyi.adapters.conformance.material import change, emit, write
from quanyi.adapters.memory import MemoryStore


class TestMemory(StoreSuite, RaceSuite):
    @pytest.fixture
    def open_store(self) -> Callable[[str], MemoryStore]:
        return cache(lambda _mall: MemoryStore())


class TestMemoryWithoutJournal(StoreSuite):
    """What stories and back-tests run on keeps the same promises."""

    @pytest.fixture
    def open_store(self) -> Callable[[str], MemoryStore]:
        return cache(lambda _mall: MemoryStore(journaled=False))


def test_without_a_journal_only_ids_are_kept() -> None:
    store = MemoryStore(journaled=False)
    write(store, changes=(change("c1"), change("c2")), outbox=(emit("e1"),))
    tables = store._tables
    assert (list(tables.journal.values()), list(tables.outbox.values())) == ([None, None], [None])
