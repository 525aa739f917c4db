"""
Find a person: by the host's id, or by the number of a deal, an order or an entitlement of theirs.
"""

from __future__ import annotations

from collections.abc import Iterator

from quanyi.adapters.console.screens import Shown
from quanyi.adapters.console.tables import Cell, Column, Table
from quanyi.adapters.console.visit import Console
from quanyi.adapters.web.fields import asked_words
from quanyi.entitlements.errors import InputError
from quanyi.entitlements.records import Deal, Entitlement, RecordKey

__all__ = ["name_of", "people_view"]


def people_view(to: Console) -> Shown:
    """The search, and whom it finds."""
    wanted = asked_words("q")
    found = dict(_found(wanted, to)) if wanted else {}
    people = to.books.ports.users_of(found)
    columns = [
        Column(to.words("people.user"), main=True),
        Column(to.words("people.name")),
        Column(to.words("people.by")),
    ]
    rows = [
        [
            Cell(user, href=to.url("person", holder=holder)),
            Cell(name_of(user, to)),
            Cell(to.words(f"people.by_{found[holder]}")),
        ]
        for holder, user in people.items()
    ]
    code = "people.none" if wanted else "people.start"
    empty = (to.words(code), to.words(f"{code}_hint"))
    table = Table(caption=to.words("people.found"), columns=columns, rows=rows, empty=empty)
    return Shown(template="quanyi_console/people.html", said={"wanted": wanted}, table=table)


def name_of(user: str, to: Console) -> str:
    """What the host calls somebody; empty where it does not say."""
    return to.host.name_of(user, to.locale) if to.host.name_of else ""


def _found(wanted: str, to: Console) -> Iterator[tuple[str, str]]:
    """The random ids of everybody it can mean, each with what it was found by; the plainest last, so that it stands."""
    number = wanted.replace(" ", "").lower()
    try:
        for deal in to.books.desk.find_deals(order=wanted):
            yield str(deal.holder), "order"
    except InputError:
        return
    for kind in (Entitlement.kind, Deal.kind) if number else ():
        key = RecordKey(kind=kind, parts=(number,))
        record, _ = to.books.ports.look([key]).stored(key)
        if record is not None and record.holder:
            yield record.holder, kind
    holder = to.books.ports.holder(wanted)
    if holder != "?":
        yield holder, "user"
