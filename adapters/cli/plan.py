"""`quanyi plan`: what bringing a project into force would change."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import attrs
import click

from quanyi.adapters.cli.group import FOUND
from quanyi.adapters.cli.options import (
    Books,
    as_json,
    database,
    folder,
    in_language,
    open_engine,
    open_store,
    read_project,
    without_searches,
)
from quanyi.adapters.cli.texts import say
from quanyi.campaigns.language.translation.books import books_in_language

if TYPE_CHECKING:
    from quanyi.adapters.sql.store import SqlStore
    from quanyi.campaigns.project.model import Project
    from quanyi.campaigns.tools.plan import Plan

__all__ = ["plan", "plan_of", "print_plan"]


@click.command()
@folder
@database
@in_language
@as_json
@click.pass_context
def plan(ctx: click.Context, /, folder: Path, books: Books, lang: str, json_: bool) -> None:
    """
    Say what bringing a project into force would change.

    Campaign by campaign: its sentence before and after, limits whose caps move and limits that
    begin to count from zero, the most it can cost, and the pieces that go on sale; and stored
    texts that are not what was applied. Nothing is written. Exit code 1 if it could not come into
    force, or if something is damaged.
    """
    with without_searches():
        project, engine = read_project(folder), open_engine(books)
        try:
            store = open_store(engine, books, project.mall)
            found = plan_of(project, store, lang)
        finally:
            engine.dispose()
    if json_:
        from quanyi.adapters.cli.output import print_json

        print_json({"mall": store.mall, **attrs.asdict(found)})
    else:
        print_plan(found, lang)
    ctx.exit(FOUND if found.refused or found.damaged else 0)


def plan_of(project: Project, store: SqlStore, lang: str) -> Plan:
    """Compare *project* with what *store* has in force."""
    from quanyi.adapters.clock import SystemClock
    from quanyi.adapters.wiring import wire
    from quanyi.campaigns.project.model import Project
    from quanyi.campaigns.project.release import pieces_of
    from quanyi.campaigns.project.versions import play_reader
    from quanyi.campaigns.tools.plan import plan, read_in_force

    mall = wire(project, store, read_play=play_reader(project.plays(), project.kinds))
    transactions = mall.ports.transactions
    pieces = pieces_of(project, transactions, store, SystemClock().now())
    damaged = transactions.in_force.damaged()
    before = read_in_force(transactions.in_force, project) or Project(mall=project.mall)
    return plan(before, project, pieces, lang, damaged)


def print_plan(found: Plan, lang: str) -> None:
    """A plan for people: a head line for each campaign, and under it what changes."""
    from quanyi.adapters.cli.output import print_table

    for why in found.damaged:
        click.echo(say("damaged", lang, why=books_in_language(why, lang)))
    for change in found.changes:
        click.echo(f"{say(change.what, lang)} {change.campaign} ({change.kind}) {change.where}".rstrip())
        for line in change.says:
            click.echo(f"  {line}")
    if found.pieces:
        titles = [say("put_on_sale", lang), say("pieces", lang)]
        print_table(titles, [(name, f"{number:+d}") for name, number in found.pieces.items()])
    for no in found.refused:
        click.echo(say("refused", lang, no=no))
    if found.idle:
        click.echo(say("idle", lang))
