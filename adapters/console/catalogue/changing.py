"""
Reading a change of many things off a form: what to do with those that are ticked, or a list with a line for each.
"""

from __future__ import annotations

from flask import request

from quanyi.adapters.bulk_editing import MOST_LINES, Edit
from quanyi.adapters.catalogue.edits import MistypedEdit, TypedEdit, edit_of, line_changes, name_of
from quanyi.adapters.catalogue.lists import ListedThing, UnreadableListError, things_in
from quanyi.adapters.console.catalogue.asking import said_here, search_of
from quanyi.adapters.console.screens import Mistyped
from quanyi.adapters.console.visit import Console

__all__ = ["changes_sent", "listed_changes"]

_Name = tuple[str, str]


def changes_sent(to: Console) -> list[tuple[_Name, Edit]]:
    """What the form asks for, thing by thing."""
    names = _names(to)
    edit = _edit(to)
    return [(name, edit) for name in names]


def _names(to: Console) -> list[_Name]:
    """The things that are ticked, or all that the search finds."""
    if to.typed.get("all") == "1":
        found = search_of(said_here(to.typed), to).all(to.books.ports, to.now)
        names = [(thing.campaign, thing.item) for thing in found]
    else:
        names = [name_of(text) for text in request.form.getlist("thing")[: MOST_LINES + 1]]
    if not names or len(names) > MOST_LINES:
        raise Mistyped({"thing": to.words("catalogue.things_wrong", n=MOST_LINES)})
    return list(dict.fromkeys(names))


def _edit(to: Console) -> Edit:
    fields = {name: to.typed.get(name, "") for name in ("edit", "amount", "paid_in", "step", "rounding")}
    typed = TypedEdit(**fields, starts=to.typed.get("from", ""), ends=to.typed.get("until", ""))
    try:
        return edit_of(typed, to.mall.project, to.now)
    except MistypedEdit as no:
        raise Mistyped({no.field: to.words(f"catalogue.{no.word}")}) from None


def listed_changes(to: Console) -> tuple[list[ListedThing], list[tuple[_Name, Edit]]]:
    """The lines of the list, and what each asks for."""
    file = request.files.get("file")
    content = (file.read() if file else b"") or request.form.get("list", "").encode()
    try:
        lines = things_in(content, MOST_LINES)
    except UnreadableListError:
        raise Mistyped({"list": to.words("catalogue.list_unreadable")}) from None
    if not lines or len(lines) > MOST_LINES:
        raise Mistyped({"list": to.words("catalogue.list_wrong", n=MOST_LINES)})
    return lines, line_changes(lines, to.books.desk.bulk.entries(), to.mall.project)
