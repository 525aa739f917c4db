"""
The digests in the journal of rows that its lines don't contain.

Every change names the rows that it wrote last in its batch, each with the digest of its body: the journal
doesn't keep bodies, and without a digest an edited record or campaign would look as good as the
original (docs/decisions/0009). `quanyi verify` compares each row with the last digest that the journal has
of it; a row that nothing names, and a name without its row, are found too. People are left out: a digest
of an id could be tried out after the person is erased.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain

import attrs

from quanyi.adapters.sql.batches import Batch
from quanyi.adapters.sql.digests import (
    Wake,
    code_digest,
    code_id,
    event_digest,
    record_digest,
    release_digest,
    release_id,
    timer_digest,
    timer_id,
    version_digest,
    version_id,
)
from quanyi.entitlements.changes import Emit, InForce, Put, SealedCode, Stash
from quanyi.entitlements.ports import EmitWrite, Writing
from quanyi.entitlements.records import Person

__all__ = ["Written", "bodies_of"]


@attrs.frozen(kw_only=True)
class Written:
    """The rows of a batch whose contents journal lines don't tell."""

    changed: Batch
    made: Batch
    outbox: Batch
    timers: Batch
    wakes: Batch
    versions: Batch
    release: Batch


def bodies_of(writing: Writing, rows: Written) -> list[bytes | None]:
    """``journal.bodies`` for each change of *writing*: ids and digests; None for a change that names no rows."""
    found = [b"" for _ in writing.changes]
    puts: dict[bytes, tuple[int, str]] = {}
    emits: dict[int, int] = {}
    for place, write in enumerate(writing.changes):
        for line in write.changes.lines:
            kind = type(line)
            if kind is Put:
                puts[line.record.key.id] = place, line.record.kind  # type: ignore[union-attr]
            elif kind is Emit:
                emits[id(line)] = place
            elif kind is Stash:
                found[place] += _codes(line.codes)  # type: ignore[union-attr]
            elif kind is InForce:
                found[place] += _in_force(rows)
    _records(found, puts, rows)
    _emits(found, emits, writing.outbox, _events(rows.outbox))
    _emits(found, emits, writing.timers, _timers(rows))
    return [body or None for body in found]


def _records(found: list[bytes], puts: dict[bytes, tuple[int, str]], rows: Written) -> None:
    """Each record is named by the last change of the batch that put it."""
    changed = rows.changed.only("id", "shape", "after", "changed_at", "body")
    made = rows.made.only("id", "shape", "version", "changed_at", "body")
    for id_, shape, version, at, body in chain(changed, made):
        place, kind = puts.get(id_, (None, ""))
        if place is not None and kind != Person.kind:
            found[place] += id_ + record_digest(kind, shape, version, at, body)


def _emits(
    found: list[bytes], emits: dict[int, int], writes: Iterable[EmitWrite], digests: Mapping[bytes, bytes]
) -> None:
    for write in writes:
        place = emits.get(id(write.emit))
        if place is not None and write.id in digests:  # an event that no sink takes has no row
            found[place] += digests[write.id]


def _events(outbox: Batch) -> dict[bytes, bytes]:
    """Id and digest of each event, by its id, however many sinks it has a row for."""
    rows = outbox.only("id", "event", "data", "holder", "emitted_at")
    return {id_: id_ + event_digest(event, data, holder, at) for id_, event, data, holder, at in rows}


def _timers(rows: Written) -> dict[bytes, bytes]:
    """Id and digest of each timer, by its id. The id named is not the timer's own, which may be its record's."""
    wakes: dict[bytes, list[Wake]] = {}
    for timer, key, due_at, amount in rows.wakes.only("timer", "key", "due_at", "amount"):
        wakes.setdefault(timer, []).append((key, due_at, amount))
    timers = rows.timers.only("id", "event", "data", "holder", "due_at")
    return {
        id_: timer_id(id_) + timer_digest(event, data, holder, at, wakes.get(id_, ()))
        for id_, event, data, holder, at in timers
    }


def _codes(codes: Iterable[SealedCode]) -> bytes:
    return b"".join(code_id(c.pool, c.id) + _code(c) for c in codes)


def _code(c: SealedCode) -> bytes:
    return code_digest(c.pool, c.id, c.blind, c.batch, (c.channel, c.region, c.ends_at, c.twin_of))


def _in_force(rows: Written) -> bytes:
    versions = rows.versions.only("campaign", "version", "body", "source")
    releases = rows.release.only("epoch", "project", "campaigns", "paused", "digests")
    return b"".join(
        [
            *(version_id(name, version) + version_digest(body, source) for name, version, body, source in versions),
            *(release_id(epoch) + release_digest(epoch, *more) for epoch, *more in releases),
        ]
    )
