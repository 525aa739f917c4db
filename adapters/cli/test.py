"""`quanyi test`: tell the project's stories."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from quanyi.adapters.cli.group import FOUND
from quanyi.adapters.cli.options import Books, as_json, database_if_any, folder, open_engine, read_project

if TYPE_CHECKING:
    from quanyi.campaigns.language.findings import Finding
    from quanyi.campaigns.project.model import Project
    from quanyi.campaigns.tools.coverage.clauses import Unheard
    from quanyi.campaigns.tools.sandbox import StageFactory
    from quanyi.campaigns.tools.stories import Outcome, Story

__all__ = ["test"]


@click.command()
@folder
@database_if_any
@click.option("--coverage", is_flag=True, help="List the clauses that no story ever made say no.")
@click.option("--strict", is_flag=True, help="Count warnings as mistakes.")
@click.option("--story", "words", metavar="WORDS", help="Only stories whose name has these words.")
@as_json
@click.pass_context
def test(
    ctx: click.Context, folder: Path, books: Books, coverage: bool, strict: bool, words: str | None, json_: bool
) -> None:
    """
    Tell the project's stories.

    Each in a mall of its own, with a clock that stands still: in memory, or with --db in the
    tables of a database, under a name that is deleted afterwards. What is not as told is exit code 1,
    and so is a mistake in a file; warnings are printed, and alone are no failure.
    """
    from quanyi.campaigns.tools.coverage.clauses import unheard
    from quanyi.campaigns.tools.stories import tell

    project = read_project(folder)
    stories, warnings = _stories(folder, project)
    told = [s for s in stories if (words or "") in s.name]
    put_up = _stages(books)
    outcomes = [tell(story, project, put_up) for story in told]
    silent = unheard(project, outcomes) if coverage else None
    if json_:
        _as_json(outcomes, silent, warnings)
    else:
        _as_text(outcomes, silent, warnings)
    good = all(outcome.good for outcome in outcomes) and not (strict and warnings)
    ctx.exit(0 if good else FOUND)


def _stories(folder: Path, project: Project) -> tuple[tuple[Story, ...], tuple[Finding, ...]]:
    """The stories, and what works in project and stories, but hardly as it was meant."""
    from quanyi.campaigns.language.findings import Findings
    from quanyi.campaigns.tools.stories import read_stories
    from quanyi.entitlements.errors import CampaignFileError

    findings = Findings(items=list(project.warnings))
    stories = read_stories(folder, project, findings)
    found = findings.sorted()
    if any(finding.level == "error" for finding in found):
        raise CampaignFileError(found)
    return stories, found


def _stages(books: Books) -> StageFactory:
    from quanyi.adapters.stages import memory_stage, sql_stage

    if books.url is None:
        return memory_stage
    return sql_stage(open_engine(books), books.mall or "story", **books.tables)


def _as_text(outcomes: Sequence[Outcome], silent: Sequence[Unheard] | None, warnings: Sequence[Finding]) -> None:
    from quanyi.adapters.cli.output import print_findings

    print_findings(warnings, err=True)
    for outcome in outcomes:
        mark = click.style("ok  ", fg="green") if outcome.good else click.style("FAIL", fg="red")
        click.echo(f"{mark}  {outcome.story.place.where}  {outcome.story.name}")
        for problem in outcome.problems:
            click.echo(f"{problem}")
    for clause in silent or ():
        click.echo(f"silent  {clause}")
    failed = sum(not outcome.good for outcome in outcomes)
    steps = sum(len(outcome.story.steps) for outcome in outcomes)
    said = f"stories: {len(outcomes)}, steps: {steps}, not as told: {failed}"
    said += f", warnings: {len(warnings)}" if warnings else ""
    click.echo(said if silent is None else f"{said}, silent clauses: {len(silent)}")


def _as_json(outcomes: Sequence[Outcome], silent: Sequence[Unheard] | None, warnings: Sequence[Finding]) -> None:
    from quanyi.adapters.cli.output import print_json

    body: dict[str, Any] = {"good": all(outcome.good for outcome in outcomes), "stories": [*map(_story, outcomes)]}
    body["warnings"] = list(warnings)
    if silent is not None:
        body["silent"] = list(silent)
    print_json(body)


def _story(outcome: Outcome) -> dict[str, Any]:
    problems = [
        {"where": problem.where, "message": problem.message, "why": list(problem.why)} for problem in outcome.problems
    ]
    return {
        "story": outcome.story.name,
        "where": outcome.story.place.where,
        "good": outcome.good,
        "steps": len(outcome.story.steps),
        "problems": problems,
    }
