"""`quanyi work`: book what is due and hand events on, until it is stopped."""

from __future__ import annotations

import logging
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from quanyi.adapters.cli.group import Trouble
from quanyi.adapters.cli.options import Books, as_json, database_if_any, known_kinds, open_engine, vault_if_any
from quanyi.adapters.sinks import WEBHOOKS

if TYPE_CHECKING:
    from quanyi.adapters.wiring import OpenMall
    from quanyi.adapters.worker import Worker

__all__ = ["work"]

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command()
@click.argument("folder", metavar="[DIR]", type=_FOLDER, required=False)
@database_if_any
@click.option("--tell", metavar="MODULE:CALLABLE", help="What takes an event; without it they stay in the outbox.")
@click.option("--app", metavar="MODULE:NAME", help="A worker that your program makes, in place of DIR and --db.")
@click.option(
    "--every", metavar="SECONDS", type=click.FloatRange(0.05, 3600), help="How often to look; 1 unless given."
)
@click.option("--loopback", is_flag=True, help="Let webhooks and suppliers be on this machine itself, for development.")
@click.option("--once", is_flag=True, help="Do what there is to do now, and end.")
@as_json
def work(
    folder: Path | None,
    books: Books,
    tell: str | None,
    app: str | None,
    every: float | None,
    loopback: bool,
    once: bool,
    json_: bool,
) -> None:
    """
    Book what is due and hand events on, until it is stopped.

    Webhooks are sent as well, and what operators asked to be tried is run: stories, and the recording that QUANYI_RECORDING names. Any number of these may run over one database. SIGTERM and SIGINT let it finish what it has in hand, and end with 0; a second
    one ends it at once.
    """
    _speak()
    with _worker(folder, books, tell, app, every, loopback=loopback) as worker:
        if once:
            _say(worker.catch_up(), json_=json_)
            return
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, _ends(worker))
        worker.run()


def _ends(worker: Worker) -> Callable[[int, Any], None]:
    """What a signal does: it stops the worker. A second one has its usual effect."""

    def end(number: int, _frame: Any) -> None:
        signal.signal(number, signal.SIG_DFL)
        worker.stop()

    return end


@contextmanager
def _worker(
    folder: Path | None, books: Books, tell: str | None, app: str | None, every: float | None, *, loopback: bool
) -> Iterator[Worker]:
    """The worker of a program, or one for a project in a database."""
    if app is not None:
        if books != Books() or loopback or not (folder is None and tell is None and every is None):
            raise click.UsageError("--app names a worker that is made already: leave out everything that makes one")
        yield _made(app)
        return
    url = books.url or os.environ.get("QUANYI_DB")
    if folder is None or not url:
        raise click.UsageError("name a project and its database: DIR --db URL; or a worker of your program: --app")
    from quanyi.adapters.webhooks.job import WebhookOptions
    from quanyi.adapters.worker import Pauses

    take = None if tell is None else _named("--tell", tell)
    pauses = Pauses() if every is None else Pauses(every=every)
    books = Books(url=url, mall=books.mall, prefix=books.prefix, schema=books.schema)
    with _mall(folder, books, loopback=loopback) as mall:
        if take is None:
            click.echo("no --tell: events stay in the outbox", err=True)
        yield mall.worker(take, pauses=pauses, webhooks=WebhookOptions(loopback=loopback))


@contextmanager
def _mall(folder: Path, books: Books, *, loopback: bool) -> Iterator[OpenMall]:
    """The mall of a project with its suppliers, checked to have tables, and no sinks that only its program knows."""
    from quanyi.adapters.suppliers.exchange import Reach
    from quanyi.adapters.suppliers.opening import open_suppliers
    from quanyi.adapters.wiring import open_mall

    engine = open_engine(books)
    try:
        options: dict[str, Any] = {"vault": vault_if_any(), "recording": os.environ.get("QUANYI_RECORDING") or None}
        options |= {"sinks": {WEBHOOKS: ["*"]}, **books.tables}
        options |= {"suppliers": open_suppliers(folder, reach=Reach(loopback=loopback))}
        mall = open_mall(folder, engine, mall=books.mall, kinds=known_kinds(), **options)
        _refuse_unknown_sinks(mall)
        yield mall
    finally:
        engine.dispose()


def _refuse_unknown_sinks(mall: OpenMall) -> None:
    """Trouble where events wait for a sink that is not declared here: what is booked here would not reach it."""
    from quanyi.adapters.sql.endpoints import SqlEndpoints
    from quanyi.adapters.sql.outbox import sinks_in

    store: Any = mall.ports.store
    known = {*store.sinks.takes, *(endpoint.sink for endpoint in SqlEndpoints(store).all())}
    unknown = sorted(sinks_in(store) - known)
    if unknown:
        raise Trouble(
            f"events wait for {', '.join(unknown)}, which your program declares and DIR does not",
            "let the worker be made where the mall is opened with its sinks: quanyi work --app MODULE:NAME",
        )


def _made(place: str) -> Worker:
    """A worker by its place, or what a function there returns."""
    from quanyi.adapters.worker import Worker

    found = _loaded("--app", place)
    worker = found if isinstance(found, Worker) or not callable(found) else found()
    if not isinstance(worker, Worker):
        raise Trouble(
            f"--app: {place} is no worker, and no function that makes one", "name what mall.worker(…) returned"
        )
    return worker


def _named(option: str, place: str) -> Callable[[Any], object]:
    found = _loaded(option, place)
    if not callable(found):
        raise Trouble(f"{option}: {place} can't be called")
    call: Callable[[Any], object] = found
    return call


def _loaded(option: str, place: str) -> Any:
    """What stands at ``module:name``, a name with dots too; the working folder is looked in first."""
    module, _, name = place.partition(":")
    if not module or not name:
        raise click.UsageError(f"{option}: write MODULE:NAME, as in shop.jobs:tell")
    if "" not in sys.path:
        sys.path.insert(0, "")
    try:
        found = import_module(module)
        for part in name.split("."):
            found = getattr(found, part)
    except Exception as error:
        raise Trouble(f"{option}: {place} can't be loaded: {type(error).__name__}: {error}") from error
    return found


def _speak() -> None:
    """Write what happens to the error output, unless the program that is loaded sets logging up itself."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")


def _say(done: dict[str, int], *, json_: bool) -> None:
    from quanyi.adapters.cli.output import print_json

    print_json({"done": done}) if json_ else click.echo("\n".join(f"{job} {count}" for job, count in done.items()))
