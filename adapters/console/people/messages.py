"""
What the product told a person: its messages as the host keeps them, by what, when, about what, and whether they were read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from quanyi.adapters.console.tables import Cell, Column, Table
from quanyi.adapters.console.visit import Console
from quanyi.adapters.web.holdings import spaced_number
from quanyi.adapters.web.inbox import Inbox, Note
from quanyi.entitlements.errors import NotFound

__all__ = ["messages"]

_LONGEST = 80


def messages(to: Console) -> tuple[Table, dict[str, Any]]:
    """
    The messages, newest first.

    Of what a message is about only what names a thing, a campaign, an order or an entitlement is shown, and amounts: never
    another attribute, which may be a code.
    """
    inbox = _inbox(to)
    found = list(inbox.notes(to.person))
    start = next((n + 1 for n, note in enumerate(found) if note.id == to.after), 0)
    page = found[start : start + to.limit]
    columns = [
        Column(to.words(f"messages.{title}"), main=title == "kind") for title in ("kind", "about", "what", "at", "read")
    ]
    table = Table(
        name="messages",
        caption=to.words("person.tab_messages"),
        columns=columns,
        rows=[_row(note, to) for note in page],
        next=page[-1].id if start + to.limit < len(found) else None,
        empty=(to.words("messages.empty"), to.words("messages.empty_hint")),
    )
    return table, {"wanted": inbox.wanted(to.person)}


def _inbox(to: Console) -> Inbox:
    if to.given.inbox is None:
        raise NotFound("this host keeps no messages")
    return to.given.inbox


def _row(note: Note, to: Console) -> list[Cell]:
    code, about = f"messages.kind_{note.kind}", note.about
    thing = _text(about, "item")
    return [
        Cell(to.words(code) if code in to.words else note.kind, raw=note.kind),
        Cell(_subject(about, to), href=_order(about, to), raw=thing or _text(about, "campaign"), hint=_number(about)),
        Cell(_gives(about, to)),
        Cell(to.dates.moment_alone(note.at), raw=note.at),
        Cell(
            to.words("messages.is_read" if note.read else "messages.is_unread"),
            tone="soft" if note.read else "warn",
            raw="read" if note.read else "unread",
        ),
    ]


def _subject(about: Mapping[str, Any], to: Console) -> str:
    """The thing and the campaign, by their names where they have one."""
    thing, campaign = _text(about, "item"), _text(about, "campaign")
    said = [to.thing_title(thing) or thing, to.campaign_title(campaign) or campaign]
    return " · ".join(filter(None, said))


def _order(about: Mapping[str, Any], to: Console) -> str:
    """The page of the order, if it is about one."""
    deal = _text(about, "deal")
    return to.url("deal", deal=deal) if deal.isalnum() and to.sees("deal") else ""


def _number(about: Mapping[str, Any]) -> str:
    """The number of the order, or of the entitlement."""
    return spaced_number(_text(about, "deal") or _text(about, "entitlement"))


def _gives(about: Mapping[str, Any], to: Console) -> str:
    """Amounts of units and benefits; nothing for what is none."""
    gives = about.get("gives")
    if not isinstance(gives, Mapping):
        return ""
    known = {*to.mall.project.units, *to.mall.project.benefits}
    return to.gifts((str(n), amount) for n, amount in gives.items() if str(n) in known and type(amount) is int)


def _text(about: Mapping[str, Any], name: str) -> str:
    found = about.get(name, "")
    return found[:_LONGEST] if isinstance(found, str) else ""
