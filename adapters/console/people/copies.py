"""
A copy of what the books keep of a person: a file for programs, and a page to read and print.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask import Response

from quanyi.adapters.console.screens import Action, Booking, Done, Shown
from quanyi.adapters.console.tables import Cell, Column, Table
from quanyi.adapters.console.visit import Console
from quanyi.adapters.web.visit import number_text

__all__ = ["COPY"]

_FORMS = ("page", "json")
_LEFT_OUT = ("holder", "moves", "shape")
"""Fields that say something to the books alone; the file has them."""


def _read(to: Console) -> str:
    form = to.typed.get("form", "page")
    return form if form in _FORMS else "page"


def _copy(to: Console, form: str, booking: Booking) -> Done:
    data = to.books.desk.person_data(to.person)
    if form == "json":
        sent = Response(json.dumps(data, ensure_ascii=False, indent=2, default=str), mimetype="application/json")
        sent.headers["Content-Disposition"] = f"attachment; filename=person-{booking.id[:8]}.json"
        return Done(sent=sent)
    title = to.words("copy.title")
    said = {"tables": list(_tables(data, to)), "user": data["user"], "number": booking.id}
    return Done(shown=Shown(template="quanyi_console/copy.html", title=title, said=said))


def _tables(data: Mapping[str, Any], to: Console) -> Iterator[tuple[str, Table]]:
    """Balances, history, and each kind of record, as tables."""
    lots = [[to.unit_name(lot["unit"]), _amount(lot, to), lot["ends"] or ""] for lot in data["balances"]]
    yield _table("balances", ("unit", "amount", "ends"), lots, to)
    lines = [[line["at"], to.unit_name(line["unit"]), _amount(line, to), line["label"]] for line in data["history"]]
    yield _table("history", ("at", "unit", "amount", "label"), lines, to)
    for kind, records in data["records"].items():
        fields = [name for name in records[0] if name not in _LEFT_OUT and any(record.get(name) for record in records)]
        rows = [[_text(record.get(name)) for name in fields] for record in records]
        columns = [Column(name, main=place == 0) for place, name in enumerate(fields)]
        yield _named(kind, columns, rows, to)


def _amount(line: Mapping[str, Any], to: Console) -> str:
    unit = to.mall.project.units.get(line["unit"])
    return number_text(line["amount"], unit.scale if unit else 0)


def _table(name: str, titles: Sequence[str], rows: Sequence[Sequence[str]], to: Console) -> tuple[str, Table]:
    columns = [Column(to.words(f"copy.{title}"), main=place == 0) for place, title in enumerate(titles)]
    return _named(name, columns, rows, to)


def _named(name: str, columns: Sequence[Column], rows: Sequence[Sequence[str]], to: Console) -> tuple[str, Table]:
    code = f"copy.of_{name}"
    title = to.words(code) if code in to.words else name
    cells = [[Cell(text) for text in row] for row in rows]
    return title, Table(caption=title, columns=columns, rows=cells, empty=(to.words("copy.nothing"), ""))


def _text(value: Any) -> str:
    """A value as a reader takes it: nothing for none, a list or map as JSON."""
    if value is None or value in ("", [], {}):
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


COPY = Action(name="copy", roles={"operator", "approver"}, read=_read, run=_copy)
