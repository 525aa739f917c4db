"""
Checks of the rows that the journal names by a digest: they must be as they were last written.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter
from typing import Any

from quanyi.adapters.codec import load
from quanyi.adapters.sql import digests
from quanyi.adapters.sql.audit.booked import account_words
from quanyi.adapters.sql.audit.scan import Scan, instant
from quanyi.entitlements.accounts import digest16, held
from quanyi.entitlements.digests import text_digest
from quanyi.entitlements.records import Deal, Loaded, Person, Record, lookup_digest

__all__ = ["Kept"]


class Kept:
    """The checks of records, timers, events, codes, versions and releases."""

    def __init__(self, scan: Scan) -> None:
        self._scan, self._ledger = scan, scan.ledger

    def look(self) -> None:
        """Read the tables and note every difference."""
        scan, tables = self._scan, self._scan.tables
        scan.each(tables.record, self._record, "number")
        scan.each(tables.lookup, self._lookup, "kind", "name", "value", "record")
        self._timers()
        scan.each(tables.outbox, self._event, "number")
        scan.each(tables.code, self._code, "number")
        scan.each(tables.version, self._version, "campaign", "version")
        scan.each(tables.release, self._release, "epoch")

    # --- records ---------------------------------------------------------------------------------

    def _record(self, row: Any) -> None:
        changed = None if row.changed_at is None else instant(row.changed_at)
        if row.kind != Person.kind:
            digest = digests.record_digest(row.kind, row.shape, row.version, changed, row.body)
            self._stands(row.id, "record", digest, row.kind, "number", row.number)
        try:
            record = self._scan.codec.record_in(row.kind, row.shape, row.body)
        except Exception as error:  # noqa: BLE001  (an edited body may hold anything at all)
            said = f"{type(error).__name__}: {error}".split("\n", 1)[0]
            self._scan.tell("record", f"{row.kind} number {row.number} can't be read: {said}")
            return
        self._columns(row, record)
        for by, value in record.lookups():
            digest = lookup_digest(by, value)
            name = f"{_name(row, record)} by {by}" if self._ledger.named else ""
            self._ledger.add("lookup", digest16(row.kind, by, digest.hex(), _hex(row.id)), name, booked=1)
        if row.version == 1 and row.made_at != row.changed_at:
            self._scan.tell("record", f"{_name(row, record)} was never changed, and says it was at {row.changed_at}")
        if isinstance(record, Deal) and record.phase == "placed":
            self._deal(record)
        elif isinstance(record, Loaded):
            self._ledger.add("loaded", digest16(*record.thing), " ".join(record.thing), stands=record.total)

    def _lookup(self, row: Any) -> None:
        name = f"{row.kind} by {row.name}" if self._ledger.named else ""
        self._ledger.add("lookup", digest16(row.kind, row.name, _hex(row.value), _hex(row.record)), name, stands=1)

    def _columns(self, row: Any, record: Record) -> None:
        """Whether the row's columns agree with its body."""
        due = None if row.due_at is None else instant(row.due_at)
        stand, say = (*_ROW(row), due), _BODY(record)
        for column, stands, value in zip(_COLUMNS, stand, say, strict=True) if stand != say else ():
            if stands != value:
                words = f"{_name(row, record)}: the column {column} says {stands!r}, the body {value!r}"
                self._scan.tell("record", words)
        if bytes(row.id) != record.key.id:
            self._scan.tell("record", f"{_name(row, record)} is kept under another record's id")

    def _deal(self, deal: Deal) -> None:
        """Whether a placed deal holds what its moves set aside."""
        for move in deal.moves:
            if move.destination == held(deal.id, move.destination.unit):
                account = move.destination
                name = account_words(account) if self._ledger.named else ""
                self._ledger.add("held", account.id, name, booked=move.amount)

    # --- timers and events -----------------------------------------------------------------------

    def _timers(self) -> None:
        """Each timer with everything it wakes: both tables are read in the order of the timers."""
        scan, tables = self._scan, self._scan.tables
        wakes = _grouped(scan.pages(tables.wake, "timer", "key", "due_at"))
        waiting = next(wakes, None)

        def look(row: Any) -> None:
            nonlocal waiting
            while waiting is not None and waiting[0] < row.id:
                self._orphans(*waiting)
                waiting = next(wakes, None)
            mine: list[Any] = []
            if waiting is not None and waiting[0] == row.id:
                mine, waiting = waiting[1], next(wakes, None)
            self._timer(row, mine)

        scan.each(tables.timer, look, "id")
        while waiting is not None:
            self._orphans(*waiting)
            waiting = next(wakes, None)

    def _orphans(self, timer: bytes, wakes: list[Any]) -> None:
        self._scan.tell("wake", f"{len(wakes)} wait for the timer {_hex(timer)}, which is not there")

    def _timer(self, row: Any, wakes: list[Any]) -> None:
        waked = [(bytes(wake.key), instant(wake.due_at), wake.amount) for wake in wakes]
        digest = digests.timer_digest(row.event, row.data, row.holder, instant(row.due_at), waked)
        name = f"{row.event} {_hex(row.id)}" if self._ledger.named else ""
        self._ledger.add("timer", bytes(row.id), name, stands=1)
        self._stands(digests.timer_id(row.id), "timer", digest, "the timer", name, "with what it wakes")

    def _event(self, row: Any) -> None:
        digest = digests.event_digest(row.event, row.data, row.holder, instant(row.emitted_at))
        self._stands(row.id, "outbox", digest, "the event", row.event, "number", row.number)
        load(row.data)

    # --- codes, versions, releases -----------------------------------------------------------------

    def _code(self, row: Any) -> None:
        name = f"{row.id} in pool {row.pool}"
        self._ledger.add("stash", digest16(row.pool, row.id), name, stands=1)
        if row.owner is not None:
            self._ledger.add("code", digest16(row.pool, row.owner), f"{row.owner} from pool {row.pool}", stands=1)
        ends, twin = row.ends_at, row.twin_of
        told = (row.channel, row.region, ends and instant(ends), twin and bytes(twin))
        digest = digests.code_digest(row.pool, row.id, bytes(row.blind), row.batch, told)
        self._stands(digests.code_id(row.pool, row.id), "code", digest, "the card code", name)

    def _version(self, row: Any) -> None:
        name = f"the stored text of version {row.version} of campaign {row.campaign}"
        if row.digest is None:
            self._scan.undigested("version", name)
        elif bytes(row.digest) != text_digest(row.body):
            self._scan.tell("version", f"{name} is not what was applied")
        id_ = digests.version_id(row.campaign, row.version)
        self._stands(id_, "version", digests.version_digest(row.body, row.source), f"{name}, or its source")

    def _release(self, row: Any) -> None:
        texts = (row.project, row.campaigns, row.paused, row.digests)
        digest = digests.release_digest(row.epoch, *texts)
        self._stands(digests.release_id(row.epoch), "release", digest, "the release of epoch", row.epoch)
        for text in texts:
            load(text)

    def _stands(self, id_: bytes, code: str, digest: bytes, *name: object) -> None:
        """Note the digest of a row as it is; its *name* is put together where the ledger keeps names."""
        self._ledger.say(bytes(id_), " ".join(map(str, name)) if self._ledger.named else "", code=code, stands=digest)


def _grouped(wakes: Iterator[Any]) -> Iterator[tuple[bytes, list[Any]]]:
    for timer, some in groupby(wakes, key=lambda wake: wake.timer):
        yield timer, list(some)


def _name(row: Any, record: Record) -> str:
    return f"{row.kind} {'/'.join(record.parts) if row.kind != Person.kind else row.holder}"


_COLUMNS = ("kind", "holder", "phase", "campaign", "campaign_version", "item", "due_at")
"""The columns that say what the body says."""

_ROW = attrgetter(*_COLUMNS[:-1])
_BODY = attrgetter("kind", "holder", "phase", "campaign", "version", "item", "due_at")


def _hex(value: Any) -> str:
    return bytes(value).hex()
