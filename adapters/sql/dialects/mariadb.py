"""
MariaDB and MySQL: row locks under READ COMMITTED, through PyMySQL.

Rows are locked and changed by joining a list of keys with the table: each row is found by its key, one
after the other and in sorted order, whatever the optimizer's statistics say. An ``in (…)`` may become a scan
of the table, which waits for rows that nobody asked for. New rows are inserted plainly: ``insert ignore``
would cut a text that is too long instead of refusing it.

A deadlock makes the server roll back the whole transaction, a host's too, and the next statement silently
begins another one. So a host's connection on which our savepoint has vanished is closed: otherwise the
second half of the host's work could be committed without the first.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy.dialects import mysql
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from quanyi.adapters.sql.dialects.generic import exactly
from quanyi.adapters.sql.dialects.locked import LockedRows
from quanyi.adapters.sql.dialects.sessions import borrow, give_back, refuse_unsafe
from quanyi.adapters.sql.rows import Batch
from quanyi.entitlements.errors import StorageError, TransactionLost, Unknown

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine, NestedTransaction, Select, Table

    from quanyi.entitlements.ports import Transaction

__all__ = ["Mariadb"]

_DUPLICATE = 1062

_CONFLICTS = frozenset(
    {
        _DUPLICATE,
        1020,  # a row changed since the snapshot, in a host's transaction
        1213,  # deadlock
        3819,  # check violation on MySQL: a balance below its floor
        4025,  # the same on MariaDB
    }
)
_TIMEOUTS = frozenset(
    {
        1205,  # waited for a lock
        1969,  # the same, in a statement in a hurry
        3572,  # MySQL: not to be waited for
    }
)
_DATA = frozenset(
    {
        1153,  # longer than one packet may be
        1264,  # a number out of range
        1292,  # no such instant
        1300,  # no such character
        1366,  # the same
        1406,  # too long
        1690,  # a sum out of range
    }
)
_CLOSED = frozenset({1053, 1317, 1927})
"""The server shuts down, or somebody has killed the statement or the connection."""

_AT_ONCE = 500
_preparer = mysql.dialect().identifier_preparer


class Mariadb(LockedRows):
    """MariaDB 10.11, MySQL 8, and later ones."""

    # --- transactions ------------------------------------------------------------------------

    def open(self, engine: Engine, wait_ms: int) -> Connection:
        connection = engine.connect()
        try:
            borrow(connection, wait_ms)
        except BaseException:
            connection.close()
            raise
        return connection

    def close(self, connection: Connection) -> None:
        """Give the connection back as it was lent; else close it for good."""
        with suppress(SQLAlchemyError):
            if not connection.invalidated:
                try:
                    give_back(connection)
                except SQLAlchemyError:
                    connection.invalidate()
        super().close(connection)

    @contextmanager
    def joined(self, connection: Connection) -> Iterator[Transaction]:
        with self.translated():
            refuse_unsafe(connection)
            borrow(connection, self.setting.lock_timeout_ms)
        try:
            with super().joined(connection) as transaction:
                yield transaction
        finally:
            if not connection.invalidated:
                with self.translated():
                    give_back(connection)

    def undo(self, connection: Connection, savepoint: NestedTransaction) -> None:
        """Go back to *savepoint*. If it has vanished, the server has rolled back all that the host did: close it."""
        there = savepoint.is_active  # not if it was missed already when it should have been released
        try:
            savepoint.rollback()
        except SQLAlchemyError:
            there = False
        if not there:
            connection.invalidate()
            raise TransactionLost("the database has rolled back the host's whole transaction; begin it again")

    def commit(self, connection: Connection) -> None:
        try:
            super().commit(connection)
        except StorageError as error:
            cause = error.__cause__
            if isinstance(cause, DBAPIError) and _code(cause.orig) in _CLOSED:
                connection.invalidate()
                raise Unknown("the connection was closed during commit") from cause
            raise

    def is_conflict(self, error: BaseException | None) -> bool:
        return _code(error) in _CONFLICTS

    def is_timeout(self, error: BaseException | None) -> bool:
        return _code(error) in _TIMEOUTS

    def is_about_data(self, error: BaseException | None) -> bool:
        return _code(error) in _DATA

    # --- reading -----------------------------------------------------------------------------

    def _many(
        self,
        connection: Connection,
        query: Select[Any],
        ids: Collection[Any],
        *,
        locking: bool = False,
        **more: Any,
    ) -> list[tuple[Any, ...]]:
        if not locking:
            return super()._many(connection, query, ids, **more)
        columns = query.selected_columns
        (table,) = query.get_final_froms()
        wanted = ", ".join(f"t.{_preparer.quote(column.name)}" for column in columns)
        found: list[tuple[Any, ...]] = []
        for keys, values in _listed(("id",), [(id_,) for id_ in sorted(ids)]):
            # In any other order two batches could hold one row each and wait for the other's.
            text = (
                f"select {wanted} from {keys} straight_join {_name(table)} t on t.mall = %s and t.id = u.id for update"
            )
            found.extend(map(tuple, connection.exec_driver_sql(text, (*values, self.mall))))
        return found

    # --- writing -----------------------------------------------------------------------------

    def put_in(self, connection: Connection, table: Table, batch: Batch, *, only_new: bool) -> None:
        text = _insert_sql(table, batch.columns, passes=only_new)
        connection.exec_driver_sql(text, [(self.mall, *row) for row in _kept(batch)])

    def is_duplicate(self, error: BaseException | None) -> bool:
        return _code(error) == _DUPLICATE

    def _move(self, connection: Connection, batch: Batch) -> None:
        after = "t.balance + u.delta"
        guards = (
            f" and (t.floor is null or {after} >= t.floor) and (u.cap is null or {after} <= greatest(u.cap, t.balance))"
        )
        complaint = "a balance is not as it was read, or would leave its bounds"
        self._update(
            connection, self.tables.balance, batch, f"t.balance = {after}", f"t.balance = u.before{guards}", complaint
        )

    def _change(self, connection: Connection, batch: Batch) -> None:
        names = [_preparer.quote(name) for name in batch.columns if name not in {"id", "before", "after"}]
        values = ", ".join([*(f"t.{name} = u.{name}" for name in names), "t.version = u.after"])
        self._update(
            connection, self.tables.record, batch, values, "t.version = u.before", "a record is not as it was read"
        )

    def _update(
        self, connection: Connection, table: Table, batch: Batch, values: str, guard: str, complaint: str
    ) -> None:
        done = 0
        for rows, given in _listed(batch.columns, _kept(batch)):
            text = f"update {rows} straight_join {_name(table)} t on t.mall = %s and t.id = u.id set {values} where {guard}"
            done += connection.exec_driver_sql(text, (*given, self.mall)).rowcount
        exactly(done, len(batch), complaint)

    def _forget(self, connection: Connection, batch: Batch) -> None:
        self._delete(connection, self.tables.lookup, "record", {id_ for id_, _ in batch.rows}, "lookup_record")

    def _ring(self, connection: Connection, ids: Sequence[bytes]) -> None:
        self._delete(connection, self.tables.wake, "timer", ids, "wake_timer")
        self._delete(connection, self.tables.timer, "id", ids)

    def _delete(self, connection: Connection, table: Table, key: str, ids: Iterable[bytes], index: str = "") -> None:
        """
        Delete the rows of *ids*; it is no conflict if somebody else has deleted one.

        Args:
            index: By which they are found. The primary key also begins with the mall, but would look at all of its rows,
                and wait for those that others have deleted.
        """
        forced = f"force index ({_preparer.quote(self.tables.prefix + index)})" if index else ""
        for keys, values in _listed(("id",), [(id_,) for id_ in sorted(ids)]):
            text = f"delete t from {keys} straight_join {_name(table)} t {forced} on t.mall = %s and t.{key} = u.id"
            connection.exec_driver_sql(text, (*values, self.mall))


def _code(error: BaseException | None) -> int | None:
    """The server's number for an error."""
    return error.args[0] if error is not None and error.args and isinstance(error.args[0], int) else None


def _listed(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> Iterator[tuple[str, list[Any]]]:
    """The rows as a table ``u`` inside a statement, in portions: its text, and its values in order."""
    head = ", ".join(f"%s as {_preparer.quote(name)}" for name in columns)
    more = " union all select " + ", ".join(["%s"] * len(columns))
    for start in range(0, len(rows), _AT_ONCE):
        some = rows[start : start + _AT_ONCE]
        yield f"(select {head}{more * (len(some) - 1)}) u", [value for row in some for value in row]


def _kept(batch: Batch) -> Sequence[tuple[Any, ...]]:
    """The rows with their instants as the driver sends them: in UTC, without saying so."""
    return [tuple([_plain(value) if type(value) is datetime else value for value in row]) for row in batch.rows]


@lru_cache(maxsize=4096)  # a batch says each instant in several places
def _plain(value: datetime) -> datetime:
    return value.astimezone(UTC).replace(tzinfo=None)


def _name(table: Any) -> str:
    return _preparer.format_table(table)


@lru_cache(maxsize=64)
def _insert_sql(table: Table, columns: tuple[str, ...], *, passes: bool) -> str:
    """Parameters: mall, then the columns."""
    names = ", ".join(map(_preparer.quote, ("mall", *columns)))
    marks = ", ".join(["%s"] * (len(columns) + 1))
    stays = " on duplicate key update mall = mall" if passes else ""
    return f"insert into {_name(table)} ({names}) values ({marks}){stays}"
