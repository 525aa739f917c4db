"""
What stands above and below a list of things: filters, orders, links to other pages, and a way back where it is empty.
"""

from __future__ import annotations

import attrs

from quanyi.adapters.web.tabs import Tab, tab_of
from quanyi.adapters.web.visit import Visit
from quanyi.adapters.web.wish import Wish
from quanyi.campaigns.catalogue import pinyin
from quanyi.campaigns.catalogue.query import LONGEST_TEXT, SORTS
from quanyi.campaigns.offers import OfferPage

__all__ = ["Empty", "Narrowing", "narrowing_of"]

_PRICES = ("price", "price_down")


@attrs.frozen(kw_only=True)
class Empty:
    """What is said where there is nothing, and the way back."""

    title: str
    hint: str
    url: str
    label: str


@attrs.frozen(kw_only=True)
class Narrowing:
    """
    What stands above and below a list of things.

    Attributes:
        fields: What a search keeps of the view, by the names in the address.
        hint: What can be searched for. `longest` is how many letters of it count.
        title: What the list is called: by its search, its category, or in general.
        found: How much a search found; empty where nothing was looked for.
        chosen: The order and the filters that hold, in words, where a phone folds them up.
        mine: The switch to what the visitor's points pay for; None for somebody who is not signed in.
        clear: The address of everything.
    """

    text: str
    fields: dict[str, str]
    hint: str
    longest: int
    title: str
    found: str
    categories: list[Tab]
    forms: list[Tab]
    sorts: list[Tab]
    chosen: str
    mine: Tab | None
    previous: str | None
    next: str | None
    clear: str
    empty: Empty | None


def narrowing_of(page: OfferPage, wish: Wish, to: Visit) -> Narrowing:
    """What stands above and below the list on *page*."""
    words = to.words
    sorts = [tab_of(_sort(sort, to), wish.address(sort=sort), here=sort == wish.sort) for sort in SORTS]
    forms = _tabs(page.forms, "form", wish, to)
    mine = tab_of(words("things.mine"), wish.address(mine=not wish.mine), here=wish.mine) if to.user else None
    chosen = [tab.name for tab in (*sorts, *forms[1:], *([mine] if mine else [])) if tab.here]
    kept = {name: value for name, value in wish.fields.items() if name not in {"q", "at"}}
    return Narrowing(
        text=wish.text,
        fields=kept,
        hint=words(f"things.search_hint{_by_pinyin()}"),
        longest=LONGEST_TEXT,
        title=_title(wish, to),
        found=words("things.found", n=page.total) if page.total else "",
        categories=_tabs(page.categories, "category", wish, to),
        forms=forms,
        sorts=sorts,
        chosen=" · ".join(chosen),
        mine=mine,
        previous=wish.address(mark=page.previous) if page.previous else None,
        next=wish.address(mark=page.next) if page.next else None,
        clear=Wish().address(),
        empty=None if page else _empty(wish, to),
    )


def _title(wish: Wish, to: Visit) -> str:
    if wish.text:
        return to.words("things.of_text", q=wish.text)
    return _named("category", wish.category, to) if wish.category else to.words("things.title")


def _tabs(names: tuple[str, ...], by: str, wish: Wish, to: Visit) -> list[Tab]:
    """A link for everything and for each of *names*; none where there is no choice."""
    if len(names) <= 1:
        return []
    chosen = getattr(wish, by)
    everything = tab_of(to.words("home.all"), wish.address(**{by: ""}), here=not chosen)
    each = [tab_of(_named(by, name, to), wish.address(**{by: name}), here=name == chosen) for name in names]
    return [everything, *each]


def _named(by: str, name: str, to: Visit) -> str:
    if by == "category":
        return to.category_name(name)
    code = f"{by}.{name}"
    return to.words(code) if code in to.words else name


def _sort(sort: str, to: Visit) -> str:
    if sort not in _PRICES:
        return to.words(f"things.sort_{sort}")
    unit = next(iter(to.mall.project.units), None)
    word = to.counted(2, unit)[1] if unit else to.words("things.price")
    return to.words(f"things.sort_{sort}", unit=word[:1].upper() + word[1:])


def _empty(wish: Wish, to: Visit) -> Empty:
    """What is said where nothing was found, with a link back: to the list without "mine", else to everything."""
    words = to.words
    if wish.text:
        title, code = words("things.none_text", q=wish.text), "text"
    elif wish.mine:
        title, code = words("things.none_mine"), "mine"
    elif wish.category or wish.form:
        title, code = words("things.none_here"), "here"
    else:
        return Empty(title=words("home.nothing"), hint=words("home.nothing_hint"), url="", label="")
    back = wish.address(mine=False) if code == "mine" else Wish().address()
    return Empty(
        title=title,
        hint=words(f"things.none_{code}_hint{_by_pinyin() if wish.text else ''}"),
        url=back,
        label=words("things.back"),
    )


def _by_pinyin() -> str:
    """The ending of the texts that mention pinyin; empty where pinyin is not read."""
    return "_pinyin" if pinyin.is_read() else ""
