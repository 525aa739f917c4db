"""
Several statements to PostgreSQL in one message, sent below the driver's cursors.

psycopg's own pipeline sends each statement by itself and wakes up for each answer, and it forgets
all that it has prepared when it sees a rollback: tables might have changed. Here a message leaves
whole, its answers are read in one go, and plans are kept until the connection ends, or until the
server says that somebody dropped them.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import suppress
from inspect import isawaitable
from typing import TYPE_CHECKING, Any

from psycopg.errors import Error, InvalidSqlStatementName, OperationalError, error_from_result
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus
from psycopg.waiting import READY_R, WAIT_R, WAIT_RW

from quanyi.adapters.sql.dialects.arrays import READERS, Parameter, oid_of, said

if TYPE_CHECKING:
    import psycopg
    from psycopg.pq.abc import PGconn, PGresult
    from psycopg.waiting import Ready, Wait

__all__ = ["Pipeline", "Rows", "Statement"]

Statement = tuple[str, Sequence[Any]]
"""A text with ``$1``…, and for each of them a `Parameter`."""

Rows = Sequence[tuple[Any, ...]]

_BINARY = 1
_MOST_KEPT = 200
_AT_ONCE = 4_096
"""Bytes of a statement above which it is sent at once; smaller ones wait, since each sending wakes the server."""

_SPOILS = b"select 1 / 0"
_FAILED = frozenset({ExecStatus.BAD_RESPONSE, ExecStatus.FATAL_ERROR})
_UNDOABLE = frozenset({TransactionStatus.INERROR, TransactionStatus.INTRANS})


class Pipeline:
    """
    The conversation with the server on one connection.

    Args:
        driver: The driver's connection, sync or async. If the host forbids it to prepare statements, as behind a
            pooler of statements, nothing is prepared here.
    """

    __slots__ = ("_driver", "_names", "_prepared", "_server")

    def __init__(self, driver: psycopg.Connection[Any] | psycopg.AsyncConnection[Any]) -> None:
        self._driver = driver
        self._server: PGconn = driver.pgconn
        self._names: dict[str, bytes] = {}
        self._prepared = 0

    @property
    def cut(self) -> bool:
        """Whether the connection is lost."""
        return self._server.status == ConnStatus.BAD

    @property
    def idle(self) -> bool:
        """Whether no transaction has begun."""
        return self._server.transaction_status == TransactionStatus.IDLE

    def say(
        self,
        statements: Iterable[Statement],
        *,
        keep: bool = True,
        undo: bytes = b"",
        meanwhile: Callable[[], object] | None = None,
    ) -> list[Rows]:
        """
        Send all statements in one message, and return the rows of each.

        A large statement is sent as it comes out of *statements*, so that the server works on it while the next one is made.
        If one can't be made or said, the server does nothing of the message outside a transaction, and inside one
        the transaction has failed.

        Args:
            keep: Whether plans are kept for the next time.
            undo: For a transaction's first message: the command that takes it back, so that it can be sent
                again if kept plans are gone. Then *statements* are a collection.
            meanwhile: Done once all is sent, while the server works.
        """
        keep = keep and self._driver.prepare_threshold is not None
        try:
            return self._said(statements, keep=keep, meanwhile=meanwhile)
        except InvalidSqlStatementName:
            self._names.clear()
            if not undo:
                raise
            self.undo(undo)
            return self._said(statements, keep=keep)

    def undo(self, command: bytes) -> None:
        """Run *command* if there is anything to undo; a lost connection leaves nothing."""
        with suppress(Error):
            if self._server.transaction_status in _UNDOABLE:
                self._server.exec_(command)

    # --- one message -------------------------------------------------------------------------

    def _said(
        self, statements: Iterable[Statement], *, keep: bool, meanwhile: Callable[[], object] | None = None
    ) -> list[Rows]:
        server, expected, ended = self._server, list[tuple[str, bytes]](), False
        server.enter_pipeline_mode()
        try:
            for text, values in statements:
                bodies = list(map(said, values))
                expected += self._send(text, values, bodies, keep=keep)
                if sum(map(len, filter(None, bodies))) > _AT_ONCE:
                    server.flush()
            server.pipeline_sync()
            ended = True
            if meanwhile is not None:
                meanwhile()
            results = self._waited(_answers(server))
        except BaseException:
            self._give_up(ended=ended)
            raise
        finally:
            if not self.cut:
                server.exit_pipeline_mode()
        return list(self._read(expected, results))

    def _give_up(self, *, ended: bool) -> None:
        """Leave a message alone that could not be said to its end: spoil it, so that nothing of it is done, and hear it out."""
        with suppress(Error):
            if not ended:
                self._server.send_query_params(_SPOILS, None)
                self._server.pipeline_sync()
            self._waited(_answers(self._server))

    def _waited(self, answers: Generator[Wait, Ready | int, list[PGresult]]) -> list[PGresult]:
        """Let the driver wait in its own way; an async one waits under SQLAlchemy's `run_sync`."""
        waited = self._driver.wait(answers)
        if not isawaitable(waited):
            return waited
        from sqlalchemy.util import await_only

        return await_only(waited)

    def _send(
        self, text: str, parameters: Sequence[Parameter], values: list[bytes | None], *, keep: bool
    ) -> list[tuple[str, bytes]]:
        """Send one statement. For each answer that it will have, the plan that becomes known by it."""
        formats = [_BINARY] * len(values)
        name = self._names.get(text)
        if name is not None and keep:
            self._server.send_query_prepared(name, values, formats, _BINARY)
            return [_NO_PLAN]
        types = list(map(oid_of, parameters))
        if not keep or not values or len(self._names) >= _MOST_KEPT:
            self._server.send_query_params(text.encode(), values, types, formats, _BINARY)
            return [_NO_PLAN]
        self._prepared += 1
        name = b"quanyi_%d" % self._prepared
        self._server.send_prepare(name, text.encode(), types)
        self._server.send_query_prepared(name, values, formats, _BINARY)
        return [(text, name), _NO_PLAN]

    def _read(self, expected: Sequence[tuple[str, bytes]], results: Sequence[PGresult]) -> Iterator[Rows]:
        for (text, name), result in zip(expected, results, strict=True):
            if result.status in _FAILED:
                raise error_from_result(result)
            if name:
                self._names[text] = name
            else:
                yield _rows(result)


_NO_PLAN = ("", b"")


def _answers(server: PGconn) -> Generator[Wait, Ready | int, list[PGresult]]:
    """Send the message, and read until the server has answered all of it."""
    while server.flush():
        if (yield WAIT_RW) & READY_R:
            server.consume_input()
    found: list[PGresult] = []
    while True:
        while server.is_busy():
            yield WAIT_R
            server.consume_input()
        result = server.get_result()
        if result is None:
            if server.status == ConnStatus.BAD:
                raise OperationalError("the connection is lost")
        elif result.status == ExecStatus.PIPELINE_SYNC:
            return found
        else:
            found.append(result)


def _rows(result: PGresult) -> Rows:
    """The rows of one answer as Python's values."""
    readers, value = [READERS[result.ftype(n)] for n in range(result.nfields)], result.get_value
    return [
        tuple([None if (raw := value(row, n)) is None else read(raw) for n, read in enumerate(readers)])
        for row in range(result.ntuples)
    ]
