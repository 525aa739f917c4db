"""
A mall inside a Django host's transaction: Django's rows and the mall's are committed or rolled back together.

SQLAlchemy works on the driver's connection that Django has open in this thread. It can neither end nor
close it, and sets nothing on it: functions, adapters and converters stay as Django registered them.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import attrs
from sqlalchemy import Connection, Engine, NullPool, text

from quanyi.adapters.sql.store import STILL_OPEN, SqlStore
from quanyi.entitlements.errors import InputError

if TYPE_CHECKING:
    from quanyi.adapters.wiring import OpenMall
    from quanyi.campaigns.mall import Mall

__all__ = ["within"]

_DRIVERS = {"sqlite": ("pysqlite", "sqlite3"), "postgresql": ("psycopg", "psycopg")}
"""By database: the driver's name in SQLAlchemy, and the package of its connections."""

_PLACES = {
    "sqlite": "select file from pragma_database_list where name = 'main'",
    "postgresql": "select oid || ' of ' || extract(epoch from pg_postmaster_start_time())"
    " from pg_database where datname = current_database()",
}
"""By database: a query for what identifies it, the same on every connection."""


def within(mall: OpenMall, using: str = "default") -> Mall:
    """
    The mall inside the transaction that Django has open in this thread; Django commits it or rolls it back.

    A refusal leaves the transaction usable. What is returned is of use in this thread, as long as a block is open::

        with transaction.atomic():
            Order.objects.create(id=hold)
            within(mall).settle(hold, paid=500, key=f"pay/{hold}")

    Args:
        using: Django's alias of the database that the mall is in.

    Raises:
        InputError: No ``transaction.atomic()`` is open, or one that can only be rolled back; or Django's database
            is not the mall's: another one, one in memory, or through another driver than sqlite3 or psycopg 3.
    """
    store = mall.ports.store
    if not isinstance(store, SqlStore):
        raise InputError("a mall in memory joins no transaction; open it on Django's database")
    _refuse_other_drivers(store.engine, _driver(using), using)
    lender = _lender(store, using)
    host = lender.engine.connect()
    host.info[STILL_OPEN] = lambda: _driver(using)
    joined = store.join(host)
    with joined.reading() as connection:
        if _place(connection) != lender.place:
            raise InputError(f"the mall is not in Django's database {using!r}: {store.engine.url!r}")
    return mall.within(host)


def _driver(using: str) -> Any:
    """The driver's connection of alias *using*, on which Django has a transaction open."""
    from django.db import connections
    from django.utils.connection import ConnectionDoesNotExist

    try:
        django = connections[using]
    except ConnectionDoesNotExist as error:
        raise InputError(f"Django has no database {using!r}") from error
    if not django.in_atomic_block or django.connection is None:
        raise InputError(f"no transaction is open on Django's database {using!r}: use transaction.atomic()")
    if django.needs_rollback:
        raise InputError("this transaction.atomic() can only be rolled back: something inside it failed before")
    return django.connection


def _refuse_other_drivers(engine: Engine, driver: Any, using: str) -> None:
    name, package = engine.dialect.name, type(driver).__mro__
    wanted, home = _DRIVERS.get(name, ("", ""))
    if engine.dialect.driver != wanted or not any(base.__module__.split(".")[0] == home for base in package):
        theirs = f"{type(driver).__module__}.{type(driver).__qualname__}"
        raise InputError(
            f"the mall is on {name}+{engine.dialect.driver}, Django's database {using!r} on {theirs};"
            " both have to be on sqlite3, or both on psycopg 3"
        )


# --- the connection that is lent ---------------------------------------------------------------------


@attrs.frozen
class _Lender:
    """
    Gives SQLAlchemy the connection of one alias, and keeps its compiled statements.

    Attributes:
        place: The database of the mall, to compare with the one that Django is connected to.
    """

    engine: Engine
    place: str


_lenders: WeakKeyDictionary[Engine, dict[str, _Lender]] = WeakKeyDictionary()


def _lender(store: SqlStore, using: str) -> _Lender:
    known = _lenders.setdefault(store.engine, {})
    if using not in known:
        with store.reading() as connection:  # the mall's own; the first use of an engine makes its dialect ready
            place = _place(connection)
        dialect = store.engine.dialect
        pool = NullPool(lambda: _Lent(_driver(using)), reset_on_return=None, dialect=dialect)
        known[using] = _Lender(Engine(pool, dialect, store.engine.url), place)
    return known[using]


def _place(connection: Connection) -> str:
    found = str(connection.execute(text(_PLACES[connection.dialect.name])).scalar_one())
    return os.path.realpath(found) if connection.dialect.name == "sqlite" and found else found


class _Lent:
    """
    Django's driver connection, which nobody but Django ends, closes or changes.

    Attributes:
        prepare_threshold: None: prepared plans would stay on a connection that is not ours.
    """

    prepare_threshold = None

    def __init__(self, driver: Any) -> None:
        self._driver = driver
        if getattr(driver, "in_transaction", True) is False:  # sqlite3 with AUTOCOMMIT off begins at the first write
            driver.execute("begin").close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._driver, name)

    def cursor(self) -> Any:
        """A cursor that reads plain tuples, and instants with their zone."""
        if hasattr(self._driver, "pgconn"):
            return _psycopg_cursor(self._driver)
        cursor = self._driver.cursor()
        cursor.row_factory = None
        return cursor

    def commit(self) -> None:
        """Do nothing: Django commits."""

    rollback = close = commit


def _psycopg_cursor(driver: Any) -> Any:
    """A cursor that reads instants as psycopg does. Django's own reads them in its zone, or without one."""
    from psycopg import Cursor
    from psycopg.rows import tuple_row
    from psycopg.types.datetime import TimestamptzLoader

    cursor = Cursor(driver, row_factory=tuple_row)
    cursor.adapters.register_loader("timestamptz", TimestamptzLoader)
    return cursor
