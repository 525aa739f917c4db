"""
The settings that an engine needs, and a check of whether it has them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import event, text

from quanyi.adapters.sql.dialects.sessions import SERVERS, refuse_other_drivers, settle
from quanyi.adapters.sql.dialects.sqlite import BEGIN
from quanyi.adapters.sql.findings import Finding, mariadb_findings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sqlalchemy import Connection, Engine

__all__ = ["Finding", "doctor", "prepare_engine"]

_BUSY_MS = 5_000
_BEGIN_WORDS = ("deferred", "immediate")


def prepare_engine(engine: Engine, *, begin: str = "deferred", busy_timeout_ms: int = _BUSY_MS) -> Engine:
    """
    Set what correctness needs, and hand the engine back. Calling it twice does no harm.

    SQLite: write-ahead log, full sync, foreign keys, waiting for other writers, and transactions
    that begin when SQLAlchemy says so. MariaDB and MySQL: READ COMMITTED and strict mode, as each
    connection is opened; a server that is too old is refused then, with a StorageError. PostgreSQL needs
    nothing that we don't set in our own transactions.

    Args:
        begin: SQLite only: how the host's own transactions begin. ``deferred`` lets many read at
            once; a transaction that has read, and then joins the mall after somebody else wrote,
            is refused with `Conflict`. ``immediate`` makes every transaction the writer from its
            start. One session can choose for itself:
            ``Session(engine.execution_options(quanyi_begin="immediate"))``.
        busy_timeout_ms: SQLite only: how long to wait for another writer.
    """
    if begin not in _BEGIN_WORDS:
        msg = f"begin is {' or '.join(_BEGIN_WORDS)}, not {begin!r}"
        raise ValueError(msg)
    if not getattr(engine, "_quanyi_prepared", False):
        if engine.dialect.name == "sqlite":
            _prepare_sqlite(engine, begin, busy_timeout_ms)
        elif engine.dialect.name in SERVERS:
            _prepare_mariadb(engine)
        engine._quanyi_prepared = True  # type: ignore[attr-defined]  # noqa: SLF001  (a mark of ours on the host's object)
    return engine


def doctor(engine: Engine) -> list[Finding]:
    """Every setting of *engine* with which the books can't be trusted; an empty list if there is none."""
    look = _DOCTORS.get(engine.dialect.name)
    if look is None:
        message = f"{engine.dialect.name} has not been proven by the conformance suite"
        return [Finding(code="unknown-database", message=message, hint="use SQLite, PostgreSQL or MariaDB")]
    with engine.connect() as connection:
        return list(look(connection))


# --- SQLite --------------------------------------------------------------------------------------


def _prepare_sqlite(engine: Engine, begin: str, busy_timeout_ms: int) -> None:
    def on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver must not begin or commit by itself
        for pragma in (
            f"busy_timeout={busy_timeout_ms}",
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
        ):
            connection.execute(f"PRAGMA {pragma}").close()

    def on_begin(connection: Connection) -> None:
        driver: Any = connection.connection.driver_connection
        if not driver.in_transaction:
            word = connection.get_execution_options().get(BEGIN, begin)
            connection.exec_driver_sql(f"BEGIN {str(word).upper()}")

    event.listen(engine, "connect", on_connect)
    event.listen(engine, "begin", on_begin)
    if not _in_memory(engine):
        engine.dispose()  # connections that were opened before this know nothing of it


def _in_memory(engine: Engine) -> bool:
    name = engine.url.database or ""
    return name in {"", ":memory:"} or "mode=memory" in str(engine.url)


def _sqlite_findings(connection: Connection) -> Iterator[Finding]:
    hint = "call prepare_engine(engine) before its first use"
    if _in_memory(connection.engine):
        yield Finding(code="in-memory", message="the database lives in memory and is lost", hint="name a file")
    elif _pragma(connection, "journal_mode") != "wal":
        yield Finding(code="no-wal", message="readers and the writer block each other", hint=hint)
    if int(_pragma(connection, "synchronous")) < 2:  # noqa: PLR2004  (FULL)
        yield Finding(code="not-synchronous", message="a commit can be lost with the power", hint=hint)
    if int(_pragma(connection, "busy_timeout")) == 0:
        yield Finding(code="no-busy-timeout", message="a second writer fails at once", hint=hint)
    driver: Any = connection.connection.driver_connection
    if driver.isolation_level is not None:
        message = "the driver begins transactions by itself, so savepoints and reads are not isolated"
        yield Finding(code="driver-begins", message=message, hint=hint)


def _pragma(connection: Connection, name: str) -> Any:
    return connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()


# --- PostgreSQL ----------------------------------------------------------------------------------

_SAFE: Mapping[str, tuple[frozenset[str], str]] = {
    "fsync": (frozenset({"on"}), "a crash can destroy the database"),
    "full_page_writes": (frozenset({"on"}), "a crash can destroy the database"),
    "synchronous_commit": (frozenset({"on", "remote_apply", "remote_write", "local"}), "a commit can be lost"),
    "server_encoding": (frozenset({"UTF8"}), "texts in Chinese can't be kept"),
    "default_transaction_read_only": (frozenset({"off"}), "nothing can be written"),
}
_OLDEST = 120_000


def _postgresql_findings(connection: Connection) -> Iterator[Finding]:
    if connection.dialect.driver != "psycopg":
        message = f"the driver {connection.dialect.driver} is not the one that is tested"
        yield Finding(code="other-driver", message=message, hint="use postgresql+psycopg://")
    for name, (safe, danger) in _SAFE.items():
        value = str(connection.execute(text(f"show {name}")).scalar_one())
        if value not in safe:
            yield Finding(code=name.replace("_", "-"), message=f"{name} is {value}: {danger}")
    if int(connection.execute(text("show server_version_num")).scalar_one()) < _OLDEST:
        yield Finding(code="old-server", message="the server is older than PostgreSQL 12")
    if connection.execute(text("select pg_is_in_recovery()")).scalar_one():
        yield Finding(code="standby", message="this server only repeats what another one writes")
    driver: Any = connection.connection.driver_connection
    if driver.autocommit:
        message = "every statement commits by itself, so nothing joins anything"
        yield Finding(code="autocommit", message=message, hint="drop isolation_level='AUTOCOMMIT'")


# --- MariaDB and MySQL ---------------------------------------------------------------------------


def _prepare_mariadb(engine: Engine) -> None:
    refuse_other_drivers(engine.dialect.driver)

    def on_connect(connection: Any, _record: Any) -> None:
        settle(connection)
        # SQLAlchemy asked before; it goes back to this after a transaction that chose another level for itself.
        engine.dialect.default_isolation_level = "READ COMMITTED"

    event.listen(engine, "connect", on_connect)
    engine.dispose()  # connections that were opened before this know nothing of it


_DOCTORS: Mapping[str, Callable[[Connection], Iterator[Finding]]] = {
    "sqlite": _sqlite_findings,
    "postgresql": _postgresql_findings,
    "mysql": mariadb_findings,
    "mariadb": mariadb_findings,
}
