"""
Exports: a table as a file, CSV or XLSX, with cells that no spreadsheet takes for a formula.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from io import BytesIO, StringIO

from flask import Response

from quanyi.adapters.console.tables import Cell, Table
from quanyi.adapters.figures.tables import harmless, in_csv

__all__ = ["FORMATS", "MOST_ROWS", "exported"]

FORMATS = ("csv", "xlsx")
MOST_ROWS = 100_000
"""How many rows one file has at most."""

_MIMETYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def exported(table: Table, rows: Iterable[Sequence[Cell]], format_: str) -> Response:
    """*rows* of *table* as a file: `MOST_ROWS` of them at most."""
    lines: list[Sequence[str | int]] = [[column.title for column in table.columns], *_lines(rows)]
    body = _csv(lines) if format_ == "csv" else _xlsx(lines, table)
    response = Response(body, content_type=_MIMETYPES[format_])
    response.headers["Content-Disposition"] = f"attachment; filename={table.name}.{format_}"
    return response


def _lines(rows: Iterable[Sequence[Cell]]) -> Iterator[list[str | int]]:
    for place, row in enumerate(rows):
        if place >= MOST_ROWS:
            return
        yield [_value(cell) for cell in row]


def _value(cell: Cell) -> str | int:
    """Numbers stay numbers, below zero too: they are no text that a formula could hide in."""
    raw = cell.text if cell.raw is None else cell.raw
    if isinstance(raw, int):
        return raw
    return harmless(raw.isoformat() if isinstance(raw, datetime) else raw)


def _csv(lines: Iterable[Sequence[str | int]]) -> bytes:
    """With a mark by which spreadsheets know that it is UTF-8."""
    text = StringIO()
    csv.writer(text).writerows([in_csv(cell) if isinstance(cell, str) else cell for cell in line] for line in lines)
    return text.getvalue().encode("utf-8-sig")


def _xlsx(lines: Iterable[Sequence[str | int]], table: Table) -> bytes:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet(table.name[:31])
    for line in lines:
        cells = [WriteOnlyCell(sheet, value=value) for value in line]
        for cell in cells:
            if isinstance(cell.value, str):
                cell.data_type = "s"  # text, whatever it begins with
        sheet.append(cells)
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()
