"""
Whole columns as binary arrays, the fastest way into PostgreSQL.

psycopg looks at the values of a list to find out what it is, so that the type of a parameter, and
with it the prepared statement, changes with the data. A column's type is known here beforehand.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from struct import Struct
from typing import TYPE_CHECKING, Any

from psycopg.adapt import Dumper
from psycopg.pq import Format
from sqlalchemy import LargeBinary, String
from sqlalchemy.types import TypeEngine

from quanyi.adapters.sql.types import Instant

if TYPE_CHECKING:
    from psycopg import Connection

__all__ = ["Bytes", "Column", "Instants", "Numbers", "Texts", "column_of", "register"]

_HEAD = Struct("!iiIii")
_length = Struct("!i").pack
_number = Struct("!iq").pack
_NULL = _length(-1)
_EMPTY = 12
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Column:
    """The values of one column, in order; None is null."""

    __slots__ = ("values",)

    oid: int
    element: int

    def __init__(self, values: Sequence[Any]) -> None:
        self.values = values

    def body(self) -> bytes:
        """The values as PostgreSQL receives them, each with its length before it."""
        values = self.values
        if values and values.count(values[0]) == len(values):  # a batch says many things again and again
            return self.part(values[0]) * len(values)
        return b"".join(map(self.part, values))

    @staticmethod
    def part(value: Any) -> bytes:
        """One value, its length before it."""
        raise NotImplementedError


class Bytes(Column):
    """``bytea[]``."""

    __slots__ = ()
    oid, element = 1001, 17

    @staticmethod
    def part(value: bytes | None) -> bytes:
        return _NULL if value is None else _length(len(value)) + value


class Texts(Column):
    """``text[]``."""

    __slots__ = ()
    oid, element = 1009, 25

    @staticmethod
    def part(value: str | None) -> bytes:
        if value is None:
            return _NULL
        body = value.encode()
        return _length(len(body)) + body


class Numbers(Column):
    """``bigint[]``."""

    __slots__ = ()
    oid, element = 1016, 20

    @staticmethod
    def part(value: int | None) -> bytes:
        return _NULL if value is None else _number(8, value)


class Instants(Column):
    """``timestamptz[]``: microseconds since 2000."""

    __slots__ = ()
    oid, element = 1185, 1184

    @staticmethod
    def part(value: datetime | None) -> bytes:
        return _NULL if value is None else _number(8, (value - _EPOCH) // _MICROSECOND)


def column_of(type_: TypeEngine[Any]) -> Callable[[Sequence[Any]], Column]:
    """The kind of array for a table's column."""
    if isinstance(type_, Instant):
        return Instants
    if isinstance(type_, LargeBinary):
        return Bytes
    return Texts if isinstance(type_, String) else Numbers


def register(connection: Connection[Any]) -> None:
    """Let one connection take our columns as parameters; other parameters are left as they are."""
    for kind in (Bytes, Texts, Numbers, Instants):
        connection.adapters.register_dumper(kind, _DUMPERS[kind])


class _Dumper(Dumper):
    format = Format.BINARY
    element: int

    def dump(self, obj: Column) -> bytes:
        count = len(obj.values)
        head = _HEAD.pack(1 if count else 0, 1, obj.element, count, 1)
        return head + obj.body() if count else head[:_EMPTY]


_DUMPERS = {
    kind: type(f"_{kind.__name__}", (_Dumper,), {"oid": kind.oid}) for kind in (Bytes, Texts, Numbers, Instants)
}
