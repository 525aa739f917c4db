"""
The memory store: dictionaries under one lock. It is the specification of every other store.

One transaction at a time; what it wrote is checked as a whole before any of it stands.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from datetime import datetime
from heapq import heappop, heappush
from threading import RLock
from typing import Any, cast

import attrs

from quanyi.adapters.guards import guard_balance, guard_new, guard_version
from quanyi.adapters.memory_codes import MemoryCodes
from quanyi.adapters.memory_lists import MemoryLists
from quanyi.adapters.memory_tables import LAST, MemoryTables, age_of, due_at, gives_room, kept_of, take_out, timer_of
from quanyi.entitlements.accounts import Account, debt
from quanyi.entitlements.changes import SealedCode
from quanyi.entitlements.digests import text_digest
from quanyi.entitlements.errors import Conflict
from quanyi.entitlements.inputs import Receipt
from quanyi.entitlements.needs import (
    DUE_AT_ONCE,
    DUE_IN_A_LOOK,
    ById,
    CodesOf,
    CodeTwin,
    Due,
    DueBack,
    EndedCodes,
    LotsOf,
    Need,
    Picture,
    Timer,
    covering,
)
from quanyi.entitlements.ports import BalanceWrite, ChangeWrite, EmitWrite, Entry, Kept, Way, Writing
from quanyi.entitlements.records import Record, RecordKey
from quanyi.entitlements.releases import KeptVersion, Release

__all__ = ["MemoryStore"]


class MemoryStore(MemoryLists, MemoryCodes):
    """
    A whole mall in memory: for tests, stories, back-tests, and for reading.

    Args:
        journaled: Whether the journal and the outbox can be read afterwards. Without it only their ids are kept,
            which what is written later is checked against: two thirds of the memory.
    """

    rows = None
    """It keeps objects, and has no rows."""

    joined = False
    """It is never part of a host's transaction: there is none in memory."""

    alone = True
    locks_people = False

    def __init__(self, *, journaled: bool = True) -> None:
        self._tables = MemoryTables()
        self._journaled = journaled
        self._mutex = RLock()
        self._staged: list[Writing] = []
        self.showings: dict[Any, list[int]] = {}

    @contextmanager
    def begin(self) -> Iterator[MemoryStore]:
        """One transaction at a time; what it wrote is stored when the block ends without an exception."""
        with self._mutex:
            self._staged = []
            yield self
            for writing in self._staged:
                self._apply(writing)

    @contextmanager
    def snapshot(self) -> Iterator[MemoryStore]:
        """The store as it stands: whoever writes meanwhile writes into copies of the tables."""
        with self._mutex:
            still, tables = copy(self), self._tables
            tables.shown += 1
        try:
            yield still
        finally:
            with self._mutex:
                tables.shown -= 1

    @contextmanager
    def erasing(self) -> Iterator[MemoryTables]:
        """The tables, while nobody else is at them."""
        with self._mutex:
            self._tables = self._tables.to_write()
            yield self._tables

    def held(self, needs: Collection[Need]) -> None:
        """None: there is one lock for everything, so it can't be told."""

    def join(self, connection: Any) -> MemoryStore:
        """The store itself: there is no host transaction in memory."""
        return self

    def holders(self, people: Collection[RecordKey]) -> Mapping[RecordKey, str]:
        """The holders of those people who have a record."""
        records = self._tables.records
        return {key: str(records[key][0].holder) for key in people if key in records}

    def lock(
        self,
        needs: Iterable[Need],
        now: datetime,
        keys: Sequence[bytes] = (),
        short: Mapping[Account, int] | None = None,
        deciding: Collection[bytes] = (),
        by_id: ById | None = None,
        meanwhile: Callable[[], object] | None = None,
    ) -> Picture:
        """Read *needs*. Everything is locked already."""
        return self._picture(needs, now, DUE_AT_ONCE, short or {}, deciding)

    def peek(
        self,
        needs: Iterable[Need],
        now: datetime,
        short: Mapping[Account, int] | None = None,
        deciding: Collection[bytes] = (),
    ) -> Picture:
        """Read *needs* without locking."""
        return self._picture(needs, now, DUE_IN_A_LOOK, short or {}, deciding)

    def _picture(
        self, needs: Iterable[Need], now: datetime, most: int, short: Mapping[Account, int], deciding: Collection[bytes]
    ) -> Picture:
        tables, asked = self._tables, frozenset(needs)
        picture = Picture(needs=asked, epoch=tables.release.epoch)
        some_due = bool(tables.agenda) and tables.agenda[0][0] <= now
        for need in asked:
            if isinstance(need, LotsOf):
                picture.lots[need] = tables.lots.get(need, ())
                self._read(picture, debt(need.holder, need.unit), *picture.lots[need])
            elif isinstance(need, CodesOf | CodeTwin):
                picture.codes[need] = self.codes_asked(need)
            elif isinstance(need, EndedCodes):
                picture.ended[need] = len(self._free_codes(need.pool, now, ended=True))
            elif isinstance(need, Account):
                self._read(picture, need)
            elif isinstance(need, DueBack):
                if some_due:
                    self._sum(picture, need, now, frozenset(deciding))
            elif need in tables.records:
                picture.records[need] = tables.records[need]
        if not some_due:
            return picture
        personal = self._waking(picture, now)[:most]
        giving = [] if len(personal) == most else self._giving(now, short, most)
        found = {timer.id: timer for timer in (*personal, *giving)}
        picture.due = tuple(map(timer_of, sorted(found.values(), key=age_of)))
        return picture

    def known(self, ids: Sequence[bytes]) -> Mapping[bytes, Kept]:
        """What is stored of those keys that are taken."""
        return {id_: self._tables.receipts[id_] for id_ in ids if id_ in self._tables.receipts}

    def write(self, writing: Writing) -> None:
        """Check every guard. The rows are stored when the block ends."""
        tables = self._tables
        for balance in writing.balances:
            guard_balance(tables.balances, balance)
        for record in writing.records:
            guard_version(tables.records, record)
        guard_new(tables.journal, [change.id for change in writing.changes])
        guard_new(tables.outbox, [emit.id for emit in writing.outbox])
        guard_new(tables.receipts, [receipt.id for receipt in writing.receipts])
        self._guard_codes(writing)
        if writing.release is not None and writing.release.epoch != tables.release.epoch + 1:
            raise Conflict("another release came first")
        self._staged.append(writing)

    def due(self, now: datetime, limit: int, after: Timer | None = None) -> Sequence[Timer]:
        """Timers that are due, oldest first, and by id at one instant; those behind *after* if it is given."""
        found: dict[bytes, datetime] = {}
        with self._mutex:
            timers, agenda = self._tables.timers, self._tables.agenda
            if after is not None:
                behind = {each for each in agenda if (after.due_at, after.id) < each and each[0] <= now}
                return [timer_of(timers[id_]) for _, id_ in sorted(behind) if id_ in timers][:limit]
            while agenda and agenda[0][0] <= now and len(found) < limit:
                at, id_ = heappop(agenda)
                found |= {id_: at} if id_ in timers else {}
            for id_, at in found.items():
                heappush(agenda, (at, id_))
            return [timer_of(timers[id_]) for id_ in found]

    # --- views -------------------------------------------------------------------------------

    def lots(self, holder: str) -> Sequence[tuple[Account, int]]:
        """All the holder's lots and debts that are not zero."""
        return [(a, n) for a, n in self._tables.balances.items() if a.holder == holder and n]

    def entries(
        self, holder: str, unit: str, *, limit: int = 50, before: int | None = None, way: Way | None = None
    ) -> Sequence[Entry]:
        """The wallet's history, newest first."""
        found = [e for h, e in reversed(self._tables.entries) if h == holder and e.unit == unit]
        wanted = [e for e in found if way is None or (e.amount > 0) == (way == "in")]
        return [entry for entry in wanted if before is None or entry.number < before][:limit]

    def find(self, kind: str, name: str, value: str, *, limit: int = 100) -> Sequence[Record]:
        """Records whose last state names *value* under *name*, newest first."""
        keys = self._tables.named.get((kind, name, value), {})
        newest = [key for key in reversed(self._tables.kinds.get(kind, {})) if key in keys] if keys else []
        return [self._tables.records[key][0] for key in newest[:limit]]

    def receipt(self, id: bytes) -> Receipt | None:  # noqa: A002  (the port's word)
        """The receipt kept under a key's id."""
        kept = self._tables.receipts.get(id)
        return None if kept is None else kept.receipt

    def changes(self) -> Sequence[ChangeWrite]:
        """The journal, in the order in which it was written; empty for a store that keeps none."""
        return [change for change in self._tables.journal.values() if change is not None]

    def records_by_id(self) -> Mapping[str, Record]:
        """Every record as it stands, by its id in hex."""
        with self._mutex:
            return {key.id.hex(): record for key, (record, _) in self._tables.records.items()}

    # --- shelf -------------------------------------------------------------------------------

    def release(self) -> Release:
        """The set of campaigns in force."""
        return self._tables.release

    def versions(self, names: Collection[tuple[str, str]]) -> Mapping[tuple[str, str], KeptVersion]:
        """The stored texts with their digests."""
        kept = self._tables.versions
        return {name: kept[name] for name in names if name in kept}

    # --- inside ------------------------------------------------------------------------------

    def _read(self, picture: Picture, *accounts: Account) -> None:
        have = self._tables.balances
        picture.balances.update({account: have[account] for account in accounts if account in have})

    def _waking(self, picture: Picture, now: datetime) -> list[EmitWrite]:
        """Due timers that must be decided before anything else is decided here, oldest first."""
        timers = self._tables.timers
        wallets = [debt(need.holder, need.unit) for need in picture.lots]  # which may have no row yet
        needs = (*picture.needs, *picture.balances, *wallets)
        ids = {id_ for need in needs if not gives_room(need) for id_ in self._woken(need, now)}
        own = {need.id for need in picture.needs if isinstance(need, RecordKey)}
        found = [timers[id_] for id_ in ids | own if id_ in timers and due_at(timers[id_]) <= now]
        return sorted(found, key=age_of)

    def _woken(self, need: Need, now: datetime) -> list[bytes]:
        waiting = self._tables.wakes.get(need, [])
        return [id_ for _, id_ in waiting[: bisect_right(waiting, (now, LAST))]]

    def _due_givers(self, account: Account, now: datetime) -> list[tuple[datetime, bytes, int]]:
        givers = self._tables.givers.get(account, [])
        return givers[: bisect_right(givers, (now, LAST, 0))]

    def _sum(self, picture: Picture, need: DueBack, now: datetime, deciding: frozenset[bytes]) -> None:
        found = [row for row in self._due_givers(need.account, now) if row[1] not in deciding]
        if need.before is not None:
            found = found[: bisect_left(found, cast("Any", need.before))]
        if found:
            picture.due_back[need] = Due.of([amount for _, _, amount in found], found[-1][0])
        if not deciding.issuperset(self._woken(need.account, now)):
            picture.unsummed |= {need.account}

    def _giving(self, now: datetime, short: Mapping[Account, int], most: int) -> list[EmitWrite]:
        """The oldest due timers that cover what is missing at balances which run short."""
        ids: set[bytes] = set()
        for account, missing in short.items():
            rows = [(id_, amount) for _, id_, amount in self._due_givers(account, now)[:most]]
            ids.update(covering(rows, missing), self._woken(account, now)[:most])
        return [self._tables.timers[id_] for id_ in ids]

    def _free_codes(self, pool: str, at: datetime | None, *, ended: bool = False) -> list[SealedCode]:
        """The codes of a pool that belong to nobody: those that are good as of an instant, or those that have *ended*."""
        free = (code for code in self._tables.codes.values() if code.pool == pool and code.owner is None)
        return [code for code in free if _has_ended(code, at) == ended]

    def _guard_codes(self, writing: Writing) -> None:
        blinds = {code.blind for code in self._tables.codes.values()} if writing.stash else set()
        if any(code.id in self._tables.codes or code.blind in blinds for code in writing.stash):
            raise Conflict("one of the codes is there already")
        at = _moment(writing)
        for pool, ended in {(draw.pool, draw.ended) for draw in writing.draws}:
            wanted = sum(draw.count for draw in writing.draws if (draw.pool, draw.ended) == (pool, ended))
            stashed = (code for code in writing.stash if code.pool == pool and code.owner is None)
            fresh = sum(_has_ended(code, at) == ended for code in stashed)
            if len(self._free_codes(pool, at, ended=ended)) + fresh < wanted:
                raise Conflict(f"pool {pool} ran dry")

    def _apply(self, writing: Writing) -> None:
        tables = self._tables = self._tables.to_write()
        for balance in writing.balances:
            self._set_balance(balance)
        for write in writing.records:
            self._set_record(write.record, write.after)
        tables.journal.update({change.id: change if self._journaled else None for change in writing.changes})
        tables.outbox.update({emit.id: emit if self._journaled else None for emit in writing.outbox})
        tables.receipts.update({r.id: kept_of(r) for r in writing.receipts})
        self._apply_versions(writing)
        tables.release = writing.release or tables.release
        self._apply_timers(writing)
        self._apply_codes(writing)
        self._apply_entries(writing)

    def _set_record(self, record: Record, version: int) -> None:
        tables, key = self._tables, record.key
        before, _ = tables.records.get(key, (None, 0))
        for name, value in before.lookups() if before is not None else ():
            tables.named[record.kind, name, value].pop(key, None)
        for name, value in record.lookups():
            tables.named.setdefault((record.kind, name, value), {})[key] = None
        tables.records[key] = (record, version)
        tables.kinds.setdefault(record.kind, {})[key] = None

    def _set_balance(self, write: BalanceWrite) -> None:
        account, lots = write.account, self._tables.lots
        if account.kind == "lot" and write.before is None:
            group = LotsOf(account.parts[0], account.unit)
            lots[group] = (*lots.get(group, ()), account)
        self._tables.balances[account] = write.after

    def _apply_versions(self, writing: Writing) -> None:
        versions = self._tables.versions
        for v in writing.versions:
            if v.anew or (v.campaign, v.version) not in versions:
                versions[v.campaign, v.version] = KeptVersion(body=v.body, digest=text_digest(v.body))

    def _apply_timers(self, writing: Writing) -> None:
        timers, wakes, givers = self._tables.timers, self._tables.wakes, self._tables.givers
        for timer in writing.timers:
            if timers.setdefault(timer.id, timer) is timer:
                heappush(self._tables.agenda, (due_at(timer), timer.id))
                for need in timer.emit.wakes:
                    insort(wakes.setdefault(need, []), (due_at(timer), timer.id))
                for account, amount in timer.emit.gives:
                    insort(givers.setdefault(account, []), (due_at(timer), timer.id, amount))
        for rung in writing.rung:
            if (done := timers.pop(rung, None)) is not None:
                for need in done.emit.wakes:
                    take_out(wakes[need], (due_at(done), rung))
                for account, amount in done.emit.gives:
                    take_out(givers[account], (due_at(done), rung, amount))

    def _apply_codes(self, writing: Writing) -> None:
        codes = self._tables.codes
        codes.update({code.id: code for code in writing.stash})
        at = _moment(writing)
        for draw in writing.draws:
            for code in self._free_codes(draw.pool, at, ended=draw.ended)[: draw.count]:
                codes[code.id] = attrs.evolve(code, owner=draw.owner)
        for code in [code for code in codes.values() if code.owner in writing.seen and code.seen_at is None]:
            codes[code.id] = attrs.evolve(code, seen_at=at)

    def _apply_entries(self, writing: Writing) -> None:
        for write in writing.entries:
            number = len(self._tables.entries) + 1
            self._tables.entries.append((write.holder, attrs.evolve(write.entry, number=number)))


def _has_ended(code: SealedCode, at: datetime | None) -> bool:
    return code.ends_at is not None and at is not None and code.ends_at <= at


def _moment(writing: Writing) -> datetime | None:
    """The instant at which a batch was decided, if any row tells it."""
    decided = [write.decided_at for write in writing.changes]
    return writing.moment or max(decided or [write.receipt.at for write in writing.receipts], default=None)
