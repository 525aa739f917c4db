"""
The memory store: dictionaries under one lock. It is the specification of every other store.

One transaction at a time; what it wrote is checked as a whole before any of it stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from threading import RLock
from typing import Any

import attrs

from quanyi.entitlements.accounts import Account, debt
from quanyi.entitlements.changes import SealedCode
from quanyi.entitlements.errors import Conflict, NotFound
from quanyi.entitlements.inputs import Receipt
from quanyi.entitlements.picture import CodesOf, LotsOf, Need, Picture, Timer
from quanyi.entitlements.ports import (
    BalanceWrite,
    ChangeWrite,
    EmitWrite,
    Entry,
    RecordWrite,
    Release,
    Writing,
)
from quanyi.entitlements.records import Record, RecordKey

__all__ = ["MemoryStore"]

_DUE_AT_ONCE = 16


@attrs.define
class _Tables:
    """Everything that is kept."""

    balances: dict[Account, int] = attrs.field(factory=dict)
    records: dict[RecordKey, tuple[Record, int]] = attrs.field(factory=dict)
    codes: dict[str, SealedCode] = attrs.field(factory=dict)
    receipts: dict[bytes, tuple[bytes, Receipt]] = attrs.field(factory=dict)
    timers: dict[bytes, EmitWrite] = attrs.field(factory=dict)
    outbox: dict[bytes, EmitWrite] = attrs.field(factory=dict)
    journal: dict[bytes, ChangeWrite] = attrs.field(factory=dict)
    entries: list[tuple[str, Entry]] = attrs.field(factory=list)
    versions: dict[tuple[str, str], str] = attrs.field(factory=dict)
    release: Release = attrs.field(factory=Release)

    def copy(self) -> _Tables:
        return _Tables(
            *(value if isinstance(value, Release) else value.copy() for value in attrs.astuple(self, recurse=False))
        )


class MemoryStore:
    """A whole mall in memory: for tests, stories, back-tests, and for reading."""

    def __init__(self) -> None:
        self._tables = _Tables()
        self._mutex = RLock()

    @contextmanager
    def begin(self) -> Iterator[MemoryStore]:
        """One transaction at a time; an exception puts everything back."""
        with self._mutex:
            before = self._tables
            self._tables = before.copy()
            try:
                yield self
            except BaseException:
                self._tables = before
                raise

    def join(self, connection: Any) -> MemoryStore:
        """There is no host transaction in memory; the mall is its own."""
        return self

    def lock(self, needs: Iterable[Need], now: datetime) -> Picture:
        """Everything is locked already; read it."""
        return self.peek(needs, now)

    def peek(self, needs: Iterable[Need], now: datetime) -> Picture:
        """Read what was asked for, and no more."""
        tables, asked = self._tables, frozenset(needs)
        picture = Picture(needs=asked, epoch=tables.release.epoch)
        for need in asked:
            if isinstance(need, LotsOf):
                picture.lots[need] = tuple(a for a in tables.balances if a.kind == "lot" and _owned(a, need))
                self._read(picture, debt(need.holder, need.unit), *picture.lots[need])
            elif isinstance(need, CodesOf):
                picture.codes[need] = tuple(c for c in tables.codes.values() if c.owner == need.owner)
            elif isinstance(need, Account):
                self._read(picture, need)
            elif need in tables.records:
                picture.records[need] = tables.records[need]
        picture.due = self._waking(picture, now)
        return picture

    def known(self, ids: Sequence[bytes]) -> Mapping[bytes, tuple[bytes, Receipt]]:
        """Receipts of keys that are taken."""
        return {id_: self._tables.receipts[id_] for id_ in ids if id_ in self._tables.receipts}

    def write(self, writing: Writing) -> None:
        """Write all of it; the caller's block puts everything back if a guard says no."""
        tables = self._tables
        for balance in writing.balances:
            _write_balance(tables.balances, balance)
        for record in writing.records:
            _write_record(tables.records, record)
        _insert(tables.journal, {change.id: change for change in writing.changes})
        _insert(tables.outbox, {emit.id: emit for emit in writing.outbox})
        _insert(tables.receipts, {r.id: (r.digest, r.receipt) for r in writing.receipts})
        tables.timers.update({timer.id: timer for timer in writing.timers if timer.id not in tables.timers})
        for rung in writing.rung:
            tables.timers.pop(rung, None)
        self._write_codes(writing)
        self._write_entries(writing)
        self._write_release(writing)

    def due(self, now: datetime, limit: int) -> Sequence[Timer]:
        """Timers that are due, oldest first."""
        timers = (timer for timer in self._tables.timers.values() if _at(timer) <= now)
        return [_timer(timer) for timer in sorted(timers, key=lambda timer: (_at(timer), timer.id))[:limit]]

    # --- views -------------------------------------------------------------------------------

    def lots(self, holder: str) -> Sequence[tuple[Account, int]]:
        """All the holder's lots and debts that are not zero."""
        return [(a, n) for a, n in self._tables.balances.items() if a.holder == holder and n]

    def entries(self, holder: str, unit: str, *, limit: int = 50, before: int | None = None) -> Sequence[Entry]:
        """The wallet's history, newest first."""
        found = [e for h, e in reversed(self._tables.entries) if h == holder and e.unit == unit]
        return [entry for entry in found if before is None or entry.number < before][:limit]

    def records(
        self,
        kind: str,
        *,
        holder: str | None = None,
        phase: str | None = None,
        campaign: str | None = None,
        limit: int = 100,
    ) -> Sequence[Record]:
        """Records of one kind, newest first."""
        wanted = {"holder": holder, "phase": phase, "campaign": campaign}
        asked = {name: value for name, value in wanted.items() if value is not None}
        newest = (record for record, _ in reversed(list(self._tables.records.values())) if record.kind == kind)
        fitting = [r for r in newest if all(getattr(r, name) == value for name, value in asked.items())]
        return fitting[:limit]

    def receipt(self, id: bytes) -> Receipt | None:  # noqa: A002  (the port's word)
        """The receipt kept under a key's id."""
        _, receipt = self._tables.receipts.get(id, (b"", None))
        return receipt

    # --- shelf -------------------------------------------------------------------------------

    def release(self) -> Release:
        """The set of campaigns in force."""
        return self._tables.release

    def version(self, campaign: str, version: str) -> str:
        """The compiled play as JSON."""
        try:
            return self._tables.versions[campaign, version]
        except KeyError:
            msg = f"no version {version} of {campaign}"
            raise NotFound(msg) from None

    # --- inside ------------------------------------------------------------------------------

    def _read(self, picture: Picture, *accounts: Account) -> None:
        have = self._tables.balances
        picture.balances.update({account: have[account] for account in accounts if account in have})

    def _waking(self, picture: Picture, now: datetime) -> tuple[Timer, ...]:
        looked_at = {*picture.needs, *picture.balances}
        woken = (timer for timer in self._tables.timers.values() if looked_at.intersection(timer.emit.wakes))
        due = sorted((timer for timer in woken if _at(timer) <= now), key=lambda timer: (_at(timer), timer.id))
        return tuple(_timer(timer) for timer in due[:_DUE_AT_ONCE])

    def _write_codes(self, writing: Writing) -> None:
        codes = self._tables.codes
        blinds = {(code.pool, code.blind) for code in codes.values()}
        for code in writing.stash:
            if code.id in codes or (code.pool, code.blind) in blinds:
                msg = f"a code of {code.pool} is there already"
                raise Conflict(msg)
            codes[code.id] = code
        for draw in writing.draws:
            free = [code for code in codes.values() if code.pool == draw.pool and code.owner is None]
            if len(free) < draw.count:
                msg = f"pool {draw.pool} ran dry"
                raise Conflict(msg)
            for code in free[: draw.count]:
                codes[code.id] = attrs.evolve(code, owner=draw.owner)

    def _write_entries(self, writing: Writing) -> None:
        for write in writing.entries:
            number = len(self._tables.entries) + 1
            self._tables.entries.append((write.holder, attrs.evolve(write.entry, number=number)))

    def _write_release(self, writing: Writing) -> None:
        tables = self._tables
        tables.versions.update({(v.campaign, v.version): v.body for v in writing.versions})
        if writing.release is not None:
            if writing.release.epoch != tables.release.epoch + 1:
                msg = "another release came first"
                raise Conflict(msg)
            tables.release = writing.release


def _owned(account: Account, need: LotsOf) -> bool:
    return account.holder == need.holder and account.unit == need.unit


def _at(timer: EmitWrite) -> datetime:
    return timer.emit.at or timer.emitted_at


def _timer(write: EmitWrite) -> Timer:
    emit = write.emit
    return Timer(id=write.id, event=emit.event, due_at=_at(write), data=emit.data, holder=emit.holder)


def _write_balance(balances: dict[Account, int], write: BalanceWrite) -> None:
    """Guard and write one balance: unchanged since it was read, within floor and cap."""
    floor = write.account.floor
    low = floor is not None and write.after < floor
    high = write.cap is not None and write.after > max(write.cap, write.before or 0)
    if balances.get(write.account) != write.before or low or high:
        msg = f"{write.account} does not stand at {write.before}, or may not go to {write.after}"
        raise Conflict(msg)
    balances[write.account] = write.after


def _write_record(records: dict[RecordKey, tuple[Record, int]], write: RecordWrite) -> None:
    """Guard and write one record: the version that was read still stands."""
    _, version = records.pop(write.record.key, (None, None))
    if version != write.before:
        msg = f"{write.record.key} stands at version {version}, not {write.before}"
        raise Conflict(msg)
    records[write.record.key] = (write.record, write.after)


def _insert(table: dict[bytes, Any], rows: Mapping[bytes, Any]) -> None:
    """Insert rows whose keys must be new."""
    taken = table.keys() & rows.keys()
    if taken:
        msg = f"{len(taken)} of the keys are taken"
        raise Conflict(msg)
    table.update(rows)
