"""
Reads pictures, with statements that any database understands.

The statements are built once; a call only brings its ids. Rows are read, and locked, by their
keys in sorted order: two batches that lock the same rows in different orders would wait for each other.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import TYPE_CHECKING, Any, cast

import attrs
from sqlalchemy import ColumnElement, Select, Table, and_, bindparam, case, func, or_, select, union

from quanyi.adapters.codec import Codec
from quanyi.adapters.sinks import Sinks
from quanyi.adapters.sql.needs_by_table import CODE, Back, NeedsByTable, code_in, merged, needed, timer_in
from quanyi.adapters.sql.tables import Tables
from quanyi.adapters.sql.types import Instant
from quanyi.entitlements.accounts import Account
from quanyi.entitlements.changes import SealedCode
from quanyi.entitlements.needs import DUE_AT_ONCE, DUE_IN_A_LOOK, Age, DueBack, Picture, Timer
from quanyi.entitlements.ports import Kept

if TYPE_CHECKING:
    from sqlalchemy import Connection

__all__ = ["Reading", "Setting"]

_IN_ONE_LIST = 2_000


@attrs.frozen(kw_only=True)
class Setting:
    """
    The settings of a dialect.

    Attributes:
        lock_timeout_ms: How long an own transaction waits for a lock before it is a `LockTimeout`.
        sinks: Who takes which events: one row of the outbox for each.
    """

    tables: Tables
    codec: Codec
    mall: str
    lock_timeout_ms: int
    sinks: Sinks = attrs.field(factory=Sinks)


class Reading:
    """The reading half of a dialect."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.tables = setting.tables
        self.codec = setting.codec
        self.mall = setting.mall
        self._selects = _Selects(setting.tables, setting.mall)

    def read(
        self,
        connection: Connection,
        asked: NeedsByTable,
        now: datetime,
        *,
        locking: bool,
    ) -> Picture:
        """The picture of what is asked. With *locking*, rows are locked in sorted order, balances before records."""
        balances, by_id = self._balances(connection, asked, locking=locking)
        waking = self._waking if locking else self._waking_at_once
        records = self._many(connection, self._selects.records, asked.records, locking=locking)
        keys = {*asked.keys(), *(account.id for account, _ in balances if not account.gives_room)}
        most = DUE_AT_ONCE if locking else DUE_IN_A_LOOK
        due = waking(connection, keys, asked.timed(), now, most)
        giving = self._giving(connection, asked.short, now, most) if len(due) < most else []
        backs = self._backs(connection, asked, now)
        return asked.picture(
            balances=balances,
            by_id=by_id,
            records=records,
            codes=self._codes(connection, asked),
            ended=self._ended(connection, asked, now),
            due=merged(due, giving),
            backs=backs,
            older=self._older(connection, asked, backs),
            epoch=self._epoch(connection) if asked.epoch is None else asked.epoch,
            codec=self.codec,
        )

    def holders(self, connection: Connection, ids: Collection[bytes]) -> list[tuple[Any, ...]]:
        """Id and holder of those records that exist."""
        return self._many(connection, self._selects.holders, ids)

    def known(self, connection: Connection, ids: Sequence[bytes]) -> dict[bytes, Kept]:
        """What is stored of those keys that are taken."""
        rows = self._many(connection, self._selects.receipts, set(ids))
        return {
            bytes(id_): Kept(bytes(digest), self.codec.receipt_in(body), formula) for id_, digest, body, formula in rows
        }

    def due(self, connection: Connection, now: datetime, limit: int, after: Timer | None = None) -> list[Timer]:
        """Timers that are due, oldest first, and by id at one instant; those behind *after* if it is given."""
        said: dict[str, Any] = {"now": now, "most": limit}
        if after is None:
            rows = self._rows(connection, self._selects.due, said)
        else:
            rows = self._rows(connection, self._selects.due_behind, {**said, "at": after.due_at, "last": after.id})
        return [timer_in(row, self.codec) for row in rows]

    def _balances(
        self, connection: Connection, asked: NeedsByTable, *, locking: bool
    ) -> tuple[list[tuple[Account, int]], dict[bytes, int]]:
        """
        The balances, and those that were asked for by id alone. Lots are looked for only once the debt accounts of their wallets are locked.

        Whoever changes a wallet locks its debt account first, so from then on no lot comes in or goes. Looked for
        earlier, a lot that another transaction was just adding would be missed.
        """
        if not locking:
            return self._balances_at_once(connection, asked), {}
        rows = self._many(connection, self._selects.balances, asked.balances(), locking=True)
        lots = {*asked.lots, *self._lot_ids(connection, asked)}
        rows += self._many(connection, self._selects.balances, lots, locking=True)
        alone, by_id = asked.alone - asked.accounts.keys(), {bytes(row[0]): row[-1] for row in rows if asked.alone}
        known = [(asked.account(*row), balance) for *row, balance in rows if row[0] not in alone]
        return known, {id_: by_id[id_] for id_ in asked.alone & by_id.keys()}

    def _balances_at_once(self, connection: Connection, asked: NeedsByTable) -> list[tuple[Account, int]]:
        """The balances where nothing is locked: whole wallets are read by their holders, and all else by its id."""
        rows = {tuple(row) for row in self._many(connection, self._selects.balances, {*asked.accounts, *asked.lots})}
        holders = {holder for holder, _ in asked.wallets}
        wallets = self._many(connection, self._selects.wallets, holders)
        rows.update(tuple(row) for holder, *row in wallets if (holder, row[2]) in asked.wallets)
        return [(asked.account(*row), balance) for *row, balance in sorted(rows)]

    def _lot_ids(self, connection: Connection, asked: NeedsByTable) -> list[bytes]:
        holders = {holder for holder, _ in asked.wallets}
        rows = self._many(connection, self._selects.lots, holders)
        # The debt account has the holder's name too, and is locked already.
        return [bytes(id_) for id_, kind, holder, unit in rows if kind == "lot" and (holder, unit) in asked.wallets]

    def _codes(self, connection: Connection, asked: NeedsByTable) -> list[SealedCode]:
        """Card codes by their owners and by their blind indexes, each once, in the order in which they came in."""
        rows = {
            *self._many(connection, self._selects.owned, asked.owners),
            *self._many(connection, self._selects.twins, asked.blinds),
            *self._many(connection, self._selects.copies, asked.blinds),
        }
        return [code_in(row) for row in sorted(rows, key=itemgetter(-1))]

    def _ended(self, connection: Connection, asked: NeedsByTable, now: datetime) -> dict[str, int]:
        """How many free card codes of each pool that was asked for have come to their end."""
        said = ((pool, {"pool": pool, "now": now}) for pool in sorted(asked.pools))
        return {pool: self._rows(connection, self._selects.ended, values)[0][0] for pool, values in said}

    def _waking(
        self, connection: Connection, keys: Collection[bytes], records: Collection[bytes], now: datetime, most: int
    ) -> list[Timer]:
        """
        Due timers: those that wake on *keys*, and those of *records* themselves.

        They are found from the keys, so it costs nothing how many other timers wait.
        """
        found = set(self._many(connection, self._selects.waking, keys, now=now, most=most))
        oldest = [id_ for _, id_ in sorted((due_at, bytes(id_)) for due_at, id_ in found)[:most]]
        return merged(self._timers(connection, {*oldest, *records}, now))[:most]

    def _waking_at_once(
        self, connection: Connection, keys: Collection[bytes], records: Collection[bytes], now: datetime, most: int
    ) -> list[Timer]:
        """The same in one statement, where nothing is locked and the keys are no more than one list takes."""
        if len(keys) > _IN_ONE_LIST:
            return self._waking(connection, keys, records, now, most)
        if not keys:
            return []
        asked = {"ids": sorted(keys), "records": sorted(records), "now": now, "most": most}
        rows = self._rows(connection, self._selects.woken, asked)
        return merged(timer_in(row, self.codec) for row in rows)[:most]

    def _backs(self, connection: Connection, asked: NeedsByTable, now: datetime) -> dict[bytes, Back]:
        """The sums of due timers by balance, without timers that the caller decides itself."""
        rows = self._many(connection, self._selects.backs, asked.stirring(), now=now, deciding=asked.deciding)
        return {bytes(id_): (back, taken, timers, unknown, last) for id_, back, taken, timers, unknown, last in rows}

    def _older(self, connection: Connection, asked: NeedsByTable, backs: Mapping[bytes, Back]) -> dict[DueBack, Back]:
        """The same for timers that are older than another one, where any timer is due."""
        found: dict[DueBack, Back] = {}
        for need in asked.older(backs):
            at, timer = cast("Age", need.before)
            some = {"ids": [need.account.id], "now": at, "timer": timer, "deciding": asked.deciding}
            for _, back, taken, timers, unknown, last in self._rows(connection, self._selects.older, some):
                found[need] = back, taken, timers, unknown, last
        return found

    def _giving(self, connection: Connection, missing: Mapping[bytes, int], now: datetime, most: int) -> list[Timer]:
        """The oldest due timers that cover what is missing at balances which run short."""
        rows: list[tuple[Any, ...]] = []
        for key in sorted(missing):
            for query in (self._selects.givers, self._selects.unknown):
                rows += self._rows(connection, query, {"key": key, "now": now, "most": most})
        return self._timers(connection, set(needed(rows, missing)), now)

    def _timers(self, connection: Connection, ids: Collection[bytes], now: datetime) -> list[Timer]:
        return [timer_in(row, self.codec) for row in self._many(connection, self._selects.timers, ids, now=now)]

    def _epoch(self, connection: Connection) -> int:
        ((epoch,),) = self._rows(connection, self._selects.epoch, {})
        return epoch or 0

    def _many(
        self,
        connection: Connection,
        query: Select[Any],
        ids: Collection[Any],
        *,
        locking: bool = False,
        **more: Any,
    ) -> list[tuple[Any, ...]]:
        """The rows of *query* for all *ids*, in sorted order, fetched in portions."""
        wanted = sorted(ids)  # in any other order two batches could hold one row each and wait for the other's
        statement = self._selects.locking(query) if locking else query
        found: list[tuple[Any, ...]] = []
        for start in range(0, len(wanted), _IN_ONE_LIST):
            some = {"ids": wanted[start : start + _IN_ONE_LIST], **more}
            found.extend(self._rows(connection, statement, some))
        return found

    def _rows(self, connection: Connection, query: Select[Any], said: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """The rows of *query*, with the parameters *said*."""
        return list(map(tuple, connection.execute(query, said)))


class _Selects:
    """The statements of one mall; the parameter *ids* is set by each call."""

    def __init__(self, tables: Tables, mall: str) -> None:
        self._mall = mall
        balance, record, code = tables.balance.c, tables.record.c, tables.code.c
        timer, wake, release = tables.timer.c, tables.wake.c, tables.release.c
        receipt = tables.receipt.c
        codes = (*(code[name] for name in CODE), code.number)
        timers = (timer.id, timer.event, timer.due_at, timer.data, timer.holder)
        self.balances = self._by(balance.id, balance.id, balance.kind, balance.unit, balance.parts, balance.balance)
        wallet = (balance.holder, balance.id, balance.kind, balance.unit, balance.parts, balance.balance)
        self.wallets = self._by(balance.holder, *wallet).where(balance.kind == "lot")
        self.lots = self._by(balance.holder, balance.id, balance.kind, balance.holder, balance.unit)
        self.records = self._by(record.id, record.id, record.kind, record.shape, record.body, record.version)
        self.holders = self._by(record.id, record.id, record.holder)
        self.receipts = self._by(receipt.id, receipt.id, receipt.digest, receipt.body, receipt.formula)
        self.owned, self.twins = self._by(code.owner, *codes), self._by(code.blind, *codes)
        self.copies = self._by(code.twin_of, *codes)
        ended = select(func.count()).where(code.mall == mall, code.pool == bindparam("pool"), code.owner.is_(None))
        self.ended = ended.where(code.ends_at <= bindparam("now"))
        self.timers = self._by(timer.id, *timers).where(timer.due_at <= bindparam("now"))
        back, taken = func.sum(case((wake.amount > 0, wake.amount))), -func.sum(case((wake.amount < 0, wake.amount)))
        last = func.max(case((wake.amount.is_not(None), wake.due_at)), type_=Instant)
        timers_due, unknown = func.count(wake.amount), func.count() - func.count(wake.amount)
        backs = self._by(wake.key, wake.key, back, taken, timers_due, unknown, last)
        others = wake.timer.not_in(bindparam("deciding", expanding=True))
        self.backs = backs.where(wake.due_at <= bindparam("now"), others).group_by(wake.key)
        older = or_(wake.due_at < bindparam("now"), wake.timer < bindparam("timer"))
        self.older = self.backs.where(older)
        of_one = (wake.mall == mall, wake.key == bindparam("key"), wake.due_at <= bindparam("now"))
        oldest = select(wake.key, wake.timer, wake.amount).where(*of_one)
        oldest = oldest.order_by(wake.due_at, wake.timer).limit(bindparam("most"))
        self.givers, self.unknown = oldest.where(wake.amount.is_not(None)), oldest.where(wake.amount.is_(None))
        woken = self._by(wake.key, wake.due_at, wake.timer).where(wake.due_at <= bindparam("now"))
        self.waking = woken.order_by(None).order_by(wake.due_at, wake.timer).distinct().limit(bindparam("most"))
        oldest_woken = self.waking.subquery("woken_subquery")
        own = select(timer.id).where(timer.mall == mall, timer.id.in_(bindparam("records", expanding=True)))
        ids = union(select(oldest_woken.c.timer.label("id")), own).subquery("ids_subquery")
        by_id = select(*timers).join(ids, ids.c.id == timer.id)
        self.woken = by_id.where(timer.mall == mall, timer.due_at <= bindparam("now"))
        due = select(*timers).where(timer.mall == mall, timer.due_at <= bindparam("now"))
        self.due = due.order_by(timer.due_at, timer.id).limit(bindparam("most"))
        behind = and_(timer.due_at == bindparam("at"), timer.id > bindparam("last"))
        self.due_behind = self.due.where(timer.due_at >= bindparam("at"), or_(timer.due_at > bindparam("at"), behind))
        self.epoch = select(func.max(release.epoch)).where(release.mall == mall)
        self._locking = {id(query): query.with_for_update() for query in (self.balances, self.records)}

    def locking(self, query: Select[Any]) -> Select[Any]:
        """The same statement, which locks the rows that it finds."""
        return self._locking[id(query)]

    def _by(self, key: ColumnElement[Any], *columns: ColumnElement[Any]) -> Select[Any]:
        table: Table = columns[0].table
        query = select(*columns).where(table.c.mall == self._mall, key.in_(bindparam("ids", expanding=True)))
        return query.order_by(key)
