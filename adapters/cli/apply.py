"""`quanyi apply`: bring a project's campaigns into force."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import attrs
import click

from quanyi.adapters.cli.options import (
    Books,
    as_json,
    database,
    folder,
    in_language,
    open_engine,
    open_store,
    read_project,
)
from quanyi.adapters.cli.plan import plan_of, print_plan
from quanyi.adapters.cli.texts import say

if TYPE_CHECKING:
    from quanyi.campaigns.project.release import Applied

__all__ = ["apply"]


@click.command()
@folder
@database
@click.option("--yes", is_flag=True, help="Don't ask.")
@click.option("--by", envvar="QUANYI_BY", help="Who does it, for the journal; else QUANYI_BY.")
@in_language
@as_json
def apply(folder: Path, books: Books, yes: bool, by: str | None, lang: str, json_: bool) -> None:
    """
    Bring a project's campaigns into force.

    Says first what changes, as `quanyi plan` does. All of it comes into force in one transaction,
    with the pieces that it puts on sale; what is in flight is finished by the version that made it.
    """
    from quanyi.adapters.wiring import guarded, wire

    project = read_project(folder)
    engine = open_engine(books)
    try:
        store = open_store(engine, books, project.mall)
        found = plan_of(project, store, lang)
        if not json_:
            print_plan(found, lang)
        if found.changes and not (found.refused or yes or json_):
            click.confirm(say("ask_force", lang), abort=True)
        applied = wire(project, store, clock=guarded(store)).desk.apply(by=by)
    finally:
        engine.dispose()
    changes = {change.campaign: change.what for change in found.changes}
    if json_:
        _print(store.mall, applied, changes)
    else:
        click.echo(say("in_force", lang, mall=store.mall, n=len(project.campaigns), epoch=applied.epoch))


def _print(mall: str, applied: Applied, changes: Mapping[str, str]) -> None:
    from quanyi.adapters.cli.output import print_json

    print_json({"mall": mall, **attrs.asdict(applied), "loaded": dict(applied.loaded), "changes": changes})
