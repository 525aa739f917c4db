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
    in_language,
    kept_project,
    known_kinds,
    only_mall,
    open_engine,
    open_store,
)
from quanyi.campaigns.language.translation.books import books_in_language
from quanyi.entitlements.errors import DataError, LockTimeout

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from quanyi.adapters.sql.engine import Finding
    from quanyi.adapters.sql.verify import Report
    from quanyi.adapters.wiring import OpenMall

__all__ = ["doctor", "report", "said_in", "sweep", "verify"]

_ROUNDS = 1_000
_WITNESS = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@database
@in_language
@as_json
@click.pass_context
def verify(ctx: click.Context, books: Books, lang: str, json_: bool) -> None:
    """
    Recompute every balance from the journal.

    And every other invariant; each difference is named.
    """
    from quanyi.adapters.cli.output import print_json
    from quanyi.adapters.sql.verify import verify as recompute

    engine = open_engine(books)
    found = recompute(engine, only_mall(engine, books), records=known_kinds().records, **books.tables)
    engine.dispose()
    told = attrs.evolve(found, differences=tuple(said_in(each, lang) for each in found.differences))
    if json_:
        print_json({"good": found.good, **attrs.asdict(told, recurse=False)})
    else:
        for difference in told.differences:
            click.echo(str(difference))
        _sum_up(found, lang)
    ctx.exit(0 if found.good else FOUND)


def _sum_up(found: Report, lang: str) -> None:
    rows, differences = sum(found.rows.values()), len(found.differences) + found.more
    if found.failed:
        _echo(f"{found.failed} decisions failed: what a campaign broke on waits in the outbox", lang)
    if found.unwitnessed:
        _echo(f"{found.unwitnessed} rows carry no digest: a program of an earlier release wrote them", lang)
    if found.good:
        _echo(f"{found.mall}: {rows} rows, everything is what the journal says", lang)
    else:
        _echo(f"{found.mall}: {rows} rows, {differences} differences", lang, err=True)


def _echo(text: str, lang: str, *, err: bool = False) -> None:
    click.echo(books_in_language(text, lang), err=err)


def said_in(finding: Any, lang: str) -> Any:
    """A finding or a difference with its message, and its hint where it has one, in that language."""
    texts = {name: getattr(finding, name) for name in ("message", "hint") if hasattr(finding, name)}
    return attrs.evolve(finding, **{name: books_in_language(text, lang) for name, text in texts.items()})


@click.command()
@database
@click.option("--witness", metavar="FILE", type=_WITNESS, help="The mark that the mall keeps outside.")
@in_language
@as_json
@click.pass_context
def doctor(ctx: click.Context, books: Books, witness: Path | None, lang: str, json_: bool) -> None:
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
    report(findings, "nothing found", lang, json_=json_)
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


def report(findings: Sequence[Any], good: str, lang: str, *, json_: bool) -> None:
    """Print findings, or that there are none."""
    from quanyi.adapters.cli.output import print_json

    told = [said_in(finding, lang) for finding in findings]
    if json_:
        print_json({"good": not findings, "findings": told})
        return
    for finding in told:
        click.echo(str(finding))
    _echo(good if not findings else f"{len(findings)} found", lang, err=bool(findings))
