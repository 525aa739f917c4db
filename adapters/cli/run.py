"""`quanyi run`: put recorded events through the live path."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import click

from quanyi.adapters.cli.group import FOUND, Trouble
from quanyi.adapters.cli.options import (
    Books,
    as_json,
    database_if_any,
    folder,
    instant_of,
    open_engine,
    open_store,
    read_project,
)

if TYPE_CHECKING:
    from quanyi.campaigns.project.model import Project
    from quanyi.campaigns.tools.coverage import Reached
    from quanyi.campaigns.tools.replay import Recorded, Tally
    from quanyi.campaigns.tools.sandbox import Sandbox

__all__ = ["replayed", "run"]

_Between = Callable[[Iterable["Recorded"]], Iterator["Recorded"]]
"""Goes through recorded events, and does what is due between two of them."""

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@folder
@click.option("--events", required=True, metavar="FILE", type=_FILE, help="One JSON object a line.")
@database_if_any
@click.option("--memory", is_flag=True, help="In a mall in memory, which is forgotten.")
@click.option("--until", metavar="INSTANT", help="Let time pass until then after the last event.")
@click.option(
    "--reach", "least", metavar="N", type=int, help="List what was met how often; all of it is wanted N times."
)
@as_json
def run(
    folder: Path,
    events: Path,
    books: Books,
    memory: bool,
    until: str | None,
    least: int | None,
    json_: bool,
) -> None:
    """
    Put recorded events through the live path.

    The clock moves with the stream, and what falls due between two events is decided between
    them. Prints what the campaigns made of it, and a hash over all decisions that is the same on
    every store. With --reach also how often each part of the campaigns was met, the least met
    first: what no event ever met may as well be wrong.

    Ends with 1 if a key was used again for somebody else or for something else: nothing came of
    such a line, and all of them are listed.
    """
    from quanyi.campaigns.tools.coverage import reach
    from quanyi.campaigns.tools.replay import read_events

    if memory == (books.url is not None):
        raise click.UsageError("name one place to run in: --memory or --db URL")
    project = read_project(folder)
    recorded = read_events(events, project)
    last = instant_of("--until", until, project.zone) if until else None
    tally = replayed(project, recorded, last, books)
    parts = () if least is None else reach(project, tally.met)
    _report(project, tally, parts, json_=json_)
    unmet = any(part.wanted and part.count < (least or 0) for part in parts)
    click.get_current_context().exit(FOUND if unmet or tally.reused else 0)


def replayed(
    project: Project,
    recorded: Sequence[Recorded],
    until: datetime | None,
    books: Books | None = None,
) -> Tally:
    """What came of a recording; in a mall in memory unless a database is named."""
    from quanyi.campaigns.tools.replay import Replay

    facts = _Facts()
    start = recorded[0].at if recorded else until or datetime(2026, 1, 1, tzinfo=UTC)
    with _stage(project, facts, start, books or Books()) as (stage, between):
        return Replay(stage, facts.users).run(between(recorded), until)


@attrs.frozen
class _Facts:
    """The facts that the recording brings along."""

    users: dict[str, Mapping[str, Any]] = attrs.field(factory=dict)

    def facts(self, user: str) -> Mapping[str, Any]:
        return self.users.get(user, {})


@contextmanager
def _stage(project: Project, facts: _Facts, at: datetime, books: Books) -> Iterator[tuple[Sandbox, _Between]]:
    """The mall, and what has to be done between events."""
    from quanyi.adapters.stages import in_portions, memory_stage, stage_on

    if books.url is None:
        with memory_stage(project, facts, at) as stage:
            stage.apply()
            yield stage, iter
        return
    engine = open_engine(books)
    try:
        store = open_store(engine, books, project.mall)
        _in_force(stage_on(store, project, facts, at), store.release().campaigns)
        with in_portions(store) as (own, between):
            yield stage_on(own, project, facts, at), between
    finally:
        engine.dispose()


def _in_force(stage: Sandbox, found: Mapping[str, str]) -> None:
    """Into an empty database the project is brought; another one's campaigns are in the way."""
    if not found:
        stage.apply()
    elif dict(found) != {play.head.campaign: play.head.version for play in stage.project.plays()}:
        raise Trouble("the database has other campaigns in force", "bring these into force: quanyi apply DIR --db URL")


def _report(project: Project, tally: Tally, parts: Sequence[Reached], *, json_: bool) -> None:
    from quanyi.adapters.cli.output import print_json, print_misread, print_table
    from quanyi.entitlements.amounts import Amount

    counts = [(*what, count) for what, count in sorted(tally.counts.items())]
    given = [(c, t, Amount(n, t, project.scale_of(t))) for (c, t), n in sorted(tally.given.items())]
    if json_:
        rows = [dict(zip(("campaign", "outcome", "reason", "count"), row, strict=True)) for row in counts]
        gifts = [dict(zip(("campaign", "thing", "amount"), row, strict=True)) for row in given]
        head = attrs.asdict(tally, filter=lambda field, _: field.name not in ("counts", "given", "got", "met"))
        met = {"reach": [attrs.asdict(part) for part in parts]} if parts else {}
        print_json({**head, "counts": rows, "given": gifts, **met})
        return
    print_table(["campaign", "outcome", "reason", "count"], [(row[0] or "-", *row[1:]) for row in counts])
    if given:
        click.echo("")
        print_table(["campaign", "gave", "amount"], given)
    if parts:
        click.echo("")
        print_table(["campaign", "part", "", "met", ""], [_part(part) for part in parts])
    if tally.reused:
        click.echo("\nkeys that belong to an earlier line; nothing came of these:")
        click.echo("\n".join(f"  {line}" for line in tally.reused))
    left_out = f", {tally.left_out} left out" if tally.left_out else ""
    click.echo("")
    print_misread(tally.misread)
    click.echo(f"{tally.inputs} inputs{left_out}, {tally.timers} timers, {tally.duplicates} known already")
    click.echo(f"decisions {tally.digest}")


def _part(part: Reached) -> tuple[str, ...]:
    return part.campaign or "-", part.part, part.name, str(part.count) if part.wanted else f"({part.count})", part.why
