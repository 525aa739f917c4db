"""
Which things on offer are wanted, and in which order.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, get_args

import attrs

from quanyi.entitlements.benefits import Form
from quanyi.entitlements.errors import InputError
from quanyi.entitlements.identifiers import identifier

__all__ = ["FORMS", "LONGEST_TEXT", "PHASES", "SORTS", "OfferQuery"]

SORTS = ("recommended", "price", "price_down", "newest", "ending")
"""The orders in which things are listed."""

PHASES = ("now", "soon", "past")
"""What campaigns are in: they sell now (or are sold out or paused), will sell, or have ended."""

FORMS: tuple[str, ...] = get_args(Form)
"""How a benefit is handed over."""

LONGEST_TEXT = 40
"""How many characters of a search are looked at."""


def _name(value: object) -> str:
    return "" if value == "" else identifier(value, "category")


def _names(value: object) -> Any:
    """Several names, from any collection of them that is no text."""
    if isinstance(value, str) or not isinstance(value, Collection):
        raise InputError(f"several names are wanted, not the type {type(value).__name__}")
    return tuple(identifier(name, "name") for name in value)


def _flag(value: object) -> bool:
    if type(value) is not bool:
        raise InputError(f"affordable is True or False, not of the type {type(value).__name__}")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise InputError(f"a search is text, not of the type {type(value).__name__}")
    return value


@attrs.frozen(kw_only=True)
class OfferQuery:
    """
    Which things on offer are wanted, and in which order.

    >>> OfferQuery(text="电影", category="video", sort="price").sort
    'price'

    Attributes:
        text: Words that all have to be found: parts of Chinese words, beginnings of others, and beginnings of
            pinyin or of its initials (``dy`` for 电影). The first 40 characters count. Any text is allowed.
        sort: ``recommended`` (what can be had now, then what opens later, then what is sold out, paused or over; each
            of them with what is called so first, if there is a text, and by priority and name of the campaign, things
            as they are written), ``price`` and ``price_down`` (in the mall's first unit; what costs none of it
            comes last), ``newest`` (by the start of the campaign), ``ending`` (what closes first).
        category: Only things of this category; all of them if empty.
        form: Only benefits that are handed over so, ``voucher``; all things if empty.
        affordable: Only what the user's points pay for; what costs money alone is left out.
        kinds: Only campaigns of these kinds; of all if empty.
        but: No campaigns of these kinds.
        phases: What the campaigns are in: ``now``, ``soon``, ``past``.

    Raises:
        InputError: A value is none of those that there are, or of another type.
    """

    text: str = attrs.field(default="", converter=_text)
    sort: str = "recommended"
    category: str = attrs.field(default="", converter=_name)
    form: str = ""
    affordable: bool = attrs.field(default=False, converter=_flag)
    kinds: tuple[str, ...] = attrs.field(default=(), converter=_names)
    but: tuple[str, ...] = attrs.field(default=(), converter=_names)
    phases: tuple[str, ...] = attrs.field(default=("now", "soon"), converter=_names)

    def __attrs_post_init__(self) -> None:
        _one_of(self.sort, SORTS, "sort")
        _one_of(self.form, ("", *FORMS), "form")
        for phase in self.phases:
            _one_of(phase, PHASES, "phase")

    def takes(self, kind: str) -> bool:
        """Whether campaigns of that kind are wanted."""
        return kind not in self.but and (not self.kinds or kind in self.kinds)

    @property
    def name(self) -> tuple[Any, ...]:
        """What tells this query from others: a place in one list is no place in another."""
        narrowed = (self.category, self.form, self.affordable, self.kinds, self.but, self.phases)
        return (self.text[:LONGEST_TEXT], self.sort, *narrowed)


def _one_of(value: object, known: tuple[str, ...], what: str) -> None:
    if not isinstance(value, str) or value not in known:
        named = ", ".join(filter(None, known))
        raise InputError(f"{what} is one of {named}")
