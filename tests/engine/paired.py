"""Two malls in one database that get the same calls at the same instants, one with stencils and one without."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import attrs
from sqlalchemy import select

from quanyi.adapters.clock import FixedClock
from quanyi.adapters.ids import CountedIds
from quanyi.adapters.sql.migrate import upgrade
from quanyi.adapters.sql.store import SqlStore
from quanyi.adapters.sql.verify import verify
from quanyi.adapters.wiring import OpenMall, wire
from quanyi.campaigns.engine.stencils.stencil import Stencil
from quanyi.campaigns.project.load import load_project
from tests.engine.repeated import seen

if TYPE_CHECKING:
    from sqlalchemy import Engine

__all__ = ["Pair", "Stream", "applied", "elsewhere", "pair_of", "told", "without_stencils"]

OWN = {"mall", "number", "xact"}
"""Columns that differ between two malls of one database."""


FactsOf = Callable[[str], dict[str, Any]]
"""What is known of a user."""


def _vip(user: str) -> dict[str, Any]:
    return {"vip": user != "guest"}


class Stream(Protocol):
    """Batches of calls, the same for the same seed: name and arguments of each, and how long after the last batch they come."""

    batch: list[tuple[str, dict[str, Any]]]
    wait: timedelta

    def heard(self, verdicts: Sequence[tuple[str, Any]]) -> None:
        """Learn what came of the batch."""
        ...


@attrs.frozen(kw_only=True)
class Pair:
    """The same mall twice: with stencils, and without."""

    engine: Engine
    clock: FixedClock
    stamping: OpenMall
    ordinary: OpenMall

    @property
    def both(self) -> tuple[OpenMall, OpenMall]:
        return self.stamping, self.ordinary

    @property
    def stencils(self) -> list[Stencil]:
        """The stencils that are in use."""
        known = self.stamping.ports.transactions.stencils._known
        return [found for found in known.values() if isinstance(found, Stencil)]

    def rows(self, mall: OpenMall) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of a mall, by table, sorted."""
        store = mall.ports.store
        found: dict[str, list[tuple[Any, ...]]] = {}
        with self.engine.connect() as connection:
            for table in store.tables.metadata.sorted_tables:
                columns = [column for column in table.c if column.name not in OWN]
                rows = connection.execute(select(*columns).where(table.c.mall == store.mall))
                found[table.name] = sorted(map(tuple, rows), key=repr)
        return found

    def order(self, mall: OpenMall) -> list[tuple[Any, ...]]:
        """The lines of all wallets, in the order in which they are listed."""
        store = mall.ports.store
        table = store.tables.entry
        columns = [column for column in table.c if column.name not in OWN]
        with self.engine.connect() as connection:
            rows = connection.execute(select(*columns).where(table.c.mall == store.mall).order_by(table.c.number))
            return sorted(map(tuple, rows), key=lambda row: row[columns.index(table.c.holder)])


def pair_of(engine: Engine, folder: Path, clock: FixedClock, facts: FactsOf = _vip) -> Iterator[Pair]:
    """The mall of *folder* twice; at the end the books of both are verified."""
    upgrade(engine)
    stamping, ordinary = (applied(engine, name, clock, folder, facts) for name in ("stamping", "ordinary"))
    without_stencils(ordinary)
    yield Pair(engine=engine, clock=clock, stamping=stamping, ordinary=ordinary)
    for mall in ("stamping", "ordinary"):
        assert verify(engine, mall).differences == ()


def applied(engine: Engine, name: str, clock: FixedClock, folder: Path, facts: FactsOf = _vip) -> OpenMall:
    """A mall with its campaigns in force."""
    mall = wire(
        load_project(folder),
        SqlStore(engine, name),
        clock=clock,
        ids=CountedIds("h"),
        seeds=CountedIds("s"),
        facts=facts,
    )
    mall.desk.apply()
    return mall


def elsewhere(engine: Engine, name: str, clock: FixedClock, folder: Path, facts: FactsOf = _vip) -> OpenMall:
    """The same mall in another program."""
    return wire(load_project(folder), SqlStore(engine, name), clock=clock, facts=facts)


def without_stencils(mall: OpenMall) -> None:
    mall.ports.transactions.stencils.of = lambda _ask: None  # type: ignore[method-assign]


def told(pair: Pair, calls: Stream) -> list[tuple[object, object]]:
    """Make a batch's calls in both malls. The verdicts that differ."""
    pair.clock.move(pair.clock.now() + calls.wait)
    now = pair.clock.now()
    verdicts = []
    for mall in pair.both:
        pair.clock.move(now)
        with mall.batch() as batch:
            for name, said in calls.batch:
                getattr(batch, name)(**said)
                pair.clock.move(pair.clock.now() + timedelta(milliseconds=3))
        verdicts.append([seen(outcome) for outcome in batch.outcomes])
    calls.heard(verdicts[1])
    return [(one, other) for one, other in zip(*verdicts, strict=True) if one != other]
