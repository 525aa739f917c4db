"""
Figures as tables: their columns, and CSV files whose cells no spreadsheet takes for a formula.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from quanyi.campaigns.figures.figures import COUNTED, SHOWN, Figures, FiguresRow

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

__all__ = ["ALL", "SHORT", "cells", "harmless", "in_csv", "titles", "write_csv"]

ALL = (*SHOWN, *COUNTED)
"""Every figure."""

SHORT = ("shown", "eligible", "claims", "delivered", "redeemed", "paid", "refunded", "cost", "issued", "spent")
"""Those that fit on a line."""

_SIGNS = "=+-@＝＋－＠"
_FORMULA = (*_SIGNS, "\t", "\r", "\n")
_UNSEEN = {code: None for code in range(32) if chr(code) not in "\t\n\r"}
_PARTED = re.compile(rf"([;|\t\r\n]\s*)(?=[{re.escape(_SIGNS)}])")


def harmless(text: str) -> str:
    """
    *text* as a cell that no spreadsheet runs: what begins like a formula gets an apostrophe in front.

    >>> harmless("=1+1"), harmless("+86 10"), harmless("＝1+1"), harmless("latte")
    ("'=1+1", "'+86 10", "'＝1+1", 'latte')
    """
    plain = text.translate(_UNSEEN)
    return f"'{plain}" if plain.startswith(_FORMULA) else plain


def in_csv(text: str) -> str:
    """
    *text* as `harmless` has it, for spreadsheets too that part the columns of a CSV file by another sign than a comma.

    >>> in_csv("tea;=1+1"), in_csv("tea; cake")
    ("tea;'=1+1", 'tea; cake')
    """
    return _PARTED.sub(r"\1'", harmless(text))


def titles(names: Sequence[str]) -> list[str]:
    """The titles of the columns; of money it is said that it is in the smallest unit."""
    return list(names)


def cells(row: FiguresRow, names: Sequence[str]) -> list[Any]:
    """The key of a row and those figures; amounts by unit as ``points 30, sparks 5``."""
    return [row.key, *(_cell(getattr(row, name)) for name in names)]


def write_csv(figures: Figures, into: SupportsWrite[str]) -> None:
    """Write all rows and the total, under the names of the figures."""
    writer = csv.writer(into)
    writer.writerow([figures.by or "total", *titles(ALL)])
    for row in figures.rows:
        writer.writerow([_text(value) for value in cells(row, ALL)])
    writer.writerow(["total", *(_text(value) for value in cells(figures.total, ALL)[1:])])


def _cell(value: Any) -> Any:
    return value if isinstance(value, int) else ", ".join(f"{unit} {amount}" for unit, amount in sorted(value.items()))


def _text(value: Any) -> Any:
    """A text as a cell that no spreadsheet runs; numbers as they are."""
    return in_csv(value) if isinstance(value, str) else value
