"""
The reads of the store: what screens show, and stored releases and versions.

Plain reads of committed rows (or, joined, of what the host's transaction sees); nothing locks.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import CompoundSelect, Select, and_, case, func, select, tuple_

from quanyi.adapters.codec import account_in
from quanyi.adapters.sql.formats import number_of
from quanyi.adapters.sql.listings import Listings, in_lists
from quanyi.entitlements.accounts import Account
from quanyi.entitlements.inputs import Receipt
from quanyi.entitlements.listings import Listing, Stand, Tally
from quanyi.entitlements.ports import Entry, Way
from quanyi.entitlements.records import FIRST_FORMAT, Deal, Record, RecordKey, lookup_digest
from quanyi.entitlements.releases import KeptVersion, Release

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from quanyi.adapters.codec import Codec
    from quanyi.adapters.sql.tables import Tables

__all__ = ["SqlViews"]

_VERSIONS = 400
"""How many texts of campaigns are read at once: each has two parameters, of which SQLite once took a thousand."""


class SqlViews:
    """The reading half of a store in SQL."""

    mall: str
    tables: Tables
    codec: Codec
    listings: Listings

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection to read on."""
        raise NotImplementedError
        yield

    # --- views -------------------------------------------------------------------------------

    def lots(self, holder: str) -> Sequence[tuple[Account, int]]:
        """All the holder's lots and debts that are not zero, in every unit."""
        balance = self.tables.balance.c
        query = select(balance.kind, balance.unit, balance.parts, balance.balance).where(
            balance.mall == self.mall, balance.holder == holder, balance.balance != 0
        )
        rows = self._rows(query.order_by(balance.unit, balance.ends_at, balance.parts))
        return [(account_in([kind, unit, *json.loads(parts)]), amount) for kind, unit, parts, amount in rows]

    def entries(
        self, holder: str, unit: str, *, limit: int = 50, before: int | None = None, way: Way | None = None
    ) -> Sequence[Entry]:
        """The wallet's history, newest first."""
        entry, journal = self.tables.entry.c, self.tables.journal.c
        columns = (entry.number, entry.at, entry.amount, entry.balance, entry.label, entry.campaign, entry.rule)
        caused = (journal.mall == entry.mall) & (journal.id == entry.change)
        query = select(*columns, journal.by, journal.lines).outerjoin_from(
            self.tables.entry, self.tables.journal, caused
        )
        query = query.where(entry.mall == self.mall, entry.holder == holder, entry.unit == unit)
        if before is not None:
            query = query.where(entry.number < before)
        if way is not None:
            query = query.where(entry.amount > 0 if way == "in" else entry.amount < 0)
        rows = self._rows(query.order_by(entry.number.desc()).limit(limit))
        names = [*(column.name for column in columns), "by"]
        return [
            Entry(unit=unit, record=self._deal_in(lines), **dict(zip(names, row, strict=True))) for *row, lines in rows
        ]

    def _deal_in(self, lines: str | None) -> str:
        """The id, in hex, of the deal's record that a change wrote, by its lines; empty for none."""
        put = (line for line in (self.codec.lines_in(lines) if lines else ()) if line[:2] == ["put", Deal.kind])
        return next((str(line[2]) for line in put), "")

    def records(
        self,
        kind: str,
        *,
        holder: str | None = None,
        phase: str | None = None,
        campaign: str | None = None,
        item: str | None = None,
        due_by: datetime | None = None,
        after: RecordKey | None = None,
        limit: int = 100,
    ) -> Sequence[Record]:
        """Records of one kind, newest first."""
        record = self.tables.record.c
        query = select(record.kind, record.shape, record.body).where(record.mall == self.mall, record.kind == kind)
        asked = {record.holder: holder, record.phase: phase, record.campaign: campaign, record.item: item}
        for column, value in asked.items():
            if value is not None:
                query = query.where(column == value)
        if due_by is not None:
            query = query.where(record.due_at <= due_by)
        if after is not None:
            last = select(record.number).where(record.mall == self.mall, record.id == after.id)
            query = query.where(record.number < last.scalar_subquery())
        rows = self._rows(query.order_by(record.number.desc()).limit(limit))
        return [self.codec.record_in(*row) for row in rows]

    def listed(self, asked: Sequence[Listing]) -> list[Sequence[Record]]:
        """The records of each listing, in one statement for some fifty of them."""
        found: list[Sequence[Record]] = []
        for some, statement, values in self.listings.portions(asked):
            lists = in_lists(self._rows(statement, values), len(some))
            found += [self._ordered(rows, listing) for rows, listing in zip(lists, some, strict=True)]
        return found

    def _ordered(self, rows: Sequence[tuple[Any, ...]], listing: Listing) -> list[Record]:
        """The records of one listing in its order, which a union of several does not keep."""
        numbered = [(number, self.codec.record_in(*row)) for number, *row in rows]
        return [record for _, record in sorted(numbered, key=listing.place, reverse=listing.backwards)]

    def tallied(self, kind: str, holder: str, at: datetime) -> Sequence[Tally]:
        """How many records of one kind somebody has, by thing, phase, and whether they are due by an instant."""
        record = self.tables.record.c
        due = case((record.due_at <= at, 1), else_=0)
        query = select(record.item, record.phase, due, func.count()).where(record.mall == self.mall)
        query = query.where(record.kind == kind, record.holder == holder)
        rows = self._rows(query.group_by(record.item, record.phase, due))
        return [Tally(item, Stand(phase, bool(due)), count) for item, phase, due, count in rows]

    def find(self, kind: str, name: str, value: str, *, limit: int = 100) -> Sequence[Record]:
        """Records whose last state names *value* under *name*, newest first."""
        record, lookup = self.tables.record.c, self.tables.lookup.c
        named = (lookup.mall == self.mall, lookup.kind == kind, lookup.name == name)
        query = (
            select(record.kind, record.shape, record.body)
            .join(self.tables.lookup, and_(lookup.mall == record.mall, lookup.record == record.id))
            .where(*named, lookup.value == lookup_digest(name, value))
        )
        rows = self._rows(query.order_by(record.number.desc()).limit(limit))
        return [self.codec.record_in(*row) for row in rows]

    def receipt(self, id: bytes) -> Receipt | None:  # noqa: A002  (the port's word)
        """The receipt kept under a key's id."""
        receipt = self.tables.receipt.c
        query = select(receipt.body).where(receipt.mall == self.mall, receipt.id == id)
        return next((self.codec.receipt_in(body) for (body,) in self._rows(query)), None)

    # --- shelf -------------------------------------------------------------------------------

    def release(self) -> Release:
        """
        The set of campaigns in force; epoch 0 if nothing was ever applied. The flag of the formats is read with it.
        """
        release = self.tables.release.c
        columns = (release.epoch, release.project, release.campaigns, release.paused, release.digests)
        query = select(*columns, number_of(self.tables))
        query = query.where(release.mall == self.mall).order_by(release.epoch.desc()).limit(1)
        for epoch, project, campaigns, paused, digests, flag in self._rows(query):
            self.codec.write_as(flag or FIRST_FORMAT)
            return Release(
                epoch=epoch,
                project=project,
                campaigns=json.loads(campaigns),
                paused=frozenset(json.loads(paused)),
                digests=json.loads(digests),
            )
        return Release()

    def versions(self, names: Collection[tuple[str, str]]) -> Mapping[tuple[str, str], KeptVersion]:
        """The stored texts of versions by campaign and version, as they stand; a few hundred with each statement."""
        wanted, kept = list(names), self.tables.version.c
        query = select(kept.campaign, kept.version, kept.body, kept.digest).where(kept.mall == self.mall)
        return {
            (campaign, version): KeptVersion(body=body, digest=digest and bytes(digest))
            for first in range(0, len(wanted), _VERSIONS)
            for campaign, version, body, digest in self._rows(
                query.where(tuple_(kept.campaign, kept.version).in_(wanted[first : first + _VERSIONS]))
            )
        }

    def sources(self, names: Collection[tuple[str, str]]) -> Mapping[tuple[str, str], str]:
        """The texts that versions were written in, by campaign and version; those that are unknown are left out."""
        kept = self.tables.version.c
        query = select(kept.campaign, kept.version, kept.source).where(kept.mall == self.mall)
        named = query.where(tuple_(kept.campaign, kept.version).in_(list(names)))
        return {(campaign, version): source for campaign, version, source in self._rows(named)}

    def _rows(
        self, query: Select[Any] | CompoundSelect[Any], values: Mapping[str, Any] | None = None
    ) -> list[tuple[Any, ...]]:
        with self.reading() as connection:
            return list(map(tuple, connection.execute(query, values)))
