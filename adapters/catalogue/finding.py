"""
Finding things in the catalogue: by words, campaign, brand, category, price and state, a page at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

import attrs

from quanyi.campaigns.catalogue.moments import Moment
from quanyi.campaigns.catalogue.thing import Thing
from quanyi.campaigns.offers import OffersInForce
from quanyi.campaigns.ports import Ports
from quanyi.entitlements.amounts import parse_amount
from quanyi.entitlements.plays.sale.view import Offer

__all__ = ["STATES", "FoundPage", "Search", "amount_or_none", "cursor_of", "state_of"]

STATES = ("on_sale", "ends_soon", "sold_out", "scheduled", "not_listed")
"""What a thing is in for an operator."""

_BY_STOCK = ("on_sale", "ends_soon", "sold_out")
"""Those that depend on how much is left, which stands in the store."""

_SOON = timedelta(days=2)
_AT_ONCE = 1_000
_MOST_LOOKED = 2_000
"""
For how many things one page asks the store at most. A page that looks for the few that are sold out among ten thousand
ends there with what it has found, and says from where to look on.
"""


@attrs.frozen(kw_only=True)
class FoundPage:
    """
    A part of what was found.

    Attributes:
        things: By campaign and name, each with how it stands for everybody.
        next: The cursor behind which it goes on; None at the end.
        total: How many are found in all; None where that would take asking the store for each.
        looked: How many things the page passed; `left` how many are behind it.
    """

    things: Sequence[tuple[Thing, Offer | None]]
    next: str | None = None
    total: int | None = None
    looked: int = 0
    left: int = 0


@attrs.frozen(kw_only=True)
class Search:
    """
    Which things are wanted; empty texts ask for any.

    Attributes:
        words: Parts of Chinese words, beginnings of others, of pinyin and of its initials.
        state: One of `STATES`.
        unit: In what the price is bounded: a unit, or the currency.
        least: The lowest price in `unit`, in its smallest part; None for any, and `most` likewise.
    """

    words: str = ""
    campaign: str = ""
    brand: str = ""
    category: str = ""
    state: str = ""
    unit: str
    least: int | None = None
    most: int | None = None

    def page(self, ports: Ports, now: datetime, after: str | None, limit: int) -> FoundPage:
        """
        Up to *limit* things behind the cursor *after*.

        What memory knows is asked of memory. Where a state depends on what is left, the store is asked for so many things
        as the page passes, and for 2,000 at most: it may then have fewer things than *limit*, and go on.
        """
        fitting = self._in_memory(ports, now)
        behind = [thing for thing in fitting if cursor_of(thing) > (after or "")]
        if self.state in _BY_STOCK:
            page = self._walked(behind, ports, now, limit)
            whole = page.next is None and after is None
            return attrs.evolve(page, total=len(page.things)) if whole else page
        things = behind[:limit]
        following = cursor_of(things[-1]) if len(behind) > limit else None
        shown = list(zip(things, _offers_of(things, ports), strict=True))
        return FoundPage(
            things=shown, next=following, total=len(fitting), looked=len(things), left=len(behind) - len(things)
        )

    def all(self, ports: Ports, now: datetime) -> list[Thing]:
        """Everything that is found, by campaign and name; the store is asked for each thing where the state depends on what is left."""
        fitting = self._in_memory(ports, now)
        if self.state not in _BY_STOCK:
            return fitting
        offers = _offers_of(fitting, ports)
        return [
            thing for thing, offer in zip(fitting, offers, strict=True) if state_of(thing, offer, now) == self.state
        ]

    # --- inside ---------------------------------------------------------------------------------

    def _walked(self, behind: Sequence[Thing], ports: Ports, now: datetime, limit: int) -> FoundPage:
        """The page, asking for twice as many things each time until it is full."""
        found: list[tuple[Thing, Offer | None]] = []
        looked = 0
        for some in _growing(behind[:_MOST_LOOKED], limit + 1):
            offers = zip(some, _offers_of(some, ports), strict=True)
            found += [(thing, offer) for thing, offer in offers if state_of(thing, offer, now) == self.state]
            looked += len(some)
            if len(found) > limit:
                break
        if len(found) > limit:
            looked = next(n for n, each in enumerate(behind, 1) if each is found[limit - 1][0])
        following = cursor_of(behind[looked - 1]) if looked < len(behind) else None
        return FoundPage(things=found[:limit], next=following, looked=looked, left=len(behind) - looked)

    def _in_memory(self, ports: Ports, now: datetime) -> list[Thing]:
        """What fits as far as memory knows, by cursor."""
        catalogue = ports.catalogue()
        moments = catalogue.moments(now, ports.transactions.in_force.release.paused)
        currency = ports.project.currency.id
        return sorted((t for t in catalogue.found(self.words) if self._fits(t, moments, currency, now)), key=cursor_of)

    def _fits(self, thing: Thing, moments: Mapping[str, Moment], currency: str, now: datetime) -> bool:
        return (
            self.campaign in ("", thing.campaign)
            and self.brand in ("", thing.said.platform)
            and self.category in ("", thing.said.category)
            and self._may_be_in_state(thing, moments[thing.timed].phase, now)
            and self._costs(thing, currency)
        )

    def _may_be_in_state(self, thing: Thing, phase: str, now: datetime) -> bool:
        """Whether a thing can be in the state by its times alone."""
        by_times = {"past": "not_listed", "soon": "scheduled"}.get(phase, "")
        if not self.state or self.state in ("not_listed", "scheduled"):
            return self.state in ("", by_times)
        near = _ends_soon(thing, now)
        return not by_times and {"ends_soon": near, "on_sale": not near}.get(self.state, True)

    def _costs(self, thing: Thing, currency: str) -> bool:
        if self.least is None and self.most is None:
            return True
        price = thing.said.price
        money = price.money if price is not None else 0
        amount = money if self.unit == currency else price.units.get(self.unit, 0) if price else 0
        return amount > 0 and (self.least or 0) <= amount and (self.most is None or amount <= self.most)


def cursor_of(thing: Thing) -> str:
    """The place of a thing in the list: its campaign and its name."""
    return f"{thing.campaign}/{thing.item}"


def state_of(thing: Thing, offer: Offer | None, now: datetime) -> str:
    """What the thing is in."""
    if offer is None or offer.state == "ended":
        return "not_listed"
    if offer.state in ("not_started", "between"):
        return "scheduled"
    if offer.state == "sold_out":
        return "sold_out"
    return "ends_soon" if _ends_soon(thing, now) else "on_sale"


def amount_or_none(text: str, scale: int) -> int | None:
    """An amount in its smallest part; None for no text, and for what is no amount."""
    try:
        return parse_amount(text, scale) if text else None
    except (ArithmeticError, ValueError):
        return None


def _ends_soon(thing: Thing, now: datetime) -> bool:
    end = thing.head.runs.end
    return end is not None and end - now <= _SOON


def _offers_of(things: Sequence[Thing], ports: Ports) -> list[Offer | None]:
    """How each thing stands for everybody, many asked about together."""
    offers = OffersInForce(ports)
    names = [(thing.campaign, thing.item) for thing in things]
    return [offer for n in range(0, len(names), _AT_ONCE) for offer in offers.several(names[n : n + _AT_ONCE])]


def _growing(things: Sequence[Thing], first: int) -> Iterator[Sequence[Thing]]:
    """The things in pieces, each twice as long as the one before."""
    place, size = 0, first
    while place < len(things):
        yield things[place : place + size]
        place, size = place + size, size * 2
