"""
Arguments that many commands share: the project's folder, the database, JSON.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from quanyi.adapters.cli.group import Trouble

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from quanyi.adapters.sql.store import SqlStore
    from quanyi.campaigns.project import Project

__all__ = [
    "as_json",
    "database",
    "database_if_any",
    "folder",
    "in_language",
    "instant_of",
    "mall_named",
    "only_mall",
    "open_engine",
    "project_in_force",
    "read_project",
]

Command = TypeVar("Command", bound=Callable[..., Any])

_DB_HELP = "sqlite:///mall.db or postgresql://user@host/name; else QUANYI_DB."
_DRIVERS = {"postgres": "postgresql+psycopg", "postgresql": "postgresql+psycopg"}


def folder(command: Command) -> Command:
    """The mall project."""
    kind = click.Path(exists=True, file_okay=False, path_type=Path)
    return click.argument("folder", metavar="DIR", type=kind)(command)


def database(command: Command) -> Command:
    """The database, which must be named."""
    return click.option("--db", "db", metavar="URL", envvar="QUANYI_DB", required=True, help=_DB_HELP)(command)


def database_if_any(command: Command) -> Command:
    """The database, if one is named."""
    return click.option("--db", "db", metavar="URL", help=_DB_HELP.partition(";")[0] + ".")(command)


def as_json(command: Command) -> Command:
    """JSON instead of text."""
    return click.option("--json", "json_", is_flag=True, help="Print JSON.")(command)


def in_language(command: Command) -> Command:
    """The language of sentences."""
    kind = click.Choice(["zh", "en"])
    return click.option("--lang", type=kind, default="en", show_default=True, help="Language of sentences.")(command)


def mall_named(command: Command) -> Command:
    """One of several malls in a database."""
    return click.option("--mall", metavar="NAME", help="The mall, where the database has several.")(command)


def instant_of(option: str, text: str, zone: str) -> datetime:
    """An instant as written; in *zone* unless it has an offset."""
    from quanyi.entitlements.time import zone_of

    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise click.UsageError(f"{option}: {text!r} is not an instant; write 2026-05-01T10:00") from None
    return (at.replace(tzinfo=zone_of(zone)) if at.tzinfo is None else at).astimezone(UTC)


def open_engine(url: str) -> Engine:
    """An engine that is set up for the books; a plain ``postgresql://`` uses psycopg."""
    from sqlalchemy import create_engine
    from sqlalchemy.exc import ArgumentError, NoSuchModuleError

    from quanyi.adapters.sql.engine import prepare_engine

    scheme, separator, rest = url.partition("://")
    try:
        engine = create_engine(f"{_DRIVERS.get(scheme, scheme)}{separator}{rest}")
    except (ArgumentError, NoSuchModuleError, ValueError):
        # The URL may hold a password, so it is not repeated.
        message = "--db is not a database URL that is known here"
        raise Trouble(message, "write sqlite:///mall.db or postgresql://user@host/name") from None
    return prepare_engine(engine)


def only_mall(engine: Engine, mall: str | None) -> str:
    """The mall that was named, or the only one that has anything in force."""
    from sqlalchemy import select

    from quanyi.adapters.sql.tables import tables_of

    release = tables_of().release
    with engine.connect() as connection:
        known = sorted(connection.scalars(select(release.c.mall).distinct()))
    if mall is None and len(known) == 1:
        return str(known[0])
    if not known:
        raise Trouble("nothing is in force in this database", "bring campaigns into force: quanyi apply DIR --db URL")
    if mall not in known:
        raise Trouble(f"the database has {len(known)} malls", f"name one: --mall {' or --mall '.join(known)}")
    return str(mall)


def project_in_force(store: SqlStore) -> Project | None:
    """The project as it was brought into force, without its places in files; None if nothing was."""
    from quanyi.campaigns.project import Campaign
    from quanyi.campaigns.versions import structure_play, structure_project

    release = store.release()
    if not release.project:
        return None
    plays = [structure_play(store.version(campaign, version)) for campaign, version in release.campaigns.items()]
    return structure_project(release.project, {play.head.campaign: Campaign(play=play) for play in plays})


def read_project(folder: Path) -> Project:
    """The project in *folder*; its mistakes are printed, and end the command."""
    from quanyi.campaigns.load import load_project

    return load_project(folder)
