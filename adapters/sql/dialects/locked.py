"""
Tells which rows other transactions hold, on databases that can pass over locked rows.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from sqlalchemy import select

from quanyi.adapters.sql.dialects.generic import Generic
from quanyi.adapters.sql.needs_by_table import NeedsByTable
from quanyi.entitlements.needs import Need

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine, Table

__all__ = ["LockedRows"]


class LockedRows(Generic):
    """A dialect with ``skip locked``."""

    def held(self, engine: Engine, needs: Collection[Need]) -> frozenset[Need]:
        """
        Which of *needs* have rows that other transactions hold: those that can't be locked at once.

        The locks are given back immediately.
        """
        if not needs:  # asked of every batch, to learn whether this can be told at all
            return frozenset()
        asked, tables = NeedsByTable.of(needs), self.tables
        with self.translated(), engine.connect() as connection:
            lots = self._lot_ids(connection, asked)
            balances = self._skipped(connection, tables.balance, {*asked.accounts, *asked.lots, *lots})
            records = self._skipped(connection, tables.record, asked.records)
            wallets = self._wallets(connection, asked, balances)
            connection.rollback()
        rows = {**asked.accounts, **asked.lots}
        found: list[Need] = [asked.records[id_] for id_ in records]
        return frozenset(
            [*found, *wallets, *(rows[id_] for id_ in balances if id_ in rows and rows[id_] in asked.needs)]
        )

    def _skipped(self, connection: Connection, table: Table, ids: Collection[bytes]) -> set[bytes]:
        """Which of these rows exist and can't be locked now."""
        found = select(table.c.id).where(table.c.mall == self.mall, table.c.id.in_(sorted(ids)))
        there = {bytes(id_) for id_ in connection.scalars(found)}
        return there - {bytes(id_) for id_ in connection.scalars(found.with_for_update(skip_locked=True))}

    def _wallets(self, connection: Connection, asked: NeedsByTable, held: Collection[bytes]) -> list[Need]:
        """The wallets that the held rows belong to."""
        row = self.tables.balance.c
        found = select(row.holder, row.unit).where(row.mall == self.mall, row.id.in_(sorted(held)))
        return [asked.wallets[pair] for pair in map(tuple, connection.execute(found)) if pair in asked.wallets]
