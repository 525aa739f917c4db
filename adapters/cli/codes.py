"""`quanyi codes`: the care of card codes."""

from __future__ import annotations

import csv
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from quanyi.adapters.cli.group import Trouble
from quanyi.adapters.cli.options import (
    Books,
    as_json,
    database,
    instant_of,
    kept_project,
    open_engine,
    open_store,
    vault_if_any,
)

if TYPE_CHECKING:
    from quanyi.adapters.codes.importing import CodeImport, LineReport
    from quanyi.adapters.desk import OpenDesk
    from quanyi.campaigns.project.model import Project

__all__ = ["codes"]

Command = TypeVar("Command", bound=Callable[..., Any])

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_NEW = click.Path(dir_okay=False, path_type=Path)
_SECRET = 0o600


@click.group()
def codes() -> None:
    """Look after card codes."""


def _author(command: Command) -> Command:
    """Who does it, and why."""
    command = click.option("--why", default="", metavar="TEXT", help="Why; the books keep it.")(command)
    return click.option("--by", required=True, metavar="NAME", help="Who does it; the books keep it.")(command)


def _marks(command: Command) -> Command:
    """What all codes of a batch are told."""
    options = (
        click.option("--batch", default="", metavar="NAME", help="What the batch is called."),
        click.option("--channel", metavar="TEXT", help="Where the codes come from or are meant for."),
        click.option("--region", metavar="TEXT", help="For which region."),
        click.option("--ends", metavar="INSTANT", help="From when on nobody gets one; in the mall's zone."),
    )
    for option in reversed(options):
        command = option(command)
    return command


@contextmanager
def _desk(books: Books) -> Iterator[tuple[OpenDesk, Project]]:
    """The desk of the mall in a database, with the keys of the environment; and the mall's project."""
    from quanyi.adapters.wiring import guarded, wire

    vault = vault_if_any()
    if vault is None:
        raise Trouble("there are no keys for card codes", "set QUANYI_KEYS to the ring that the mall runs with")
    engine = open_engine(books)
    try:
        store = open_store(engine, books)
        mall = wire(kept_project(store), store, clock=guarded(store), vault=vault)
        yield mall.desk, mall.ports.project
    finally:
        engine.dispose()


@codes.command("generate")
@click.argument("pool")
@click.argument("count", type=click.IntRange(min=1))
@database
@_author
@_marks
@click.option("--key", metavar="TEXT", help="The same key again gives the same batch; made of --batch unless given.")
@click.option(
    "--out", metavar="FILE", type=_NEW, help="Write the codes in clear into this new file, for its owner alone."
)
@as_json
def _generate(
    pool: str, count: int, books: Books, by: str, why: str, out: Path | None, json_: bool, **said: Any
) -> None:
    """
    Generate codes by the rule of their pool.

    No code is shown. With --out they are also written in clear, one a line, and that is noted as an act of the books.
    """
    from quanyi.adapters.cli.output import print_json
    from quanyi.adapters.ids import RandomIds

    if out is not None and out.exists():
        raise Trouble(f"{out} is there already", "name a file that is not")
    key = said.pop("key") or (f"generate/{said['batch']}" if said["batch"] else f"generate/{RandomIds().new()}")
    with _desk(books) as (desk, project):
        ends = _ends(said.pop("ends"), project)
        made = desk.generate_codes(pool, count, key=key, by=by, reason=why, ends_at=ends, **said)
        written = (
            0 if out is None else _written(out, desk.plain_codes(made.id, by=by, reason=why or "written to a file"))
        )
    if json_:
        print_json({**made.to_dict(), "key": key, **({"file": str(out)} if out is not None else {})})
        return
    click.echo(f"{made.added} codes in {made.pool}, batch {made.id}, key {key}")
    if out is not None:
        click.echo(
            f"{written} codes in clear stand in {out}, which only its owner can read; keep it safe, and delete it"
        )


def _written(out: Path, found: Iterable[str]) -> int:
    """Write codes into a new file that only its owner can read; how many."""
    count = 0
    place = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _SECRET)
    with os.fdopen(place, "w", encoding="utf-8", newline="\n") as file:
        for code in found:
            file.write(f"{code}\n")
            count += 1
    return count


@codes.command("import")
@click.argument("pool")
@click.argument("file", type=_FILE)
@database
@_author
@_marks
@click.option("--key", metavar="TEXT", help="Made of the file's content unless given.")
@click.option("--report", metavar="FILE", type=_NEW, help="Write what became of every line into this file, as CSV.")
@as_json
def _import(
    pool: str, file: Path, books: Books, by: str, why: str, report: Path | None, json_: bool, **said: Any
) -> None:
    """
    Bring the codes of a CSV or XLSX file in.

    FILE has one code a line, or a header with `code` or `secret`, and `channel`, `region` and `end` if it likes. One that
    was cut off is finished by the same command.
    """
    from quanyi.adapters.cli.output import print_json
    from quanyi.adapters.codes.importing import ImportRefused

    refused = ""
    with _desk(books) as (desk, project), _reporting(report) as told:
        ends = _ends(said.pop("ends"), project)
        more: dict[str, Any] = {"report": told, "progress": None if json_ else _progress}
        try:
            found = desk.import_code_file(pool, file, by=by, reason=why, ends_at=ends, **said, **more)
        except ImportRefused as no:
            found, refused = no.found, str(no)
    if json_:
        print_json({**found.to_dict(), **({"refused": refused} if refused else {})})
    else:
        _say(found, refused)
    if refused:
        raise SystemExit(1)


def _say(found: CodeImport, refused: str) -> None:
    """What came of an import, and the first lines that were left out."""
    click.echo("", err=True)
    for each in found.told[:20]:
        first = f" (first in line {each.first})" if each.first else ""
        click.echo(f"line {each.line}: {each.outcome}{first}{f': {each.why}' if each.why else ''}")
    counts = ", ".join(f"{getattr(found, name)} {name}" for name in ("taken", "repeated", "known", "empty", "broken"))
    click.echo(f"{found.lines} lines: {counts}")
    click.echo(refused or f"batch {found.batch}")


def _progress(lines: int, taken: int) -> None:
    click.echo(f"\r{lines} lines read, {taken} codes taken", nl=False, err=True)


@contextmanager
def _reporting(report: Path | None) -> Iterator[Callable[[LineReport], object] | None]:
    """What writes the report, if there is to be one."""
    if report is None:
        yield None
        return
    with report.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("line", "outcome", "first", "why"))
        yield lambda each: rows.writerow((each.line, each.outcome, each.first or "", each.why))


def _ends(text: str | None, project: Project) -> datetime | None:
    return None if text is None else instant_of("--ends", text, project.zone)


@codes.command("batches")
@click.argument("pool")
@database
@as_json
def _batches(pool: str, books: Books, json_: bool) -> None:
    """List the batches of a pool, with what became of their codes."""
    from quanyi.adapters.cli.output import print_json
    from quanyi.adapters.wiring import guarded, wire

    engine = open_engine(books)
    try:
        store = open_store(engine, books)
        found = wire(kept_project(store), store, clock=guarded(store)).desk.batches(pool)
    finally:
        engine.dispose()
    if json_:
        print_json({"batches": [batch.to_dict() for batch in found]})
        return
    for each in found:
        states = ", ".join(f"{count} {state}" for state, count in each.codes.to_dict().items() if count) or "none left"
        made = each.made_at.isoformat(timespec="minutes") if each.made_at else "earlier"
        click.echo(f"{each.id or '-'}  {made}  {each.source}  {each.name or '-'}  by {each.by or '-'}: {states}")


@codes.command("trace")
@database
@_author
@as_json
def _trace(books: Books, by: str, why: str, json_: bool) -> None:
    """
    Say what became of a code, which is read from standard input.

    Neither the code nor any other is printed; that somebody asked is noted as an act of the books.
    """
    from quanyi.adapters.cli.output import print_json

    text = sys.stdin.readline()
    with _desk(books) as (desk, _):
        found = desk.trace_code(text, by=by, reason=why)
    if json_:
        print_json({"cards": [card.to_dict() for card in found]})
        return
    if not found:
        click.echo("no card has this text")
    for card in found:
        given = f", given to {card.user or 'somebody'} by {card.deal or 'hand'}" if card.entitlement else ""
        seen = f", seen {card.seen_at.isoformat(timespec='minutes')}" if card.seen_at else ""
        click.echo(f"{card.pool}, batch {card.batch or '-'}: {card.state}{given}{seen}")


@codes.command("reseal")
@database
@_author
@as_json
def _reseal(books: Books, by: str, why: str, json_: bool) -> None:
    """
    Seal codes anew under the first key of QUANYI_KEYS, page by page, while the mall goes on selling.

    One that was stopped goes on with what is left when it is called again. Keep the old key on the ring until this says
    that none is left, in every process of the mall.
    """
    from quanyi.adapters.cli.output import print_json

    with _desk(books) as (desk, _):
        done = desk.reseal_codes(by=by, reason=why, progress=None if json_ else _resealed)
    if json_:
        print_json({"resealed": done})
        return
    click.echo("", err=True)
    click.echo(f"{done} codes sealed anew; none is left under an older key")


def _resealed(done: int) -> None:
    click.echo(f"\r{done} codes sealed anew", nl=False, err=True)


@codes.command("quarantine")
@database
@click.option("--witness", required=True, metavar="FILE", type=_FILE, help="The mark that the mall keeps outside.")
@click.option("--by", required=True, metavar="NAME", help="Who asks for it; the journal keeps it.")
@click.option(
    "--more",
    default=100,
    show_default=True,
    type=click.IntRange(min=0),
    help="How many more of each pool, for what was drawn after the last mark.",
)
@as_json
def _quarantine(books: Books, witness: Path, by: str, more: int, json_: bool) -> None:
    """
    Set codes aside that may have been delivered already.

    After a backup was restored: which codes were delivered since is not known to the database, but
    they were the first in the queue of each pool. So many as the witness saw drawn go to nobody.
    """
    from quanyi.adapters.cli.output import print_json
    from quanyi.adapters.wiring import guarded, wire

    engine = open_engine(books)
    try:
        store = open_store(engine, books)
        mall = wire(kept_project(store), store, clock=guarded(store), witness=witness)
        answers = [receipt.answer for receipt in mall.desk.quarantine_codes(by=by, more=more)]
    finally:
        engine.dispose()
    if json_:
        print_json({"pools": answers})
        return
    for answer in answers:
        short = f", {answer['short']} of them promised to deals that wait" if answer["short"] else ""
        click.echo(f"{answer['pool']}: {answer['quarantined']} set aside{short}")
    click.echo("the witness begins anew from here")
