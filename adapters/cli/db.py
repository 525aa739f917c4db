"""`quanyi db`: make and check the tables."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import attrs
import click

from quanyi.adapters.cli.group import FOUND, Trouble
from quanyi.adapters.cli.options import (
    Books,
    as_json,
    database,
    database_if_any,
    in_language,
    known_kinds,
    open_engine,
)

if TYPE_CHECKING:
    from sqlalchemy import Engine

__all__ = ["db"]

_ASKED = "does every process that shares these tables run this release or a later one?"


@click.group()
def db() -> None:
    """Make and check the tables."""


@db.command("upgrade")
@database_if_any
@click.option(
    "--sql",
    "dialect",
    type=click.Choice(["postgresql", "sqlite", "mariadb", "mysql"]),
    help="Print the statements instead.",
)
def _upgrade(books: Books, dialect: str | None) -> None:
    """Make the tables, or bring them up to date. Safe to run again, and from several machines."""
    from quanyi.adapters.sql import migrate

    if dialect is not None:
        click.echo(migrate.upgrade_sql(dialect, **books.tables))
        return
    named = attrs.evolve(books, url=books.url or os.environ.get("QUANYI_DB"))
    if named.url is None:
        raise click.UsageError("Missing option '--db'.")
    engine = open_engine(named)
    migrate.upgrade(engine, **books.tables)
    engine.dispose()
    click.echo("the tables are up to date")


@db.command("check")
@database
@in_language
@as_json
@click.pass_context
def _check(ctx: click.Context, books: Books, lang: str, json_: bool) -> None:
    """Compare the tables with what this program expects."""
    from quanyi.adapters.cli.books import report
    from quanyi.adapters.sql import migrate

    engine = open_engine(books)
    findings = migrate.check(engine, **books.tables)
    engine.dispose()
    report(findings, "the tables are as expected", lang, json_=json_)
    ctx.exit(FOUND if findings else 0)


@db.command("formats")
@database
@click.option("--raise", "raised", is_flag=True, help="Let every process write what this program knows.")
@click.option("--yes", is_flag=True, help="Don't ask.")
@click.option("--by", envvar="QUANYI_BY", help="Who does it; kept beside the flag. Else QUANYI_BY.")
@as_json
def _formats(books: Books, raised: bool, yes: bool, by: str | None, json_: bool) -> None:
    """
    Say in which format rows are written, for all malls in the tables.

    While processes of two releases run, all of them write what the earlier one reads. Raise it once none of the
    earlier ones is left. It can't be lowered.
    """
    from quanyi.adapters.cli.output import print_json
    from quanyi.adapters.sql.formats import NEWEST

    engine = open_engine(books)
    try:
        if raised and not (yes or json_):
            click.confirm(_ASKED, abort=True)
        digested = _raise(engine, books, by) if raised else 0
        stands = _flagged(engine, books)
    finally:
        engine.dispose()
    if json_:
        print_json({"flagged": stands, "known": NEWEST, "digested": digested})
        return
    if digested:
        click.echo(f"{digested} changes of earlier programs got their digests")
    click.echo(f"format {stands} is written; this program knows {NEWEST}")


def _flagged(engine: Engine, books: Books) -> int:
    from quanyi.adapters.sql import migrate
    from quanyi.adapters.sql.formats import flagged
    from quanyi.adapters.sql.tables import tables_of

    if found := migrate.check(engine, **books.tables):
        raise Trouble(str(found[0]))
    with engine.connect() as connection:
        return flagged(connection, tables_of(**books.tables))


def _raise(engine: Engine, books: Books, by: str | None) -> int:
    """Raise the flag, unless something is amiss: what stands there is trusted from then on."""
    from sqlalchemy import select

    from quanyi.adapters.clock import SystemClock
    from quanyi.adapters.sql.dialects.sqlite import BEGIN
    from quanyi.adapters.sql.formats import raise_flag
    from quanyi.adapters.sql.tables import tables_of
    from quanyi.adapters.sql.verify import verify

    _flagged(engine, books)
    tables = tables_of(**books.tables)
    with engine.connect() as connection:
        malls = connection.scalars(select(tables.journal.c.mall).distinct()).all()
    for mall in sorted(malls):
        if not verify(engine, mall, records=known_kinds().records, **books.tables).good:
            raise Trouble(f"the books of the mall {mall!r} don't come out", f"look first: quanyi verify --mall {mall}")
    with engine.execution_options(**{BEGIN: "immediate"}).begin() as connection:
        return raise_flag(connection, tables, by=by, at=SystemClock().now())
