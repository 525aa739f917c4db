"""Dialects: how each database locks, reads and writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from quanyi.adapters.sql.dialects.generic import Generic
from quanyi.adapters.sql.dialects.sessions import SERVERS, refuse_other_drivers
from quanyi.adapters.sql.dialects.sqlite import Sqlite

if TYPE_CHECKING:
    from quanyi.adapters.sql.dialects.generic import Setting

__all__ = ["dialect_of"]


def dialect_of(name: str, driver: str, setting: Setting) -> Generic:
    """The dialect for the database *name* through *driver*; the generic one for a database that has none of its own."""
    if name == "postgresql" and driver in ("psycopg", "psycopg_async"):
        from quanyi.adapters.sql.dialects.psycopg import Psycopg

        return Psycopg(setting)
    if (name, driver) == ("postgresql", "asyncpg"):
        from quanyi.adapters.sql.dialects.asyncpg import Asyncpg

        return Asyncpg(setting)
    if name == "postgresql":
        from quanyi.adapters.sql.dialects.postgresql import Postgresql

        return Postgresql(setting)
    if name in SERVERS:
        from quanyi.adapters.sql.dialects.mariadb import Mariadb

        refuse_other_drivers(driver)
        return Mariadb(setting)
    return Sqlite(setting) if name == "sqlite" else Generic(setting)
