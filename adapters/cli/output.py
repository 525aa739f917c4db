"""
What commands print: tables for people, JSON for programs.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from unicodedata import east_asian_width

import attrs
import click

from quanyi.campaigns.language.findings import Finding
from quanyi.campaigns.language.formatting import said
from quanyi.entitlements.amounts import Amount

__all__ = ["print_findings", "print_json", "print_misread", "print_table", "summed_up", "table"]

_MOST_MISTAKES = 10

_WARNING = {"en": "[warning]", "zh": "[警告]"}


def print_findings(findings: Iterable[Finding], locale: str = "en", *, err: bool = False) -> None:
    """Each mistake in its line; a warning says that it is one, in the language of *locale*."""
    warning = _WARNING[locale]
    for finding in findings:
        click.echo(f"{finding}" if finding.level == "error" else f"{finding} {warning}", err=err)


def summed_up(findings: Sequence[Finding], locale: str = "en") -> str:
    """
    How many mistakes and how many warnings.

    >>> summed_up([])
    'no mistakes'
    >>> summed_up([], "zh")
    '没有问题'
    """
    if not findings:
        return "没有问题" if locale == "zh" else "no mistakes"
    errors = sum(finding.level == "error" for finding in findings)
    warnings = len(findings) - errors
    if locale == "zh":
        return f"{errors} 处错误，{warnings} 处警告"
    return f"{errors} mistake{'s' * (errors != 1)}, {warnings} warning{'s' * (warnings != 1)}"


def print_json(value: Any) -> None:
    """One JSON document; amounts are decimal text, instants ISO."""
    click.echo(json.dumps(value, default=_plain, ensure_ascii=False, indent=2))


def print_misread(misread: Mapping[str, int]) -> None:
    """The lines of a recording that could not be read, the most frequent mistakes first; nothing if there are none."""
    if not misread:
        return
    lines = sum(misread.values())
    click.echo(f"{lines} line{'s' * (lines != 1)} could not be read; nothing came of {'them' if lines > 1 else 'it'}:")
    often = sorted(misread.items(), key=lambda one: (-one[1], one[0]))
    for mistake, count in often[:_MOST_MISTAKES]:
        click.echo(f"  {mistake}{f' ({count} times)' if count > 1 else ''}")
    if len(often) > _MOST_MISTAKES:
        click.echo(f"  and {len(often) - _MOST_MISTAKES} other mistakes")
    click.echo("")


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
    return str(value) if isinstance(value, Amount) or not attrs.has(type(value)) else attrs.asdict(value, recurse=False)
