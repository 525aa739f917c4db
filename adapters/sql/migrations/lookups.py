"""
Fills in the look-ups of records that an older release wrote.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from hashlib import blake2b
from typing import Any

import sqlalchemy as sa

__all__ = ["name_records"]

_AT_ONCE = 1_000


def name_records(connection: sa.Connection, prefix: str, schema: str | None) -> None:
    """Insert the look-ups of deals, entitlements, promises and code batches; rows that exist already stay."""
    meta = sa.MetaData(schema=schema)
    record = sa.Table(f"{prefix}record", meta, autoload_with=connection)
    lookup = sa.Table(f"{prefix}lookup", meta, autoload_with=connection)
    query = sa.select(record.c.number, record.c.mall, record.c.kind, record.c.id, record.c.body)
    query = query.where(record.c.kind.in_(("code_batch", "deal", "entitlement", "promise"))).order_by(record.c.number)
    last = 0
    while page := connection.execute(query.where(record.c.number > last).limit(_AT_ONCE)).all():
        last = page[-1].number
        rows = [row for mall, kind, id_, body in (line[1:] for line in page) for row in _rows(mall, kind, id_, body)]
        known = lookup.c.record.in_(sorted({row["record"] for row in rows}))
        stands = set(map(tuple, connection.execute(sa.select(*lookup.c).where(known)))) if rows else set()
        new = [row for row in rows if tuple(row[column.name] for column in lookup.c) not in stands]
        if new:
            connection.execute(sa.insert(lookup), new)


def _rows(mall: str, kind: str, id_: bytes, body: str) -> Iterator[dict[str, Any]]:
    for name, value in _named(kind, json.loads(body)):
        yield {"mall": mall, "kind": kind, "name": name, "value": _digest(name, value), "record": bytes(id_)}


def _named(kind: str, body: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if kind == "promise":
        source = body.get("source", ())
        if len(source) == 2:  # noqa: PLR2004  (one thing, and its number)
            yield source[0], source[1]
        return
    name = {"code_batch": "pool", "deal": "order", "entitlement": "deal"}[kind]
    if body.get(name):
        yield name, body[name]


def _digest(name: str, value: str) -> bytes:
    fields = [field.encode() for field in ("lookup", name, value)]
    return blake2b(b"".join(len(raw).to_bytes(4) + raw for raw in fields), digest_size=16).digest()
