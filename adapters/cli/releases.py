"""`quanyi releases`: what was in force, and bringing an earlier set into force again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
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
from quanyi.adapters.cli.plan import print_plan
from quanyi.adapters.cli.texts import say

if TYPE_CHECKING:
    from quanyi.adapters.editing import Editing
    from quanyi.adapters.sql.past_releases import PastRelease

__all__ = ["releases"]


@click.group()
def releases() -> None:
    """List what was in force, or bring it into force again."""


@releases.command("list")
@folder
@database
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000), help="How many at most.")
@as_json
def _list(folder: Path, books: Books, limit: int, json_: bool) -> None:
    """List releases, newest first, with who brought each into force and what it changed."""
    from quanyi.adapters.cli.output import print_json

    with _editing(folder, books) as editing:
        found = editing.releases(limit=limit)
    if json_:
        print_json({"releases": [attrs.asdict(each) for each in found]})
        return
    for each in found:
        when = "" if each.at is None else each.at.isoformat(timespec="seconds")
        click.echo(f"{each.epoch:>6}  {when}  {each.rule:<7} {each.by or '-':<16} {_changed(each)}".rstrip())


@releases.command("restore")
@folder
@click.argument("epoch", type=int)
@database
@click.option("--yes", is_flag=True, help="Don't ask.")
@click.option("--by", envvar="QUANYI_BY", help="Who does it, for the journal; else QUANYI_BY.")
@in_language
def _restore(folder: Path, epoch: int, books: Books, yes: bool, by: str | None, lang: str) -> None:
    """
    Bring the campaigns of release EPOCH into force again.

    That is a new release like any other: it says first what changes, and nothing that was decided meanwhile is
    undone. Units, events and the catalogue stay as they are now.
    """
    with _editing(folder, books) as editing:
        onto = editing.epoch
        project = editing.as_released(epoch)
        found = editing.plan(project, lang)
        print_plan(found, lang)
        if found.changes and not (found.refused or yes):
            click.confirm(say("ask_force", lang), abort=True)
        applied = editing.bring(project, onto=onto, by=by)
    click.echo(say("restored", lang, n=len(project.campaigns), epoch=applied.epoch))


def _changed(release: PastRelease) -> str:
    signs = {"+": release.added, "~": release.changed, "-": release.retired, "‖": release.paused, "▶": release.resumed}
    return " ".join(f"{sign}{name}" for sign, names in signs.items() for name in names[:8])


@contextmanager
def _editing(folder: Path, books: Books) -> Iterator[Editing]:
    from quanyi.adapters.wiring import guarded, wire

    project, engine = read_project(folder), open_engine(books)
    try:
        store = open_store(engine, books, project.mall)
        yield wire(project, store, clock=guarded(store)).desk.editing
    finally:
        engine.dispose()
