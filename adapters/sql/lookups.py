"""
The look-ups of records as rows: a digest for each name and value by which a record can be found.

When a record changes, the rows of values that it no longer names are deleted.
"""

from __future__ import annotations

from collections.abc import Iterable

from quanyi.entitlements.ports import RecordWrite
from quanyi.entitlements.records import Record, lookup_digest

__all__ = ["FORGOTTEN", "NAMED", "forgotten", "named"]

NAMED = ("kind", "name", "value", "record")
FORGOTTEN = ("id", "value")


def named(writes: Iterable[RecordWrite]) -> list[tuple[str, str, bytes, bytes]]:
    """A row for each name and value, in the order of the table's key."""
    records = (write.record for write in writes)
    return sorted((r.kind, name, lookup_digest(name, value), r.key.id) for r in records for name, value in r.lookups())


def forgotten(writes: Iterable[RecordWrite]) -> list[tuple[bytes, bytes | None]]:
    """
    The changed records whose look-ups may have to go, each with a value that stays.

    There is one row for each value that stays, and one with None for a record that names nothing.
    """
    changed = [write.record for write in writes if write.before is not None and _can_be_looked_up(write.record)]
    stay = sorted((r.key.id, [lookup_digest(name, value) for name, value in r.lookups()]) for r in changed)
    return [(id_, value) for id_, values in stay for value in (*values, *([] if values else [None]))]


def _can_be_looked_up(record: Record) -> bool:
    return type(record).lookups is not Record.lookups
