"""
Lists of things as operators paste or upload them: one thing a line, with its price, stock and times; CSV or XLSX.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import BytesIO, StringIO
from itertools import islice

import attrs

from quanyi.adapters.tables_read import XLSX, UnreadableTableError, sheet_rows

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
_LARGEST_CELLS = 10_000_000
"""The most bytes that everything with cells unpacks to: four times what 10,000 things need."""
_LONGEST = 80


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
    rows = _sheet(content, most + 2) if content.startswith(XLSX) else _text(content)
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
    try:
        return list(islice(sheet_rows(BytesIO(content), largest=_LARGEST_CELLS, columns=20), most))
    except UnreadableTableError as no:
        raise UnreadableListError(str(no)) from no
