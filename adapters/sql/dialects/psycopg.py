"""
PostgreSQL through psycopg 3: as few messages as the work allows.

A transaction of our own is two messages: begin, settings, locks, all that is read, and the keys,
read once the locks are there; then what is written, in guarded statements with the COMMIT behind them. Statements are
prepared, with whole columns as binary arrays, or few rows value by value. Engine and pool stay SQLAlchemy's.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from itertools import chain
from typing import TYPE_CHECKING, Any

import psycopg
from sqlalchemy.exc import SQLAlchemyError

from quanyi.adapters.sql.dialects.generic import Setting
from quanyi.adapters.sql.dialects.guarded import Forms
from quanyi.adapters.sql.dialects.pipeline import Pipeline, Rows, Statement
from quanyi.adapters.sql.dialects.postgresql import Postgresql
from quanyi.adapters.sql.dialects.selects import Selects, backs_in, balances_in, by_id_in, giving_in, timers_in
from quanyi.adapters.sql.needs_by_table import NeedsByTable, by_record, merged
from quanyi.entitlements.errors import Conflict, DataError, LockTimeout, QuanyiError, StorageError, Unknown
from quanyi.entitlements.needs import DUE_AT_ONCE, DUE_IN_A_LOOK
from quanyi.entitlements.ports import Kept

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

    from quanyi.entitlements.accounts import Account
    from quanyi.entitlements.needs import ById, Need, Picture
    from quanyi.entitlements.ports import Transaction, Writing
    from quanyi.entitlements.records import RecordKey

__all__ = ["Psycopg"]

_BY_KEY = {
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "enable_seqscan": "off",
    "jit": "off",
    "plan_cache_mode": "force_generic_plan",
}
"""Every row is read by its key. On tables without statistics the planner would read, and lock, in another order."""

_FEW = 4
"""Up to so many rows for each table, a writing goes value by value: a lone claim has two records and two wakes."""

_OURS = (*_BY_KEY, "lock_timeout")
_LINE = "quanyi_line"
_STILL = "quanyi_still"
"""The execution option of connections that show one instant: they have the planner settings of ours."""
_BEGIN: Statement = ("begin isolation level read committed", ())
_COMMIT: Statement = ("commit", ())
_BACK = b"rollback to savepoint quanyi; release savepoint quanyi"


class Psycopg(Postgresql):
    """PostgreSQL through psycopg 3."""

    def __init__(self, setting: Setting) -> None:
        super().__init__(setting)
        self.selects = Selects(setting.tables, setting.mall)
        self.forms = Forms(_FEW)

    @contextmanager
    def own(self, engine: Engine, wait_ms: int) -> Iterator[Transaction]:
        """A transaction of our own, whose last write and commit are one message."""
        with self.translated():
            connection = engine.connect()
        transaction = _Own(self, connection, wait_ms)
        try:
            yield transaction
            transaction.commit()
        except BaseException:
            transaction.back()
            raise
        finally:
            _give_back(connection)

    @contextmanager
    def joined(self, connection: Connection) -> Iterator[Transaction]:
        """A savepoint in the host's transaction. Planner settings are restored afterwards."""
        transaction = _Joined(self, connection)
        try:
            yield transaction
            transaction.leave()
        except BaseException:
            transaction.back()
            raise

    @contextmanager
    def translated(self) -> Iterator[None]:
        """Inside the block, driver errors become ours, with the driver's as cause."""
        try:
            with super().translated():
                yield
        except psycopg.Error as error:
            said = str(error).strip().split("\n", 1)[0]
            raise self.meant(error)(said) from error
        except struct.error as error:
            raise DataError(f"a number is too large for the database: {error}") from error

    def meant(self, error: psycopg.Error) -> type[QuanyiError]:
        """The class of our error that the driver's error stands for."""
        if self.is_timeout(error):
            return LockTimeout
        if self.is_conflict(error):
            return Conflict
        return DataError if isinstance(error, psycopg.DataError) or self.is_about_data(error) else StorageError

    def read(
        self,
        connection: Connection,
        asked: NeedsByTable,
        now: datetime,
        *,
        locking: bool,
    ) -> Picture:
        # Not prepared on a host's connection: the plan would be made, and kept, under the host's settings.
        keep = connection.get_execution_options().get(_STILL, False)
        asking = self.selects.statements(asked, now, locking=locking)
        found = dict(zip(asking, _line(connection).say(asking.values(), keep=keep), strict=True))
        return self.picture(connection, asked, found, now, locking=locking)

    def still(self, engine: Engine) -> Connection:
        connection = super().still(engine).execution_options(**{_STILL: True})
        options = ", ".join(f"set_config('{name}', '{value}', true)" for name, value in _BY_KEY.items())
        try:  # the driver's own way to begin: messages of ours outside a transaction would be one each
            connection.exec_driver_sql(f"select {options}")
        except BaseException:
            _give_back(connection)
            raise
        return connection

    def peek(self, engine: Engine, asked: NeedsByTable, now: datetime) -> Picture:
        asking = self.selects.statements(asked, now, locking=False)
        with self.translated():
            connection = engine.connect()
            try:  # a message outside a transaction is a transaction of its own
                _, *answers = _line(connection).say([_set_options(_BY_KEY), *asking.values()], undo=b"rollback")
                return self.picture(connection, asked, dict(zip(asking, answers, strict=True)), now, locking=False)
            finally:
                _give_back(connection)

    def known(self, connection: Connection, ids: Sequence[bytes]) -> dict[bytes, Kept]:
        (rows,) = _line(connection).say([self.selects.receipts(ids)], keep=False)
        return self.answered(rows)

    def picture(
        self,
        connection: Connection,
        asked: NeedsByTable,
        found: Mapping[str, Rows],
        now: datetime,
        *,
        locking: bool,
    ) -> Picture:
        """The picture that the answers to `Selects.statements` make."""
        due, backs = timers_in(found["timers"], self.codec), backs_in(found.get("backs", ()))
        full = len(due) >= (DUE_AT_ONCE if locking else DUE_IN_A_LOOK)
        giving = [] if full else giving_in(found.get("giving", ()), asked, self.codec)
        return asked.picture(
            balances=balances_in(asked, [*found.get("balances", ()), *found.get("lots", ())]),
            by_id=by_id_in(asked, found.get("balances", ())),
            records=found.get("records", ()),
            codes=self._codes(connection, asked) if asked.owners or asked.blinds else (),
            ended=self._ended(connection, asked, now),
            due=merged(due, giving),
            backs=backs,
            older=self._older(connection, asked, backs),
            epoch=found["timers"][0][0] or 0,
            codec=self.codec,
        )

    def answered(self, rows: Rows) -> dict[bytes, Kept]:
        """The receipts by key."""
        return {id_: Kept(digest, self.codec.receipt_in(body), formula) for id_, digest, body, formula in rows}

    def settings(self, wait_ms: int) -> Statement:
        """The statement that sets planner and lock timeout for a transaction of ours."""
        return _set_options(_BY_KEY | {"lock_timeout": f"{wait_ms}ms"})


class _Transaction:
    """
    A transaction on one connection.

    A write is not sent at once: it waits for the next question or the end of the transaction, so that both
    travel in one message.
    """

    alone = False
    """Others may write other rows meanwhile."""

    locks_people: bool

    def __init__(self, dialect: Psycopg, connection: Connection) -> None:
        self._dialect = dialect
        self._connection = connection
        self._line = _line(connection)
        self._waiting: Iterable[Statement] | None = None
        self._begun = False
        self._taken: dict[bytes, Kept] = {}
        self._asked: frozenset[bytes] = frozenset()

    def holders(self, people: Collection[RecordKey]) -> Mapping[RecordKey, str]:
        with self._dialect.translated():
            return by_record(people, lambda ids: self._ask([self._dialect.selects.holders(ids)])[0])

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
            asking = self._dialect.selects.statements(asked, now, locking=True)
            if keys:
                asking["receipts"] = self._dialect.selects.receipts(keys)
            found = dict(zip(asking, self._ask(asking.values(), meanwhile=meanwhile), strict=True))
            self._asked, self._taken = frozenset(keys), self._dialect.answered(found.get("receipts", ()))
            return self._dialect.picture(self._connection, asked, found, now, locking=True)

    def known(self, ids: Sequence[bytes]) -> dict[bytes, Kept]:
        unasked = [id_ for id_ in ids if id_ not in self._asked]
        if unasked:
            with self._dialect.translated():
                (rows,) = self._ask([self._dialect.selects.receipts(unasked)])
                self._taken |= self._dialect.answered(rows)
                self._asked |= {*unasked}
        return {id_: self._taken[id_] for id_ in ids if id_ in self._taken}

    def write(self, writing: Writing) -> None:
        with self._dialect.translated():
            if self._waiting is not None or not self._begun:
                self._ask(())
            self._waiting = self._dialect.statements(self._connection, writing)

    def _ask(
        self,
        statements: Collection[Statement],
        *more: Statement,
        meanwhile: Callable[[], object] | None = None,
    ) -> list[Rows]:
        """
        Send what waits, *statements*, and *more* behind them. Returns the answers to *statements*.

        Args:
            meanwhile: Done while the server works on them.
        """
        waiting, self._waiting = self._waiting or (), None
        if self._begun:
            answers = self._line.say(chain(waiting, statements, more), meanwhile=meanwhile)
            first = len(answers) - len(statements) - len(more)
            return answers[first : first + len(statements)]
        return self._begin(statements, meanwhile)

    def _begin(self, statements: Collection[Statement], meanwhile: Callable[[], object] | None) -> list[Rows]:
        """Open the transaction together with its first statements, and return their answers."""
        raise NotImplementedError


class _Own(_Transaction):
    """A transaction of our own."""

    locks_people = False
    """It asks for records before the epoch, so that an erasure can wait for it, see `Postgresql.keep_out`."""

    def __init__(self, dialect: Psycopg, connection: Connection, wait_ms: int) -> None:
        super().__init__(dialect, connection)
        self._wait_ms = wait_ms

    def _begin(self, statements: Collection[Statement], meanwhile: Callable[[], object] | None) -> list[Rows]:
        self._begun = True
        opening: list[Statement] = [_BEGIN, self._dialect.settings(self._wait_ms)]
        _, _, *answers = self._line.say([*opening, *statements], undo=b"rollback", meanwhile=meanwhile)
        return answers

    def back(self) -> None:
        """Roll back."""
        self._line.undo(b"rollback")

    def commit(self) -> None:
        """
        Send what waits with the COMMIT in the same message; Unknown if the connection was lost meanwhile.

        Together, because a message of its own would cost another round trip under the locks. That is safe: a
        guard that says no makes the statement before it fail, and a failed transaction can't commit (see `guarded`).
        """
        if not self._begun:
            return
        try:
            with self._dialect.translated():
                self._ask((), _COMMIT)
        except StorageError as error:
            if self._line.cut:
                raise Unknown("the connection was lost during commit") from error
            raise


class _Joined(_Transaction):
    """Our part of a host's transaction."""

    locks_people = True
    """A host's may see only what stood when it began, an old epoch too; but it locks no row that is gone since."""

    def __init__(self, dialect: Psycopg, connection: Connection) -> None:
        super().__init__(dialect, connection)
        self._settings: tuple[str, ...] = ()

    def leave(self) -> None:
        """Send what waits, restore the host's settings, and release the savepoint."""
        if self._settings:
            with self._dialect.translated():
                before = dict(zip(_OURS, self._settings, strict=True))
                self._ask([_set_options(before), ("release savepoint quanyi", ())])

    def back(self) -> None:
        """Undo our part; the host's stays as it was."""
        if self._begun:
            self._line.undo(_BACK)

    def _begin(self, statements: Collection[Statement], meanwhile: Callable[[], object] | None) -> list[Rows]:
        if self._line.idle:
            self._connection.exec_driver_sql("select 1")  # the host's own way to begin
        self._begun = True
        names = ", ".join(f"current_setting('{name}')" for name in _OURS)
        settings = self._dialect.settings(self._dialect.setting.lock_timeout_ms)
        opening: list[Statement] = [("savepoint quanyi", ()), (f"select {names}", ()), settings]
        _, before, _, *answers = self._line.say([*opening, *statements], undo=_BACK, meanwhile=meanwhile)
        self._settings = before[0]
        return answers


def _set_options(values: Mapping[str, str]) -> Statement:
    """The statement that sets these options until the transaction ends."""
    calls = ", ".join(f"set_config('{name}', ${place}, true)" for place, name in enumerate(values, 1))
    return f"select {calls}", list(values.values())


def _line(connection: Connection) -> Pipeline:
    """Our `Pipeline` on the driver's connection, kept as long as that lives."""
    line = connection.info.get(_LINE)
    if line is None:
        driver: Any = connection.connection.driver_connection
        line = connection.info[_LINE] = Pipeline(driver)
    return line


def _give_back(connection: Connection) -> None:
    """Return the connection to its pool. A lost one runs into an error first, so that the pool drops it."""
    with suppress(SQLAlchemyError):
        if _line(connection).cut:
            connection.exec_driver_sql("select 1")
    with suppress(SQLAlchemyError):
        connection.close()
