"""
What the tests stand on: databases and a browser, found at run time and named in the header.

A backend that is missing skips the tests which need it. With CI=true it fails the whole run,
so that a green run has really met every backend.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from hypothesis import settings
from sqlalchemy import URL, Connection, Engine, create_engine, make_url, text
from sqlalchemy.exc import SQLAlchemyError

from tests.mariadb_databases import Databases

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

IN_CI = os.environ.get("CI") == "true"
POSTGRES_URL = os.environ.get("QUANYI_TEST_POSTGRES") or "postgresql+psycopg://postgres@127.0.0.1:5432/test"
MARIADB_URL = os.environ.get("QUANYI_TEST_MARIADB") or "mariadb+pymysql://root@127.0.0.1:3306"
MYSQL_URL = os.environ.get("QUANYI_TEST_MYSQL")  # not required: MariaDB stands for both
PATIENCE = 30.0
"""Seconds that a mall of the tests waits for rows which others hold."""

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_ARGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]

settings.register_profile("house", deadline=None, derandomize=IN_CI, print_blob=True)
settings.load_profile("house")


def pytest_report_header() -> list[str]:
    databases = {
        "SQLite": sqlite3.sqlite_version,
        "PostgreSQL": _postgres_version() or "missing",
        "MariaDB": _mariadb_version() or "missing",
        "MySQL": _mysql_version() or "not found",
    }
    return [
        f"databases: {', '.join(f'{name} {version}' for name, version in databases.items())}",
        f"browser: {_chromium_version() or 'missing'}",
    ]


def pytest_sessionstart(session: pytest.Session) -> None:
    if not IN_CI or hasattr(session.config, "workerinput"):
        return
    found = {"PostgreSQL": _postgres_version(), "MariaDB": _mariadb_version(), "Chromium": _chromium_version()}
    if missing := [name for name, version in found.items() if version is None]:
        pytest.exit(f"CI=true, but there is no {' and no '.join(missing)}", returncode=1)


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Malls and stores of a test wait long for a lock, unless it says how long.

    How soon a busy machine gives a lock back is none of what the tests promise; the two seconds that
    a host waits by default would make a race fail on a slow disk.
    """
    from quanyi.adapters.sql.store import SqlStore
    from quanyi.adapters.wiring import open_mall, wire

    for waiting, name, long in (
        (wire, "wait_seconds", PATIENCE),
        (open_mall, "wait_seconds", PATIENCE),
        (SqlStore.__init__, "lock_timeout_ms", int(PATIENCE * 1000)),
    ):
        assert name in waiting.__kwdefaults__, "what a host waits by default has another name now"
        monkeypatch.setitem(waiting.__kwdefaults__, name, long)


# ── databases ───────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def sqlite_url(tmp_path: Path) -> URL:
    """A database file of this test alone."""
    return URL.create("sqlite", database=str(tmp_path / "quanyi.db"))


@pytest.fixture
def postgres_url() -> Iterator[URL]:
    """A schema of this test alone; the URL carries it, so that other processes may use it too."""
    if _postgres_version() is None:
        pytest.skip("no PostgreSQL: set QUANYI_TEST_POSTGRES")
    name = f"test_{uuid4().hex[:12]}"
    with _administrator() as admin:
        admin.execute(text(f"create schema {name}"))
    options = {"options": f"-csearch_path={name}", "application_name": name}
    yield make_url(POSTGRES_URL).update_query_dict(options)
    with _administrator() as admin:
        admin.execute(
            text("select pg_terminate_backend(pid) from pg_stat_activity where application_name = :name"),
            {"name": name},
        )
        admin.execute(text(f"drop schema {name} cascade"))


@pytest.fixture(scope="session")
def mariadb_databases() -> Iterator[Databases]:
    if _mariadb_version() is None:
        pytest.skip("no MariaDB: set QUANYI_TEST_MARIADB")
    databases = Databases(MARIADB_URL)
    yield databases
    databases.drop()


@pytest.fixture
def mariadb_url(mariadb_databases: Databases) -> Iterator[URL]:
    """A database of this test alone, in which our tables are made already: that takes the server long."""
    with mariadb_databases.with_tables() as url:
        yield url


@pytest.fixture
def bare_mariadb_url(mariadb_databases: Databases) -> Iterator[URL]:
    """A database of this test alone, without tables."""
    with mariadb_databases.bare() as url:
        yield url


@pytest.fixture(scope="session")
def mysql_databases() -> Iterator[Databases]:
    databases = Databases(MYSQL_URL or "")
    yield databases
    databases.drop()


@pytest.fixture
def mysql_url(mysql_databases: Databases) -> Iterator[URL]:
    with mysql_databases.with_tables() as url:
        yield url


@pytest.fixture
def sqlite_engine(sqlite_url: URL) -> Iterator[Engine]:
    yield from _engine(sqlite_url)


@pytest.fixture
def postgres_engine(postgres_url: URL) -> Iterator[Engine]:
    yield from _engine(postgres_url)


@pytest.fixture
def mariadb_engine(mariadb_url: URL) -> Iterator[Engine]:
    yield from _engine(mariadb_url)


@pytest.fixture
def mysql_engine(mysql_url: URL) -> Iterator[Engine]:
    yield from _engine(mysql_url)


@pytest.fixture(params=["sqlite", "postgres", "mariadb"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """The same test on each database."""
    return request.getfixturevalue(f"{request.param}_engine")


@pytest.fixture(params=["postgres", "mariadb"])
def locking_engine(request: pytest.FixtureRequest) -> Engine:
    """The same test on each database that locks rows, and has many writers at once."""
    return request.getfixturevalue(f"{request.param}_engine")


def _engine(url: URL) -> Iterator[Engine]:
    from quanyi import prepare_engine

    engine = create_engine(url)
    prepare_engine(engine)
    yield engine
    engine.dispose()


@cache
def _postgres_version() -> str | None:
    return _version(POSTGRES_URL, "show server_version")


@cache
def _mariadb_version() -> str | None:
    return _version(MARIADB_URL, "select version()")


@cache
def _mysql_version() -> str | None:
    return None if MYSQL_URL is None else _version(MYSQL_URL, "select version()")


def _version(url: str, query: str) -> str | None:
    try:
        with _administrator(url) as admin:
            return str(admin.execute(text(query)).scalar_one()).split()[0].split("-")[0]
    except (SQLAlchemyError, ModuleNotFoundError):
        return None


@contextmanager
def _administrator(url: str = POSTGRES_URL) -> Iterator[Connection]:
    """One connection outside any test's schema or database, each statement on its own."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 5})
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


# ── browser ─────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="session")
def chromium_path() -> str:
    path = _chromium_path()
    if path is None:
        pytest.skip("no Chromium on the search path")
    return path


@pytest.fixture(scope="module")
def browser(chromium_path: str) -> Iterator[Browser]:
    """A headless Chromium; every test opens its own context."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=chromium_path, args=CHROMIUM_ARGS)
        yield chromium
        chromium.close()


@cache
def _chromium_path() -> str | None:
    return next((path for name in CHROMIUM_NAMES if (path := shutil.which(name))), None)


@cache
def _chromium_version() -> str | None:
    path = _chromium_path()
    if path is None:
        return None
    answer = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=60, check=False)
    return answer.stdout.strip() or path
