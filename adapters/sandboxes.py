"""
Sandboxes made by whatever puts malls together: on a store that is there, or in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from quanyi.adapters.clock import FixedClock
from quanyi.adapters.ids import CountedIds, RandomIds
from quanyi.adapters.memory import MemoryStore
from quanyi.adapters.vault import KeyRing, SealingVault
from quanyi.campaigns.ports import MallStore
from quanyi.campaigns.project.model import Project
from quanyi.campaigns.supply.story_suppliers import StorySuppliers
from quanyi.campaigns.tools.sandbox import Sandbox, StageFactory
from quanyi.entitlements.needs import CodesOf
from quanyi.entitlements.ports import Facts, Ids, Vault
from quanyi.entitlements.records import Entitlement, RecordKey

__all__ = ["memory_sandboxes", "sandbox_on"]

_Wire = Callable[..., Any]
"""`quanyi.adapters.wiring.wire`, which a mall hands to its tools: they are made before it."""


def memory_sandboxes(wire: _Wire) -> StageFactory:
    """A factory of malls in memory, each of which is dropped at the end of its block."""

    @contextmanager
    def put_up(project: Project, facts: Facts, at: datetime) -> Iterator[Sandbox]:
        yield sandbox_on(wire, MemoryStore(journaled=False), project, facts, at, ids=CountedIds("h"))

    return put_up


def sandbox_on(
    wire: _Wire, store: MallStore, project: Project, facts: Facts | None, at: datetime, *, ids: Ids | None = None
) -> Sandbox:
    """
    A mall on *store* whose clock stands at *at*.

    Args:
        ids: Where ids come from; random ones by default.
    """
    clock, vault, own, suppliers = (
        FixedClock(at),
        _throw_away_vault(),
        ids or RandomIds(),
        StorySuppliers(obliging=True),
    )

    def over(project: Project) -> Sandbox:
        mall = wire(
            project, store, clock=clock, ids=own, facts=facts, vault=vault, suppliers=suppliers, exhaustive=True
        )
        return Sandbox(
            mall=mall,
            project=project,
            transactions=mall.ports.transactions,
            store=store,
            move=clock.move,
            apply=mall.desk.apply,
            answer_reminders=mall.answer_reminders,
            read_codes=_reader(mall, store, vault),
            suppliers=suppliers,
            over=over,
        )

    return over(project)


def _throw_away_vault() -> Vault:
    """A vault with published keys: card codes in stories are made up, so there is nothing to protect."""
    return SealingVault(KeyRing(keys={"story": bytes(31) + b"s"}, current="story", index=bytes(31) + b"i"))


def _reader(mall: Any, store: MallStore, vault: Vault) -> Callable[[str], tuple[str, ...]]:
    def read(entitlement: str) -> tuple[str, ...]:
        key = RecordKey(kind=Entitlement.kind, parts=(entitlement,))
        right, _ = store.peek([key], mall.now()).records.get(key, (None, 0))
        need = CodesOf(right.codes_of if isinstance(right, Entitlement) else entitlement)
        sealed = store.peek([need], mall.now()).codes.get(need, ())
        return tuple(vault.open(code) for code in sealed)

    return read
