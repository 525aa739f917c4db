"""`quanyi webhooks`: addresses that events are sent to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from quanyi.adapters.cli.group import Trouble
from quanyi.adapters.cli.options import Books, as_json, database, open_engine, open_store, vault_if_any

if TYPE_CHECKING:
    from quanyi.adapters.sql.endpoints import SqlEndpoints
    from quanyi.adapters.vault import SealingVault
    from quanyi.adapters.webhooks.endpoints import NewSecret

__all__ = ["webhooks"]


@click.group()
def webhooks() -> None:
    """Look after addresses that events are sent to."""


@webhooks.command("add")
@click.argument("url")
@database
@click.option(
    "--type", "types", multiple=True, metavar="TYPE", help="deal.paid, or deal.*; several times. All unless given."
)
@click.option("--loopback", is_flag=True, help="It is this machine itself, for development.")
@as_json
def _add(url: str, books: Books, types: tuple[str, ...], loopback: bool, json_: bool) -> None:
    """Send events to URL from now on, and print the secret that signs them: it is told this once."""
    from quanyi.adapters.webhooks.endpoints import add_endpoint

    vault = _vault()
    with _endpoints(books) as (endpoints, now):
        new = add_endpoint(endpoints, vault, url, types or ("*",), now=now, loopback=loopback)
    _print_new(new, json_=json_)
    click.echo("programs that book must open the mall with sinks={'webhooks': ['*']}, and a worker must run", err=True)


@webhooks.command("list")
@database
@as_json
def _list(books: Books, json_: bool) -> None:
    """List endpoints. Nobody can list their secrets."""
    from quanyi.adapters.cli.output import print_json

    with _endpoints(books) as (endpoints, now):
        found = endpoints.all()
    if json_:
        print_json({"endpoints": [{**each.to_dict(), "sink": each.sink} for each in found]})
        return
    for each in found:
        ends = [secret.ends_at for secret in each.secrets if secret.ends_at is not None and secret.ends_at > now]
        two = f"  an old secret ends {max(ends).isoformat()}" if ends else ""
        click.echo(f"{each.id}  {each.url}  {' '.join(each.types)}{two}")


@webhooks.command("rotate")
@click.argument("endpoint")
@database
@click.option(
    "--hours",
    default=24,
    show_default=True,
    type=click.IntRange(0, 24 * 365),
    help="How long the old secret signs too.",
)
@as_json
def _rotate(endpoint: str, books: Books, hours: int, json_: bool) -> None:
    """Make a new secret for an endpoint, and print it. Until the old one ends, messages have both signatures."""
    from quanyi.adapters.webhooks.endpoints import rotate_secret

    vault = _vault()
    with _endpoints(books) as (endpoints, now):
        _print_new(rotate_secret(endpoints, vault, endpoint, now=now, overlap=timedelta(hours=hours)), json_=json_)


@webhooks.command("remove")
@click.argument("endpoint")
@database
def _remove(endpoint: str, books: Books) -> None:
    """Send nothing more to an endpoint. What waits for it is dropped."""
    with _endpoints(books) as (endpoints, _):
        dropped = endpoints.remove(endpoint)
    click.echo(f"{endpoint} is removed, and {dropped} events that waited for it")


def _print_new(new: NewSecret, *, json_: bool) -> None:
    from quanyi.adapters.cli.output import print_json

    if json_:
        print_json({"endpoint": new.endpoint.to_dict(), "secret": new.secret})
        return
    click.echo(new.secret)
    click.echo(f"endpoint {new.endpoint.id}: give its owner the secret now, it is told this once", err=True)


def _vault() -> SealingVault:
    vault = vault_if_any()
    if vault is None:
        raise Trouble("secrets are sealed under the vault's keys, and QUANYI_KEYS is not set", "see KeyRing.fresh")
    return vault


@contextmanager
def _endpoints(books: Books) -> Iterator[tuple[SqlEndpoints, datetime]]:
    """The mall's endpoints, and the mall's present instant."""
    from quanyi.adapters.sql.endpoints import SqlEndpoints
    from quanyi.adapters.wiring import guarded

    engine = open_engine(books)
    try:
        store: Any = open_store(engine, books)
        yield SqlEndpoints(store), guarded(store).now()
    finally:
        engine.dispose()
