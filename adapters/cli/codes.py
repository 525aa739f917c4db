"""`quanyi codes`: the care of card codes."""

from __future__ import annotations

from pathlib import Path

import click

from quanyi.adapters.cli.options import Books, as_json, database, kept_project, open_engine, open_store

__all__ = ["codes"]

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def codes() -> None:
    """Look after card codes."""


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
