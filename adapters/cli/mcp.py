"""`quanyi mcp`: tools for an assistant that helps to write campaigns."""

from __future__ import annotations

import os
from pathlib import Path

import click

from quanyi.adapters.cli.group import Trouble
from quanyi.adapters.cli.options import Books, database_if_any, folder

__all__ = ["mcp"]


@click.command()
@folder
@database_if_any
def mcp(folder: Path, books: Books) -> None:
    """
    Answer an assistant that helps to write campaigns.

    It speaks the Model Context Protocol on standard input and output. Its tools validate, show, plan, explain, backtest and read figures. They write nothing, and read no file outside DIR.
    """
    try:
        from quanyi.adapters.mcp import mcp_server
    except ModuleNotFoundError as error:
        raise Trouble(f"{error.name} is not installed", "pip install 'quanyi[mcp]'") from error

    said = {"--mall": books.mall, "--prefix": books.prefix, "--schema": books.schema}
    options = tuple(f"{name}={value}" for name, value in said.items() if value is not None)
    mcp_server(folder, books.url or os.environ.get("QUANYI_DB"), books=options).run("stdio")
