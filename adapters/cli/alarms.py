"""`quanyi alarms`: what of a mall wants somebody to look at it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from quanyi.adapters.cli.group import FOUND
from quanyi.adapters.cli.options import Books, as_json, database, folder, known_kinds, open_engine

if TYPE_CHECKING:
    from quanyi.adapters.alarms.alarms import Alarms
    from quanyi.entitlements.records import Alarm

__all__ = ["alarms"]

_PHASES = ("raised", "acknowledged", "cleared")


@click.command()
@folder
@database
@click.option("--acknowledge", metavar="NUMBER", help="Say that somebody looks after this one; with --by and --why.")
@click.option("--by", metavar="NAME", help="Who acknowledges it; the journal keeps it.")
@click.option("--why", default="", metavar="TEXT", help="Why, or what is done about it; the journal keeps it.")
@click.option("--phase", type=click.Choice(_PHASES), help="Only these, and the past; else those that are not over.")
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1, 500), help="How many at most.")
@as_json
@click.pass_context
def alarms(  # noqa: PLR0913, PLR0917  (one for each option)
    ctx: click.Context,
    folder: Path,
    books: Books,
    acknowledge: str | None,
    by: str | None,
    why: str,
    phase: str | None,
    limit: int,
    json_: bool,
) -> None:
    """
    Say what of a mall wants somebody to look at it.

    It looks for alarms, and lists those that are not over; the exit code is 1 where one is not acknowledged.

    `quanyi alarms DIR --acknowledge NUMBER --by NAME --why TEXT` keeps one quiet until it is over.
    """
    from quanyi.adapters.cli.output import print_json, print_table
    from quanyi.adapters.wiring import open_mall

    if acknowledge is not None and not (by and why.strip()):
        raise click.UsageError("--acknowledge takes --by, who does it, and --why")
    engine = open_engine(books)
    try:
        found = open_mall(folder, engine, mall=books.mall, kinds=known_kinds(), **books.tables).desk.alarms
        if acknowledge is not None:
            found.acknowledge(acknowledge, by=str(by), reason=why)
        found.look()
        listed = _listed(found, phase, limit)
    finally:
        engine.dispose()
    if json_:
        print_json({"alarms": [{"id": alarm.id, **alarm.to_dict()} for alarm in listed]})
    else:
        titles = ["number", "severity", "alarm", "about", "amount", "since", "count", "phase"]
        print_table(titles, [_row(alarm) for alarm in listed])
        click.echo(f"{len(listed)} alarms")
    ctx.exit(FOUND if any(alarm.phase == "raised" for alarm in listed) else 0)


def _listed(alarms: Alarms, phase: str | None, limit: int) -> list[Alarm]:
    return alarms.standing()[:limit] if phase is None else alarms.list(phase=phase, limit=limit)


def _row(alarm: Alarm) -> tuple[Any, ...]:
    since = alarm.first_at.isoformat(timespec="seconds")
    about = alarm.subject or "-"
    return alarm.id, alarm.severity, alarm.name, about, alarm.amount, since, alarm.count, alarm.phase
