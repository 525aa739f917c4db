"""
Erasing a person from the memory store.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import attrs

from quanyi.adapters.chance import random_bytes
from quanyi.adapters.erasure import (
    Erased,
    ErasureRefused,
    Mention,
    StillOpen,
    Wish,
    is_of_a_timer,
    stands_in,
)
from quanyi.adapters.memory import MemoryStore
from quanyi.adapters.memory_tables import MemoryTables, due_at
from quanyi.entitlements.changes import Emit, Line
from quanyi.entitlements.errors import NotFound
from quanyi.entitlements.plays.referral.records import Seen
from quanyi.entitlements.records import Deal, Person, Purchase, RecordKey

__all__ = ["MemoryErasures"]

_TABLES = ("balances", "records", "receipts", "timers", "outbox", "journal")


class MemoryErasures:
    """Erases people of a mall in memory."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    def erase(self, wish: Wish) -> Erased:
        """Erase a person, or refuse; all of it or nothing."""
        with self._store.erasing() as tables:
            key = RecordKey(kind=Person.kind, parts=(wish.user,))
            if key not in tables.records:
                raise NotFound("the books know nobody of this id")
            holder = str(tables.records[key][0].holder)
            if found := list(_open(tables, holder, wish)):
                raise ErasureRefused(found)
            return _erased(tables, holder, wish)

    def mentions(self, user: str) -> Iterator[Mention]:
        """Where the id is read in what the tables keep."""
        with self._store.erasing() as tables:
            for name in _TABLES:
                rows = getattr(tables, name)
                said = sum(stands_in(user, repr((key, _said(row)))) for key, row in rows.items())
                if said:
                    yield Mention(table=name, column="", rows=said)


def _said(row: Any) -> object:
    """A row with those fields that `repr` leaves out."""
    return attrs.asdict(row) if attrs.has(type(row)) else [_said(one) for one in row] if isinstance(row, tuple) else row


def _open(tables: MemoryTables, holder: str, wish: Wish) -> Iterator[StillOpen]:
    for record, _ in tables.records.values():
        if isinstance(record, Deal) and (record.holder, record.phase) == (holder, "placed"):
            yield StillOpen(what="deal", name=record.id, until=record.due_at)
        if isinstance(record, Purchase) and record.holder == holder and not record.ended:
            yield StillOpen(what="purchase", name=record.deal)
    theirs = (timer for timer in tables.timers.values() if timer.emit.holder == holder)
    due = Counter(timer.emit.event for timer in theirs if due_at(timer) <= wish.at)
    yield from (StillOpen(what="due", name=event, count=count) for event, count in sorted(due.items()))


def _erased(tables: MemoryTables, holder: str, wish: Wish) -> Erased:
    kept, forgotten = _forget_keys(tables, holder, wish.user)
    gone = [key for key, (record, _) in tables.records.items() if (key.kind, record.holder) == (Seen.kind, holder)]
    for key in (*gone, RecordKey(kind=Person.kind, parts=(wish.user,))):
        del tables.records[key], tables.kinds[key.kind][key]
    untold = _forget_events(tables, holder)
    coming = wish.release(tables.release)
    change = wish.change(coming, [key.id for key in gone])
    tables.release = coming
    tables.journal[change.id] = change
    done = Erased(at=wish.at, epoch=coming.epoch, keys_forgotten=forgotten, keys_kept=kept)
    return attrs.evolve(done, fingerprints=len(gone), untold=untold)


def _forget_events(tables: MemoryTables, holder: str) -> int:
    """Forget what events about somebody say, which nobody is told in memory; how many there were."""
    for id_, change in tables.journal.items():
        if change is not None and change.changes.holder == holder:
            lines = tuple(map(_without_data, change.changes.lines))
            tables.journal[id_] = attrs.evolve(change, changes=attrs.evolve(change.changes, lines=lines))
    theirs = [id_ for id_, told in tables.outbox.items() if told is not None and told.emit.holder == holder]
    tables.outbox.update(dict.fromkeys(theirs))
    return len(theirs)


def _without_data(line: Line) -> Line:
    return attrs.evolve(line, data={}) if isinstance(line, Emit) and line.at is None else line


def _forget_keys(tables: MemoryTables, holder: str, user: str) -> tuple[int, int]:
    """Forget the keys in which the id stands; how many stay, and how many were forgotten."""
    roots = {one.input for one in tables.journal.values() if one is not None and one.changes.holder == holder}
    theirs = {id_: kept for id_, kept in tables.receipts.items() if kept.holder == holder}
    nobodys = {id_: kept for id_, kept in tables.receipts.items() if kept.holder is None}
    theirs |= {id_: kept for id_, kept in nobodys.items() if (kept.input or id_) in roots}
    named = {id_: kept for id_, kept in theirs.items() if _names(user, kept.receipt.key)}
    for id_, kept in named.items():
        del tables.receipts[id_]
        tables.receipts[random_bytes(16)] = kept._replace(receipt=attrs.evolve(kept.receipt, key=""))
    return len(theirs) - len(named), len(named)


def _names(user: str, key: str) -> bool:
    return stands_in(user, key) and (not is_of_a_timer(key) or key == user)
