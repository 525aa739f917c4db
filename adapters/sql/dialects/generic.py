"""
Transactions and writing, with statements that any database understands.

A dialect overrides what its database does differently: how an insert passes over existing rows,
which errors mean "try again", how a transaction begins.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ColumnElement,
    Delete,
    Executable,
    Insert,
    Update,
    bindparam,
    case,
    delete,
    insert,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.exc import DataError as DriverDataError
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError, StatementError

from quanyi.adapters.sql.dialects.reading import Reading, Setting
from quanyi.adapters.sql.needs_by_table import NeedsByTable, by_record
from quanyi.adapters.sql.rows import Batch, Rows, rows_of
from quanyi.adapters.sql.types import COUNT
from quanyi.entitlements.accounts import Account
from quanyi.entitlements.errors import Conflict, DataError, LockTimeout, QuanyiError, StorageError, Unknown
from quanyi.entitlements.needs import ById, Need, Picture
from quanyi.entitlements.ports import Kept, Writing
from quanyi.entitlements.records import RecordKey

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine, NestedTransaction, Table

    from quanyi.entitlements.ports import Transaction

__all__ = ["Generic", "Setting", "exactly"]

_IN_ONE_LIST = 2_000


class Generic(Reading):
    """The base of all dialects: row locks, and inserts without ``on conflict``."""

    alone = False
    """Whether nobody else can write while a transaction is open."""

    locks_people = True
    """Whether decisions lock the records of the people in them, see `keep_out`."""

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        tables = setting.tables
        self._lookups = self._deleted_by(tables.lookup.c.record)
        self._wakes, self._timers_done = self._deleted_by(tables.wake.c.timer), self._deleted_by(tables.timer.c.id)

    # --- transactions ------------------------------------------------------------------------

    @contextmanager
    def own(self, engine: Engine, wait_ms: int) -> Iterator[Transaction]:
        """
        A transaction of our own, which commits at the end of the block.

        Args:
            wait_ms: How long to wait for a lock, in milliseconds.
        """
        with self._opened(engine, wait_ms) as connection:
            yield _Transaction(self, connection)

    @contextmanager
    def _opened(self, engine: Engine, wait_ms: int) -> Iterator[Connection]:
        """A connection whose transaction commits at the end of the block."""
        with self.translated():
            connection = self.open(engine, wait_ms)
        try:
            yield connection
            self.commit(connection)
        except BaseException:
            with suppress(SQLAlchemyError):
                connection.rollback()
            raise
        finally:
            self.close(connection)

    @contextmanager
    def joined(self, connection: Connection) -> Iterator[Transaction]:
        """A savepoint in the host's transaction, which only the host ends."""
        with self.translated():
            savepoint = connection.begin_nested()
        try:
            yield _Transaction(self, connection)
            with self.translated():
                savepoint.commit()
        except BaseException:
            self.undo(connection, savepoint)
            raise

    def open(self, engine: Engine, wait_ms: int) -> Connection:
        """A connection on which a transaction of our own has begun, which waits *wait_ms* milliseconds for a lock."""
        connection = engine.connect().execution_options(isolation_level="READ COMMITTED")
        connection.begin()
        return connection

    @contextmanager
    def erasing(self, engine: Engine, wait_ms: int) -> Iterator[Connection]:
        """
        A transaction of our own that erases a person: no decision that read the epoch before is under way in it, or
        each of those has locked the records of the people in it.
        """
        with self._opened(engine, wait_ms) as connection, self.translated():
            self.keep_out(connection)
            yield connection

    def keep_out(self, connection: Connection) -> None:
        """Wait for the decisions that are under way, where the database has a way to; nothing where `locks_people`."""

    def close(self, connection: Connection) -> None:
        """Give back a connection that `open` has opened."""
        with suppress(SQLAlchemyError):
            connection.close()

    def undo(self, connection: Connection, savepoint: NestedTransaction) -> None:
        """Go back to *savepoint* in the host's transaction on *connection*."""
        with suppress(SQLAlchemyError):
            savepoint.rollback()

    def commit(self, connection: Connection) -> None:
        """Commit; Unknown if the connection was lost meanwhile, since nobody can say whether it was done."""
        try:
            connection.commit()
        except DBAPIError as error:
            if error.connection_invalidated:
                msg = "the connection was lost during commit"
                raise Unknown(msg) from error
            raise self.error(error) from error

    @contextmanager
    def translated(self) -> Iterator[None]:
        """Inside the block, driver errors become ours, with the driver's as cause."""
        try:
            yield
        except SQLAlchemyError as error:
            raise self.error(error) from error
        except (OverflowError, UnicodeEncodeError) as error:
            raise DataError(f"the database can't keep a value of this request: {error}") from error

    def error(self, error: SQLAlchemyError) -> QuanyiError:
        """The error of ours that a driver's error stands for."""
        if isinstance(error, DBAPIError) and self.is_timeout(error.orig):
            return LockTimeout(_first_line(error))
        if isinstance(error, DBAPIError) and self.is_conflict(error.orig):
            return Conflict(_first_line(error))
        if _about_data(error) or (isinstance(error, DBAPIError) and self.is_about_data(error.orig)):
            return DataError(_first_line(error))
        return StorageError(_first_line(error))

    def is_conflict(self, error: BaseException | None) -> bool:
        """Whether the same transaction may succeed if it is tried again."""
        return False

    def is_duplicate(self, error: BaseException | None) -> bool:
        """Whether an integrity error of the driver says that a row is there already."""
        return True

    def is_timeout(self, error: BaseException | None) -> bool:
        """Whether waiting for a lock took too long."""
        return False

    def held(self, engine: Engine, needs: Collection[Need]) -> frozenset[Need] | None:
        """Which of *needs* have rows that other transactions hold; None where that can't be told."""
        return None

    def is_about_data(self, error: BaseException | None) -> bool:
        """Whether the database can't store one of the values."""
        return False

    def reader(self, engine: Engine) -> Connection:
        """A connection to read on for screens; nothing is locked."""
        return engine.connect()

    def still(self, engine: Engine) -> Connection:
        """A connection on which whatever is read is read as of one instant, until it is closed."""
        return engine.connect().execution_options(isolation_level="REPEATABLE READ")

    def peek(self, engine: Engine, asked: NeedsByTable, now: datetime) -> Picture:
        """The picture of what is committed, read on a connection of our own; nothing is locked."""
        with self.translated(), self.reader(engine) as connection:
            return self.read(connection, asked, now, locking=False)

    # --- writing -----------------------------------------------------------------------------

    def write(self, connection: Connection, writing: Writing) -> None:
        """Write all of it. Conflict if any guard fails; the transaction must be rolled back then."""
        rows, tables = rows_of(writing, self.codec, self.setting.sinks), self.tables
        self._insert(connection, tables.receipt, rows.receipts, "a key is taken")
        self._move(connection, rows.moved)
        self._insert(connection, tables.balance, rows.opened, "an account was opened by somebody else")
        self._change(connection, rows.changed)
        self._insert(connection, tables.record, rows.made, "a record was made by somebody else")
        self._forget(connection, rows.forgotten)
        self._insert(connection, tables.lookup, rows.named, None)
        self._insert(connection, tables.journal, rows.journal, "a change was written already")
        self._insert(connection, tables.entry, rows.entries, "")
        self._insert(connection, tables.outbox, rows.outbox, "an event was written already")
        self._insert(connection, tables.timer, rows.first_timers, "a new record has a timer already")
        self._insert(connection, tables.wake, rows.first_wakes, "a new record has a timer already")
        self._insert(connection, tables.timer, rows.timers, None)
        self._insert(connection, tables.wake, rows.wakes, None)
        self._ring(connection, rows.rung)
        self._insert(connection, tables.code, rows.codes, "a code is there already")
        self._draws(connection, rows)
        self._release(connection, rows)
        self._insert(connection, tables.version, rows.versions, None)

    def insert_new(self, table: Table) -> Insert:
        """An insert that leaves rows alone which exist already, where the dialect knows one."""
        return insert(table)

    def counted(self, connection: Connection, statement: Executable, rows: Sequence[dict[str, Any]]) -> int:
        """Run the statement for each of *rows*, and return how many rows of the table it matched."""
        return connection.execute(statement, rows).rowcount

    def _insert(self, connection: Connection, table: Table, batch: Batch, taken: str | None) -> None:
        """Insert all; if *taken* is given, each of them must be new, and it is the message for one that is not."""
        if not batch:
            return
        try:
            self.put_in(connection, table, batch, only_new=taken is None)
        except IntegrityError as error:
            if taken and self.is_duplicate(error.orig):
                raise Conflict(taken) from error
            raise

    def put_in(self, connection: Connection, table: Table, batch: Batch, *, only_new: bool) -> None:
        """
        Insert all rows of *batch*; an IntegrityError if one is there already.

        Args:
            only_new: Leave rows alone that are there already.
        """
        statement = self.insert_new(table) if only_new else insert(table)
        connection.execute(statement.inline(), batch.named(mall=self.mall))

    def _move(self, connection: Connection, batch: Batch) -> None:
        if not batch:
            return
        balance = self.tables.balance.c
        after, cap = balance.balance + bindparam("delta", type_=COUNT), bindparam("cap", type_=COUNT)
        highest = case((cap > balance.balance, cap), else_=balance.balance)
        guarded = (
            update(self.tables.balance)
            .where(balance.mall == self.mall, balance.id == bindparam("b_id"), balance.balance == bindparam("before"))
            .where(or_(balance.floor.is_(None), after >= balance.floor), or_(cap.is_(None), after <= highest))
            .values(balance=after)
        )
        done = connection.execute(guarded, _renamed(batch)).rowcount
        exactly(done, len(batch), "a balance is not as it was read, or would leave its bounds")

    def _change(self, connection: Connection, batch: Batch) -> None:
        if not batch:
            return
        record = self.tables.record.c
        columns = [name for name in batch.columns if name not in {"id", "before", "after"}]
        guarded = (
            update(self.tables.record)
            .where(record.mall == self.mall, record.id == bindparam("b_id"), record.version == bindparam("before"))
            .values(version=bindparam("after"), **{name: bindparam(name) for name in columns})
        )
        done = connection.execute(guarded, _renamed(batch)).rowcount
        exactly(done, len(batch), "a record is not as it was read")

    def _forget(self, connection: Connection, batch: Batch) -> None:
        """Delete the look-ups of changed records; those that still hold are inserted next."""
        if batch:
            self._delete_by(connection, self._lookups, sorted({id_ for id_, _ in batch.rows}))

    def _ring(self, connection: Connection, ids: Sequence[bytes]) -> None:
        """Delete timers; it is no conflict if somebody else has deleted one."""
        self._delete_by(connection, self._wakes, ids)
        self._delete_by(connection, self._timers_done, ids)

    def _delete_by(self, connection: Connection, statement: Delete, ids: Sequence[bytes]) -> None:
        for start in range(0, len(ids), _IN_ONE_LIST):
            self._run_with(connection, statement, {"ids": list(ids[start : start + _IN_ONE_LIST])})

    def _run_with(self, connection: Connection, statement: Delete | Update, said: Mapping[str, Any]) -> None:
        connection.execute(statement, said)

    def _deleted_by(self, column: ColumnElement[Any]) -> Delete:
        table: Table = column.table
        return delete(table).where(table.c.mall == self.mall, column.in_(bindparam("ids", expanding=True)))

    def _draws(self, connection: Connection, rows: Rows) -> None:
        """Give card codes to their owners, and note which were looked at."""
        code = self.tables.code.c
        ends = or_(code.ends_at.is_(None), code.ends_at > rows.at) if rows.at is not None else true()
        for pool, owners in rows.draws.items():
            self._draw(connection, pool, owners, ends)
        for pool, owners in rows.spoiled.items():
            self._draw(connection, pool, owners, code.ends_at <= rows.at)
        if rows.seen:
            unseen = update(self.tables.code).where(code.mall == self.mall, code.owner.in_(rows.seen))
            connection.execute(unseen.where(code.seen_at.is_(None)).values(seen_at=rows.at))

    def _draw(self, connection: Connection, pool: str, owners: Sequence[str], which: ColumnElement[bool]) -> None:
        """Give each of *owners* the first free code of the pool, of those that *which* tells."""
        code = self.tables.code
        free = select(code.c.number).where(code.c.mall == self.mall, code.c.owner.is_(None))
        query = free.where(code.c.pool == pool, which).order_by(code.c.number).limit(len(owners))
        numbers = connection.scalars(query.with_for_update(skip_locked=True)).all()
        exactly(len(numbers), len(owners), f"pool {pool} ran dry")
        assign = update(code).where(code.c.number == bindparam("b_number"), code.c.owner.is_(None))
        pairs = [{"b_number": n, "owner": owner} for n, owner in zip(numbers, owners, strict=True)]
        done = self.counted(connection, assign.values(owner=bindparam("owner")), pairs)
        exactly(done, len(owners), f"codes of pool {pool} went elsewhere")

    def _release(self, connection: Connection, rows: Rows) -> None:
        for release in rows.release.named():
            exactly(self._epoch(connection), release["epoch"] - 1, "another release came first")
            for campaign, version in rows.damaged:
                kept = self.tables.version.c
                ours = (kept.mall == self.mall, kept.campaign == campaign, kept.version == version)
                connection.execute(delete(self.tables.version).where(*ours))
            self._insert(connection, self.tables.release, rows.release, "another release came first")


class _Transaction:
    """A transaction on one connection."""

    def __init__(self, dialect: Generic, connection: Connection) -> None:
        self._dialect, self._connection = dialect, connection

    @property
    def alone(self) -> bool:
        return self._dialect.alone

    @property
    def locks_people(self) -> bool:
        return self._dialect.locks_people

    def holders(self, people: Collection[RecordKey]) -> Mapping[RecordKey, str]:
        with self._dialect.translated():
            return by_record(people, lambda ids: self._dialect.holders(self._connection, ids))

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
        asked = NeedsByTable.of(needs, short, deciding, by_id)
        with self._dialect.translated():
            return self._dialect.read(self._connection, asked, now, locking=True)

    def known(self, ids: Sequence[bytes]) -> Mapping[bytes, Kept]:
        with self._dialect.translated():
            return self._dialect.known(self._connection, ids)

    def write(self, writing: Writing) -> None:
        with self._dialect.translated():
            self._dialect.write(self._connection, writing)


def _renamed(batch: Batch) -> list[dict[str, Any]]:
    """Rows for an update: SQLAlchemy allows no parameter with the name of a column."""
    return [{("b_id" if name == "id" else name): value for name, value in row.items()} for row in batch.named()]


def exactly(done: int, wanted: int, complaint: str) -> None:
    """Raise Conflict with *complaint* unless *done* equals *wanted*."""
    if done != wanted:
        raise Conflict(complaint)


def _about_data(error: SQLAlchemyError) -> bool:
    """Whether the driver or SQLAlchemy rejects a value before the database sees it."""
    return isinstance(error, DriverDataError if isinstance(error, DBAPIError) else StatementError)


def _first_line(error: Exception) -> str:
    cause = getattr(error, "orig", None) or error
    return str(cause).strip().split("\n", 1)[0]
