"""
Whole columns as binary arrays, the fastest way into PostgreSQL.

psycopg looks at the values of a list to find out what it is, so that the type of a parameter, and
with it the prepared statement, changes with the data. A column's type is known here beforehand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
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
_LENGTH = Struct("!i")
_NUMBER = Struct("!iq")
_NULL = _LENGTH.pack(-1)
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Column:
    """The values of one column, in order; None is null."""

    __slots__ = ("values",)

    oid: int
    element: int

    def __init__(self, values: Sequence[Any]) -> None:
        self.values = values

    def parts(self) -> Iterable[bytes]:
        """Each value as PostgreSQL receives it, its length before it."""
        raise NotImplementedError


class Bytes(Column):
    """``bytea[]``."""

    __slots__ = ()
    oid, element = 1001, 17

    def parts(self) -> Iterable[bytes]:
        pack = _LENGTH.pack
        for value in self.values:
            if value is None:
                yield _NULL
            else:
                yield pack(len(value))
                yield value


class Texts(Column):
    """``text[]``."""

    __slots__ = ()
    oid, element = 1009, 25

    def parts(self) -> Iterable[bytes]:
        pack = _LENGTH.pack
        for value in self.values:
            if value is None:
                yield _NULL
            else:
                body = value.encode()
                yield pack(len(body))
                yield body


class Numbers(Column):
    """``bigint[]``."""

    __slots__ = ()
    oid, element = 1016, 20

    def parts(self) -> Iterable[bytes]:
        pack = _NUMBER.pack
        for value in self.values:
            yield _NULL if value is None else pack(8, value)


class Instants(Column):
    """``timestamptz[]``: microseconds since 2000."""

    __slots__ = ()
    oid, element = 1185, 1184

    def parts(self) -> Iterable[bytes]:
        pack = _NUMBER.pack
        for value in self.values:
            yield _NULL if value is None else pack(8, (value - _EPOCH) // _MICROSECOND)


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
        return b"".join((_HEAD.pack(1 if count else 0, 1, obj.element, count, 1)[: 20 if count else 12], *obj.parts()))


_DUMPERS = {
    kind: type(f"_{kind.__name__}", (_Dumper,), {"oid": kind.oid}) for kind in (Bytes, Texts, Numbers, Instants)
}
