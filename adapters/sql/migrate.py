"""
Our own migrations, beside the host's.

They keep their place in a version table of their own, run on an engine or on a connection of the
host, and are hidden from the host's autogenerate.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, make_url, select, text

from quanyi.adapters.sql.dialects.sessions import SERVERS
from quanyi.adapters.sql.dialects.sqlite import BEGIN
from quanyi.adapters.sql.findings import Finding, table_findings
from quanyi.adapters.sql.formats import flag_statement, number_of
from quanyi.adapters.sql.tables import Tables, tables_of
from quanyi.entitlements.errors import LockTimeout

if TYPE_CHECKING:
    from sqlalchemy import Engine

__all__ = ["alembic_filter", "check", "options", "upgrade", "upgrade_sql"]

_IncludeName = Callable[[str | None, Any, Any], bool]

# Alembic keeps the running migration in module globals.
_ONE_AT_A_TIME = Lock()
_WHOLE = {"literal_binds": True}
_ADVISORY_LOCK = 0x7175616E
_NAMED_LOCK, _PATIENCE = "quanyi-migrations", 600


def upgrade(
    place: Engine | Connection, *, prefix: str = "quanyi_", schema: str | None = None, revision: str = "head"
) -> None:
    """
    Bring the tables up to date.

    On an engine this is a transaction of its own, and safe to call from several processes at
    once. On a connection it is part of the host's transaction, which the host ends. MariaDB and MySQL
    commit with every table that is made, the host's transaction too: what has died halfway there is run again.

    Args:
        revision: The revision to stop at; the newest unless named.
    """
    with _connection(place) as connection, _alone(connection):
        tables = tables_of(prefix, schema)
        config = _config(tables)
        config.attributes["connection"] = connection
        fresh = MigrationContext.configure(connection, opts=options(tables)).get_current_revision() is None
        with _ONE_AT_A_TIME:
            command.upgrade(config, revision)
        if revision == "head" and (fresh or _never_flagged(connection, tables)):
            connection.execute(flag_statement(tables))  # no older program has ever been here


def upgrade_sql(dialect: str, *, prefix: str = "quanyi_", schema: str | None = None) -> str:
    """The statements of `upgrade`, for somebody who may run them; *dialect* is ``postgresql``, ``sqlite`` or ``mariadb``."""
    out = io.StringIO()
    tables = tables_of(prefix, schema)
    config = _config(tables, out)
    config.attributes["dialect"] = dialect
    with _ONE_AT_A_TIME:
        command.upgrade(config, "head", sql=True)
    told = flag_statement(tables).compile(dialect=make_url(f"{dialect}://").get_dialect()(), compile_kwargs=_WHOLE)
    out.write(f"{told};\n\n")
    return out.getvalue()


def check(place: Engine | Connection, *, prefix: str = "quanyi_", schema: str | None = None) -> list[Finding]:
    """Everything in the database that is not as this program expects it; an empty list if nothing."""
    tables = tables_of(prefix, schema)
    head = ScriptDirectory.from_config(_config(tables)).get_current_head()
    with _connection(place) as connection:
        context = MigrationContext.configure(connection, opts=options(tables))
        current = context.get_current_revision()
        if current != head:
            message = f"the tables are at revision {current or 'none'}, this program needs {head}"
            return [Finding(code="migration-missing", message=message, hint="run quanyi db upgrade")]
        differences = compare_metadata(context, tables.metadata)
        found = list(table_findings(connection, tables)) if connection.dialect.name in SERVERS else []
    return [*(Finding(code="tables-differ", message=str(difference)) for difference in differences), *found]


def alembic_filter(
    inner: _IncludeName | None = None, *, prefix: str = "quanyi_", schema: str | None = None
) -> _IncludeName:
    """
    An ``include_name`` for the host's ``context.configure``, so that its autogenerate neither sees nor
    drops our tables.

    Args:
        inner: The host's own `include_name`, asked about everything else.
    """
    ours = tables_of(prefix, schema).names()

    def include_name(name: str | None, type_: Any, parents: Any) -> bool:
        if type_ == "table" and name in ours and parents.get("schema_name") in {schema, None}:
            return False
        return inner is None or inner(name, type_, parents)

    return include_name


def options(tables: Tables) -> dict[str, Any]:
    """The options by which Alembic sees our tables and nothing else."""
    ours = tables.names()

    def include_name(name: str | None, type_: Any, _parents: Any) -> bool:
        if type_ == "schema":
            return name == tables.schema
        return name in ours - {tables.version_table} if type_ == "table" else True

    return {
        "target_metadata": tables.metadata,
        "version_table": tables.version_table,
        "version_table_schema": tables.schema,
        "include_schemas": tables.schema is not None,
        "include_name": include_name,
        "compare_type": True,
    }


def _config(tables: Tables, out: io.StringIO | None = None) -> Config:
    config = Config(output_buffer=out) if out is not None else Config()
    config.set_main_option("script_location", "quanyi.adapters.sql:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["tables"] = tables
    return config


@contextmanager
def _connection(place: Engine | Connection) -> Iterator[Connection]:
    if isinstance(place, Connection):
        yield place
        return
    with place.execution_options(**{BEGIN: "immediate"}).begin() as connection:
        yield connection


@contextmanager
def _alone(connection: Connection) -> Iterator[None]:
    """Wait until no other process migrates, in a transaction that has begun. SQLite has one writer anyway."""
    name = connection.dialect.name
    if name in SERVERS:  # a lock of the session, since transactions end in between
        if not connection.scalar(text(f"select get_lock('{_NAMED_LOCK}', {_PATIENCE})")):
            raise LockTimeout(f"another process has been migrating for {_PATIENCE} seconds")
        try:
            yield
        finally:
            connection.execute(text(f"select release_lock('{_NAMED_LOCK}')"))
        return
    connection.execute(text(f"select pg_advisory_xact_lock({_ADVISORY_LOCK})" if name == "postgresql" else "select 1"))
    yield


def _never_flagged(connection: Connection, tables: Tables) -> bool:
    """Whether a migration died before the flag was set, where no program of an older format ever ran."""
    return connection.dialect.name in SERVERS and connection.scalar(select(number_of(tables))) is None
