"""`quanyi verify`, `quanyi doctor`, `quanyi sweep`: the care of the books."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import click

from quanyi.adapters.cli.clock import time_ahead
from quanyi.adapters.cli.group import FOUND
from quanyi.adapters.cli.options import (
    Books,
    as_json,
    database,
    kept_project,
    known_kinds,
    only_mall,
    open_engine,
    open_store,
)
from quanyi.entitlements.errors import DataError, LockTimeout

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from quanyi.adapters.sql.engine import Finding
    from quanyi.adapters.sql.verify import Report
    from quanyi.adapters.wiring import OpenMall

__all__ = ["doctor", "report", "sweep", "verify"]

_ROUNDS = 1_000
_WITNESS = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@database
@as_json
@click.pass_context
def verify(ctx: click.Context, books: Books, json_: bool) -> None:
    """
    Recompute every balance from the journal.

    And every other invariant; each difference is named.
    """
    from quanyi.adapters.cli.output import print_json
    from quanyi.adapters.sql.verify import verify as recompute

    engine = open_engine(books)
    found = recompute(engine, only_mall(engine, books), records=known_kinds().records, **books.tables)
    engine.dispose()
    if json_:
        print_json({"good": found.good, **attrs.asdict(found, recurse=False)})
    else:
        for difference in found.differences:
            click.echo(str(difference))
        _sum_up(found)
    ctx.exit(0 if found.good else FOUND)


def _sum_up(found: Report) -> None:
    rows = sum(found.rows.values())
    if found.failed:
        click.echo(f"{found.failed} decisions failed: what a campaign broke on waits in the outbox")
    if found.unwitnessed:
        click.echo(f"{found.unwitnessed} rows carry no digest: a program of an earlier release wrote them")
    if found.good:
        click.echo(f"{found.mall}: {rows} rows, everything is what the journal says")
    else:
        click.echo(f"{found.mall}: {rows} rows, {len(found.differences) + found.more} differences", err=True)


@click.command()
@database
@click.option("--witness", metavar="FILE", type=_WITNESS, help="The mark that the mall keeps outside.")
@as_json
@click.pass_context
def doctor(ctx: click.Context, books: Books, witness: Path | None, json_: bool) -> None:
    """
    Look for settings with which the books can't be trusted.

    For tables that are out of date or still written for an earlier release, for a mall's time that is ahead of the
    clock, and for campaigns in force whose stored text is not what was applied;
    with the mark that a mall keeps outside, for a database that came back from a backup.
    """
    from quanyi.adapters.sql import engine as engines
    from quanyi.adapters.sql import migrate

    engine = open_engine(books)
    tables = migrate.check(engine, **books.tables)
    findings = [*engines.doctor(engine), *tables, *([] if tables else _in_the_books(engine, books))]
    if witness is not None and not any(finding.code == "migration-missing" for finding in findings):
        findings += _gone_back(engine, books, witness)
    engine.dispose()
    report(findings, "nothing found", json_=json_)
    ctx.exit(FOUND if findings else 0)


@click.command()
@database
@click.option("--limit", default=500, show_default=True, help="The most to book in one go.")
@as_json
def sweep(books: Books, limit: int, json_: bool) -> None:
    """
    Book what is due.

    Holds that lapse, promises, points that end. No result depends on when this runs: what is due reads as done already.
    """
    from quanyi.adapters.cli.output import print_json
    from quanyi.adapters.wiring import guarded, wire

    engine = open_engine(books)
    store = open_store(engine, books)
    booked = _swept(wire(kept_project(store), store, clock=guarded(store)), limit)
    engine.dispose()
    print_json({"booked": booked}) if json_ else click.echo(f"booked {booked}")


def _swept(mall: OpenMall, limit: int) -> int:
    """How many timers were booked, until none is due but those that others hold, or that can't be kept."""
    booked = 0
    for _ in range(_ROUNDS):
        try:
            done = mall.sweep(limit)
        except (LockTimeout, DataError):
            if not booked:
                raise
            break
        booked += done
        if not done:
            break
    return booked


def _in_the_books(engine: Engine, books: Books) -> list[Finding]:
    from quanyi.adapters.sql.formats import flag_findings
    from quanyi.adapters.sql.texts import damaged

    return [
        *flag_findings(engine, **books.tables),
        *damaged(engine, kinds=known_kinds(), **books.tables),
        *time_ahead(engine, books),
    ]


def _gone_back(engine: Engine, books: Books, witness: Path) -> list[Finding]:
    from quanyi.adapters.clock import SystemClock
    from quanyi.adapters.sql.watch import Watch
    from quanyi.adapters.witness import FileWitness

    return Watch(open_store(engine, books), FileWitness(witness), SystemClock()).findings()


def report(findings: Sequence[Any], good: str, *, json_: bool) -> None:
    """Print findings, or that there are none."""
    from quanyi.adapters.cli.output import print_json

    if json_:
        print_json({"good": not findings, "findings": list(findings)})
        return
    for finding in findings:
        click.echo(str(finding))
    click.echo(good if not findings else f"{len(findings)} found", err=bool(findings))
