"""
What a kind shows of its campaigns to one user: how each stands, and what it sells.

Views are computed by the plays (`entitlements/plays/<play>/view.py`); a kind says here which of them it has,
and whoever reads for a screen asks the kind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Protocol

import attrs

from quanyi.entitlements.benefits import Goods
from quanyi.entitlements.clauses import Head
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.needs import Need
from quanyi.entitlements.picture import View
from quanyi.entitlements.plain import Plain
from quanyi.entitlements.plays.base import Play
from quanyi.entitlements.plays.sale import Price
from quanyi.entitlements.plays.sale.terms import SaleTerms
from quanyi.entitlements.plays.sale.view import Offer
from quanyi.entitlements.records import Record

__all__ = ["Offers", "PlayView", "Said", "Surroundings"]


def _once(_: Any) -> tuple[str, ...]:
    """For a kind whose campaigns are shown once."""
    return ()


def _nothing(*_: Any) -> tuple[Mapping[str, str], ...]:
    """For a kind whose campaigns are shown once."""
    return ()


def _empty(play: Any) -> str:
    """What is said where a campaign has nothing to show yet."""
    return f"{play.head.campaign!r} has nothing to show yet"


def _head(play: Any, _item: str) -> Head:
    """For a kind whose things can all be had as long as the campaign runs."""
    found: Head = play.head
    return found


def _no_terms(_play: Any) -> None:
    """For a kind whose things are changed in their campaigns alone."""


@attrs.frozen(kw_only=True)
class Surroundings:
    """
    What a view may ask for besides the picture. All of it is read as it was last booked.

    Attributes:
        paused: Whether an operator stopped the campaign for now.
        scales: Decimal places of each unit, and of the currency.
        named: What the caller named of `PlayView.takes`, by name.
        records: The user's records of one kind that are of this campaign, newest first.
        user_of: The host's id of somebody by their id in the books; empty if the person was erased.
        users_of: The same of several people in one go, by their ids in the books, without those who were erased.
        version: One version of a campaign, however old.
    """

    paused: bool
    scales: Mapping[str, int]
    named: Mapping[str, str] = attrs.field(factory=dict)
    records: Callable[[str], Iterable[Record]]
    user_of: Callable[[str], str]
    users_of: Callable[[Iterable[str]], Mapping[str, str]]
    version: Callable[[str, str], Play]


@attrs.frozen(kw_only=True)
class PlayView:
    """
    How a kind's campaigns stand for one user. Each function is called with the play first.

    Attributes:
        needs: What must be looked up, as far as the input tells: with the input of whoever looks.
        show: The view: with the input, the picture and the `Surroundings`. It may raise `Undeclared` for
            what only the picture tells; then it is called again on a larger picture.
        keys: Names that select one of several views of a campaign: ``book``, for a task that keeps progress for each
            book; none for a campaign that is shown once. Their values are the data of the input.
        subjects: The data of each view of such a campaign, where the caller names none.
        records: The kinds of the user's records that it asks the `Surroundings` for: named here, they are read at once.
        takes: Further names that a caller may give: the month of a streak.
        empty: What is said where a campaign has keys, none is named, and there is nothing to show.
    """

    needs: Callable[[Any, Input], Iterable[Need]]
    show: Callable[[Any, Input, View, Surroundings], Plain]
    keys: Callable[[Any], tuple[str, ...]] = _once
    subjects: Callable[[Any, Surroundings], Iterable[Mapping[str, str]]] = _nothing
    records: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    empty: Callable[[Any], str] = _empty


@attrs.frozen(kw_only=True)
class Said:
    """
    What is written about a thing on offer, and holds until other campaigns come into force: by this it is listed.

    Attributes:
        title: What the thing is called, a line about it in `text`.
        shelf: What the campaign is called that sells it.
        form: How it is handed over; empty for what is no benefit.
        price: What one piece costs; None where the kind doesn't tell.
    """

    title: Mapping[str, str] = attrs.field(factory=dict)
    text: Mapping[str, str] = attrs.field(factory=dict)
    shelf: Mapping[str, str] = attrs.field(factory=dict)
    category: str = ""
    platform: str = ""
    form: str = ""
    price: Price | None = None


def _said(play: Any, item: str, goods: Goods | None) -> Said:  # noqa: ARG001  (as kinds are asked)
    """What is known of a thing of any kind."""
    known = goods or play.head
    return Said(title=known.title, text=known.text, shelf=play.head.title)


class _ShowsOffer(Protocol):
    def __call__(
        self, play: Any, item: str, view: View, now: datetime, /, *, paused: bool, goods: Goods | None
    ) -> Offer: ...


@attrs.frozen(kw_only=True)
class Offers:
    """
    How a kind shows what its campaigns sell. Each function is called with the play, most with the thing.

    Attributes:
        things: What it sells.
        needs: What tells how much of a thing is left: with the present instant.
        show: The offer as everybody sees it: with the picture, the present instant, whether the campaign is
            paused, and the goods of that name.
        asks: The command by which one piece is obtained, and its data.
        room_needs: What tells how much the limits leave: with an input of that command.
        room: How many pieces the limits leave: with that input and the picture; None where none counts pieces.
        said: What is written about a thing: with the goods of that name.
        left: How many pieces are left, now or in the next opening, by which lists put what is gone last: with the
            picture and the present instant. None for a kind of which `show` tells it.
        head: What the campaign says about itself, with the run of the thing in it.
        terms: Prices, quotas and times of its things, where they can be changed in bulk; None where they can't.
    """

    things: Callable[[Any], Iterable[str]]
    needs: Callable[[Any, str, datetime], Iterable[Need]]
    show: _ShowsOffer
    asks: Callable[[Any, str], tuple[str, Mapping[str, Any]]]
    room_needs: Callable[[Any, Input], Iterable[Need]]
    room: Callable[[Any, Input, View], int | None]
    said: Callable[[Any, str, Goods | None], Said] = _said
    left: Callable[[Any, str, View, datetime], int | None] | None = None
    head: Callable[[Any, str], Head] = _head
    terms: Callable[[Any], SaleTerms | None] = _no_terms
