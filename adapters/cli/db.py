"""`quanyi db`: make and check the tables."""

from __future__ import annotations

import click

from quanyi.adapters.cli.group import FOUND
from quanyi.adapters.cli.options import Books, as_json, database, database_if_any, open_engine

__all__ = ["db"]


@click.group()
def db() -> None:
    """Make and check the tables."""


@db.command("upgrade")
@database_if_any
@click.option("--sql", "dialect", type=click.Choice(["postgresql", "sqlite"]), help="Print the statements instead.")
def _upgrade(books: Books, dialect: str | None) -> None:
    """Make the tables, or bring them up to date. Safe to run again, and from several machines."""
    from quanyi.adapters.sql import migrate

    if dialect is not None:
        click.echo(migrate.upgrade_sql(dialect, **books.tables))
        return
    if books.url is None:
        raise click.UsageError("Missing option '--db'.")
    engine = open_engine(books)
    migrate.upgrade(engine, **books.tables)
    engine.dispose()
    click.echo("the tables are up to date")


@db.command("check")
@database
@as_json
@click.pass_context
def _check(ctx: click.Context, books: Books, json_: bool) -> None:
    """Compare the tables with what this program expects."""
    from quanyi.adapters.cli.books import report
    from quanyi.adapters.sql import migrate

    engine = open_engine(books)
    findings = migrate.check(engine, **books.tables)
    engine.dispose()
    report(findings, "the tables are as expected", json_=json_)
    ctx.exit(FOUND if findings else 0)
