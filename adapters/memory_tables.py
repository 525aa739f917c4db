"""
What the memory store stores: one table for each kind of row, and by what rows are found.
"""

from __future__ import annotations

from bisect import bisect_left
from copy import copy
from datetime import datetime
from typing import Any

import attrs

from quanyi.entitlements.accounts import Account
from quanyi.entitlements.changes import SealedCode
from quanyi.entitlements.needs import LotsOf, Need, Timer
from quanyi.entitlements.ports import ChangeWrite, EmitWrite, Entry, Kept, ReceiptWrite
from quanyi.entitlements.records import Record, RecordKey
from quanyi.entitlements.releases import KeptVersion, Release

__all__ = ["LAST", "MemoryTables", "age_of", "due_at", "gives_room", "kept_of", "take_out", "timer_of"]

LAST = b"\xff" * 17
"""Sorts behind every id."""


@attrs.define
class MemoryTables:
    """
    All that is stored.

    Attributes:
        shown: How many snapshots show these tables just now; as long as there is one, they are not changed.
    """

    balances: dict[Account, int] = attrs.field(factory=dict)
    records: dict[RecordKey, tuple[Record, int]] = attrs.field(factory=dict)
    codes: dict[str, SealedCode] = attrs.field(factory=dict)
    receipts: dict[bytes, Kept] = attrs.field(factory=dict)
    timers: dict[bytes, EmitWrite] = attrs.field(factory=dict)
    outbox: dict[bytes, EmitWrite | None] = attrs.field(factory=dict)
    journal: dict[bytes, ChangeWrite | None] = attrs.field(factory=dict)
    entries: list[tuple[str, Entry]] = attrs.field(factory=list)
    versions: dict[tuple[str, str], KeptVersion] = attrs.field(factory=dict)
    release: Release = attrs.field(factory=Release)

    lots: dict[LotsOf, tuple[Account, ...]] = attrs.field(factory=dict)
    wakes: dict[Need, list[tuple[datetime, bytes]]] = attrs.field(factory=dict)
    givers: dict[Account, list[tuple[datetime, bytes, int]]] = attrs.field(factory=dict)
    agenda: list[tuple[datetime, bytes]] = attrs.field(factory=list)
    kinds: dict[str, dict[RecordKey, None]] = attrs.field(factory=dict)
    named: dict[tuple[str, str, str], dict[RecordKey, None]] = attrs.field(factory=dict)

    shown: int = 0

    def to_write(self) -> MemoryTables:
        """The tables to change: these, or a copy of them if a snapshot shows these."""
        if not self.shown:
            return self
        fields = {field.name: getattr(self, field.name) for field in attrs.fields(MemoryTables)}
        return MemoryTables(**{name: _copied(value) for name, value in fields.items() if name != "shown"})


def _copied(value: Any) -> Any:
    """The same table, whose rows can be changed by themselves; what stands in a row is never changed in its place."""
    if isinstance(value, dict):
        return {key: copy(row) if isinstance(row, list | dict) else row for key, row in value.items()}
    return copy(value) if isinstance(value, list) else value


def due_at(timer: EmitWrite) -> datetime:
    """When it falls due; an event that is no timer, when it was told."""
    return timer.emit.at or timer.emitted_at


def age_of(timer: EmitWrite) -> tuple[datetime, bytes]:
    """By what timers are ordered."""
    return due_at(timer), timer.id


def timer_of(write: EmitWrite) -> Timer:
    """A stored timer as it is read."""
    emit = write.emit
    return Timer(id=write.id, event=emit.event, due_at=due_at(write), data=emit.data, holder=emit.holder)


def take_out(rows: list[Any], row: Any) -> None:
    """Take *row* out of sorted *rows*, if it is there."""
    place = bisect_left(rows, row)
    if rows[place : place + 1] == [row]:
        del rows[place]


def gives_room(need: Need) -> bool:
    """Whether it is a balance to which due timers give something back."""
    return isinstance(need, Account) and bool(need.gives_room)


def kept_of(write: ReceiptWrite) -> Kept:
    """A receipt as it is kept."""
    return Kept(write.digest, write.receipt, write.formula, write.holder, write.input)
