"""
Help many people at once: a list, a preview with what is wrong in each line, then booked, each line by itself.

A list has a name, and each person gets something once under it: the same list sent again, from another form or by
somebody else, books nothing twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs
from flask import request

from quanyi.adapters.console.people.helping import amount_typed
from quanyi.adapters.console.people.lists import MOST_ROWS, Row, rows_in
from quanyi.adapters.console.screens import Action, Booking, Done, Mistyped, Screen, Shown, Unconfirmed
from quanyi.adapters.console.tables import Cell, Column, Table
from quanyi.adapters.console.visit import Console
from quanyi.adapters.web.visit import number_text, pick
from quanyi.campaigns.engine.decisions import Outcome
from quanyi.entitlements.accounts import digest16
from quanyi.entitlements.errors import KeyReused, QuanyiError, Refused

__all__ = ["BULK_SCREENS"]

_AT_ONCE = 200
_LONGEST_NAME = 60
_CONFIRMED = "yes"


@attrs.frozen(kw_only=True)
class _Item:
    """One row that can be booked: for whom, how much of a unit; 0 for a benefit."""

    row: Row
    holder: str
    amount: int = 0


@attrs.frozen(kw_only=True)
class _List:
    """A list that was read: what is given, to whom, and which rows can't be booked, with the code of what is wrong."""

    name: str
    thing: str
    items: Sequence[_Item]
    wrong: Sequence[tuple[Row, str]]

    @property
    def total(self) -> int:
        """How much of the unit it comes to, or how many entitlements."""
        return sum(item.amount or 1 for item in self.items)


# --- reading -------------------------------------------------------------------------------------


def _read(to: Console) -> _List:
    """The form; a preview of it until it is confirmed."""
    text, name, thing = _text(to), to.typed.get("name", "").strip(), to.typed.get("thing", "")
    to.typed = {**to.typed, "list": text}
    wrong = {}
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        wrong["name"] = to.words("bulk.name_wrong", n=_LONGEST_NAME)
    if thing not in to.mall.project.units and thing not in to.mall.project.benefits:
        wrong["thing"] = to.words("bulk.thing_wrong")
    rows = rows_in(text)
    if not rows or len(rows) > MOST_ROWS:
        wrong["list"] = to.words("bulk.list_wrong", n=MOST_ROWS)
    if wrong:
        raise Mistyped(wrong)
    found = _checked(rows, name, thing, to)
    if to.typed.get("confirmed") != _CONFIRMED:
        raise Unconfirmed(_preview(found, to))
    return found


def _text(to: Console) -> str:
    """What was pasted, or the file."""
    file = request.files.get("file")
    return (file.read().decode("utf-8", "replace") if file else "") or to.typed.get("list", "")


def _checked(rows: Sequence[Row], name: str, thing: str, to: Console) -> _List:
    ports = to.books.ports
    known = ports.transactions.holders.look_up([row.user for row in rows if not row.wrong], ports.store)
    in_units = thing in to.mall.project.units
    usual = amount_typed(to.typed.get("amount", ""), thing, to) if in_units else None
    items, wrong = [], []
    for row in rows:
        amount = (amount_typed(row.amount, thing, to) if row.amount else usual) if in_units else 1
        code = row.wrong or ("unknown" if row.user not in known else "amount" if (amount or 0) <= 0 else "")
        if not code and to.books.desk.help.bound(thing, int(amount or 0)) is not None:
            code = "bound"
        if code:
            wrong.append((row, code))
        else:
            items.append(_Item(row=row, holder=known[row.user], amount=int(amount or 0) if in_units else 0))
    return _List(name=name, thing=thing, items=items, wrong=wrong)


# --- booking -------------------------------------------------------------------------------------


def _book(to: Console, found: _List, booking: Booking) -> Done:
    """Each row by itself, some at a time in one commit; what is refused is listed."""
    done, again, refused = 0, 0, [(row, to.words(f"bulk.wrong_{code}")) for row, code in found.wrong]
    for start in range(0, len(found.items), _AT_ONCE):
        some = found.items[start : start + _AT_ONCE]
        for item, outcome in zip(some, _some(some, found, booking, to), strict=True):
            if isinstance(outcome, QuanyiError):
                refused.append((item.row, _told(outcome, to)))
            elif outcome.duplicate:
                again += 1
            else:
                done += 1
    page = _results(found, done, again, refused, booking, to)
    return Done(rows=done, refusals=len(refused), shown=page)


def _some(some: Sequence[_Item], found: _List, booking: Booking, to: Console) -> Sequence[Outcome]:
    with to.books.batch() as batch:
        for item in some:
            name = digest16("bulk", found.name, found.thing).hex()
            said: dict[str, Any] = {"key": f"bulk/{name}/{item.holder}", "reason": booking.reason, "by": booking.by}
            if item.amount:
                batch.desk.adjust(item.row.user, found.thing, item.amount, **said)
            else:
                batch.desk.grant(item.row.user, found.thing, **said)
    return batch.outcomes


def _told(no: QuanyiError, to: Console) -> str:
    if isinstance(no, KeyReused):
        return to.words("bulk.wrong_other")
    return no.message(to.locale) if isinstance(no, Refused) else to.error_text(no)


# --- pages ---------------------------------------------------------------------------------------


def _view(to: Console) -> Shown:
    project = to.mall.project
    things = [(unit, to.unit_name(unit)) for unit in project.units]
    things += [(id_, pick(benefit.title, to.locale) or id_) for id_, benefit in project.benefits.items()]
    return Shown(template="quanyi_console/bulk.html", said={"things": things, "most": MOST_ROWS})


def _preview(found: _List, to: Console) -> Shown:
    said = {"found": found, "total": _amount(found.total, found, to), "fields": _fields(to)}
    told = [(row, to.words(f"bulk.wrong_{code}")) for row, code in found.wrong]
    return Shown(
        template="quanyi_console/bulk_preview.html",
        title=to.words("bulk.preview"),
        said={**said, "wrong": _refusals(told, to)},
        table=_items(found, to),
    )


def _fields(to: Console) -> Mapping[str, str]:
    """What the form said, to be sent again; the token is the same, so that the act is one."""
    return {name: to.typed.get(name, "") for name in ("token", "reason", "name", "thing", "amount", "list")}


def _items(found: _List, to: Console) -> Table:
    rows = [
        [
            Cell(str(item.row.line), raw=item.row.line),
            Cell(item.row.user, href=to.url("person", holder=item.holder)),
            Cell(_amount(item.amount or 1, found, to)),
        ]
        for item in found.items[:_AT_ONCE]
    ]
    return _table(("line", "user", "gets"), rows, "bulk.preview", to)


def _results(
    found: _List, done: int, again: int, refused: Sequence[tuple[Row, str]], booking: Booking, to: Console
) -> Shown:
    said = {"done": done, "again": again, "number": booking.id, "name": found.name}
    title = to.words("bulk.result")
    return Shown(template="quanyi_console/bulk_result.html", title=title, said=said, table=_refusals(refused, to))


def _refusals(refused: Sequence[tuple[Row, str]], to: Console) -> Table:
    rows = [[Cell(str(row.line), raw=row.line), Cell(row.user), Cell(why)] for row, why in refused]
    return _table(("line", "user", "why"), rows, "bulk.refused", to)


def _table(titles: Sequence[str], rows: Sequence[Sequence[Cell]], caption: str, to: Console) -> Table:
    columns = [Column(to.words(f"bulk.{title}"), number=title == "line", main=title == "user") for title in titles]
    empty = (to.words("bulk.nobody"), to.words("bulk.nobody_hint"))
    return Table(caption=to.words(caption), columns=columns, rows=rows, empty=empty)


def _amount(amount: int, found: _List, to: Console) -> str:
    unit = to.mall.project.units.get(found.thing)
    if unit is not None:
        return " ".join(to.counted(amount, found.thing))
    return to.words("list.several", n=number_text(amount), name=to.thing_title(found.thing))


BULK_SCREENS = (
    Screen(
        name="bulk",
        path="/people/bulk",
        roles={"operator"},
        view=_view,
        under="people",
        actions=(Action(name="give", roles={"operator"}, read=_read, run=_book),),
    ),
)
