"""
Column types that mean the same on every database.

Texts compare byte by byte everywhere (MariaDB's default collation takes ``Ann`` for ``ann``), and
an instant comes back as it went in: aware, in UTC, to the microsecond.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, DateTime, Integer, LargeBinary, String, Text
from sqlalchemy.dialects import mysql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.types import TypeDecorator

if TYPE_CHECKING:
    from sqlalchemy import Dialect
    from sqlalchemy.types import TypeEngine

__all__ = ["BLIND", "BODY", "BYTES", "COUNT", "DIGEST", "EXACT", "NAME", "NUMBER", "Instant"]

EXACT = {True: "utf8mb4_nopad_bin", False: "utf8mb4_0900_bin"}
"""
The collation that compares texts byte by byte, by whether the server is MariaDB rather than MySQL.

``utf8mb4_bin``, which both know, takes ``a`` and ``a`` with a blank behind it for the same text.
"""


class _ExactName(mysql.VARCHAR):
    """A name, compared byte by byte; as long as four of them can stand in one index."""

    def __init__(self) -> None:
        super().__init__(191, charset="utf8mb4")


class _ExactText(mysql.LONGTEXT):
    """A long text, compared byte by byte."""

    def __init__(self) -> None:
        super().__init__(charset="utf8mb4")


@compiles(_ExactName, "mysql", "mariadb")
@compiles(_ExactText, "mysql", "mariadb")
def _collated(type_: Any, compiler: Any, **_more: Any) -> str:
    """The type as a column declares it. Which collation there is shows only on the server, or in the URL."""
    word = "LONGTEXT" if isinstance(type_, _ExactText) else f"VARCHAR({type_.length})"
    return f"{word} CHARACTER SET utf8mb4 COLLATE {EXACT[bool(compiler.dialect.is_mariadb)]}"


NAME = String().with_variant(_ExactName(), "mysql", "mariadb")
"""A name or id."""

BODY = Text().with_variant(_ExactText(), "mysql", "mariadb")
"""JSON, or any long text."""

DIGEST = LargeBinary(16).with_variant(mysql.BINARY(16), "mysql", "mariadb")
"""The 16 bytes of `digest16`."""

BYTES = LargeBinary().with_variant(mysql.LONGBLOB(), "mysql", "mariadb")
"""Cipher texts, and digests in a row; of any length."""

BLIND = LargeBinary().with_variant(mysql.VARBINARY(255), "mysql", "mariadb")
"""A blind index of a card code, which is the key of an index too."""

COUNT = BigInteger()
"""An amount, in the smallest unit."""

NUMBER = BigInteger().with_variant(Integer, "sqlite")
"""A number that the database assigns, each higher than the last."""


class Instant(TypeDecorator[datetime]):
    """An aware instant; kept in UTC."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name in ("mysql", "mariadb"):
            return dialect.type_descriptor(mysql.DATETIME(fsp=6))
        if dialect.name == "sqlite":
            return dialect.type_descriptor(_SqliteInstant())  # type: ignore[no-untyped-call]
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        utc = value.astimezone(UTC)
        return utc if dialect.name == "postgresql" else utc.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class _SqliteInstant(sqlite.DATETIME):
    """Text, or what a host's driver made of it: Django's converts every column that is declared ``DATETIME``."""

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:
        read: Any = super().result_processor(dialect, coltype)
        return lambda value: value if isinstance(value, datetime) else read(value)
