"""`quanyi show`: campaigns as the engine understands them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from quanyi.adapters.cli.group import Trouble
from quanyi.adapters.cli.options import as_json, in_language, read_project

if TYPE_CHECKING:
    from quanyi.campaigns.project.model import Project

__all__ = ["show"]


@click.command()
@click.argument("place", metavar="FILE|DIR", type=click.Path(exists=True, path_type=Path))
@click.argument("campaign", required=False)
@in_language
@as_json
def show(place: Path, campaign: str | None, lang: str, json_: bool) -> None:
    """
    Show campaigns as the engine understands them.

    The sentence in both languages, checks in order, limits with their identities, deadlines,
    phases and inputs, and what it can cost at most; each with file and line. FILE shows the
    campaigns of one file, DIR those of a mall project.
    """
    from quanyi.adapters.cli.output import print_json
    from quanyi.campaigns.tools import show as shown

    root = _root(place)
    project = read_project(root)
    names = _names(project, root, place, campaign)
    if json_:
        print_json([_in_decimals(shown.show_data(project, name, lang), project) for name in names])
        return
    click.echo("\n\n".join(shown.show(project, name, lang).rstrip() for name in names))


def _in_decimals(data: dict[str, Any], project: Project) -> dict[str, Any]:
    """What a campaign can cost, as text of its units."""
    return {**data, "exposure": [_cost(part, project) for part in data["exposure"]]}


def _cost(part: Mapping[str, Any], project: Project) -> dict[str, Any]:
    unit, scale = part["unit"], project.scale_of(part["unit"])
    return {**_most(part, unit, scale), "windows": [_most(window, unit, scale) for window in part["windows"]]}


def _most(bound: Mapping[str, Any], unit: str, scale: int) -> dict[str, Any]:
    """A bound with its two amounts as amounts; what is unbounded stays None."""
    from quanyi.entitlements.amounts import Amount

    most = {name: bound[name] for name in ("per_user", "total") if bound[name] is not None}
    return {**bound, **{name: Amount(value, unit, scale) for name, value in most.items()}}


def _root(place: Path) -> Path:
    """The project's folder: the nearest one above that has a mall.yaml."""
    place = place.resolve()
    for folder in (place, *place.parents):
        if (folder / "mall.yaml").is_file() or (folder / "mall.yml").is_file():
            return folder
    raise Trouble(f"{place.resolve().name} is in no mall project", "a project is a folder with a mall.yaml")


def _names(project: Project, root: Path, place: Path, campaign: str | None) -> list[str]:
    file = place.resolve().relative_to(root).as_posix()
    known = [c.id for c in project.campaigns.values() if file in {".", c.file} or c.file.startswith(f"{file}/")]
    if campaign is None and known:
        return known
    if campaign not in known:
        what = f"campaign {campaign!r}" if campaign else "campaign"
        raise Trouble(
            f"there is no {what} in {place.resolve().name}", f"there are {', '.join(project.campaigns) or 'none'}"
        )
    return [campaign]
