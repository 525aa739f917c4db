"""`quanyi explain`: what would happen now, or what happened, and why."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import click

from quanyi.adapters.cli.group import FOUND
from quanyi.adapters.cli.options import (
    Books,
    as_json,
    database,
    in_language,
    instant_of,
    open_engine,
    open_store,
    project_in_force,
    read_project,
)
from quanyi.adapters.cli.texts import say

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from quanyi.adapters.sql.store import SqlStore
    from quanyi.campaigns.project.model import Project
    from quanyi.entitlements.inputs import Decision, Receipt

__all__ = ["explain"]

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


def _json(ctx: click.Context, param: click.Parameter, value: str) -> dict[str, Any]:
    """A JSON object; decimals keep their exact text."""
    try:
        found = json.loads(value, parse_float=Decimal)
    except ValueError as no:
        raise click.BadParameter(f"not JSON: {no}", ctx, param) from None
    if not isinstance(found, dict):
        raise click.BadParameter('not a map; write {"amount": 19.90}', ctx, param)
    return found


@attrs.frozen(kw_only=True)
class _Asked:
    """What was asked on the command line."""

    type_: str
    key: str | None
    user: str | None
    data: Mapping[str, Any]
    facts: Mapping[str, Any]
    context: Mapping[str, Any]
    campaign: str | None
    at: str | None


@click.command()
@click.argument("folder", metavar="[DIR]", required=False, type=_FOLDER)
@database
@click.option("--event", "--type", "type_", metavar="TYPE", required=True, help="An event or command.")
@click.option("--key", metavar="KEY", help="The key of an earlier call: say what happened then.")
@click.option("--user", metavar="USER", help="Who does it.")
@click.option("--data", metavar="JSON", callback=_json, default="{}", help="Its attributes; amounts are decimals.")
@click.option("--facts", metavar="JSON", callback=_json, default="{}", help="What the host says about the user.")
@click.option("--context", metavar="JSON", callback=_json, default="{}", help="How the request comes.")
@click.option("--campaign", metavar="ID", help="Only this campaign.")
@click.option("--at", metavar="INSTANT", help="As if it were then; now unless given.")
@in_language
@as_json
@click.pass_context
def explain(ctx: click.Context, /, folder: Path | None, books: Books, lang: str, json_: bool, **asked: Any) -> None:
    """
    Say what would happen now, or what happened, and why.

    Without --key it is tried on what the database holds, and nothing is written: which campaigns
    grant, which skip, the values compared, and the file and line. With --key it is what an
    earlier call was answered. DIR is the project; without it, what was brought into force.
    """
    question = _Asked(**asked)
    engine = open_engine(books)
    try:
        store, project = _mall(engine, folder, books)
        past = None if question.key is None else _past(question, store, project)
        decisions = past.decisions if past else () if question.key else _tried(question, store, project)
    finally:
        engine.dispose()
    if question.key is not None and past is None:
        click.echo(say("nothing_booked", lang, key=question.key, type=question.type_))
        ctx.exit(FOUND)
    _print(decisions, project, lang, past=past, json_=json_)


def _mall(engine: Engine, folder: Path | None, books: Books) -> tuple[SqlStore, Project]:
    """The store, and the project: the folder's, or as it was brought into force."""
    if folder is not None:
        project = read_project(folder)
        return open_store(engine, books, project.mall), project
    store = open_store(engine, books)
    in_force = project_in_force(store)
    assert in_force is not None  # only_mall has found something in force
    return store, in_force


def _past(question: _Asked, store: SqlStore, project: Project) -> Receipt | None:
    """What an earlier call was answered; None if nothing was booked under its key."""
    from quanyi.adapters.wiring import wire

    return wire(project, store).ask(question.key or "", question.type_)


def _tried(question: _Asked, store: SqlStore, project: Project) -> tuple[Decision, ...]:
    """What would happen, on a picture that nobody writes back."""
    from quanyi.adapters.clock import FixedClock, SystemClock
    from quanyi.adapters.wiring import wire
    from quanyi.campaigns.tools.explain import explain as try_out

    at = instant_of("--at", question.at, project.zone) if question.at else SystemClock().now()
    mall = wire(project, store, clock=FixedClock(at), facts=lambda _: question.facts)
    said: dict[str, Any] = {"data": question.data, "context": question.context, "campaign": question.campaign}
    return try_out(mall.ports, question.type_, user=question.user, **said)


def _print(decisions: Sequence[Decision], project: Project, lang: str, *, past: Receipt | None, json_: bool) -> None:
    from quanyi.adapters.cli.output import print_json
    from quanyi.campaigns.tools.explain import explanation

    told = [explanation(decision, project, lang) for decision in decisions]
    if json_:
        when = {} if past is None else {"at": past.at.isoformat(), "by": past.by}
        print_json({**when, "decisions": told})
        return
    if past is not None and past.by is not None:
        click.echo(say("by", lang, who=past.by))
    for line in told:
        head = [line["campaign"] or say("the_mall", lang), line["outcome"], line["reason"], line["where"]]
        click.echo("  ".join(part for part in head if part))
        click.echo(f"  {line['sentence']}")
        if line["shows"]:
            click.echo("  " + ", ".join(f"{name} {value}" for name, value in line["shows"].items()))
    if not told:
        click.echo(say("nobody_hears", lang))
