"""`quanyi validate`: every mistake in a mall project, at once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import attrs
import click

from quanyi.adapters.cli.group import FOUND
from quanyi.adapters.cli.options import as_json, folder, in_language, known_kinds

if TYPE_CHECKING:
    from quanyi.campaigns.language.findings import Finding

__all__ = ["findings_of", "validate"]


@click.command()
@folder
@click.option("--strict", is_flag=True, help="Count warnings as mistakes.")
@in_language
@as_json
@click.pass_context
def validate(ctx: click.Context, folder: Path, strict: bool, lang: str, json_: bool) -> None:
    """
    Find every mistake in a mall project.

    Prints `file:line:column code message (hint)` for each, its stories included. Warnings are
    printed too, and alone are no failure.
    """
    from quanyi.adapters.cli.output import print_findings, print_json, summed_up
    from quanyi.campaigns.language.translation import in_language

    findings = [in_language(finding, lang) for finding in findings_of(folder)]
    errors = [finding for finding in findings if finding.level == "error" or strict]
    if json_:
        print_json({"valid": not errors, "findings": [attrs.asdict(finding) for finding in findings]})
    else:
        print_findings(findings, lang)
        click.echo(summed_up(findings, lang), err=bool(findings))
    ctx.exit(FOUND if errors else 0)


def findings_of(folder: Path) -> tuple[Finding, ...]:
    """What is wrong in a project; its stories are read only if the project itself can be."""
    from quanyi.campaigns.language.findings import Findings
    from quanyi.campaigns.project.load import try_project
    from quanyi.campaigns.tools.stories import read_stories

    project, found = try_project(folder, known_kinds())
    if project is None or any(finding.level == "error" for finding in found):
        return found
    findings = Findings(items=list(found))
    read_stories(folder, project, findings)
    return findings.sorted()
