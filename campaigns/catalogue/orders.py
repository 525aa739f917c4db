"""
The orders in which things are listed, and places in them.

A place is the key by which a thing is sorted: numbers, the campaign's name, and the thing's number there. So it
stays a place when things before it come or go, or the thing itself is gone.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice

import attrs

from quanyi.campaigns.catalogue.moments import Moment
from quanyi.campaigns.catalogue.thing import Thing

__all__ = ["Order", "Place", "Sorted", "by_moment", "by_price", "by_priority", "by_start"]

Place = tuple[int, int, int, str, int]
"""Three numbers by which a thing is sorted, the campaign's name, and the thing's number in the campaign."""

Sorted = Callable[[Thing], Place]


@attrs.define(slots=False)
class Order:
    """
    Things in one order, by their numbers in the catalogue.

    Attributes:
        place: The place of a thing, by its number.
    """

    numbers: Sequence[int]
    place: Callable[[int], Place]

    @classmethod
    def of(cls, things: Sequence[Thing], sort: Sorted) -> Order:
        """All *things*, sorted."""
        places = [sort(thing) for thing in things]
        return cls(sorted(range(len(things)), key=places.__getitem__), places.__getitem__)

    @cached_property
    def ranks(self) -> Sequence[int]:
        """Where each thing of a whole order stands, by its number."""
        ranks = [0] * len(self.numbers)
        for rank, number in enumerate(self.numbers):
            ranks[number] = rank
        return ranks

    def only(self, found: Mapping[int, int], *, best_first: bool) -> Order:
        """The same order of what was *found*; by how well it fits first, if *best_first*."""
        if not best_first:
            return Order(sorted(found, key=self.ranks.__getitem__), self.place)
        by_fit: dict[int, list[int]] = {}
        for number, fit in found.items():
            by_fit.setdefault(fit, []).append(number)
        numbers = [number for fit in sorted(by_fit) for number in sorted(by_fit[fit], key=self.ranks.__getitem__)]

        def place(number: int) -> Place:
            first, second, _, campaign, last = self.place(number)
            return (found[number], first, second, campaign, last)

        return Order(numbers, place)

    def behind(self, place: Place | None) -> Iterator[int]:
        """The numbers of what comes behind *place*, or of all, in order."""
        first = 0 if place is None else bisect_right(self.numbers, place, key=self.place)
        return islice(self.numbers, first, None)

    def before(self, place: Place | None) -> Iterator[int]:
        """The numbers of what comes before *place*, or of all, the nearest first."""
        end = len(self.numbers) if place is None else bisect_left(self.numbers, place, key=self.place)
        return (self.numbers[at] for at in range(end - 1, -1, -1))


def by_priority(thing: Thing) -> Place:
    """As it is declared: campaigns by priority and name, things as they are written."""
    return (-thing.play.head.priority, 0, 0, thing.campaign, thing.place)


def by_price(unit: str, *, down: bool = False) -> Sorted:
    """By the price in *unit*, then in money; what is paid in anything else alone comes last."""
    sign = -1 if down else 1

    def sort(thing: Thing) -> Place:
        price = thing.said.price
        units, money = (price.units, price.money) if price is not None else ({}, 0)
        asked = units.get(unit, 0)
        other = price is None or (not asked and (money > 0 or any(units.values())))
        return (int(other), sign * asked, sign * money, thing.campaign, thing.place)

    return sort


def by_start(thing: Thing) -> Place:
    """What started last comes first; what has no start comes last."""
    start = thing.head.runs.start
    return (int(start is None), 0 if start is None else -int(start.timestamp()), 0, thing.campaign, thing.place)


def by_moment(moments: Callable[[str], Moment]) -> Sorted:
    """By phase, what is now first, and within it by the instant that is nearest; *moments* tells both by `Thing.timed`."""

    def sort(thing: Thing) -> Place:
        return (*moments(thing.timed).sort, thing.campaign, thing.place)

    return sort
