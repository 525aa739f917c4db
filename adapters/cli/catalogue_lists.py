"""
The list of `quanyi catalogue`: what is on offer, as a table, as CSV and as plain values.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TextIO

import attrs
import click

from quanyi.adapters.catalogue.finding import FoundPage, Search, cursor_of, state_of
from quanyi.adapters.catalogue.texts import EntryTexts, catalogue_words, price_raw
from quanyi.adapters.cli.output import print_table
from quanyi.adapters.cli.texts import say
from quanyi.adapters.figures.tables import harmless, in_csv
from quanyi.adapters.words import pick
from quanyi.entitlements.time import zone_of

if TYPE_CHECKING:
    from datetime import datetime

    from quanyi.adapters.wiring import OpenMall

__all__ = ["Listed", "listed", "print_csv", "print_listed", "texts_of"]

_COLUMNS = ("thing", "price", "stock", "left", "taken", "state", "from", "until")


@attrs.frozen(kw_only=True)
class Listed:
    """
    A part of the list.

    Attributes:
        things: Each as plain values: name, title, price, stock, what is left and taken, state and times.
        said: The cells of the same things, in the language that was asked for.
        page: Where the list goes on.
    """

    things: Sequence[dict[str, Any]]
    said: Sequence[Sequence[str]]
    page: FoundPage

    def plain(self) -> dict[str, Any]:
        """For JSON."""
        return {"things": self.things, "next": self.page.next, "looked": self.page.looked, "left": self.page.left}


def texts_of(mall: OpenMall, lang: str) -> EntryTexts:
    """How a language says the entries of a mall; instants in the mall's zone."""
    zone = zone_of(mall.project.zone)

    def moment(at: datetime) -> str:
        return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"

    return EntryTexts(
        words=catalogue_words(lang),
        project=mall.project,
        moment=moment,
        starts=moment,
        ends=moment,
    )


def listed(mall: OpenMall, search: Search, after: str | None, limit: int, lang: str) -> Listed:
    """Up to *limit* things behind *after*."""
    page = search.page(mall.ports, mall.now(), after, limit)
    bulk = mall.desk.bulk
    known = bulk.entries()
    entries = [known.get((thing.campaign, thing.item)) for thing, _ in page.things]
    taken = bulk.taken(entry for entry in entries if entry is not None)
    things = [
        _thing(thing, offer, entry, taken.get((thing.campaign, thing.item)), mall, lang)
        for (thing, offer), entry in zip(page.things, entries, strict=True)
    ]
    texts = texts_of(mall, lang)
    said = [_said(one, entry, texts) for one, entry in zip(things, entries, strict=True)]
    return Listed(things=things, said=said, page=page)


def _thing(thing: Any, offer: Any, entry: Any, taken: int | None, mall: OpenMall, lang: str) -> dict[str, Any]:
    return {
        "thing": cursor_of(thing),
        "title": pick(thing.said.title, lang) or thing.item,
        "price": price_raw(entry, mall.project),
        "stock": None if entry is None else entry.quota,
        "left": None if offer is None else offer.left,
        "taken": taken,
        "state": state_of(thing, offer, mall.now()),
        "from": None if entry is None else entry.span.start,
        "until": None if entry is None else entry.span.end,
    }


def _said(one: dict[str, Any], entry: Any, texts: EntryTexts) -> list[str]:
    words = texts.words
    times = ["" if one[name] is None else texts.moment(one[name]) for name in ("from", "until")]
    numbers = ["" if one[name] is None else f"{one[name]:,}" for name in ("left", "taken")]
    stock = "" if entry is None else texts.quota(entry)
    state = words(f"catalogue.state_{one['state']}")
    return [f"{one['thing']} {one['title']}", texts.price(entry), stock, *numbers, state, *times]


def print_listed(found: Listed, lang: str) -> None:
    """The table, and where it goes on."""
    words = catalogue_words(lang)
    print_table([words(f"catalogue.{name}") for name in _COLUMNS], found.said)
    page = found.page
    click.echo(say("found", lang, n=len(found.said) if page.total is None else page.total))
    if page.next is not None:
        code = "more" if page.total is not None else "looked"
        click.echo(say(code, lang, after=page.next, looked=page.looked, left=page.left))


def print_csv(found: Listed, to: TextIO) -> None:
    """The list with the titles that `things_in` reads; no cell is run by a spreadsheet."""
    rows = ([one[name] for name in _COLUMNS] for one in found.things)
    csv.writer(to, lineterminator="\n").writerows([_COLUMNS, *([_cell(value) for value in row] for row in rows)])


def _cell(value: Any) -> str | int:
    if value is None:
        return ""
    if isinstance(value, int):
        return value
    return in_csv(harmless(str(value)))
