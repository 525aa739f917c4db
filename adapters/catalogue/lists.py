"""
Lists of things as operators paste or upload them: one thing a line, with its price, stock and times; CSV or XLSX.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from io import BytesIO, StringIO
from itertools import islice
from typing import Any
from zipfile import ZipFile

import attrs

__all__ = ["COLUMNS", "ListedThing", "UnreadableListError", "text_of", "things_in"]

COLUMNS = ("thing", "price", "stock", "from", "to")
"""The columns, in the order in which they stand without titles."""

_TITLES: Mapping[str, str] = {
    "thing": "thing", "sku": "thing", "item": "thing", "权益": "thing", "商品": "thing",
    "price": "price", "价格": "price", "售价": "price",
    "stock": "stock", "quota": "stock", "库存": "stock", "配额": "stock",
    "from": "from", "on sale from": "from", "开售": "from", "上架时间": "from",
    "to": "to", "until": "to", "on sale until": "to", "停售": "to", "下架时间": "to",
}  # fmt: skip
_CELLS = ("xl/worksheets/", "xl/sharedStrings")
_LARGEST_CELLS, _LARGEST_PART = 10_000_000, 1_000_000
"""Bytes unpacked: of everything with cells together, four times what 10,000 things need; and of each part besides, such as styles."""
_LONGEST = 80
_XLSX = b"PK\x03\x04"


class UnreadableListError(Exception):
    """A file that is neither text nor a sheet, or unpacks to far more than a list of things."""


@attrs.frozen(kw_only=True)
class ListedThing:
    """
    One line; what is left out stays as it is.

    Attributes:
        line: Where it stands, from 1.
        thing: ``CAMPAIGN/THING``, or the thing alone where one campaign sells it.
    """

    line: int
    thing: str
    price: str = ""
    stock: str = ""
    starts: str = ""
    ends: str = ""


def things_in(content: bytes, most: int) -> list[ListedThing]:
    r"""
    The lines of a list, *most* and one at the most; empty ones are left out.

    Titles in the first line say which column is which, and those with other titles are passed over. An apostrophe that
    keeps a spreadsheet from running a cell is no part of it.

    >>> things_in("price,thing\n5.00,shelf/tea\n'6,cake".encode(), 9)[1]
    ListedThing(line=3, thing='cake', price='6', stock='', starts='', ends='')

    Raises:
        UnreadableListError: It can't be read.
    """
    rows = _sheet(content, most + 2) if content.startswith(_XLSX) else _text(content)
    found: list[ListedThing] = []
    columns: Sequence[str] = COLUMNS
    for number, cells in enumerate(rows, 1):
        fields = [cell.strip().removeprefix("'").strip()[:_LONGEST] for cell in cells]
        if number == 1 and (titles := _titles(fields)):
            columns = titles
            continue
        if any(fields):
            found.append(_listed(number, dict(zip(columns, fields, strict=False))))
        if len(found) > most:
            break
    return found


def text_of(lines: Iterable[ListedThing]) -> str:
    """The same lines as text that `things_in` reads, with their titles."""
    text = StringIO()
    rows = ((line.thing, line.price, line.stock, line.starts, line.ends) for line in lines)
    csv.writer(text, lineterminator="\n").writerows([COLUMNS, *rows])
    return text.getvalue()


def _titles(fields: Sequence[str]) -> list[str]:
    """Which column is which; empty if the line has no titles."""
    known = [_TITLES.get(field.casefold(), "") for field in fields]
    return known if "thing" in known else []


def _listed(number: int, said: Mapping[str, str]) -> ListedThing:
    thing, price, stock, starts, ends = (said.get(column, "") for column in COLUMNS)
    return ListedThing(line=number, thing=thing, price=price, stock=stock, starts=starts, ends=ends)


def _text(content: bytes) -> Iterator[list[str]]:
    plain = content.decode("utf-8", "replace").removeprefix("\ufeff").replace("\0", "").replace("，", ",")
    first = plain.partition("\n")[0]
    mark = next((each for each in ("\t", ";", ",") if each in first), ",")
    try:
        yield from csv.reader(StringIO(plain), delimiter=mark)
    except csv.Error as no:
        raise UnreadableListError(str(no)) from no


def _sheet(content: bytes, most: int) -> Iterable[list[str]]:
    from openpyxl import load_workbook

    try:
        _check_size(content)
        sheet = load_workbook(BytesIO(content), read_only=True, data_only=True).active
        rows: Any = sheet.iter_rows(values_only=True, max_col=20) if sheet is not None else ()
        return [[_cell(value) for value in row] for row in islice(rows, most)]
    except Exception as no:  # whatever a library meets in somebody's file
        raise UnreadableListError(str(no)) from no


def _check_size(content: bytes) -> None:
    """A sheet is unpacked whole, and needs thirty times its text in memory: a small file may be a very large one."""
    parts = ZipFile(BytesIO(content)).infolist()
    cells = sum(part.file_size for part in parts if part.filename.startswith(_CELLS))
    other = max((part.file_size for part in parts if not part.filename.startswith(_CELLS)), default=0)
    if cells > _LARGEST_CELLS or other > _LARGEST_PART:
        raise UnreadableListError(f"{cells} bytes of cells, and {other} of something else")


def _cell(value: Any) -> str:
    """What somebody sees in a cell: an instant without seconds, a number without what binary makes of it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(" ", timespec="minutes")
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value)
