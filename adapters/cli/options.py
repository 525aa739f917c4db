"""
Arguments that many commands share: the project's folder, the database, JSON.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache, wraps
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import attrs
import click

from quanyi.adapters.cli.group import Trouble

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from quanyi.adapters.sql.store import SqlStore
    from quanyi.adapters.vault import SealingVault
    from quanyi.campaigns.kinds.kind import Kind
    from quanyi.campaigns.kinds.registry import Kinds
    from quanyi.campaigns.project.model import Project

__all__ = [
    "Books",
    "as_json",
    "database",
    "database_if_any",
    "folder",
    "in_language",
    "instant_of",
    "kept_project",
    "known_kinds",
    "only_mall",
    "open_engine",
    "open_store",
    "project_in_force",
    "read_project",
    "vault_if_any",
    "without_searches",
]

Command = TypeVar("Command", bound=Callable[..., Any])

_DB_HELP = "sqlite:///mall.db, postgresql://user@host/name or mariadb://…; else QUANYI_DB."
_KEYS = "QUANYI_KEYS"
_DRIVERS = {
    "mariadb": "mariadb+pymysql",
    "mysql": "mysql+pymysql",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
}


def folder(command: Command) -> Command:
    """The mall project."""
    kind = click.Path(exists=True, file_okay=False, path_type=Path)
    return click.argument("folder", metavar="DIR", type=kind)(command)


@attrs.frozen(kw_only=True)
class Books:
    """
    Where a command finds a mall's tables.

    Attributes:
        url: The database; None where none is named.
        mall: Which mall; None for the project's own, or the only one there.
        prefix: What the tables' names begin with; `schema` the database schema they stand in.
    """

    url: str | None = None
    mall: str | None = None
    prefix: str = "quanyi_"
    schema: str | None = None

    @property
    def tables(self) -> dict[str, Any]:
        """Which tables, as the SQL adapters take it."""
        return {"prefix": self.prefix, "schema": self.schema}


def database(command: Command) -> Command:
    """The database, which must be named; the command takes it as `books`."""
    named = click.option("--db", "db", metavar="URL", envvar="QUANYI_DB", required=True, help=_DB_HELP)
    return named(_with_books(command))


def database_if_any(command: Command) -> Command:
    """The database, if one is named; the command takes it as `books`."""
    return click.option("--db", "db", metavar="URL", help=_DB_HELP.partition(";")[0] + ".")(_with_books(command))


def _with_books(command: Command) -> Command:
    """Everything that says where the tables are, as one value."""

    @wraps(command)
    def called(*args: Any, db: str | None, mall: str | None, prefix: str, schema: str | None, **others: Any) -> Any:
        return command(*args, books=Books(url=db, mall=mall, prefix=prefix, schema=schema), **others)

    options = (
        click.option("--mall", metavar="NAME", help="Which mall; else the project's own, or the only one there."),
        click.option("--prefix", metavar="TEXT", default="quanyi_", show_default=True, help="How tables' names begin."),
        click.option("--schema", metavar="NAME", help="The database schema of the tables."),
    )
    for option in reversed(options):
        called = option(called)
    return called  # type: ignore[return-value]  # takes the same arguments, but for those of the database


def as_json(command: Command) -> Command:
    """JSON instead of text."""
    return click.option("--json", "json_", is_flag=True, help="Print JSON.")(command)


def in_language(command: Command) -> Command:
    """The language of sentences."""
    kind = click.Choice(["zh", "en"])
    return click.option("--lang", type=kind, default="en", show_default=True, help="Language of sentences.")(command)


def instant_of(option: str, text: str, zone: str) -> datetime:
    """An instant as written; in *zone* unless it has an offset."""
    from quanyi.entitlements.parsing import parse_instant
    from quanyi.entitlements.time import zone_of

    try:
        at = parse_instant(text)
    except ValueError:
        raise click.UsageError(f"{option}: {text!r} is not an instant; write 2026-05-01T10:00") from None
    return (at.replace(tzinfo=zone_of(zone)) if at.tzinfo is None else at).astimezone(UTC)


def open_engine(books: Books) -> Engine:
    """An engine that is set up for the books; a plain ``postgresql://`` uses psycopg, ``mariadb://`` PyMySQL."""
    from sqlalchemy import create_engine
    from sqlalchemy.exc import ArgumentError, NoSuchModuleError

    from quanyi.adapters.sql.engine import prepare_engine

    scheme, separator, rest = (books.url or "").partition("://")
    try:
        engine = create_engine(f"{_DRIVERS.get(scheme, scheme)}{separator}{rest}")
    except (ArgumentError, ImportError, NoSuchModuleError, ValueError):
        # The URL may hold a password, so it is not repeated.
        message = "--db is not a database URL that is known here"
        raise Trouble(
            message, "write sqlite:///mall.db, postgresql://user@host/name or mariadb://user@host/name"
        ) from None
    return prepare_engine(engine)


def open_store(engine: Engine, books: Books, mall: str | None = None) -> SqlStore:
    """
    The store of the mall that the user named.

    Args:
        mall: The project's own, which may have nothing in force yet; without one it must be there.
    """
    from quanyi.adapters.sql.store import SqlStore

    named = only_mall(engine, books) if mall is None else books.mall or mall
    return SqlStore(engine, named, records=known_kinds().records, **books.tables)


def only_mall(engine: Engine, books: Books) -> str:
    """The mall that was named, or the only one that has anything in force."""
    from sqlalchemy import select

    from quanyi.adapters.sql.tables import tables_of

    mall, release = books.mall, tables_of(**books.tables).release
    with engine.connect() as connection:
        known = sorted(connection.scalars(select(release.c.mall).distinct()))
    if mall is None and len(known) == 1:
        return str(known[0])
    if not known:
        raise Trouble("nothing is in force in this database", "bring campaigns into force: quanyi apply DIR --db URL")
    if mall not in known:
        said = f"the database has {len(known)} malls" if mall is None else f"the database has no mall {mall!r}"
        raise Trouble(said, f"name one: --mall {' or --mall '.join(known)}")
    return str(mall)


def project_in_force(store: SqlStore, damaged: Container[str] = ()) -> Project | None:
    """
    The project as it was brought into force, without its places in files; None if nothing was.

    Args:
        damaged: Campaigns to leave out, since their stored text is not what was applied; ``""`` is the project's own.
    """
    from quanyi.campaigns.project.model import Campaign
    from quanyi.campaigns.project.versions import structure_play, structure_project
    from quanyi.entitlements.errors import NotFound

    release = store.release()
    if not release.project or "" in damaged:
        return None
    sound = {name: version for name, version in release.campaigns.items() if name not in damaged}
    kinds = known_kinds()
    kept = store.versions(sound.items())
    if gone := sorted(sound.items() - kept.keys()):
        raise NotFound(f"no version {gone[0][1]} of {gone[0][0]}")
    plays = [structure_play(kept[name].body, kinds) for name in sound.items()]
    campaigns = {play.head.campaign: Campaign(play=play, kind=kinds.of(play)) for play in plays}
    return structure_project(release.project, campaigns, kinds)


def kept_project(store: SqlStore) -> Project:
    """Units, events and catalogue as they were brought into force, without the campaigns."""
    from quanyi.campaigns.project.versions import structure_project

    return structure_project(store.release().project, kinds=known_kinds())


def read_project(folder: Path) -> Project:
    """The project in *folder*; its mistakes are printed, and end the command."""
    with without_searches():
        from quanyi.campaigns.project.load import load_project

        return load_project(folder, known_kinds())


@contextmanager
def without_searches() -> Iterator[None]:
    """
    No searches for circular garbage meanwhile, nor afterwards in what was made: of what is imported, read of a project, and
    in force, hardly anything is, and all of it stays.
    """
    searching = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if searching:
            gc.freeze()
            gc.enable()


def vault_if_any() -> SealingVault | None:
    """A vault with the keys of the environment, where there are any."""
    if not os.environ.get(_KEYS):
        return None
    from quanyi.adapters.vault import KeyRing, SealingVault

    return SealingVault(KeyRing.from_environment())


@cache
def known_kinds() -> Kinds:
    """
    The kinds of campaigns that this command knows: ours, and those of installed packages.

    A package names its kinds as entry points of the group ``quanyi.kinds``::

        [project.entry-points."quanyi.kinds"]
        raffle = "example_shop.raffle:RAFFLE"

    Raises:
        Trouble: What an entry point names can't be loaded, or is no kind.
    """
    from quanyi.campaigns.kinds.builtin import KINDS
    from quanyi.campaigns.kinds.registry import Kinds

    return Kinds([*KINDS, *(_installed(point) for point in entry_points(group="quanyi.kinds"))])


def _installed(point: EntryPoint) -> Kind:
    from quanyi.campaigns.kinds.kind import Kind

    try:
        found = point.load()
    except Exception as error:
        raise Trouble(f"the kind {point.name!r} of {point.value} can't be loaded: {error}") from error
    if not isinstance(found, Kind):
        raise Trouble(f"{point.value} is no kind of campaign, but of the type {type(found).__name__}")
    return found
