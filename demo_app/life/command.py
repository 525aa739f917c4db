"""
The command ``quanyi demo life``.
"""

from __future__ import annotations

import random  # noqa: TID251  (a seeded life, no decision of the mall)
from pathlib import Path

import click

from quanyi.demo_app.life import live

__all__ = ["life"]


@click.command("life")
@click.option("--seed", default=7, show_default=True, help="The same seed tells the same life.")
@click.option("--events", default=28_000, show_default=True, type=click.IntRange(1), help="At least so many lines.")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The file to write.")
def life(seed: int, events: int, out: Path) -> None:
    """Make up months of the community's life, as a recording for `quanyi run`."""
    count = 0
    with out.open("w", encoding="utf-8") as file:
        for line in live(random.Random(seed), events):  # noqa: S311  (made-up lives, no secrets)
            file.write(line + "\n")
            count += 1
    click.echo(f"{count} lines in {out}")
