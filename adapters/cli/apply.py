"""`quanyi apply`: bring a project's campaigns into force."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import attrs
import click

from quanyi.adapters.cli.options import as_json, database, folder, open_engine, read_project

if TYPE_CHECKING:
    from quanyi.campaigns.apply import Applied
    from quanyi.campaigns.project import Project
    from quanyi.entitlements.ports import Release

__all__ = ["apply"]


@click.command()
@folder
@database
@click.option("--yes", is_flag=True, help="Don't ask.")
@as_json
def apply(folder: Path, db: str, yes: bool, json_: bool) -> None:
    """
    Bring a project's campaigns into force.

    Says first what changes. All of it comes into force in one transaction, with the pieces that
    it puts on sale; what is in flight is finished by the version that made it.
    """
    from quanyi.adapters.sql.store import SqlStore
    from quanyi.adapters.wiring import wire

    project = read_project(folder)
    engine = open_engine(db)
    store = SqlStore(engine, project.mall)
    release = store.release()
    changes = _changes(project, release)
    if not json_:
        _preview(project, changes)
    if changes and not yes and not json_:
        click.confirm("bring this into force?", abort=True)
    applied = wire(project, store).apply()
    engine.dispose()
    _report(project, applied, changes, json_=json_)


def _changes(project: Project, release: Release) -> dict[str, str]:
    """What happens to each campaign: new, changed or retired."""
    wanted = {play.head.campaign: play.head.version for play in project.plays()}
    changes = {name: "new" if name not in release.campaigns else "changed" for name in wanted}
    kept = {name for name, version in wanted.items() if release.campaigns.get(name) == version}
    retired = dict.fromkeys(release.campaigns.keys() - wanted.keys(), "retired")
    return {name: word for name, word in sorted((changes | retired).items()) if name not in kept}


def _preview(project: Project, changes: dict[str, str]) -> None:
    from quanyi.adapters.cli.output import print_table

    if changes:
        rows = [(word, name, _kind(project, name), _where(project, name)) for name, word in changes.items()]
        print_table(["change", "campaign", "kind", "file"], rows)
    else:
        click.echo("the campaigns are in force already")


def _kind(project: Project, name: str) -> str:
    known = project.campaigns.get(name)
    return known.head.kind if known else ""


def _where(project: Project, name: str) -> str:
    known = project.campaigns.get(name)
    return f"{known.file}:{known.line}" if known else ""


def _report(project: Project, applied: Applied, changes: dict[str, str], *, json_: bool) -> None:
    from quanyi.adapters.cli.output import print_json, print_table

    if json_:
        print_json({"mall": project.mall, **attrs.asdict(applied), "loaded": dict(applied.loaded), "changes": changes})
        return
    if applied.loaded:
        print_table(["put on sale", "pieces"], [(thing, f"{pieces:+d}") for thing, pieces in applied.loaded])
    click.echo(f"{project.mall}: {len(project.campaigns)} campaigns in force, epoch {applied.epoch}")
