"""`quanyi new`: write a campaign from a template."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from quanyi.adapters.cli.group import FOUND, Trouble
from quanyi.adapters.cli.options import read_project

if TYPE_CHECKING:
    from quanyi.campaigns.project.model import Project
    from quanyi.campaigns.templates.asking import Field
    from quanyi.campaigns.templates.templates import Template

__all__ = ["new"]

_SHOWN = 12
"""How many of the words that a field may be are printed."""


@click.command()
@click.argument("kind", metavar="[TEMPLATE]", required=False)
@click.argument(
    "folder", metavar="[DIR]", required=False, type=click.Path(exists=True, file_okay=False, path_type=Path)
)
@click.option("--set", "answers", multiple=True, metavar="NAME=VALUE", help="An answer; several times.")
@click.pass_context
def new(ctx: click.Context, /, kind: str | None, folder: Path | None, answers: tuple[str, ...]) -> None:
    """
    Write a campaign from a template.

    Without a template it lists them. With one, and the folder of a mall project, it asks for what is missing (or says
    it, where nobody can be asked), writes `campaigns/NAME.yaml`, and says every mistake as `quanyi validate` does.
    """
    from quanyi.campaigns.templates.templates import template, templates

    if kind is None:
        for each in templates():
            click.echo(f"{each.name:<14}{each.en} · {each.zh}")
        return
    if folder is None:
        _print_fields(template(kind), None)
        return
    found, project = template(kind), read_project(folder)
    text = found.write(_complete(found, project, dict(map(_pair, answers))), project.locales)
    ctx.exit(_written(folder, project, text))


def _pair(answer: str) -> tuple[str, str]:
    name, sign, value = answer.partition("=")
    if not sign:
        raise Trouble(f"--set {answer}: write NAME=VALUE")
    return name, value


def _complete(found: Template, project: Project, answers: dict[str, str]) -> dict[str, str]:
    missing = [
        field for field in found.fields(project.locales) if field.required and not answers.get(field.name, "").strip()
    ]
    if missing and not sys.stdin.isatty():
        _print_fields(found, project)
        raise Trouble(f"missing: {', '.join(field.name for field in missing)}", "answer with --set NAME=VALUE")
    return answers | {field.name: click.prompt(_label(field, project)) for field in missing}


def _label(field: Field, project: Project | None) -> str:
    from quanyi.campaigns.templates.templates import choices

    some = choices(field, project) if project is not None else field.words
    words = f" ({', '.join(some[:_SHOWN])}{' …' if len(some) > _SHOWN else ''})" if some else ""
    return f"{field.asks.en}{words}"


def _print_fields(found: Template, project: Project | None) -> None:
    click.echo(f"{found.name}: {found.en} · {found.zh}")
    for field in found.fields() if project is None else found.fields(project.locales):
        default = "" if field.required else f" [{field.default or 'none'}]"
        click.echo(f"  {field.name:<14}{_label(field, project)}{default}")


def _written(folder: Path, project: Project, text: str) -> int:
    """Write the file and say its mistakes; the exit code."""
    from quanyi.campaigns.language.documents import documents_of
    from quanyi.campaigns.language.findings import Findings
    from quanyi.campaigns.project.load import check_project, name_of

    (document,) = documents_of("new.yaml", text, Findings())
    name = name_of(document)
    path = folder / "campaigns" / f"{name}.yaml"
    if name in project.campaigns or path.exists():
        raise Trouble(f"there is a campaign called {name} already", "take another name")
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    click.echo(f"wrote {path}")
    findings = check_project(folder, project.kinds)
    for finding in findings:
        click.echo(str(finding))
    return FOUND if any(finding.level == "error" for finding in findings) else 0
