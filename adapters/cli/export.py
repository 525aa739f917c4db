"""`quanyi export`: what happened, as Parquet files for DuckDB and its like."""

from __future__ import annotations

from pathlib import Path

import click

from quanyi.adapters.cli.options import Books, as_json, database, folder, known_kinds, open_engine

__all__ = ["export"]


@click.command()
@folder
@database
@click.option(
    "--parquet",
    "into",
    required=True,
    metavar="OUT",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder to write facts.parquet and arms.parquet to.",
)
@as_json
def export(folder: Path, books: Books, into: Path, json_: bool) -> None:
    """
    Write what happened to Parquet files.

    They have a row for each figure of each change. Nobody is named in them.
    """
    import attrs

    from quanyi.adapters.cli.output import print_json
    from quanyi.adapters.figures.export import export_parquet
    from quanyi.adapters.wiring import open_mall

    engine = open_engine(books)
    try:
        mall = open_mall(folder, engine, mall=books.mall, kinds=known_kinds(), **books.tables)
        done = export_parquet(mall.ports, into)
    finally:
        engine.dispose()
    if json_:
        print_json(attrs.asdict(done))
    else:
        click.echo(f"{done.rows} rows about {done.people} people in {into}")
