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
from sqlalchemy.types import TypeDecorator

if TYPE_CHECKING:
    from sqlalchemy import Dialect
    from sqlalchemy.types import TypeEngine

__all__ = ["BODY", "BYTES", "COUNT", "DIGEST", "NAME", "NUMBER", "Instant"]

NAME = String().with_variant(mysql.VARCHAR(191, charset="utf8mb4", collation="utf8mb4_bin"), "mysql", "mariadb")
"""A name or id."""

BODY = Text().with_variant(mysql.LONGTEXT(charset="utf8mb4", collation="utf8mb4_bin"), "mysql", "mariadb")
"""JSON, or any long text."""

DIGEST = LargeBinary(16).with_variant(mysql.BINARY(16), "mysql", "mariadb")
"""The 16 bytes of `digest16`."""

BYTES = LargeBinary().with_variant(mysql.VARBINARY(1024), "mysql", "mariadb")
"""Cipher texts and blind indexes."""

COUNT = BigInteger()
"""An amount, in the smallest unit."""

NUMBER = BigInteger().with_variant(Integer, "sqlite")
"""A number that the database assigns, each higher than the last."""


class Instant(TypeDecorator[datetime]):
    """An aware instant; kept in UTC."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name in {"mysql", "mariadb"}:
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
