"""
Figures as tables: their columns, and CSV files whose cells no spreadsheet takes for a formula.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from quanyi.campaigns.figures.figures import COUNTED, SHOWN, Figures, FiguresRow

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

__all__ = ["ALL", "SHORT", "cells", "titles", "write_csv"]

ALL = (*SHOWN, *COUNTED)
"""Every figure."""

SHORT = ("shown", "eligible", "claims", "delivered", "redeemed", "paid", "refunded", "cost", "issued", "spent")
"""Those that fit on a line."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


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
    """A text that a spreadsheet would run as a formula, with an apostrophe before it; numbers as they are."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
