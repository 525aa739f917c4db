"""
Turns a `Writing` into rows: plain tuples, ready for any driver.

What is inserted is sorted by key inside each table, so that two batches which insert the same
missing rows meet in the same order and can't wait for each other in a circle.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache, partial
from operator import itemgetter
from typing import Any

import attrs

from quanyi.adapters.codec import Codec, dump
from quanyi.adapters.sinks import Sinks
from quanyi.adapters.sql.batches import Batch
from quanyi.adapters.sql.digests import JOURNAL, journal_digest, receipt_digest
from quanyi.adapters.sql.lookups import FORGOTTEN, NAMED, forgotten, named
from quanyi.adapters.sql.needs_by_table import CODE
from quanyi.adapters.sql.witness import Written, bodies_of
from quanyi.entitlements.accounts import Account
from quanyi.entitlements.changes import Draw
from quanyi.entitlements.digests import text_digest
from quanyi.entitlements.errors import Conflict
from quanyi.entitlements.ports import (
    BalanceWrite,
    ChangeWrite,
    EmitWrite,
    EntryWrite,
    MakesRows,
    ReceiptWrite,
    RecordWrite,
    Writing,
)
from quanyi.entitlements.releases import Release, VersionWrite

__all__ = ["Batch", "Rows", "by_table", "rows_of"]


_MOVED = ("id", "before", "delta", "cap")
_OPENED = ("id", "kind", "unit", "holder", "parts", "balance", "floor", "ends_at")
_RECORD = ("id", "holder", "phase", "campaign", "campaign_version", "item", "due_at", "shape", "body")
_CHANGED = (*_RECORD, "changed_at", "before", "after")
_MADE = (*_RECORD, "changed_at", "made_at", "kind", "version")
_JOURNAL = (*JOURNAL, "digest")
_ENTRY = ("change", "holder", "unit", "at", "amount", "balance", "label", "campaign", "rule")
_OUTBOX = ("id", "event", "data", "holder", "emitted_at", "sink", "order_key")
_TIMER = ("id", "event", "data", "holder", "due_at")
_WAKE = ("key", "due_at", "timer", "amount")
_RECEIPT = ("id", "digest", "at", "formula", "body", "holder", "input", "body_digest")
_VERSION = ("campaign", "version", "body", "source", "digest")
_RELEASE = ("epoch", "project", "campaigns", "paused", "digests")


@attrs.frozen(kw_only=True)
class Rows:
    """
    All rows of one `Writing`.

    Attributes:
        moved: Balances that exist already; `opened` are new ones.
        changed: Records that exist already; `made` are new ones.
        damaged: Versions that were damaged, and are written anew: (campaign, version).
        named: Look-ups to insert; `forgotten`: changed records, each with a value that stays.
        first_timers: Timers of records that are new, so that they must be new too; `timers` are all others.
        rung: Ids of timers to delete.
        draws: Owners that each get one card code, by pool; `spoiled` those that get one whose end has come.
        seen: Owners whose card codes were looked at for the first time.
        at: The instant of the batch.
    """

    receipts: Batch
    moved: Batch
    opened: Batch
    changed: Batch
    made: Batch
    forgotten: Batch
    named: Batch
    journal: Batch
    entries: Batch
    outbox: Batch
    first_timers: Batch
    first_wakes: Batch
    timers: Batch
    wakes: Batch
    codes: Batch
    versions: Batch
    release: Batch
    damaged: tuple[tuple[str, str], ...]
    rung: tuple[bytes, ...]
    draws: dict[str, list[str]]
    spoiled: dict[str, list[str]]
    seen: tuple[str, ...]
    at: datetime | None


def rows_of(writing: Writing, codec: Codec, sinks: Sinks) -> Rows:
    """The rows of *writing*; Conflict if it contradicts itself."""
    at = writing.moment or _moment(writing)
    old = [write for write in writing.balances if write.before is not None]
    new = [write for write in writing.balances if write.before is None]
    changed = [write for write in writing.records if write.before is not None]
    made = [write for write in writing.records if write.before is None]
    told = Written(
        changed=_sorted(_CHANGED, ((*_record(write, codec), at, write.before, write.after) for write in changed)),
        made=_sorted(_MADE, ((*_record(write, codec), at, at, write.record.kind, write.after) for write in made)),
        outbox=Batch(_OUTBOX, [row for write in writing.outbox for row in _told(write, codec, sinks)]),
        timers=Batch(_TIMER, [_emit(write, codec, _due(write)) for write in writing.timers]),
        wakes=Batch(_WAKE, [row for write in writing.timers for row in _wakes(write)]),
        versions=Batch(_VERSION, list(map(_version, writing.versions))),
        release=Batch(_RELEASE, [] if writing.release is None else [_release(writing.release)]),
    )
    journal = zip(writing.changes, bodies_of(writing, told), strict=True)
    first_timers, timers = _parted(told.timers, "id", told.made)
    first_wakes, wakes = _parted(told.wakes, "timer", told.made)
    rows = Rows(
        receipts=_sorted(_RECEIPT, (_receipt(write, codec) for write in writing.receipts)),
        moved=_sorted(_MOVED, map(_moved, old)),
        opened=_sorted(_OPENED, map(_opened, new)),
        changed=told.changed,
        made=told.made,
        forgotten=Batch(FORGOTTEN, forgotten(changed)),
        named=Batch(NAMED, named(writing.records)),
        journal=Batch(_JOURNAL, [_journal(write, bodies, codec) for write, bodies in journal]),
        entries=Batch(_ENTRY, list(map(_entry, writing.entries))),
        outbox=told.outbox,
        first_timers=first_timers,
        first_wakes=first_wakes,
        timers=timers,
        wakes=wakes,
        codes=Batch(CODE, [attrs.astuple(code) for code in writing.stash]),
        versions=told.versions,
        release=told.release,
        damaged=tuple((v.campaign, v.version) for v in writing.versions if v.anew),
        rung=tuple(sorted(writing.rung)),
        draws=_draws(draw for draw in writing.draws if not draw.ended),
        spoiled=_draws(draw for draw in writing.draws if draw.ended),
        seen=tuple(sorted(set(writing.seen))),
        at=at,
    )
    return _joined(rows, writing.rows) if writing.rows else rows


def by_table(rows: Rows) -> Mapping[str, Sequence[tuple[Any, ...]]]:
    """The rows of every table that has any, by the names of `Rows`."""
    batches = ((name, batch) for name, batch in attrs.asdict(rows, recurse=False).items() if isinstance(batch, Batch))
    return {name: batch.rows for name, batch in batches if batch}


def _joined(rows: Rows, more: Mapping[str, MakesRows]) -> Rows:
    """*rows*, and *more* by table, computed when the table is looked at."""
    joined: dict[str, Any] = {}
    for name, make in more.items():
        own: Batch = getattr(rows, name)
        joined[name] = Batch.later(own.columns, partial(_together, name, own, make))
    return attrs.evolve(rows, **joined)


def _together(name: str, own: Batch, make: MakesRows) -> Sequence[tuple[Any, ...]]:
    """The rows of both; in sorted order where that keeps batches from waiting in a circle."""
    found = [*own.rows, *make()]
    return found if name in _AS_THEY_COME else sorted(found, key=_KEYS.get(name))


_AS_THEY_COME = frozenset({"entries", "first_timers", "first_wakes", "journal", "outbox", "timers", "wakes"})
_KEYS = {"made": itemgetter(0), "opened": itemgetter(0), "receipts": itemgetter(0)}
"""What the rows of a table are sorted by; look-ups by all of their columns."""


def _sorted(columns: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> Batch:
    return Batch(columns, sorted(rows, key=itemgetter(0)))


def _parted(batch: Batch, column: str, made: Batch) -> tuple[Batch, Batch]:
    """The rows whose *column* holds the id of a record that is new, and all others."""
    place, new = batch.columns.index(column), {row[0] for row in made.rows}
    first = [row for row in batch.rows if row[place] in new]
    rest = [row for row in batch.rows if row[place] not in new] if len(first) < len(batch) else []
    return Batch(batch.columns, first), Batch(batch.columns, rest)


def _moment(writing: Writing) -> datetime | None:
    """The instant at which the batch was decided, if any row tells it."""
    decided = [write.decided_at for write in writing.changes]
    return max(decided or [write.receipt.at for write in writing.receipts], default=None)


def _moved(write: BalanceWrite) -> tuple[Any, ...]:
    return write.account.id, write.before, write.after - (write.before or 0), write.cap


def _opened(write: BalanceWrite) -> tuple[Any, ...]:
    if write.cap is not None and write.after > max(write.cap, 0):
        msg = f"{write.account} may not go to {write.after}"
        raise Conflict(msg)
    account = write.account
    return (
        account.id,
        account.kind,
        account.unit,
        account.holder,
        _parts(account),
        write.after,
        account.floor,
        _end(account),
    )


def _parts(account: Account) -> str:
    return dump(account.parts)


@lru_cache(maxsize=1024)
def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _end(account: Account) -> datetime | None:
    return None if account.ends is None else _instant(account.ends)


def _record(write: RecordWrite, codec: Codec) -> tuple[Any, ...]:
    record = write.record
    return (
        record.key.id,
        record.holder,
        record.phase,
        record.campaign,
        record.version,
        record.item,
        record.due_at,
        codec.shape_out(record),
        codec.record_out(record),
    )


def _journal(write: ChangeWrite, bodies: bytes | None, codec: Codec) -> tuple[Any, ...]:
    changes, because = write.changes, write.changes.because
    row = (
        write.id,
        write.input,
        because.campaign,
        because.version,
        because.rule,
        dump(because.source),
        changes.holder,
        changes.outcome,
        write.decided_at,
        codec.lines_out(changes),
        write.by,
        bodies,
    )
    return *row, journal_digest(row)


def _entry(write: EntryWrite) -> tuple[Any, ...]:
    entry = write.entry
    return (
        write.change,
        write.holder,
        entry.unit,
        entry.at,
        entry.amount,
        entry.balance,
        entry.label,
        entry.campaign,
        entry.rule,
    )


def _emit(write: EmitWrite, codec: Codec, at: datetime) -> tuple[Any, ...]:
    emit = write.emit
    return write.id, emit.event, codec.data_out(emit.data), emit.holder, at


def _told(write: EmitWrite, codec: Codec, sinks: Sinks) -> list[tuple[Any, ...]]:
    """The rows of an event in the outbox, one for each sink that takes it. Those about one person keep their order."""
    event = _emit(write, codec, write.emitted_at)
    return [(*event, sink, write.emit.holder) for sink in sinks.taking(write.emit.event)]


def _due(write: EmitWrite) -> datetime:
    return write.emit.at or write.emitted_at


def _wakes(write: EmitWrite) -> Iterator[tuple[Any, ...]]:
    """A row for each key that a timer wakes, and one with the amount for each balance it gives back to."""
    at, amounts = _due(write), dict[bytes, int | None]()
    for key in write.emit.wakes:
        amounts[key.id] = None
    for account, amount in write.emit.gives:
        amounts.setdefault(account.id, amount)
    for id_, moved in amounts.items():
        yield id_, at, write.id, moved


def _receipt(write: ReceiptWrite, codec: Codec) -> tuple[Any, ...]:
    body = codec.receipt_out(write.receipt)
    row = (write.id, write.digest, write.receipt.at, write.formula, body, write.holder, write.input)
    return *row, receipt_digest(*row)


def _version(write: VersionWrite) -> tuple[Any, ...]:
    return write.campaign, write.version, write.body, write.source, text_digest(write.body)


def _release(release: Release) -> tuple[Any, ...]:
    campaigns = dump(dict(sorted(release.campaigns.items())))
    digests = dump(dict(sorted(release.digests.items())))
    return release.epoch, release.project, campaigns, dump(sorted(release.paused)), digests


def _draws(draws: Iterable[Draw]) -> dict[str, list[str]]:
    wanted: dict[str, list[str]] = {}
    for draw in draws:
        wanted.setdefault(draw.pool, []).extend([draw.owner] * draw.count)
    return dict(sorted(wanted.items()))
