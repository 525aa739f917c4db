"""`quanyi fake-supplier`: be a supplier that sells and misbehaves, for development and tests."""

from __future__ import annotations

from pathlib import Path

import click

from quanyi.adapters.cli.group import Trouble

__all__ = ["fake_supplier"]


@click.command()
@click.option(
    "--port", default=8799, show_default=True, type=click.IntRange(0, 65535), help="0 takes one that is free."
)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option(
    "--secret",
    envvar="FAKE_SUPPLIER_SECRET",
    default="fake-supplier",
    help="What signs both ways; else FAKE_SUPPLIER_SECRET, else fake-supplier.",
)
@click.option(
    "--file",
    "file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Keep purchases in this SQLite file, so that they survive a kill; else in memory.",
)
@click.option("--callback", metavar="URL", help="Where call-backs go; else nowhere, or as it was set before.")
@click.option("--seed", metavar="TEXT", help="What chance is made of; the same seed meets the same requests.")
def fake_supplier(port: int, host: str, secret: str, file: Path | None, callback: str | None, seed: str | None) -> None:
    """
    Be a supplier that sells and misbehaves, for development and tests.

    It sells nothing real, and goes on until it is stopped. Its page shows the switches; POST /switches with JSON sets them. It has no sign-in: let it listen where only you are.
    """
    try:
        from quanyi.adapters.suppliers.fake.server import Fake
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] not in ("flask", "werkzeug"):
            raise
        raise Trouble("the fake supplier needs Flask, which is not installed", "pip install 'quanyi[flask]'") from None
    try:
        fake = Fake(secret, host=host, port=port, file=file)
    except OSError as no:
        raise Trouble(f"can't listen at {host}:{port}: {no.strerror or no}", "choose another --port") from None
    fake.set({name: value for name, value in (("callback", callback), ("seed", seed)) if value is not None})
    click.echo(f"fake supplier: {fake.url}   stop with Ctrl+C")
    try:
        fake.serve()
    except KeyboardInterrupt:
        click.echo("stopped", err=True)
    finally:
        fake.close()
