"""`quanyi pull`: write what is in force into a project's files."""

from __future__ import annotations

from difflib import unified_diff
from pathlib import Path
from typing import TYPE_CHECKING

import click

from quanyi.adapters.cli.group import FOUND
from quanyi.adapters.cli.options import Books, as_json, database, folder, open_engine, open_store, read_project

if TYPE_CHECKING:
    from quanyi.campaigns.project.model import Project
    from quanyi.campaigns.project.pulling import FileChange

__all__ = ["pull"]


@click.command()
@folder
@database
@click.option("--yes", is_flag=True, help="Don't ask.")
@as_json
@click.pass_context
def pull(ctx: click.Context, /, folder: Path, books: Books, yes: bool, json_: bool) -> None:
    """
    Write what is in force into a project's files.

    For campaigns that were brought into force without these files, such as those written at the console: until they
    are pulled, `quanyi plan` shows them as something that the files would take back. Says first what changes in
    which file. Units, events and the catalogue are never changed. Exit code 1 if nothing was written.
    """
    project = read_project(folder)
    changes = _changes(project, books)
    if json_:
        from quanyi.adapters.cli.output import print_json

        print_json({"files": [{"path": change.path, "gone": not change.after} for change in changes]})
    else:
        _print(changes)
    if changes and not (yes or json_):
        click.confirm("write this into the files?", abort=True)
    for change in changes:
        change.write(folder)
    ctx.exit(0 if changes else FOUND)


def _changes(project: Project, books: Books) -> list[FileChange]:
    from quanyi.campaigns.project.pulling import file_changes

    engine = open_engine(books)
    try:
        store = open_store(engine, books, project.mall)
        present = store.release().campaigns
        newer = [
            (name, version)
            for name, version in present.items()
            if name not in project.campaigns or project.campaigns[name].version != version
        ]
        sources = store.sources(newer) if newer else {}
        return file_changes(project, present, {name: sources.get((name, version), "") for name, version in newer})
    finally:
        engine.dispose()


def _print(changes: list[FileChange]) -> None:
    for change in changes:
        lines = unified_diff(
            change.before.splitlines(keepends=True),
            change.after.splitlines(keepends=True),
            change.path,
            change.path if change.after else "gone",
        )
        click.echo("".join(lines).rstrip("\n"))
    if not changes:
        click.echo("the files say what is in force already")
