"""
What commands print: tables for people, JSON for programs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from unicodedata import east_asian_width

import attrs
import click

from quanyi.campaigns.said import said
from quanyi.entitlements.amounts import Amount

__all__ = ["print_json", "print_table", "table"]


def print_json(value: Any) -> None:
    """One JSON document; amounts are decimal text, instants ISO."""
    click.echo(json.dumps(value, default=_plain, ensure_ascii=False, indent=2))


def print_table(titles: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Rows under titles, columns lined up; Chinese counts as two columns wide."""
    for line in table(titles, rows):
        click.echo(line)


def table(titles: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[str]:
    """
    Lines of a table.

    >>> table(["unit", "n"], [["积分", 3], ["credit", 20]])
    ['unit     n', '积分     3', 'credit  20']
    """
    cells = [list(titles), *([said(cell) for cell in row] for row in rows)]
    sides = [">" if rows and all(isinstance(row[n], int) for row in rows) else "<" for n in range(len(titles))]
    widths = [max(_width(row[n]) for row in cells) for n in range(len(titles))]
    return ["  ".join(map(_padded, row, widths, sides)).rstrip() for row in cells]


def _padded(cell: str, width: int, side: str) -> str:
    space = " " * (width - _width(cell))
    return f"{space}{cell}" if side == ">" else f"{cell}{space}"


def _width(text: str) -> int:
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    return str(value) if isinstance(value, Amount) or not attrs.has(type(value)) else attrs.asdict(value)
