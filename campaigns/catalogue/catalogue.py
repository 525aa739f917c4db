"""
All things that the campaigns in force sell, in memory: made once for them, and asked by every page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import attrs

from quanyi.campaigns.catalogue.choices import Choices
from quanyi.campaigns.catalogue.moments import Moment, Moments
from quanyi.campaigns.catalogue.orders import Order, Place, by_moment, by_price, by_priority, by_start
from quanyi.campaigns.catalogue.query import OfferQuery
from quanyi.campaigns.catalogue.slices import Fits, Listed
from quanyi.campaigns.catalogue.standings import Left, Standings
from quanyi.campaigns.catalogue.texts import Found, Texts
from quanyi.campaigns.catalogue.thing import Thing

__all__ = ["Catalogue"]


@attrs.frozen(kw_only=True)
class Catalogue:
    """
    What is sold, as it stands as long as the same campaigns are in force.

    Attributes:
        name: The mall's id, which tells its marks from those of others.
        unit: The unit whose price sorts things: the mall's first.
    """

    name: str
    unit: str
    things: tuple[Thing, ...]
    _by_name: Mapping[tuple[str, str], Thing] = attrs.field(init=False)
    _texts: Texts = attrs.field(init=False)
    _moments: Moments = attrs.field(init=False)
    _choices: Choices = attrs.field(init=False)
    _orders: dict[str, tuple[Any, Order]] = attrs.field(init=False, factory=dict)

    @_by_name.default
    def _named(self) -> Mapping[tuple[str, str], Thing]:
        return {(thing.campaign, thing.item): thing for thing in self.things}

    @_texts.default
    def _written(self) -> Texts:
        return Texts(self.things)

    @_moments.default
    def _timed(self) -> Moments:
        return Moments({thing.timed: thing.head for thing in self.things})

    @_choices.default
    def _offered(self) -> Choices:
        return Choices(self.things)

    def thing(self, campaign: str, item: str) -> Thing | None:
        """The thing of that name; None if it is not sold."""
        return self._by_name.get((campaign, item))

    def found(self, text: str) -> list[Thing]:
        """The things that a search finds, best first; all of them where nothing is looked for."""
        if not text.strip():
            return list(self.things)
        fits = self._texts.find(text)
        return [self.things[number] for number in sorted(fits, key=lambda number: (fits[number], number))]

    def moments(self, now: datetime, paused: frozenset[str]) -> Mapping[str, Moment]:
        """The phase of each campaign, and of each thing with times of its own, by `Thing.timed`."""
        return self._moments.at(now, paused)

    def listed(
        self, query: OfferQuery, now: datetime, *, paused: frozenset[str], balances: Mapping[str, int]
    ) -> Listed:
        """What *query* finds at *now*, in its order."""
        moments = self._moments.at(now, paused)
        found = self._texts.find(query.text) if query.text.strip() else None
        fits = Fits(query, moments, balances, self.things)
        total = None if found is None else sum(map(fits, found))
        order, of = self._order(query, moments, found), (self.name, self.unit, query.name)
        return Listed(order, fits, of, total, *self._choices.of(query, moments))

    def standings(self, now: datetime, *, paused: frozenset[str], left: Left) -> Standings:
        """What can be had at *now*, what opens later and what is gone."""
        return Standings(self.things, self._moments.at(now, paused), paused, left)

    def _order(self, query: OfferQuery, moments: Mapping[str, Moment], found: Found | None) -> Order:
        """The order of all things, or of those that a text found."""
        of = moments if query.sort == "ending" else None
        kept = self._orders.get(query.sort)
        if kept is None or kept[0] is not of:
            kept = self._orders[query.sort] = (of, Order.of(self.things, self._sort(query, moments)))
        return kept[1] if found is None else kept[1].only(found, best_first=query.sort == "recommended")

    def _sort(self, query: OfferQuery, moments: Mapping[str, Moment]) -> Callable[[Thing], Place]:
        return {
            "recommended": by_priority,
            "price": by_price(self.unit),
            "price_down": by_price(self.unit, down=True),
            "newest": by_start,
            "ending": by_moment(moments.__getitem__),
        }[query.sort]
