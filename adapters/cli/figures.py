"""`quanyi figures`: what the books come to, by day, campaign, thing, brand, hour or channel; and counting them again."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from quanyi.adapters.cli.group import FOUND
from quanyi.adapters.cli.options import Books, as_json, database, folder, known_kinds, open_engine

if TYPE_CHECKING:
    from quanyi.adapters.wiring import OpenMall
    from quanyi.campaigns.figures.figures import Figures

__all__ = ["figures"]

_DAY = click.DateTime(["%Y-%m-%d"])


class _Shown(click.Group):
    """A group whose first command needs no name: ``quanyi figures DIR``."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in ctx.help_option_names:
            args.insert(0, "show")
        return super().parse_args(ctx, args)


@click.group(cls=_Shown)
def figures() -> None:
    """
    Say what the books come to, and count them again.

    `quanyi figures DIR --db URL` says it, `quanyi figures rebuild DIR --db URL` counts again.
    """


@figures.command("show")
@folder
@database
@click.option("--campaign", metavar="NAME", help="Only of this campaign.")
@click.option("--item", metavar="NAME", help="Only of this thing.")
@click.option("--brand", metavar="NAME", help="Only of the things of this brand.")
@click.option("--from", "first", type=_DAY, metavar="DAY", help="The first day; 27 before the last unless given.")
@click.option("--to", "last", type=_DAY, metavar="DAY", help="The last day; today unless given.")
@click.option(
    "--by", default="day", show_default=True, metavar="WHAT", help="day, hour, campaign, item, brand, channel…"
)
@click.option("--csv", "csv_", is_flag=True, help="Print CSV with all figures.")
@as_json
def _show(  # noqa: PLR0913, PLR0917  (one for each option)
    folder: Path,
    books: Books,
    campaign: str | None,
    item: str | None,
    brand: str | None,
    first: datetime | None,
    last: datetime | None,
    by: str,
    csv_: bool,
    json_: bool,
) -> None:
    """Say what the books come to."""
    from quanyi.adapters.cli.output import print_json
    from quanyi.adapters.figures.asking import known_brand

    with _mall(folder, books) as mall:
        if brand is not None:
            known_brand(brand, mall.ports.project.brand_names)
        asked: dict[str, Any] = {"campaign": campaign, "item": item, "brand": brand}
        found = mall.figures(by=by, first=_day(first), last=_day(last), **asked)
    if csv_:
        from quanyi.adapters.figures.tables import write_csv

        write_csv(found, sys.stdout)
    elif json_:
        print_json(found.to_dict())
    else:
        _print(found)


@figures.command("rebuild")
@folder
@database
@click.option("--check", is_flag=True, help="Only compare; the exit code is 1 where a sum differs.")
@as_json
@click.pass_context
def _rebuild(ctx: click.Context, folder: Path, books: Books, check: bool, json_: bool) -> None:
    """Count the whole journal again, and put that in the place of the sums."""
    import attrs

    from quanyi.adapters.cli.output import print_json
    from quanyi.adapters.figures.reading import in_database

    with _mall(folder, books) as mall:
        done = in_database(mall.ports, mall.ports.store).rebuild(keep=not check)
    if json_:
        print_json(attrs.asdict(done))
    else:
        click.echo(f"{done.changes} changes come to {done.sums} sums; {done.differing} stood otherwise")
    ctx.exit(FOUND if check and done.differing else 0)


@contextmanager
def _mall(folder: Path, books: Books) -> Iterator[OpenMall]:
    """The mall of a project in its database."""
    from quanyi.adapters.wiring import open_mall

    engine = open_engine(books)
    try:
        yield open_mall(folder, engine, mall=books.mall, kinds=known_kinds(), **books.tables)
    finally:
        engine.dispose()


def _day(given: datetime | None) -> date | None:
    return None if given is None else given.date()


def _print(found: Figures) -> None:
    """The figures that a campaign is judged by, a row for each key that has any, and the total."""
    from quanyi.adapters.cli.output import print_table
    from quanyi.adapters.figures.tables import SHORT, cells, titles

    rows = [row for row in found.rows if any(cells(row, SHORT)[1:])]
    print_table([found.by or "", *titles(SHORT)], [cells(row, SHORT) for row in (*rows, found.total)])
    when = "nothing is counted yet" if found.counted_to is None else f"counted to {found.counted_to.isoformat()}"
    behind = "; behind by more than a minute: does quanyi work run?" if found.late else ""
    click.echo(f"{found.first} to {found.last} in {found.zone}, {when}{behind}")
