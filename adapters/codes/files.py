"""
Files of codes: CSV or XLSX, read line by line, with a header or without.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from io import TextIOWrapper
from typing import Any, BinaryIO

import attrs

from quanyi.adapters.tables_read import XLSX, UnreadableTableError, cell_text, sheet_rows
from quanyi.entitlements.errors import InputError

__all__ = ["LARGEST_FILE", "FileLine", "lines_of"]

LARGEST_FILE = 200_000_000
"""The most bytes of a file of codes, unpacked."""

_COLUMNS = 50
_LONGEST_HEADER = 10_000
_TITLES: Mapping[str, str] = {
    "code": "code", "secret": "code", "卡密": "code", "兑换码": "code",
    "channel": "channel", "渠道": "channel",
    "region": "region", "地区": "region",
    "end": "end", "ends": "end", "ends at": "end", "到期": "end", "有效期": "end",
}  # fmt: skip


@attrs.frozen
class FileLine:
    """
    One line of a file of codes, as it stands there.

    Attributes:
        line: Where, from 1.
        end: From when on the code is good for nothing, as written.
    """

    line: int
    code: str = attrs.field(repr=False)
    channel: str = ""
    region: str = ""
    end: str = ""


def lines_of(file: BinaryIO) -> Iterator[FileLine]:
    r"""
    The lines of a file, but for a header.

    A header has the title ``code`` or ``secret`` in any column and any letter case; then only the columns are read that it
    names: the code, ``channel``, ``region``, ``end``. Without one the first line is data, and the first column is read.

    >>> from io import BytesIO
    >>> [(each.line, each.code, each.region) for each in lines_of(BytesIO(b"no,SECRET,Region\n1,AB-1,CN\n2,AB-2,\n"))]
    [(2, 'AB-1', 'CN'), (3, 'AB-2', '')]

    Raises:
        InputError: It is too large, neither text in UTF-8 nor a sheet, or a sheet that unpacks to too much.
    """
    places: Mapping[str, int] = {"code": 0}
    for number, cells in _rows(file):
        if number == 1 and (titled := _titles(cells)):
            places = titled
            continue
        said = {name: cells[place] for name, place in places.items() if place < len(cells)}
        said = {name: text if name == "code" else text.strip() for name, text in said.items()}
        yield FileLine(number, **{"code": "", **said})


def _titles(cells: Sequence[str]) -> Mapping[str, int]:
    """In which place each column stands; empty if the line is no header."""
    found: dict[str, int] = {}
    for place, cell in enumerate(cells):
        name = _TITLES.get(cell.strip().strip("\ufeff").replace("_", " ").casefold(), "")
        found.setdefault(name, place)
    return {name: place for name, place in found.items() if name} if "code" in found else {}


def _rows(file: BinaryIO) -> Iterator[tuple[int, list[str]]]:
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    if size > LARGEST_FILE:
        raise InputError(f"the file has {size} bytes; at most {LARGEST_FILE} are read: part it")
    head = file.read(len(XLSX))
    file.seek(0)
    yield from _sheet(file) if head == XLSX else _text(file)


def _sheet(file: BinaryIO) -> Iterator[tuple[int, list[str]]]:
    try:
        yield from enumerate(sheet_rows(file, largest=LARGEST_FILE, columns=_COLUMNS, cell=_cell), 1)
    except UnreadableTableError as no:
        raise InputError("the sheet can't be read, or unpacks to more than may be read") from no


def _cell(value: Any) -> str:
    """A day without a clock time is a day, though a sheet keeps it as its first instant."""
    if isinstance(value, datetime) and (value.hour, value.minute, value.second) == (0, 0, 0):
        return value.date().isoformat()
    return cell_text(value)


def _text(file: BinaryIO) -> Iterator[tuple[int, list[str]]]:
    text = TextIOWrapper(file, encoding="utf-8-sig", newline="")
    line = 0
    try:
        first = text.readline(_LONGEST_HEADER)
        text.seek(0)
        mark = next((each for each in ("\t", ";", ",") if each in first), ",")
        reader = csv.reader(text, delimiter=mark)
        for cells in reader:
            begins, line = line + 1, reader.line_num
            yield begins, cells
    except UnicodeDecodeError as no:
        raise InputError(f"behind line {line} the file is no text in UTF-8") from no
    except csv.Error as no:
        raise InputError(
            f"behind line {line} there is no line of a table: a quotation mark that nothing closes?"
        ) from no
    finally:
        text.detach()
