"""`quanyi schema`: the JSON Schema of the files."""

from __future__ import annotations

import click

from quanyi.adapters.cli.options import known_kinds

__all__ = ["schema"]


@click.command()
def schema() -> None:
    """
    Print the JSON Schema of the files.

    For editors: put it beside the project and begin each file with
    `# yaml-language-server: $schema=../quanyi.schema.json`.
    """
    from quanyi.campaigns.project.publish import json_schema

    click.echo(json_schema(known_kinds()))
