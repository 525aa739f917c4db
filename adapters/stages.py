"""
Sandboxes for stories and recorded events: a whole mall in memory, or one of its own in a database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

from quanyi.adapters.clock import FixedClock
from quanyi.adapters.ids import CountedIds, RandomIds
from quanyi.adapters.memory import MemoryStore
from quanyi.adapters.vault import KeyRing, SealingVault
from quanyi.adapters.wiring import OpenMall, wire
from quanyi.campaigns.ports import MallStore
from quanyi.campaigns.project.model import Project
from quanyi.campaigns.tools.sandbox import Sandbox, StageFactory
from quanyi.entitlements.needs import CodesOf
from quanyi.entitlements.ports import Facts, Ids, Vault
from quanyi.entitlements.records import Entitlement, RecordKey

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from quanyi.adapters.sql.store import SqlStore

__all__ = ["memory_stage", "sql_stage", "stage_on"]


@contextmanager
def memory_stage(project: Project, facts: Facts, at: datetime) -> Iterator[Sandbox]:
    """A mall in memory, which is dropped at the end of the block."""
    yield stage_on(MemoryStore(), project, facts, at, ids=CountedIds("h"))


def sql_stage(engine: Engine, name: str = "story", **tables: Any) -> StageFactory:
    """
    A factory of malls in the tables of a database. Each has a name of its own and is deleted afterwards.

    Args:
        name: What the malls' names begin with.
        tables: Which tables, as `SqlStore` takes it: ``prefix``, ``schema``.
    """

    def put_up(project: Project, facts: Facts, at: datetime) -> AbstractContextManager[Sandbox]:
        from quanyi.adapters.sql.store import SqlStore

        return _in_tables(
            SqlStore(engine, f"{name}/{RandomIds().new()}", records=project.kinds.records, **tables), project, facts, at
        )

    return put_up


def stage_on(
    store: MallStore, project: Project, facts: Facts | None, at: datetime, *, ids: Ids | None = None
) -> Sandbox:
    """
    A mall on *store* whose clock stands at *at*.

    Args:
        ids: Where ids come from; random ones by default.
    """
    clock, vault, own = FixedClock(at), _throw_away_vault(), ids or RandomIds()

    def over(project: Project) -> Sandbox:
        mall = wire(project, store, clock=clock, ids=own, facts=facts, vault=vault, exhaustive=True)
        return Sandbox(
            mall=mall,
            project=project,
            transactions=mall.ports.transactions,
            store=store,
            move=clock.move,
            apply=mall.desk.apply,
            read_codes=_reader(mall, store, vault),
            over=over,
        )

    return over(project)


@contextmanager
def _in_tables(store: SqlStore, project: Project, facts: Facts, at: datetime) -> Iterator[Sandbox]:
    try:
        yield stage_on(store, project, facts, at)
    finally:
        with store.engine.begin() as connection:
            for table in reversed(store.tables.metadata.sorted_tables):
                connection.execute(table.delete().where(table.c.mall == store.mall))


def _throw_away_vault() -> Vault:
    """A vault with published keys: card codes in stories are made up, so there is nothing to protect."""
    return SealingVault(KeyRing(keys={"story": bytes(31) + b"s"}, current="story", index=bytes(31) + b"i"))


def _reader(mall: OpenMall, store: MallStore, vault: Vault) -> Callable[[str], tuple[str, ...]]:
    def read(entitlement: str) -> tuple[str, ...]:
        key = RecordKey(kind=Entitlement.kind, parts=(entitlement,))
        right, _ = store.peek([key], mall.now()).records.get(key, (None, 0))
        need = CodesOf(right.codes_of if isinstance(right, Entitlement) else entitlement)
        sealed = store.peek([need], mall.now()).codes.get(need, ())
        return tuple(vault.open(code) for code in sealed)

    return read
