"""`quanyi api-keys`: keys for the HTTP API."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from quanyi.adapters.cli.options import Books, as_json, database, instant_of, kept_project, open_engine, open_store

if TYPE_CHECKING:
    from quanyi.adapters.api_keys import IssuedKey
    from quanyi.adapters.sql.api_keys import SqlApiKeys

__all__ = ["api_keys"]


@click.group("api-keys")
def api_keys() -> None:
    """Look after keys for the HTTP API."""


@api_keys.command("new")
@click.argument("name")
@database
@click.option("--scope", "scopes", multiple=True, required=True, metavar="SCOPE", help="What it may do; several times.")
@click.option("--user", metavar="ID", help="The only user that it acts for.")
@click.option("--brand", metavar="ID", help="The only brand whose figures it reads, with --scope figures:read alone.")
@click.option("--ends", metavar="INSTANT", help="When it ends by itself; UTC unless it has an offset.")
@as_json
def _new(
    name: str,
    books: Books,
    scopes: tuple[str, ...],
    user: str | None,
    brand: str | None,
    ends: str | None,
    json_: bool,
) -> None:
    """
    Make a key, and print its token, which is stored nowhere.

    NAME says what it is for: till, "Ann's phone".
    """
    from quanyi.adapters.api_keys import issue_key

    ends_at = None if ends is None else instant_of("--ends", ends, "UTC")
    with _keys(books) as (keys, now):
        brands = None if brand is None else kept_project(keys.store).brand_names
        made = issue_key(keys, name, scopes, now=now, user=user, brand=brand, brands=brands, ends_at=ends_at)
        _print_issued(made, json_=json_)


@api_keys.command("rotate")
@click.argument("key")
@database
@click.option(
    "--hours",
    default=24,
    show_default=True,
    type=click.IntRange(0, 24 * 365),
    help="How long the old one is valid still.",
)
@as_json
def _rotate(key: str, books: Books, hours: int, json_: bool) -> None:
    """Make a key in the place of another, which stays valid for a while."""
    from quanyi.adapters.api_keys import rotate_key

    with _keys(books) as (keys, now):
        _print_issued(rotate_key(keys, key, now=now, overlap=timedelta(hours=hours)), json_=json_)


@api_keys.command("revoke")
@click.argument("key")
@database
def _revoke(key: str, books: Books) -> None:
    """End a key at once."""
    from quanyi.adapters.api_keys import revoke_key

    with _keys(books) as (keys, now):
        revoke_key(keys, key, now=now)
    click.echo(f"{key} is revoked")


@api_keys.command("list")
@database
@as_json
def _list(books: Books, json_: bool) -> None:
    """List keys, those that have ended too. Nobody can list their tokens."""
    from quanyi.adapters.cli.output import print_json

    with _keys(books) as (keys, now):
        found = keys.all()
    if json_:
        print_json({"keys": [key.to_dict() for key in found]})
        return
    for key in found:
        ended = (
            "" if key.ends_at is None else f"  {'ended' if key.ends_at <= now else 'ends'} {key.ends_at.isoformat()}"
        )
        one = key.user if key.user is not None else key.brand
        whose = f"  for {one}" if one is not None else ""
        click.echo(f"{key.id}  {key.name}{whose}  {' '.join(sorted(key.scopes))}{ended}")


def _print_issued(issued: IssuedKey, *, json_: bool) -> None:
    from quanyi.adapters.cli.output import print_json

    if json_:
        print_json({"key": issued.key.to_dict(), "token": issued.token})
        return
    click.echo(issued.token)
    click.echo(f"key {issued.key.id}: keep the token now, it is told this once", err=True)


@contextmanager
def _keys(books: Books) -> Iterator[tuple[SqlApiKeys, datetime]]:
    """The mall's keys, and the mall's present instant."""
    from quanyi.adapters.sql.api_keys import SqlApiKeys
    from quanyi.adapters.wiring import guarded

    engine = open_engine(books)
    try:
        store: Any = open_store(engine, books)
        yield SqlApiKeys(store), guarded(store).now()
    finally:
        engine.dispose()
