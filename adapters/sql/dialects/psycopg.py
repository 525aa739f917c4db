"""
PostgreSQL through psycopg 3: as few messages as the work allows.

A transaction of our own is three messages: begin, settings, locks and all that is read; the keys,
asked once the locks are there; one guarded statement with the COMMIT behind it. Statements go to
the driver itself, prepared, with whole columns as binary arrays. Engine, pool, and what a cut
line means stay SQLAlchemy's.
"""

from __future__ import annotations

import struct
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.pq import TransactionStatus
from sqlalchemy.exc import SQLAlchemyError

from quanyi.adapters.sql.asked import Asked
from quanyi.adapters.sql.dialects.arrays import register
from quanyi.adapters.sql.dialects.generic import Setting
from quanyi.adapters.sql.dialects.guarded import guarded
from quanyi.adapters.sql.dialects.looks import Looks, Rows, Statement, balances_in, timers_in
from quanyi.adapters.sql.dialects.postgresql import Postgresql
from quanyi.adapters.sql.rows import rows_of
from quanyi.entitlements.errors import Conflict, StorageError, Unknown

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

    from quanyi.entitlements.inputs import Receipt
    from quanyi.entitlements.picture import Need, Picture
    from quanyi.entitlements.ports import Transaction, Writing

__all__ = ["Psycopg"]

_BY_KEY = {
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "enable_seqscan": "off",
    "jit": "off",
    "plan_cache_mode": "force_generic_plan",
}
"""Every row is reached by its key; on fresh tables the planner would rather read all of them."""


_REGISTERED = "quanyi_columns"


class Psycopg(Postgresql):
    """PostgreSQL through psycopg 3."""

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self.looks = Looks(setting.tables, setting.mall)

    @contextmanager
    def own(self, engine: Engine) -> Iterator[Transaction]:
        """A transaction of our own; its last write and its commit are one message."""
        with self.translated():
            connection = engine.connect().execution_options(isolation_level="READ COMMITTED")
            connection.begin()
        try:
            transaction = _Transaction(self, connection, [_settled(_BY_KEY | self._patience())])
            yield transaction
            transaction.commit()
            self.commit(connection)
        except BaseException:
            _undo(connection, b"rollback")
            with suppress(SQLAlchemyError):
                connection.rollback()
            raise
        finally:
            with suppress(SQLAlchemyError):
                connection.close()

    @contextmanager
    def joined(self, connection: Connection) -> Iterator[Transaction]:
        """A savepoint in the host's transaction, whose planner settings come back as they were."""
        transaction = _Joined(self, connection)
        try:
            yield transaction
            transaction.leave()
        except BaseException:
            transaction.back()
            raise

    @contextmanager
    def translated(self) -> Iterator[None]:
        """Driver errors inside the block become ours, with the driver's as cause."""
        try:
            with super().translated():
                yield
        except psycopg.Error as error:
            said = str(error).strip().split("\n", 1)[0]
            raise (Conflict if self.is_conflict(error) else StorageError)(said) from error
        except struct.error as error:
            raise StorageError(f"a number is too large for the database: {error}") from error

    def read(self, connection: Connection, needs: Iterable[Need], now: datetime, *, locking: bool) -> Picture:
        # Not prepared: the plan would be made, and kept, under the host's settings.
        asked = Asked.of(needs)
        asking = self.looks.statements(asked, now, locking=locking)
        found = dict(zip(asking, _sent(_driver(connection), asking.values(), keep=False), strict=True))
        return self.picture(connection, asked, found)

    def peek(self, engine: Engine, needs: Iterable[Need], now: datetime) -> Picture:
        asked = Asked.of(needs)
        asking = self.looks.statements(asked, now, locking=False)
        with self.translated(), engine.connect() as connection:
            _, *answers = _sent(_driver(connection), [_settled(_BY_KEY), *asking.values()], commit=True)
            return self.picture(connection, asked, dict(zip(asking, answers, strict=True)))

    def known(self, connection: Connection, ids: Sequence[bytes]) -> dict[bytes, tuple[bytes, Receipt]]:
        (rows,) = _sent(_driver(connection), [self.looks.receipts(ids)])
        return self.answered(rows)

    def picture(self, connection: Connection, asked: Asked, found: Mapping[str, Rows]) -> Picture:
        """What the answers to `Looks.statements` come to."""
        return asked.picture(
            balances=balances_in(asked, [*found.get("balances", ()), *found.get("lots", ())]),
            records=found.get("records", ()),
            codes=self._codes(connection, asked) if asked.owners or asked.blinds else (),
            due=timers_in(found["timers"], self.codec),
            epoch=found["timers"][0][0] or 0,
            codec=self.codec,
        )

    def answered(self, rows: Rows) -> dict[bytes, tuple[bytes, Receipt]]:
        """Receipts by key."""
        return {id_: (digest, self.codec.receipt_in(body)) for id_, digest, body in rows}

    def statement(self, connection: Connection, writing: Writing) -> list[Statement]:
        """The guarded statement for *writing*; what is rare is written at once, by every database's statements."""
        rows = rows_of(writing, self.codec)
        if rows.draws:
            self._draw(connection, rows.draws)
        if rows.release:
            self._release(connection, rows)
        statement = guarded(rows, self.tables, self.mall)
        return [] if statement is None else [statement]

    def _patience(self) -> dict[str, str]:
        return {"lock_timeout": f"{self.setting.lock_timeout_ms}ms"}


class _Transaction:
    """
    A transaction on one connection.

    A write is sent only when something must follow it: another question, or the end.
    """

    def __init__(self, dialect: Psycopg, connection: Connection, waiting: list[Statement]) -> None:
        self._dialect = dialect
        self._connection = connection
        self._waiting = waiting

    def lock(self, needs: Iterable[Need], now: datetime) -> Picture:
        asked = Asked.of(needs)
        with self._dialect.translated():
            asking = self._dialect.looks.statements(asked, now, locking=True)
            found = dict(zip(asking, self._ask(asking.values()), strict=True))
            return self._dialect.picture(self._connection, asked, found)

    def known(self, ids: Sequence[bytes]) -> dict[bytes, tuple[bytes, Receipt]]:
        with self._dialect.translated():
            (rows,) = self._ask([self._dialect.looks.receipts(ids)])
            return self._dialect.answered(rows)

    def write(self, writing: Writing) -> None:
        with self._dialect.translated():
            self._clear()
            self._waiting = self._dialect.statement(self._connection, writing)

    def commit(self) -> None:
        """Send what waits, and the commit with it; Unknown if the line was cut meanwhile."""
        driver = _driver(self._connection)
        try:
            with self._dialect.translated():
                _sent(driver, self._waiting, commit=True)
        except StorageError as error:
            if driver.closed:
                raise Unknown("the connection was lost during commit") from error
            raise

    def _clear(self) -> None:
        """Send what waits, before something of another kind follows."""
        if self._waiting:
            self._ask(())

    def _ask(self, statements: Collection[Statement]) -> list[Rows]:
        """Send what waits and these; the answers to these."""
        waiting, self._waiting = self._waiting, []
        return _sent(_driver(self._connection), [*waiting, *statements])[len(waiting) :]


class _Joined(_Transaction):
    """Our part of a host's transaction."""

    def __init__(self, dialect: Psycopg, connection: Connection) -> None:
        super().__init__(dialect, connection, [])
        self._inside = False
        self._settings: tuple[str, ...] = ()
        if not connection.in_transaction():
            connection.begin()  # as its own first statement would have done

    def _clear(self) -> None:
        if self._waiting or not self._inside:
            self._ask(())

    def leave(self) -> None:
        """Send what waits, put the settings back, and merge into the host's transaction."""
        if self._settings:
            with self._dialect.translated():
                before = dict(zip(_BY_KEY, self._settings, strict=True))
                self._ask([_settled(before), ("release savepoint quanyi", ())])

    def back(self) -> None:
        """Undo our part; the host's stays as it was."""
        if self._inside:
            _undo(self._connection, b"rollback to savepoint quanyi; release savepoint quanyi")

    def _ask(self, statements: Collection[Statement]) -> list[Rows]:
        if self._inside:
            return super()._ask(statements)
        self._inside = True
        names = ", ".join(f"current_setting('{name}')" for name in _BY_KEY)
        opening: list[Statement] = [("savepoint quanyi", ()), (f"select {names}", ()), _settled(_BY_KEY)]
        _, settings, _, *answers = super()._ask([*opening, *statements])
        self._settings = settings[0]
        return answers


def _settled(values: Mapping[str, str]) -> Statement:
    """Set what the planner may do until the transaction ends."""
    calls = ", ".join(f"set_config('{name}', ${place}, true)" for place, name in enumerate(values, 1))
    return f"select {calls}", list(values.values())


def _driver(connection: Connection) -> psycopg.Connection[Any]:
    """The driver's own connection; it learns our kinds of parameters."""
    driver: psycopg.Connection[Any] = connection.connection.driver_connection  # type: ignore[assignment]
    if _REGISTERED not in connection.info:
        register(driver)
        connection.info[_REGISTERED] = True
    return driver


def _undo(connection: Connection, command: bytes) -> None:
    """
    Undo what was done; where the line is cut, there is nothing left to undo.

    Said past psycopg, which forgets all that it has prepared when it sees a rollback: tables
    might have changed. Ours have not.
    """
    with suppress(psycopg.Error, SQLAlchemyError):
        line = _driver(connection).pgconn
        if line.transaction_status in {TransactionStatus.INTRANS, TransactionStatus.INERROR}:
            line.exec_(command)


def _sent(
    driver: psycopg.Connection[Any], statements: Collection[Statement], *, commit: bool = False, keep: bool = True
) -> list[Rows]:
    """Send all in one message; the rows of each. Plans are made once and kept, unless the host forbids it."""
    prepare = keep and driver.prepare_threshold is not None
    message = driver.pipeline() if commit or len(statements) > 1 else nullcontext()
    with message:
        cursors = [_execute(driver, query, values, prepare=prepare) for query, values in statements]
        if commit:
            driver.commit()
    return [cursor.fetchall() if cursor.pgresult and cursor.pgresult.nfields else () for cursor in cursors]


def _execute(
    driver: psycopg.Connection[Any], query: str, values: Sequence[Any], *, prepare: bool
) -> psycopg.RawCursor[Any]:
    """Prepare what has parameters; the rest is said once a transaction and needs no plan."""
    return psycopg.RawCursor(driver).execute(query, values, prepare=prepare and bool(values), binary=True)
