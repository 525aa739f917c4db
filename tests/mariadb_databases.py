"""
Databases of single tests on a MariaDB or MySQL server.

Making our tables takes such a server seconds, since it syncs the disk with each of them. So a database that a
test leaves with exactly our tables is emptied, numbers included, and given to the next test of this process.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from uuid import uuid4

from sqlalchemy import URL, Connection, create_engine, make_url, text
from sqlalchemy.exc import SQLAlchemyError

__all__ = ["Databases"]

_NUMBERED = re.compile(r" AUTO_INCREMENT=\d+")


class Databases:
    """The databases that the tests of one process have made on one server."""

    def __init__(self, server: str) -> None:
        self._server = make_url(server)
        self._spare: list[str] = []
        self._ours: dict[str, str] = {}

    @contextmanager
    def bare(self) -> Iterator[URL]:
        """A new database without tables, which is dropped at the end."""
        name = self._new()
        yield self._server.set(database=name)
        with self._administrator() as admin:
            _end_connections(admin, name)
            admin.execute(text(f"drop database {name}"))

    @contextmanager
    def with_tables(self) -> Iterator[URL]:
        """A database with our empty tables."""
        name = self._spare.pop() if self._spare else self._made()
        yield self._server.set(database=name)
        with self._administrator() as admin:
            _end_connections(admin, name)
            for table in _shapes(admin, name).keys() - self._ours.keys():  # a host's own
                admin.execute(text(f"drop table {name}.{table}"))
            if _shapes(admin, name) == self._ours:
                _empty(admin, name)
                self._spare.append(name)
            else:
                admin.execute(text(f"drop database {name}"))

    def drop(self) -> None:
        """Drop what is left."""
        with self._administrator() as admin:
            for name in self._spare:
                admin.execute(text(f"drop database {name}"))

    def _made(self) -> str:
        from quanyi import prepare_engine
        from quanyi.adapters.sql.migrate import upgrade

        name = self._new()
        engine = prepare_engine(create_engine(self._server.set(database=name)))
        upgrade(engine)
        engine.dispose()
        with self._administrator() as admin:
            self._ours = _shapes(admin, name)
        return name

    def _new(self) -> str:
        name = f"test_{uuid4().hex[:12]}"
        with self._administrator() as admin:
            admin.execute(text(f"create database {name}"))
        return name

    @contextmanager
    def _administrator(self) -> Iterator[Connection]:
        engine = create_engine(self._server, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 5})
        try:
            with engine.connect() as connection:
                yield connection
        finally:
            engine.dispose()


def _end_connections(admin: Connection, name: str) -> None:
    left = text("select id from information_schema.processlist where db = :name")
    for id_ in admin.scalars(left, {"name": name}).all():
        with suppress(SQLAlchemyError):  # it may have ended by itself
            admin.execute(text(f"kill {id_}"))


def _shapes(admin: Connection, name: str) -> dict[str, str]:
    """The statement that makes each table, without how far its numbers have come."""
    return {table: _NUMBERED.sub("", shape) for table, shape in _statements(admin, name).items()}


def _statements(admin: Connection, name: str) -> dict[str, str]:
    tables = admin.scalars(text(f"show tables from {name}")).all()
    return {table: admin.execute(text(f"show create table {name}.{table}")).one()[1] for table in tables}


def _empty(admin: Connection, name: str) -> None:
    """Delete all rows but those that a new database has."""
    for table, shape in _statements(admin, name).items():
        if table.endswith("_alembic_version"):
            continue
        kept = " where name <> 'formats' or mall <> ''" if table.endswith("_mark") else ""
        admin.execute(text(f"delete from {name}.{table}{kept}"))
        if _NUMBERED.search(shape):
            admin.execute(text(f"alter table {name}.{table} auto_increment = 1"))
