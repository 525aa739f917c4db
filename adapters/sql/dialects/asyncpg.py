"""
PostgreSQL through asyncpg: inside an async host's transaction, under `run_sync`.

asyncpg does not tell how many rows a statement with many sets of values matched. So a batch is written as
the one guarded statement that counts for itself, with the type of every parameter spelled out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import Executable, func, select

from quanyi.adapters.sql.dialects.arrays import Column
from quanyi.adapters.sql.dialects.postgresql import Postgresql

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from quanyi.entitlements.ports import Transaction, Writing

__all__ = ["Asyncpg"]

_PARAMETER = re.compile(r"\$(\d+)")


class Asyncpg(Postgresql):
    """PostgreSQL through asyncpg."""

    @contextmanager
    def joined(self, connection: Connection) -> Iterator[Transaction]:
        """A savepoint in the host's transaction. The host's lock timeout is restored afterwards."""
        with super().joined(connection) as transaction:
            with self.translated():
                before = connection.scalar(select(func.current_setting("lock_timeout")))
                self._time_out(connection, f"{self.setting.lock_timeout_ms}ms")
            yield transaction
            with self.translated():
                self._time_out(connection, str(before))

    def write(self, connection: Connection, writing: Writing) -> None:
        for text, values in self.statements(connection, writing):
            plain = tuple(value.values if isinstance(value, Column) else value for value in values)
            connection.exec_driver_sql(_typed(text, values), plain)

    def counted(self, connection: Connection, statement: Executable, rows: Sequence[dict[str, Any]]) -> int:
        return sum(connection.execute(statement, row).rowcount for row in rows)

    def _time_out(self, connection: Connection, value: str) -> None:
        connection.execute(select(func.set_config("lock_timeout", value, True)))  # noqa: FBT003  (PostgreSQL's own)


def _typed(text: str, values: Sequence[Any]) -> str:
    """The statement with a cast behind each parameter."""

    def cast(match: re.Match[str]) -> str:
        value = values[int(match[1]) - 1]
        return f"{match[0]}::{f'{value.sql}[]' if isinstance(value, Column) else 'text'}"

    return _PARAMETER.sub(cast, text)
