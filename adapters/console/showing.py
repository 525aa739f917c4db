"""
Showing a screen: as a page, or its table as a file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from flask import Response, make_response, render_template, request

from quanyi.adapters.console.exports import FORMATS, exported
from quanyi.adapters.console.screens import Screen, Shown
from quanyi.adapters.console.tables import Cell, Table
from quanyi.adapters.console.visit import Console

__all__ = ["answered", "shown"]

_AT_ONCE = 500


def shown(to: Console, screen: Screen) -> Response:
    """What a screen shows: a page, or with ``?as=csv`` all rows of its table as a file."""
    wanted = request.args.get("as")
    if wanted in FORMATS and request.method == "GET":
        to.after, to.limit = None, _AT_ONCE
        first = screen.view(to)
        if first.table is not None and first.table.name:
            return exported(first.table, _all_rows(to, screen, first.table), wanted)
    return answered(screen.view(to))


def answered(page: Shown) -> Response:
    """A page."""
    return make_response(render_template(page.template, page_title=page.title, table=page.table, **page.said))


def _all_rows(to: Console, screen: Screen, table: Table) -> Iterator[Sequence[Cell]]:
    """The rows of all pages, one page after the other."""
    pages = partial(screen.view, to)
    while True:
        yield from table.rows
        if table.next is None or (following := _next(to, table.next, pages)) is None:
            return
        table = following


def _next(to: Console, cursor: str, page: partial[Shown]) -> Table | None:
    to.after = cursor
    return page().table
