"""
Exports what happened to Parquet files, for questions that no page asks: a row for each figure of each change.

Nobody is named in them: people are numbered in the order in which they come, anew in each export.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

from quanyi.adapters.figures.counting import amounts_of, record_ids
from quanyi.adapters.figures.reading import brands, costs_of, in_database
from quanyi.adapters.sql.forward import Journaled, pages_after
from quanyi.entitlements.derived_ids import bucket
from quanyi.entitlements.errors import InputError
from quanyi.entitlements.time import zone_of

if TYPE_CHECKING:
    from quanyi.campaigns.ports import Ports

__all__ = ["Exported", "export_parquet"]

_AT_ONCE = 5_000
_WHOLE = 10_000


@attrs.frozen(kw_only=True)
class Exported:
    """How many rows were written to ``facts.parquet``, and how many people are in them."""

    rows: int
    people: int


def export_parquet(ports: Ports, into: Path) -> Exported:
    """
    Write ``facts.parquet`` and ``arms.parquet`` to the folder *into*, which is made.

    ``facts`` has a row for each campaign, thing and figure of each change: ``decided_at`` (UTC, without a zone), ``day`` and ``hour`` in the mall's
    zone, ``person``, ``campaign``, ``item``, ``brand``, ``figure``, ``amount``, and a column for each attribute that the
    mall counts by. ``arms`` says of each person and campaign with a holdout in which ``arm`` they are: ``holdout``
    or ``offered``.

    Raises:
        InputError: pyarrow is not installed, or the mall is in memory.
    """
    from quanyi.adapters.sql.store import SqlStore

    if not isinstance(ports.store, SqlStore):
        raise InputError("a mall in memory has nothing to export")
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError:
        raise InputError("install pyarrow to export: pip install 'quanyi[parquet]'") from None
    into.mkdir(parents=True, exist_ok=True)
    people: dict[str, int] = {}
    schema, rows = _schema(pa, ports.project.counted), 0
    with parquet.ParquetWriter(into / "facts.parquet", schema) as writer:
        for page in pages_after(ports.store, limit=_AT_ONCE):
            facts = list(_facts(ports, page, people))
            rows += len(facts)
            writer.write_table(pa.Table.from_pylist(facts, schema=schema))
    arms = pa.schema([("campaign", pa.string()), ("person", pa.int64()), ("arm", pa.string())])
    parquet.write_table(pa.Table.from_pylist(list(_arms(ports, people)), schema=arms), into / "arms.parquet")
    return Exported(rows=rows, people=len(people))


def _schema(pa: Any, counted: Iterable[str]) -> Any:
    columns = [("decided_at", pa.timestamp("us")), ("day", pa.date32()), ("hour", pa.int8())]
    columns += [("person", pa.int64())]
    columns += [(name, pa.string()) for name in ("campaign", "item", "brand", "figure")]
    columns += [("amount", pa.int64())]
    return pa.schema(columns + [(name, pa.string()) for name in sorted(counted)])


def _facts(ports: Ports, page: Sequence[Journaled], people: dict[str, int]) -> Iterator[Mapping[str, Any]]:
    """The rows of a page of changes; *people* gets those who come for the first time."""
    costs, of, zone = costs_of(ports), brands(ports), zone_of(ports.project.zone)
    ids = {id_ for change in page for id_ in record_ids(change.lines)}
    records = in_database(ports, ports.store).records(ids)
    for change in page:
        amounts, context = amounts_of(change, records, costs)
        if not amounts:
            continue
        local = change.decided_at.astimezone(zone)
        person = None if change.holder is None else people.setdefault(change.holder, len(people) + 1)
        when = {
            "decided_at": change.decided_at.astimezone(UTC).replace(tzinfo=None),
            "day": local.date(),
            "hour": local.hour,
            "person": person,
            **dict(context),
        }
        for (campaign, item, figure), amount in amounts.items():
            yield {
                **when,
                "campaign": campaign,
                "item": item,
                "brand": of.get(item, ""),
                "figure": figure,
                "amount": amount,
            }


def _arms(ports: Ports, people: Mapping[str, int]) -> Iterator[Mapping[str, Any]]:
    """In which arm of each campaign with a holdout each person is, as it is in force now."""
    users = ports.users_of(people)
    for play in ports.plays():
        head = play.head
        if not head.holdout:
            continue
        for holder, person in people.items():
            held = bucket(_WHOLE, "holdout", head.campaign, users.get(holder) or holder) < head.holdout
            yield {"campaign": head.campaign, "person": person, "arm": "holdout" if held else "offered"}
