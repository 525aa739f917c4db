"""
Lists that say whether they are whole, and records without end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar, cast

import attrs

from quanyi.entitlements.arguments import how_many
from quanyi.entitlements.errors import NotFound
from quanyi.entitlements.identifiers import identifier
from quanyi.entitlements.listings import AT_ONCE, Listing, Snapshots
from quanyi.entitlements.ports import Views
from quanyi.entitlements.records import Record

__all__ = ["Page", "cut", "every", "listed", "page_of"]

AnyItem = TypeVar("AnyItem")


class Page(list[AnyItem]):
    """
    A list, or the part of it that was asked for.

    Attributes:
        next: What to pass as `after` for what follows; None where this is the end.

    >>> page_of(["a", "b", "c"], str, after=None, limit=2).next
    'b'
    """

    def __init__(self, items: Iterable[AnyItem] = (), next: str | None = None) -> None:  # noqa: A002  (the word for it)
        super().__init__(items)
        self.next = next


def page_of(
    items: Iterable[AnyItem], name: Callable[[AnyItem], str], *, after: str | None, limit: int | None
) -> Page[AnyItem]:
    """
    The part of *items* behind the one called *after*, and no more than *limit* of it.

    Raises:
        InputError: The limit is no whole number above zero.
        NotFound: Nothing in the list is called *after*.
    """
    most = None if limit is None else how_many(limit)
    found = list(items)
    if after is not None:
        wanted = identifier(after, "mark")
        place = next((n for n, item in enumerate(found) if name(item) == wanted), None)
        if place is None:
            raise NotFound(f"the list has no {wanted!r} to go on from")
        found = found[place + 1 :]
    if most is None or len(found) <= most:
        return Page(found)
    return Page(found[:most], name(found[most - 1]))


def cut(items: Sequence[AnyItem], most: int) -> Page[AnyItem]:
    """The first *most* of a list of things with an `id`, which says by one more than that whether there are others."""
    if len(items) <= most:
        return Page(items)
    return Page(items[:most], cast("Any", items[most - 1]).id)


def listed(store: Snapshots, asked: Sequence[Listing]) -> list[list[Record]]:
    """
    All records of each listing, however many there are, or so many as it asks for: in one statement as long as each is no
    more than a portion.
    """
    return [_whole(store, listing, found) for listing, found in zip(asked, store.listed(asked), strict=True)]


def _whole(store: Snapshots, listing: Listing, found: Sequence[Record]) -> list[Record]:
    whole, page = list(found), found
    while len(page) == AT_ONCE and (listing.keys, listing.ids) == (None, None) and len(whole) != listing.most:
        left = None if listing.most is None else listing.most - len(whole)
        page = store.listed([attrs.evolve(listing, after=page[-1].key, most=left)])[0]
        whole += page
    return whole


def every(store: Views, kind: str, **filters: Any) -> Iterator[Record]:
    """All records of a kind that fit, newest first, however many there are."""
    after = None
    while True:
        found = store.records(kind, limit=AT_ONCE, after=after, **filters)
        yield from found
        if len(found) < AT_ONCE:
            return
        after = found[-1].key
