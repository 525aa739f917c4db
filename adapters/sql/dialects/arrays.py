"""
PostgreSQL's binary format, and whole columns as arrays, which is the fastest way to send rows.

psycopg looks at the values of a list to find out their type, so the type of a parameter, and
with it the prepared statement, would change with the data. Here the column's type is known beforehand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import chain, repeat
from struct import Struct
from typing import Any, ClassVar

from sqlalchemy import LargeBinary, String
from sqlalchemy.types import TypeEngine

from quanyi.adapters.sql.types import Instant

__all__ = ["READERS", "Bytes", "Column", "Instants", "Numbers", "Parameter", "Texts", "column_of", "oid_of", "said"]

_HEAD = Struct("!iiIii")
_length = Struct("!i").pack
_number = Struct("!iq").pack
_bigint = Struct("!q").pack
_NULL = _length(-1)
_EMPTY = Struct("!iiI")
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_TOLD, _TEXT, _VARCHAR, _INTEGER = 0, 25, 1043, 23


class Column:
    """
    The values of one column, in order; None is null.

    Attributes:
        raw: The bytes of one value that is not null, by itself: a parameter that is no array.
        sql: The name of one value's type.
    """

    __slots__ = ("values",)

    oid: int
    element: int
    sql: str
    raw: ClassVar[Callable[[Any], bytes]]

    def __init__(self, values: Sequence[Any]) -> None:
        self.values = values

    def array(self) -> bytes:
        """The array in PostgreSQL's binary format: its head, then each value preceded by its length."""
        values = self.values
        count = len(values)
        if not count:
            return _EMPTY.pack(0, 1, self.element)
        head = _HEAD.pack(1, 1, self.element, count, 1)
        first = values[0]
        if count == 1 or (values[-1] == first and values.count(first) == count):  # a batch repeats itself
            return head + self.part(first) * count
        return head + (b"".join(map(self.part, values)) if None in values else self.parts(values))

    @staticmethod
    def part(value: Any) -> bytes:
        """One value, preceded by its length."""
        raise NotImplementedError

    def parts(self, values: Sequence[Any]) -> bytes:
        """Many values, none of them null, each preceded by its length."""
        return b"".join(map(self.part, values))


class Bytes(Column):
    """``bytea[]``."""

    __slots__ = ()
    oid, element, sql = 1001, 17, "bytea"
    raw: ClassVar[Callable[[Any], bytes]] = staticmethod(b"".__add__)  # `bytes` would take a number as a length

    @staticmethod
    def part(value: bytes | None) -> bytes:
        return _NULL if value is None else _length(len(value)) + value

    def parts(self, values: Sequence[bytes]) -> bytes:
        return _interleaved(values)


class Texts(Column):
    """``text[]``."""

    __slots__ = ()
    oid, element, sql = 1009, 25, "text"
    raw: ClassVar[Callable[[Any], bytes]] = staticmethod(str.encode)

    @staticmethod
    def part(value: str | None) -> bytes:
        if value is None:
            return _NULL
        body = value.encode()
        return _length(len(body)) + body

    def parts(self, values: Sequence[str]) -> bytes:
        return _interleaved(list(map(str.encode, values)))


class Numbers(Column):
    """``bigint[]``."""

    __slots__ = ()
    oid, element, sql = 1016, 20, "bigint"
    raw: ClassVar[Callable[[Any], bytes]] = staticmethod(_bigint)

    @staticmethod
    def part(value: int | None) -> bytes:
        return _NULL if value is None else _number(8, value)

    def parts(self, values: Sequence[int]) -> bytes:
        return b"".join(map(_number, repeat(8), values))


class Instants(Column):
    """``timestamptz[]``: microseconds since 2000."""

    __slots__ = ()
    oid, element, sql = 1185, 1184, "timestamptz"

    @staticmethod
    @lru_cache(maxsize=4096)  # a batch says each instant in several places
    def part(value: datetime | None) -> bytes:
        return _NULL if value is None else _number(8, _microseconds(value))

    raw: ClassVar[Callable[[Any], bytes]] = staticmethod(
        lru_cache(maxsize=4096)(lambda value: _bigint(_microseconds(value)))
    )


def _interleaved(values: Sequence[bytes]) -> bytes:
    """Each value with its length before it."""
    return b"".join(chain.from_iterable(zip(map(_length, map(len, values)), values, strict=True)))


def _microseconds(value: datetime) -> int:
    return (value - _EPOCH) // _MICROSECOND


Parameter = str | datetime | Column | bytes | None
"""A parameter: a text, an instant, a column; or any value in binary format, whose type the statement tells."""


def column_of(type_: TypeEngine[Any]) -> type[Column]:
    """The kind of array for a table's column of this type."""
    if isinstance(type_, Instant):
        return Instants
    if isinstance(type_, LargeBinary):
        return Bytes
    return Texts if isinstance(type_, String) else Numbers


def oid_of(value: Parameter) -> int:
    """The PostgreSQL type id of a parameter; 0 for one whose type the statement tells."""
    if isinstance(value, Column):
        return value.oid
    if isinstance(value, str):
        return _TEXT
    return Instants.element if isinstance(value, datetime) else _TOLD


def said(value: Parameter) -> bytes | None:
    """A parameter in PostgreSQL's binary format."""
    if isinstance(value, Column):
        return value.array()
    if isinstance(value, str):
        return value.encode()
    return _bigint(_microseconds(value)) if isinstance(value, datetime) else value


def _instant(raw: bytes) -> datetime:
    return _EPOCH + timedelta(microseconds=_number_in(raw))


def _number_in(raw: bytes) -> int:
    return int.from_bytes(raw, "big", signed=True)


READERS: Mapping[int, Callable[[bytes], Any]] = {
    Bytes.element: bytes,
    Instants.element: _instant,
    Numbers.element: _number_in,
    Texts.element: bytes.decode,
    _INTEGER: _number_in,
    _VARCHAR: bytes.decode,
}
"""How a value of each type that our tables have is read."""
