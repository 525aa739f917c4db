"""
The settings of a MariaDB or MySQL session, without which books can't be kept there.

Under REPEATABLE READ, the servers' own default, a plain read shows what was there when the transaction first
read, and a stock could be sold twice without an error. Without strict mode a text that is too long
is cut. And who waits for a row should wait no longer than the caller does.
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Any

from quanyi.entitlements.errors import InputError, StorageError

if TYPE_CHECKING:
    from sqlalchemy import Connection, Dialect

__all__ = [
    "MODE",
    "SERVERS",
    "borrow",
    "give_back",
    "hurry",
    "refuse_old",
    "refuse_other_drivers",
    "refuse_unsafe",
    "settle",
]

SERVERS = frozenset({"mysql", "mariadb"})
"""The names by which SQLAlchemy knows the two; with either, a server may turn out to be the other."""

_MARIADB, _MYSQL = (10, 11), (8, 0)
"""The oldest versions that have what the statements use."""

MODE = "STRICT_TRANS_TABLES"
_OUR_MODE = f"{MODE},ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION"
_LEVEL = "READ-COMMITTED"
_WAIT_MS, _SECOND = "quanyi_wait_ms", 1000


def _level_of(dialect: Dialect) -> str:
    """The name of the variable that holds the isolation level; the two servers call it differently."""
    return "tx_isolation" if getattr(dialect, "is_mariadb", False) else "transaction_isolation"


def borrow(connection: Connection, wait_ms: int) -> None:
    """
    Set the session up for a transaction of ours; the server remembers what was set before.

    Args:
        wait_ms: How long to wait for a lock, in milliseconds; the server rounds up to whole seconds, but for
            statements that begin with `hurry`.
    """
    connection.info[_WAIT_MS] = wait_ms
    level = _level_of(connection.dialect)
    connection.exec_driver_sql(
        "set @quanyi_wait = @@session.innodb_lock_wait_timeout, @quanyi_mode = @@session.sql_mode,"
        f" @quanyi_level = @@session.{level}, session innodb_lock_wait_timeout = {max(1, ceil(wait_ms / 1000))},"
        f" session sql_mode = '{_OUR_MODE}', session {level} = '{_LEVEL}'"
    )


def give_back(connection: Connection) -> None:
    """Restore what `borrow` has changed."""
    connection.exec_driver_sql(
        "set session innodb_lock_wait_timeout = @quanyi_wait, session sql_mode = @quanyi_mode,"
        f" session {_level_of(connection.dialect)} = @quanyi_level"
    )


def hurry(connection: Connection) -> str:
    """The beginning of a statement that waits for locks no longer than was asked for, though it be under a second."""
    wait_ms = connection.info.get(_WAIT_MS, _SECOND)
    if wait_ms >= _SECOND or not getattr(connection.dialect, "is_mariadb", False):
        return ""
    return f"set statement max_statement_time = {max(wait_ms, 1) / _SECOND} for "


def refuse_unsafe(connection: Connection) -> None:
    """InputError if the host's transaction runs at a level at which a plain read may be stale."""
    level = connection.exec_driver_sql(f"select @@session.{_level_of(connection.dialect)}").scalar_one()
    if level != _LEVEL:
        raise InputError(
            f"the host's transaction runs at {str(level).replace('-', ' ')}, where reads may be stale:"
            " prepare its engine by prepare_engine, or make it with isolation_level='READ COMMITTED'"
        )


def refuse_other_drivers(driver: str) -> None:
    """InputError unless *driver* is the one that sends our statements as they are meant."""
    if driver != "pymysql":
        raise InputError(f"MariaDB and MySQL are reached through PyMySQL, not {driver}: write mariadb+pymysql://")


def refuse_old(version: str) -> None:
    """
    StorageError if the server is too old.

    >>> refuse_old("5.5.5-10.11.6-MariaDB-1")
    >>> refuse_old("5.7.44-log")
    Traceback (most recent call last):
    StorageError: MySQL 5.7 is too old: MariaDB 10.11 and MySQL 8.0 are the oldest that books are kept on

    Args:
        version: As the server says it in its greeting.
    """
    mariadb = "MariaDB" in version
    digits = version.removeprefix("5.5.5-") if mariadb else version  # MariaDB puts this before its own, for old clients
    found = tuple(int(part) for part in digits.split("-")[0].split(".")[:2])
    if found < (_MARIADB if mariadb else _MYSQL):
        name = f"{'MariaDB' if mariadb else 'MySQL'} {'.'.join(map(str, found))}"
        raise StorageError(f"{name} is too old: MariaDB 10.11 and MySQL 8.0 are the oldest that books are kept on")


def settle(driver: Any) -> None:
    """Set up a new connection of the driver's, so that a host's own transactions on it may be joined."""
    version = driver.get_server_info()
    refuse_old(version)
    level = "tx_isolation" if "MariaDB" in version else "transaction_isolation"
    with driver.cursor() as cursor:
        cursor.execute(
            f"set session {level} = '{_LEVEL}', session sql_mode = concat_ws(',', nullif(@@sql_mode, ''), '{MODE}')"
        )
