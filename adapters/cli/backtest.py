"""`quanyi backtest`: what recorded events would have come to under other campaigns."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import click

from quanyi.adapters.cli.options import (
    Books,
    as_json,
    database_if_any,
    folder,
    instant_of,
    open_engine,
    open_store,
    project_in_force,
    read_project,
)

if TYPE_CHECKING:
    from quanyi.campaigns.project.model import Project
    from quanyi.campaigns.tools.backtest import Backtest, Moved, People
    from quanyi.campaigns.tools.replay import Tally
    from quanyi.entitlements.amounts import Amount

__all__ = ["backtest"]

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_MOST_AT_ONCE = 250_000
"""Lines of a recording of which two lives are in memory at once: each line keeps some 5 KB."""

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command()
@folder
@click.option("--events", required=True, metavar="FILE", type=_FILE, help="One JSON object a line, as for quanyi run.")
@click.option("--against", metavar="DIR", type=_FOLDER, help="The project to compare with.")
@database_if_any
@click.option("--until", metavar="INSTANT", help="Let time pass until then after the last event.")
@as_json
def backtest(
    folder: Path,
    events: Path,
    against: Path | None,
    books: Books,
    until: str | None,
    json_: bool,
) -> None:
    """
    Say what recorded events would have come to under other campaigns.

    The recording is lived twice, in two malls in memory: under what is in force in the database,
    or under the project in --against, and under DIR; at once where there are two processors. Prints
    the decisions and gifts whose numbers differ, and how many people end with more or with less.
    """
    from quanyi.adapters.cli.run import replayed
    from quanyi.campaigns.tools.backtest import backtest
    from quanyi.campaigns.tools.replay import read_events

    if (against is None) == (books.url is None):
        raise click.UsageError("name one thing to compare with: --against DIR or --db URL")
    project = read_project(folder)
    other = read_project(against) if against is not None else _in_force(books)
    last = instant_of("--until", until, project.zone) if until else None
    lives = [partial(replayed, each, read_events(events, each), last) for each in (other, project)]
    before, after = _lived(*lives, lines=len(lives[0].args[1]))
    _report(project, backtest(before, after), json_=json_)


def _lived(before: Callable[[], Tally], after: Callable[[], Tally], *, lines: int) -> tuple[Tally, Tally]:
    """Both lives at once, unless what two of them keep in memory is much."""
    from quanyi.adapters.cli.at_once import at_once

    return at_once(before, after) if lines <= _MOST_AT_ONCE else (before(), after())


def _in_force(books: Books) -> Project:
    engine = open_engine(books)
    try:
        found = project_in_force(open_store(engine, books))
    finally:
        engine.dispose()
    assert found is not None  # only_mall has found something in force
    return found


def _report(project: Project, found: Backtest, *, json_: bool) -> None:
    from quanyi.adapters.cli.output import print_json, print_misread, print_table

    if json_:
        print_json(_plain(project, found))
        return
    tables = (
        (["campaign", "outcome", "reason", "before", "after", ""], [_decided(moved) for moved in found.decisions]),
        (["campaign", "gave", "before", "after"], [_given(moved, project) for moved in found.given]),
        (["thing", "people with more", "most", "with less", "most"], [_with(one, project) for one in found.people]),
    )
    for titles, rows in tables:
        if rows:
            print_table(titles, rows)
            click.echo("")
    print_misread(found.misread)
    click.echo(f"{found.inputs} inputs, {'every decision is the same' if found.same else 'decisions differ'}")


def _plain(project: Project, found: Backtest) -> dict[str, Any]:
    """All of it for programs; amounts as decimals of their unit."""

    def amounts(one: Moved | People, thing: str, *fields: str) -> dict[str, Any]:
        values = attrs.asdict(one)
        return values | {name: _amount(values[name], thing, project) for name in fields}

    given = [amounts(moved, moved.what[0], "before", "after") for moved in found.given]
    people = [amounts(one, one.thing, "most_more", "most_less") for one in found.people]
    return {**attrs.asdict(found), "given": given, "people": people}


def _decided(moved: Moved) -> tuple[object, ...]:
    return (moved.campaign or "-", *moved.what, moved.before, moved.after, f"{moved.after - moved.before:+d}")


def _given(moved: Moved, project: Project) -> tuple[object, ...]:
    (thing,) = moved.what
    return (moved.campaign or "-", thing, *(_amount(number, thing, project) for number in (moved.before, moved.after)))


def _with(one: People, project: Project) -> tuple[object, ...]:
    most_more, most_less = (_amount(number, one.thing, project) for number in (one.most_more, one.most_less))
    return one.thing, one.more, most_more, one.less, most_less


def _amount(number: int, thing: str, project: Project) -> Amount:
    from quanyi.entitlements.amounts import Amount

    return Amount(number, thing, project.scale_of(thing))
