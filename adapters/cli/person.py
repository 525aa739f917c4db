"""`quanyi person`: what the books keep of one person, and how they forget who it is."""

from __future__ import annotations

import click

from quanyi.adapters.cli.options import Books, database, kept_project, open_engine, open_store

__all__ = ["person"]

_COPY, _ERASE = "people.copy", "person.erase"
"""What the console calls the same acts."""


@click.group()
def person() -> None:
    """Say what the books keep of a person, or erase them."""


@person.command("export")
@click.argument("user")
@database
@click.option("--by", required=True, metavar="NAME", help="Who asks for it; the books keep it.")
@click.option("--why", required=True, metavar="TEXT", help="Why; the books keep it.")
def _export(user: str, books: Books, by: str, why: str) -> None:
    """
    Print everything that the books keep of a person, as JSON.

    USER is the host's id. The copy is noted as an act that concerns the person, before it is handed out.
    """
    from quanyi.adapters.cli.output import print_json
    from quanyi.adapters.ids import RandomIds
    from quanyi.adapters.wiring import guarded, wire

    engine = open_engine(books)
    try:
        store = open_store(engine, books)
        desk = wire(kept_project(store), store, clock=guarded(store)).desk
        found, act = desk.person_data(user), RandomIds().new()
        desk.note_act(act, _COPY, "begun", by=by, reason=why, user=user)
        desk.note_act(act, _COPY, "done", by=by)
    finally:
        engine.dispose()
    print_json(found)


@person.command("erase")
@click.argument("user")
@database
@click.option("--by", required=True, metavar="NAME", help="Who does it; the books keep it.")
@click.option("--why", required=True, metavar="TEXT", help="Why; the books keep it, so it names nobody.")
@click.option("--drop-events", is_flag=True, help="Drop events about them that no sink has taken.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def _erase(user: str, books: Books, by: str, why: str, **said: bool) -> None:
    """
    Erase a person, and print what was done and where their id is still read, as JSON.

    USER is the host's id. The books stay whole. It can't be undone.
    """
    from quanyi.adapters.cli.output import print_json
    from quanyi.adapters.wiring import guarded, wire

    if not said["yes"]:
        click.confirm("erase this person for good?", abort=True)
    engine = open_engine(books)
    try:
        store = open_store(engine, books)
        desk = wire(kept_project(store), store, clock=guarded(store)).desk
        done = desk.erase(user, by=by, reason=why, drop_events=said["drop_events"])
    finally:
        engine.dispose()
    print_json(done.to_dict())
