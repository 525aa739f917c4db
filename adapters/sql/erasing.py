"""
Erasing a person from the tables, in one transaction that waits for every decision about them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, cast

import attrs
from sqlalchemy import ColumnElement, String, Table, Text, bindparam, delete, func, or_, select, update

from quanyi.adapters.chance import random_bytes
from quanyi.adapters.codec import dump
from quanyi.adapters.erasure import (
    Erased,
    ErasureRefused,
    Mention,
    StillOpen,
    Wish,
    is_of_a_timer,
    stands_in,
    values_with,
)
from quanyi.adapters.sql.digests import receipt_digest
from quanyi.entitlements.accounts import digest16
from quanyi.entitlements.errors import NotFound
from quanyi.entitlements.inputs import FORMULA
from quanyi.entitlements.plays.referral.records import Seen
from quanyi.entitlements.ports import Writing
from quanyi.entitlements.records import Deal, Person, Purchase, RecordKey
from quanyi.entitlements.records.purchases import OPEN_PHASES

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from quanyi.adapters.sql.store import SqlStore

__all__ = ["SqlErasures"]

_SOME = 5
"""How many values of a place are told."""

_AT_ONCE = 2_000


class SqlErasures:
    """Erases people of one mall in a database."""

    def __init__(self, store: SqlStore) -> None:
        self._store, self._tables, self._mall = store, store.tables, store.mall

    def erase(self, wish: Wish) -> Erased:
        """Erase a person, or refuse; all of it or nothing."""
        nobodys = self._nobodys(wish.user)
        with self._store.erasing() as connection:
            return _Erasure(self._store, connection, wish).run(nobodys)

    def mentions(self, user: str) -> Iterator[Mention]:
        """Where the id is read: every text column of every table, in one snapshot."""
        with self._store.snapshot() as still, still.reading() as connection:
            for table in self._tables.metadata.sorted_tables:
                for column in table.columns:
                    if isinstance(column.type, String | Text) and column.name != "mall":
                        yield from self._in_column(connection, table, column, user)

    def _in_column(
        self, connection: Connection, table: Table, column: ColumnElement[Any], user: str
    ) -> Iterator[Mention]:
        kind = table.c.kind if table.name == self._tables.record.name else bindparam("kind", "", type_=String)
        rows, values = Counter[str](), dict[str, dict[str, None]]()
        query = select(kind.label("kind"), column.label("said")).where(table.c.mall == self._mall, _has(column, user))
        for row in connection.execute(query):
            if found := values_with(user, row.said):
                rows[row.kind] += 1
                values.setdefault(row.kind, {}).update(dict.fromkeys(found))
        name = table.name.removeprefix(self._tables.prefix)
        for of, count in sorted(rows.items()):
            yield Mention(table=name, column=column.name, kind=of, rows=count, values=tuple(values[of])[:_SOME])

    def _nobodys(self, user: str) -> list[bytes]:
        """Receipts that are nobody's, such as a payment's, in whose keys the id stands. That reads all of them."""
        receipt = self._tables.receipt.c
        query = select(receipt.id, receipt.body)
        query = query.where(receipt.mall == self._mall, receipt.holder.is_(None), _has(receipt.body, user))
        with self._store.reading() as connection:
            found = connection.execute(query).all()
        return [bytes(id_) for id_, body in found if values_with(user, body)]


class _Erasure:
    """One erasure, in its transaction."""

    def __init__(self, store: SqlStore, connection: Connection, wish: Wish) -> None:
        self._store, self._connection, self._wish = store, connection, wish
        self._tables, self._codec = store.tables, store.codec

    def run(self, nobodys: list[bytes]) -> Erased:
        """All of it, or nothing: NotFound, ErasureRefused."""
        wish = self._wish
        holder = self._holder()
        if found := [
            *self._deals(holder),
            *self._purchases(holder),
            *self._due(holder),
            *([] if wish.drop_events else self._events(holder)),
        ]:
            raise ErasureRefused(found)
        kept, forgotten = self._forget_keys(holder, nobodys)
        gone = self._forget_fingerprints(holder)
        done = Erased(
            at=wish.at,
            epoch=0,
            keys_forgotten=forgotten,
            keys_kept=kept,
            fingerprints=len(gone),
            api_keys=self._delete(self._tables.api_key, self._tables.api_key.c.user_id == wish.user),
            untold=self._delete(self._tables.outbox, self._tables.outbox.c.holder == holder),
            older=self._older(),
        )
        self._delete(self._tables.record, self._tables.record.c.id == _person(wish.user).id)
        return attrs.evolve(done, epoch=self._release(gone))

    def _holder(self) -> str:
        """The holder; the record is locked from now on, for decisions that lock it too."""
        record = self._tables.record.c
        query = select(record.holder).where(*self._mine(self._tables.record, record.id == _person(self._wish.user).id))
        holder = self._connection.scalars(query.with_for_update()).one_or_none()
        if holder is None:
            raise NotFound("the books know nobody of this id")
        return cast("str", holder)

    # --- what refuses ------------------------------------------------------------------------

    def _deals(self, holder: str) -> Iterator[StillOpen]:
        record = self._tables.record.c
        query = select(record.kind, record.shape, record.body)
        placed = (record.holder == holder, record.kind == Deal.kind, record.phase == "placed")
        for row in self._connection.execute(query.where(*self._mine(self._tables.record, *placed))):
            deal = cast("Deal", self._codec.record_in(*row))
            yield StillOpen(what="deal", name=deal.id, until=deal.due_at)

    def _purchases(self, holder: str) -> Iterator[StillOpen]:
        """What is bought from suppliers and is not over, by its deal."""
        record = self._tables.record.c
        query = select(record.kind, record.shape, record.body)
        open_ = (record.holder == holder, record.kind == Purchase.kind, record.phase.in_(OPEN_PHASES))
        for row in self._connection.execute(query.where(*self._mine(self._tables.record, *open_))):
            yield StillOpen(what="purchase", name=cast("Purchase", self._codec.record_in(*row)).deal)

    def _due(self, holder: str) -> Iterator[StillOpen]:
        timer = self._tables.timer.c
        yield from self._counted("due", self._tables.timer, timer.holder == holder, timer.due_at <= self._wish.at)

    def _events(self, holder: str) -> Iterator[StillOpen]:
        yield from self._counted("event", self._tables.outbox, self._tables.outbox.c.holder == holder)

    def _counted(self, what: str, table: Table, *which: ColumnElement[bool]) -> Iterator[StillOpen]:
        query = select(table.c.event, func.count()).where(*self._mine(table, *which)).group_by(table.c.event)
        for event, count in self._connection.execute(query.order_by(table.c.event)):
            yield StillOpen(what=what, name=event, count=count)

    # --- what goes ---------------------------------------------------------------------------

    def _forget_keys(self, holder: str, nobodys: list[bytes]) -> tuple[int, int]:
        """Forget the keys in which the id stands; how many stay, and how many were forgotten."""
        receipt = self._tables.receipt
        columns = (receipt.c.id, receipt.c.digest, receipt.c.at, receipt.c.formula, receipt.c.body, receipt.c.holder)
        query = select(*columns, receipt.c.input)
        rows = list(self._connection.execute(query.where(*self._mine(receipt, receipt.c.holder == holder))))
        for start in range(0, len(nobodys), _AT_ONCE):
            some = receipt.c.id.in_(nobodys[start : start + _AT_ONCE])
            found = self._connection.execute(query.where(*self._mine(receipt, some)))
            rows += [row for row in found if self._about(row, holder)]
        forgotten = [new for row in rows if (new := self._forgotten(row)) is not None]
        if forgotten:
            names = ("id", "body", "input", "body_digest")
            changed = update(receipt).where(receipt.c.mall == self._store.mall, receipt.c.id == bindparam("b_id"))
            self._connection.execute(changed.values({name: bindparam(f"b_new_{name}") for name in names}), forgotten)
        return len(rows) - len(forgotten), len(forgotten)

    def _about(self, row: Any, holder: str) -> bool:
        """Whether a receipt that is nobody's led to a change of this holder's."""
        receipt, journal = self._codec.receipt_in(row.body), self._tables.journal.c
        root = bytes(row.input or row.id).hex()
        ids = [digest16("change", root, d.campaign, str(n)) for n, d in enumerate(receipt.decisions, 1)]
        query = select(func.count()).where(*self._mine(self._tables.journal, journal.id.in_(ids)))
        return bool(ids) and bool(self._connection.scalar(query.where(journal.holder == holder)))

    def _forgotten(self, row: Any) -> dict[str, Any] | None:
        """The receipt's row without its key and the id that is made of it; None where the id is not in the key."""
        receipt = self._codec.receipt_in(row.body)
        if is_of_a_timer(receipt.key) and receipt.key != self._wish.user:
            return None
        if not stands_in(self._wish.user, receipt.key):
            return None
        id_, root = random_bytes(16), bytes(row.input or row.id)
        body = self._codec.receipt_out(attrs.evolve(receipt, key=""))
        digest = receipt_digest(id_, bytes(row.digest), row.at, row.formula, body, row.holder, root)
        new = {"id": id_, "body": body, "input": root, "body_digest": digest}
        return {"b_id": row.id, **{f"b_new_{name}": value for name, value in new.items()}}

    def _forget_fingerprints(self, holder: str) -> list[bytes]:
        """Delete the fingerprints, which are found by nothing but their ids; the ids of their rows."""
        record = self._tables.record
        theirs = self._mine(record, record.c.holder == holder, record.c.kind == Seen.kind)
        gone = [bytes(id_) for id_ in self._connection.scalars(select(record.c.id).where(*theirs).with_for_update())]
        self._connection.execute(delete(record).where(*theirs))
        return gone

    def _delete(self, table: Table, which: ColumnElement[bool]) -> int:
        return self._connection.execute(delete(table).where(*self._mine(table, which))).rowcount

    # --- what is written ---------------------------------------------------------------------

    def _older(self) -> int:
        receipt = self._tables.receipt
        older = self._mine(receipt, or_(receipt.c.formula < FORMULA, receipt.c.body_digest.is_(None)))
        return int(self._connection.scalar(select(func.count()).where(*older)) or 0)

    def _release(self, gone: list[bytes]) -> int:
        """The same campaigns under the next number, which every process compares with what it has cached."""
        coming = self._wish.release(self._store.join(self._connection).release())
        writing = Writing(release=coming, changes=(self._wish.change(coming, gone),))
        self._store.write_in(self._connection, writing)
        return coming.epoch

    def _mine(self, table: Table, *which: ColumnElement[bool]) -> tuple[ColumnElement[bool], ...]:
        return table.c.mall == self._store.mall, *which


def _person(user: str) -> RecordKey:
    return RecordKey(kind=Person.kind, parts=(user,))


def _has(column: ColumnElement[Any], user: str) -> ColumnElement[bool]:
    """Whether a column may have the id in it, as it is or as JSON writes it."""
    return or_(column.contains(user, autoescape=True), column.contains(dump(user)[1:-1], autoescape=True))
