"""
Spreadsheets as somebody uploads them: rows of texts, read one after the other, and refused where they unpack to far too much.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, BinaryIO
from zipfile import ZipFile

__all__ = ["XLSX", "UnreadableTableError", "cell_text", "sheet_rows"]

XLSX = b"PK\x03\x04"
"""What an XLSX file begins with."""

_CELLS = ("xl/worksheets/", "xl/sharedStrings")
_LARGEST_PART = 1_000_000
"""The most bytes of a part that has no cells, such as styles, when it is unpacked."""


class UnreadableTableError(Exception):
    """A file that is no sheet, or unpacks to far more than it may."""


def sheet_rows(
    file: BinaryIO, *, largest: int, columns: int, cell: Callable[[Any], str] | None = None
) -> Iterator[list[str]]:
    """
    The rows of the first sheet, each as the texts of its first cells.

    Args:
        largest: The most bytes that everything with cells may unpack to.
        columns: How many cells of a row are read.
        cell: Writes the value of a cell as text; `cell_text` unless given.

    Raises:
        UnreadableTableError: It is no sheet, or one that unpacks to more.
    """
    from openpyxl import load_workbook

    write = cell or cell_text
    try:
        _check_size(file, largest)
        sheet = load_workbook(file, read_only=True, data_only=True).active
        rows: Any = sheet.iter_rows(values_only=True, max_col=columns) if sheet is not None else ()
        for row in rows:
            yield [write(value) for value in row]
    except Exception as no:  # whatever a library meets in somebody's file
        raise UnreadableTableError(str(no)) from no


def _check_size(file: BinaryIO, largest: int) -> None:
    """A sheet needs many times its text in memory, and a small file may be a very large one."""
    parts = ZipFile(file).infolist()
    file.seek(0)
    cells = sum(part.file_size for part in parts if part.filename.startswith(_CELLS))
    other = max((part.file_size for part in parts if not part.filename.startswith(_CELLS)), default=0)
    if cells > largest or other > _LARGEST_PART:
        raise UnreadableTableError(f"{cells} bytes of cells, and {other} of something else")


def cell_text(value: Any) -> str:
    """What somebody sees in a cell: an instant without seconds, a number without what binary makes of it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(" ", timespec="minutes")
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value)
