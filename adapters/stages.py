"""
Sandboxes for stories and recorded events: a whole mall in memory, or one of its own in a database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeVar

from quanyi.adapters.ids import RandomIds
from quanyi.adapters.sandboxes import memory_sandboxes, sandbox_on
from quanyi.adapters.wiring import wire
from quanyi.campaigns.ports import MallStore
from quanyi.campaigns.project.model import Project
from quanyi.campaigns.tools.sandbox import Sandbox, StageFactory
from quanyi.entitlements.ports import Facts, Ids

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

    from quanyi.adapters.sql.store import SqlStore

__all__ = ["in_portions", "memory_stage", "sql_stage", "stage_on"]

_PORTION_SECONDS = 0.05
"""How long one transaction of a portion is open before it commits: so long others wait who want to write."""

Event = TypeVar("Event")


@contextmanager
def memory_stage(project: Project, facts: Facts, at: datetime) -> Iterator[Sandbox]:
    """A mall in memory, which is dropped at the end of the block."""
    with memory_sandboxes(wire)(project, facts, at) as stage:
        yield stage


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


@contextmanager
def in_portions(store: SqlStore) -> Iterator[tuple[SqlStore, Callable[[Iterable[Event]], Iterator[Event]]]]:
    """
    A store for one caller who does many things one after the other, and what goes through them.

    On SQLite what was done is committed after every twentieth of a second, and at the end of the block: a commit waits for
    the disk as long as several events take to decide. Other databases commit each thing by itself, since
    everybody who needs the same rows would have to wait for the whole portion.
    """
    if store.engine.dialect.name != "sqlite":
        yield store, iter
        return
    with store.engine.connect().execution_options(quanyi_begin="immediate") as connection:
        with store.translated():
            connection.begin()
        try:
            yield store.join(connection), partial(_committed, store, connection)
        finally:
            with store.translated():
                connection.commit()


def _committed(store: SqlStore, connection: Connection, events: Iterable[Event]) -> Iterator[Event]:
    """Go through *events*, and commit from time to time what came of those that are done."""
    since = monotonic()
    for event in events:
        yield event
        if monotonic() - since > _PORTION_SECONDS:
            with store.translated():
                connection.commit()
                connection.begin()
            since = monotonic()


def stage_on(
    store: MallStore, project: Project, facts: Facts | None, at: datetime, *, ids: Ids | None = None
) -> Sandbox:
    """
    A mall on *store* whose clock stands at *at*.

    Args:
        ids: Where ids come from; random ones by default.
    """
    return sandbox_on(wire, store, project, facts, at, ids=ids)


@contextmanager
def _in_tables(store: SqlStore, project: Project, facts: Facts, at: datetime) -> Iterator[Sandbox]:
    try:
        yield stage_on(store, project, facts, at)
    finally:
        with store.engine.begin() as connection:
            for table in reversed(store.tables.metadata.sorted_tables):
                connection.execute(table.delete().where(table.c.mall == store.mall))
