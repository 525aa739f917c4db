"""
Findings: settings with which books can't be trusted; and those of MariaDB and MySQL.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import attrs
from sqlalchemy import bindparam, text

from quanyi.adapters.sql.dialects.sessions import MODE, refuse_old, refuse_other_drivers
from quanyi.adapters.sql.types import EXACT
from quanyi.entitlements.errors import InputError, StorageError

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from quanyi.adapters.sql.tables import Tables

__all__ = ["Finding", "mariadb_findings", "table_findings"]


@attrs.frozen(kw_only=True)
class Finding:
    """
    One setting with which the books can't be trusted.

    >>> str(Finding(code="no-wal", message="readers and the writer block each other", hint="call prepare_engine"))
    'no-wal: readers and the writer block each other (call prepare_engine)'

    Attributes:
        code: A stable word for it.
        message: What is wrong.
        hint: What to do.
    """

    code: str
    message: str
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.code}: {self.message}" + (f" ({self.hint})" if self.hint else "")


_SAFE: Mapping[str, tuple[frozenset[str], str]] = {
    "innodb_flush_log_at_trx_commit": (frozenset({"1"}), "a commit can be lost with the power"),
    "innodb_doublewrite": (frozenset({"1", "ON"}), "a crash can destroy the database"),
    "read_only": (frozenset({"0", "OFF"}), "nothing can be written, or only by an administrator"),
    "default_storage_engine": (frozenset({"InnoDB"}), "new tables would know no transactions"),
}


def mariadb_findings(connection: Connection) -> Iterator[Finding]:
    """Every setting of the server, the session or the driver with which the books can't be trusted."""
    try:
        refuse_other_drivers(connection.dialect.driver)
    except InputError as error:
        yield Finding(code="other-driver", message=str(error))
    version = str(_value(connection, "version"))
    try:
        refuse_old(version)
    except StorageError as error:
        yield Finding(code="old-server", message=str(error))
    for name, (safe, danger) in _SAFE.items():
        value = str(_value(connection, name))
        if value not in safe:
            yield Finding(code=name.replace("_", "-"), message=f"{name} is {value}: {danger}")
    yield from _session_findings(connection)


def table_findings(connection: Connection, tables: Tables) -> Iterator[Finding]:
    """Columns of ours that take different texts for the same, and tables without transactions."""
    place, names = tables.schema or connection.exec_driver_sql("select database()").scalar_one(), sorted(tables.names())
    exact = EXACT[bool(getattr(connection.dialect, "is_mariadb", False))]
    asked = {"place": place, "names": names, "exact": exact, "own": tables.version_table}
    for table, column, collation in connection.execute(_COLUMNS, asked):
        message = f"{table}.{column} is in {collation}, which takes different texts for the same"
        yield Finding(code="collation", message=message, hint=f"alter the column to collate {exact}")
    for table, engine in connection.execute(_ENGINES, asked):
        message = f"{table} is kept by {engine}, which can't roll back"
        yield Finding(code="storage-engine", message=message, hint=f"alter table {table} engine = InnoDB")


_COLUMNS = text(
    "select table_name, column_name, collation_name from information_schema.columns where table_schema = :place"
    " and table_name in :names and table_name <> :own and collation_name <> :exact order by table_name, column_name"
).bindparams(bindparam("names", expanding=True))
_ENGINES = text(
    "select table_name, engine from information_schema.tables where table_schema = :place"
    " and table_name in :names and engine <> 'InnoDB' order by table_name"
).bindparams(bindparam("names", expanding=True))


def _session_findings(connection: Connection) -> Iterator[Finding]:
    hint = "call prepare_engine(engine) before its first use"
    if MODE not in str(_value(connection, "sql_mode")):
        yield Finding(code="not-strict", message="the host's own texts are cut where they are too long", hint=hint)
    if connection.get_isolation_level() != "READ COMMITTED":
        message = f"host transactions run at {connection.get_isolation_level()}, and can't be joined"
        yield Finding(code="isolation-level", message=message, hint=hint)
    if (charset := _value(connection, "character_set_connection")) != "utf8mb4":
        message = f"texts are sent in {charset}, which does not know every character"
        yield Finding(code="charset", message=message, hint="say charset=utf8mb4 in the URL")
    if _value(connection, "autocommit"):
        message = "every statement commits by itself, so nothing joins anything"
        yield Finding(code="autocommit", message=message, hint="drop isolation_level='AUTOCOMMIT'")


def _value(connection: Connection, name: str) -> object:
    return connection.exec_driver_sql(f"select @@{name}").scalar_one()
