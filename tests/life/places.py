"""
Where the life is lived: memory, a file, a schema of its own in a PostgreSQL server, a database in a MariaDB server.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from sqlalchemy import URL, create_engine, make_url, text

__all__ = ["LOCAL", "LOCAL_MARIADB", "mariadb", "postgres", "sqlite"]

LOCAL = os.environ.get("QUANYI_TEST_POSTGRES") or "postgresql+psycopg://postgres@127.0.0.1:5432/test"
LOCAL_MARIADB = os.environ.get("QUANYI_TEST_MARIADB") or "mariadb+pymysql://root@127.0.0.1:3306"
"""The servers that the tests use."""


@contextmanager
def postgres(server: str) -> Iterator[str]:
    """The URL of an empty schema in the database at *server*; it is dropped at the end."""
    name, url = f"life_{uuid4().hex[:12]}", _with_driver(server)
    _say(url, f"create schema {name}")
    try:
        options = f"{url.query.get('options', '')} -csearch_path={name}".strip()
        yield url.update_query_dict({"options": options}).render_as_string(hide_password=False)
    finally:
        _say(url, f"drop schema {name} cascade")


@contextmanager
def mariadb(server: str) -> Iterator[str]:
    """The URL of an empty database at *server*; it is dropped at the end."""
    name, url = f"life_{uuid4().hex[:12]}", make_url(server)
    _say(url, f"create database {name}")
    try:
        yield url.set(database=name).render_as_string(hide_password=False)
    finally:
        _say(url, f"drop database {name}")


def sqlite(folder: Path) -> str:
    """The URL of an empty file in *folder*; it stays, to be looked at."""
    for path in folder.glob("life.db*"):
        path.unlink()
    return URL.create("sqlite", database=str(folder / "life.db")).render_as_string()


def _say(url: URL, statement: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 5})
    try:
        with engine.connect() as connection:
            connection.execute(text(statement))
    finally:
        engine.dispose()


def _with_driver(server: str) -> URL:
    url = make_url(server)
    return url.set(drivername="postgresql+psycopg") if url.drivername in ("postgres", "postgresql") else url
