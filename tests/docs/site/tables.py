"""Tables that scroll by themselves where they are wide, and whose rows stand as small lists on a phone."""

from __future__ import annotations

import re

__all__ = ["told"]

_TABLE = re.compile(r"<table>.*?</table>", re.DOTALL)
_ROW = re.compile(r"<tr( [^>]*)?>.*?</tr>", re.DOTALL)
_CELL = re.compile(r"<(t[dh])( [^>]*)?>(.*?)</\1>", re.DOTALL)
_TAGS = re.compile(r"<[^>]+>")


def told(html: str) -> str:
    """A page's HTML with each cell knowing its column's head, and a frame around each table."""
    return _TABLE.sub(lambda table: f'<div class="wide">{_table(table.group())}</div>', html)


def _table(html: str) -> str:
    first = _ROW.search(html)
    heads = [_TAGS.sub("", cell[2]).strip() for cell in _CELL.findall(first.group())] if first else []
    body = _ROW.sub(lambda row: _row(row.group(), heads), html)
    return body.replace("<table>", '<table role="table">', 1)


def _row(html: str, heads: list[str]) -> str:
    labels = iter(heads)

    def cell(found: re.Match[str]) -> str:
        tag, more, inside = found.groups()
        head = next(labels, "")
        if tag == "th" and inside:
            return f'<th role="columnheader"{more or ""}>{inside}</th>'
        label = f' data-head="{head}"' if head and tag == "td" else ""
        return f'<td role="cell"{label}{more or ""}>{inside}</td>'  # a head without words is no head

    return _CELL.sub(cell, html).replace("<tr", '<tr role="row"', 1)
