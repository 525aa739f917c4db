"""`quanyi outbox`: events that wait, and those that no receiver took."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

import attrs
import click

from quanyi.adapters.cli.group import FOUND
from quanyi.adapters.cli.options import Books, as_json, database, instant_of, open_engine, open_store

if TYPE_CHECKING:
    from quanyi.adapters.sql.parked import Parked, ParkedEvents

__all__ = ["outbox"]

_PAGE = 1_000


def _chosen(command: Callable[..., Any]) -> Callable[..., Any]:
    """Which parked events."""
    options = (
        click.option("--sink", metavar="NAME", help="Those that this sink did not take."),
        click.option("--type", "type_", metavar="TYPE", help="Those of one type: campaign.failed."),
        click.option("--since", metavar="INSTANT", help="Parked then or later; UTC unless it has an offset."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def _signed(command: Callable[..., Any]) -> Callable[..., Any]:
    """Which numbers, who asks, and why."""
    options = (
        click.argument("numbers", nargs=-1, type=click.IntRange(min=1), metavar="[NUMBER]..."),
        click.option("--all", "all_", is_flag=True, help="All that the options choose, in place of numbers."),
        click.option("--by", required=True, metavar="NAME", help="Who asks for it; the journal keeps it."),
        click.option("--why", default="", metavar="TEXT", help="Why; the journal keeps it."),
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.group()
def outbox() -> None:
    """Look after events that wait, and those that no receiver took."""


@outbox.command("list")
@database
@_chosen
@click.option("--after", default=0, show_default=True, metavar="NUMBER", help="Those with higher numbers.")
@click.option("--limit", default=100, show_default=True, type=click.IntRange(1, 1000), help="How many at most.")
@as_json
@click.pass_context
def _list(
    ctx: click.Context,
    books: Books,
    sink: str | None,
    type_: str | None,
    since: str | None,
    after: int,
    limit: int,
    json_: bool,
) -> None:
    """List parked events, oldest first; the exit code is 1 where there are any."""
    from quanyi.adapters.cli.output import print_json, print_table

    with _parked(books) as parked:
        found = parked.list(sink=sink, type_=type_, since=_since(since), after=after, limit=limit)
    if json_:
        print_json({"parked": [_plain(event) for event in found]})
    else:
        titles = ["number", "sink", "type", "about", "tries", "parked"]
        print_table(titles, [_row(event) for event in found])
        click.echo(f"{len(found)} parked" + (f", and more after {found[-1].number}" if len(found) == limit else ""))
    ctx.exit(FOUND if found else 0)


@outbox.command("waiting")
@database
@click.option("--longest", metavar="SECONDS", type=click.FloatRange(0), help="End with 1 if one has waited longer.")
@as_json
@click.pass_context
def _waiting(ctx: click.Context, books: Books, longest: float | None, json_: bool) -> None:
    """Count, for each sink, the events that wait, for how long the oldest of them has, and the parked ones."""
    from quanyi.adapters.cli.output import print_json, print_table
    from quanyi.adapters.sql.backlog import backlog
    from quanyi.adapters.wiring import guarded

    engine = open_engine(books)
    store = open_store(engine, books)
    found, now = backlog(store), guarded(store).now()
    engine.dispose()
    seconds = [0 if sink.oldest is None else max(0, round((now - sink.oldest).total_seconds())) for sink in found]
    if json_:
        print_json({"sinks": [{**attrs.asdict(s), "seconds": n} for s, n in zip(found, seconds, strict=True)]})
    else:
        titles = ["sink", "waiting", "seconds", "parked"]
        print_table(titles, [(s.sink, s.waiting, n, s.parked) for s, n in zip(found, seconds, strict=True)])
    ctx.exit(FOUND if longest is not None and max(seconds) > longest else 0)


@outbox.command("requeue")
@database
@_chosen
@_signed
@as_json
def _requeue(books: Books, json_: bool, **asked: Any) -> None:
    """Send parked events again, as if they had never been tried."""
    with _parked(books) as parked:
        _done("requeued", _each(parked, parked.requeue, **asked), json_=json_)


@outbox.command("drop")
@database
@_chosen
@_signed
@as_json
def _drop(books: Books, json_: bool, **asked: Any) -> None:
    """Give parked events up: nobody will be told. The journal keeps which they were."""
    with _parked(books) as parked:
        _done("dropped", _each(parked, parked.drop, **asked), json_=json_)


def _each(
    parked: ParkedEvents,
    act: Callable[..., int],
    *,
    numbers: Sequence[int],
    all_: bool,
    by: str,
    why: str,
    **chosen: str | None,
) -> int:
    """Do it to the numbers that were given, or page by page to all that the options choose."""
    if bool(numbers) == all_ or (numbers and any(chosen.values())):
        raise click.UsageError("name numbers, or say --all, with --sink, --type or --since for some of them")
    if numbers:
        return act(numbers, by=by, why=why)
    asked: dict[str, Any] = {**chosen, "since": _since(chosen["since"])}
    after, done = 0, 0
    while page := parked.list(**asked, after=after, limit=_PAGE):
        after = page[-1].number
        done += act([event.number for event in page], by=by, why=why)
    return done


@contextmanager
def _parked(books: Books) -> Iterator[ParkedEvents]:
    from quanyi.adapters.clock import SystemClock
    from quanyi.adapters.sql.parked import ParkedEvents

    engine = open_engine(books)
    try:
        yield ParkedEvents(open_store(engine, books), SystemClock())
    finally:
        engine.dispose()


def _since(text: str | None) -> datetime | None:
    return None if text is None else instant_of("--since", text, "UTC")


def _done(what: str, count: int, *, json_: bool) -> None:
    from quanyi.adapters.cli.output import print_json

    print_json({what: count}) if json_ else click.echo(f"{what} {count}")


def _row(parked: Parked) -> tuple[Any, ...]:
    event = parked.event
    return parked.number, parked.sink, event.type, event.subject or "-", parked.attempts, parked.parked_at.isoformat()


def _plain(parked: Parked) -> dict[str, Any]:
    return {**attrs.asdict(parked, recurse=False), "event": parked.event.plain()}
