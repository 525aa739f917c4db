"""
Tables: the one way in which the console shows rows, on a page and in files.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import attrs

__all__ = ["Cell", "Column", "Table"]


@attrs.frozen
class Column:
    """
    One column: its title, and whether it has numbers, which stand at the right.

    Attributes:
        main: Whether it names the row: on a phone it is the row's heading.
    """

    title: str
    number: bool = attrs.field(default=False, kw_only=True)
    main: bool = attrs.field(default=False, kw_only=True)


@attrs.frozen
class Cell:
    """
    One cell.

    Attributes:
        text: What the page shows.
        href: Where it leads.
        tone: ``good``, ``warn``, ``bad`` or ``soft`` for a state, shown as a dot beside the word; empty for plain text.
        raw: What files say in its place: a number, an instant, the whole text; the text unless given.
        hint: A second line, smaller.
    """

    text: str
    href: str = attrs.field(default="", kw_only=True)
    tone: str = attrs.field(default="", kw_only=True)
    raw: str | int | datetime | None = attrs.field(default=None, kw_only=True)
    hint: str = attrs.field(default="", kw_only=True)


@attrs.frozen(kw_only=True)
class Table:
    """
    Rows under columns.

    Attributes:
        name: The name of the files that it is exported to, ``acts``; empty for a table that is not exported.
        caption: What it lists, for who can't see it.
        next: The cursor of the page behind this one: it stands in the address as ``after``. None on the last page.
        empty: A title and a hint for where there are no rows.
    """

    name: str = ""
    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    next: str | None = None
    empty: tuple[str, str]
