"""
PostgreSQL's statements for a picture: each row by its key, one after the other, in sorted order.

A lateral join per key keeps both the order of locks and the use of the index, whatever the planner
believes of a table that has no statistics yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from quanyi.adapters.codec import Codec
from quanyi.adapters.sql.dialects.arrays import Bytes, Texts
from quanyi.adapters.sql.dialects.guarded import name_of
from quanyi.adapters.sql.dialects.pipeline import Rows, Statement
from quanyi.adapters.sql.needs_by_table import Back, NeedsByTable, needed, timer_in
from quanyi.adapters.sql.tables import Tables
from quanyi.entitlements.accounts import Account
from quanyi.entitlements.needs import DUE_AT_ONCE, DUE_IN_A_LOOK, Timer

__all__ = ["Selects", "backs_in", "balances_in", "by_id_in", "giving_in", "timers_in"]

# Sorted, so that batches take their locks in one order; unsorted, they would deadlock.
_KEYS = "with k as (select id from unnest($2) a(id) order by id)"
_KEYS_AND_WALLETS = (
    "with k as (select id from unnest($2) a(id) union"
    " select b.id from unnest($3, $4) w(holder, unit) cross join lateral"
    " (select id from {balance} where mall = $1 and holder = w.holder and unit = w.unit and kind = 'lot') b"
    " order by id)"
)
_BALANCES = (
    " select b.* from k cross join lateral"
    " (select id, kind, unit, parts, balance from {balance} where mall = $1 and id = k.id {limit}) b"
)
_RECORDS = (
    _KEYS + " select r.* from k cross join lateral"
    " (select id, kind, shape, body, version from {record} where mall = $1 and id = k.id {limit}) r"
)
_HOLDERS = (
    "select r.* from unnest($2) k(id) cross join lateral"
    " (select id, holder from {record} where mall = $1 and id = k.id limit 1) r"
)
_EPOCH = "(select max(epoch) from {release} where mall = $1)"
_TIMERS = (
    ", due as (select t.id, t.event, t.due_at, t.data, t.holder from (select w.timer as id from k cross join lateral"
    " (select timer from {wake} where mall = $1 and key = k.id and due_at <= ${now} order by due_at limit {most}) w"
    " union select id from k) c cross join lateral"
    " (select * from {timer} where mall = $1 and id = c.id and due_at <= ${now} limit 1) t"
    " order by t.due_at, t.id limit {most})"
    " select e.epoch, due.* from " + _EPOCH + " e(epoch) left join due on true order by due.due_at, due.id"
)
_BACKS = (
    "select k.id, s.* from unnest($2) k(id) cross join lateral"
    " (select (sum(amount) filter (where amount > 0))::bigint, (-sum(amount) filter (where amount < 0))::bigint,"
    " count(amount), count(*) - count(amount) as unknown,"
    " max(due_at) filter (where amount is not null) as last"
    " from {wake} where mall = $1 and key = k.id and due_at <= $3 {others}) s where s.last is not null or s.unknown > 0"
)
_OLDEST = (
    "(select key, timer, amount from {wake} where mall = $1 and key = k.id and due_at <= $3"
    " and amount is {which} order by due_at, timer limit {most})"
)
_GIVING = (
    "select w.key, w.amount, t.id, t.event, t.due_at, t.data, t.holder from unnest($2) k(id) cross join lateral"
    " ({known} union all {unknown}) w cross join lateral"
    " (select * from {timer} where mall = $1 and id = w.timer limit 1) t order by t.due_at, t.id"
)
_RECEIPTS = (
    "select r.* from unnest($2) k(id) cross join lateral"
    " (select id, digest, body, formula from {receipt} where mall = $1 and id = k.id limit 1) r"
)


class Selects:
    """The statements of one mall, and how their rows are read."""

    def __init__(self, tables: Tables, mall: str) -> None:
        self._mall = mall
        names = {name: name_of(getattr(tables, name)) for name in ("balance", "record", "release", "receipt")}
        names |= {"wake": name_of(tables.wake), "timer": name_of(tables.timer)}
        keys = {"few": _KEYS, "all": _KEYS_AND_WALLETS.format(**names)}
        self._balances = {
            (which, locking): text + _BALANCES.format(**names, limit=_LIMITS[locking])
            for which, text in keys.items()
            for locking in (True, False)
        }
        self._timers = {
            (which, locking): keys[which] + _TIMERS.format(**names, now=now, most=_DUE[locking])
            for which, now in (("few", 3), ("all", 5))
            for locking in (True, False)
        }
        self._records = {locking: _RECORDS.format(**names, limit=_LIMITS[locking]) for locking in (True, False)}
        self._holders = _HOLDERS.format(**names)
        self._epoch = f"select {_EPOCH.format(**names)}"
        self._receipts = _RECEIPTS.format(**names)
        self._backs = {some: _BACKS.format(**names, others=others) for some, others in _OTHERS.items()}
        self._giving = {
            locking: _GIVING.format(
                **names,
                known=_OLDEST.format(**names, which="not null", most=_DUE[locking]),
                unknown=_OLDEST.format(**names, which="null", most=_DUE[locking]),
            )
            for locking in (True, False)
        }

    def statements(self, asked: NeedsByTable, now: datetime, *, locking: bool) -> dict[str, Statement]:
        """
        The statements to send, by name. Rows are locked in sorted order: balances, then lots, then records.

        Lots have a statement of their own because each statement of READ COMMITTED sees what was committed
        before it began. The first waits for the debt accounts, which stand for the wallets; only a later
        one sees the lots that came in during that wait.
        """
        mall, wallets = self._mall, sorted(asked.wallets)
        owners = [Texts([owner for owner, _ in wallets]), Texts([unit for _, unit in wallets])] if wallets else []
        which = "all" if wallets else "few"
        found: dict[str, Statement] = {}
        if asked.accounts or asked.alone:
            ids = Bytes(asked.balances())
            found["balances"] = (self._balances["few", locking], [mall, ids])
        if asked.lots or wallets:
            found["lots"] = (self._balances[which, locking], [mall, Bytes(sorted(asked.lots)), *owners])
        if asked.records or locking:  # the epoch is read behind it, and an erasure waits for who holds the table
            found["records"] = (self._records[locking], [mall, Bytes(sorted(asked.records))])
        keys = asked.keys() if now > _BEFORE_ANYTHING else []
        found["timers"] = (
            (self._timers[which, locking], [mall, Bytes(keys), *owners, now]) if keys else (self._epoch, [mall])
        )
        if (asked.backs or asked.alone) and now > _BEFORE_ANYTHING:
            own = [Bytes(asked.deciding)] if asked.deciding else []
            found["backs"] = (self._backs[bool(own)], [mall, Bytes(asked.stirring()), now, *own])
        if asked.short:
            found["giving"] = (self._giving[locking], [mall, Bytes(sorted(asked.short)), now])
        return found

    def holders(self, ids: Iterable[bytes]) -> Statement:
        """The statement for id and holder of those records that exist."""
        return self._holders, [self._mall, Bytes(list(ids))]

    def receipts(self, ids: Iterable[bytes]) -> Statement:
        """The statement for the receipts of keys that are taken."""
        return self._receipts, [self._mall, Bytes(list(ids))]


_BEFORE_ANYTHING = datetime(1970, 1, 1, tzinfo=UTC)
_DUE: Mapping[bool, int] = {True: DUE_AT_ONCE, False: DUE_IN_A_LOOK}
_OTHERS: Mapping[bool, str] = {True: "and timer <> all($4)", False: ""}
_LIMITS: Mapping[bool, str] = {True: "for update", False: "limit 1"}


def balances_in(asked: NeedsByTable, rows: Rows) -> list[tuple[Account, int]]:
    """The accounts with their balances, without those that were asked for by id alone."""
    alone = asked.alone - asked.accounts.keys()
    return [(asked.account(*row), amount) for *row, amount in rows if row[0] not in alone]


def by_id_in(asked: NeedsByTable, rows: Rows) -> dict[bytes, int]:
    """The balances that were asked for by id alone."""
    return {row[0]: row[-1] for row in rows if row[0] in asked.alone}


def timers_in(rows: Rows, codec: Codec) -> list[Timer]:
    """The timers, oldest first. Each row begins with the epoch; a row with nothing behind that is no timer."""
    return [_timer(row[1:], codec) for row in rows if len(row) > 1 and row[1] is not None]


def backs_in(rows: Rows) -> dict[bytes, Back]:
    """The sums of due timers, by balance."""
    return {id_: (back, taken, timers, unknown, last) for id_, back, taken, timers, unknown, last in rows}


def giving_in(rows: Rows, asked: NeedsByTable, codec: Codec) -> list[Timer]:
    """The due timers that must be booked, of those that move something at balances which run short."""
    ids = set(needed([(key, timer, amount) for key, amount, timer, *_ in rows], asked.short))
    return [_timer(row[2:], codec) for row in rows if row[2] in ids]


def _timer(row: Sequence[Any], codec: Codec) -> Timer:
    id_, event, at, data, holder = row
    return timer_in((id_, event, at.astimezone(UTC), data, holder), codec)
