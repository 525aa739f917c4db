"""
What stands first in a list that nobody sorted otherwise: what can be had now, then what opens later, then what is gone.

The phase of a thing is known in memory; how much is left is asked of the store, for a portion of things at a time,
and only as far as a page reaches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice

from quanyi.campaigns.catalogue.moments import Moment
from quanyi.campaigns.catalogue.thing import Thing

__all__ = ["Left", "Standings"]

Left = Callable[[Sequence[Thing]], Sequence[int | None]]
"""How many pieces each of some things has left; None where they are unlimited."""

_NOW, _SOON, _GONE = range(3)
_PHASES = {"now": _NOW, "soon": _SOON, "past": _GONE}
_FIRST, _MOST = 25, 800
"""How many things are asked about at once: few at first, since most pages need no more; then twice as many each time."""


class Standings:
    """
    Where things stand: 0 can be had, 1 opens later, 2 is sold out, paused or over. Things go by their numbers.

    Attributes:
        count: How many standings there are.
    """

    count = 3

    def __init__(
        self, things: Sequence[Thing], moments: Mapping[str, Moment], paused: frozenset[str], left: Left
    ) -> None:
        self._things, self._moments, self._paused, self._left = things, moments, paused, left
        self._known: dict[int, int] = {}

    def only(self, standing: int, numbers: Iterator[int]) -> Iterator[int]:
        """Those of *numbers* that stand so, in their order. It looks ahead, but never far beyond what is taken."""
        possible = (number for number in numbers if standing in (self._at_best(number), _GONE))
        portion = _FIRST
        while some := list(islice(possible, portion)):
            self._learn(some)
            yield from (number for number in some if self._known[number] == standing)
            portion = min(2 * portion, _MOST)

    def _at_best(self, number: int) -> int:
        """Where a thing stands if any is left of it."""
        thing = self._things[number]
        return _GONE if thing.campaign in self._paused else _PHASES[self._moments[thing.timed].phase]

    def _learn(self, numbers: Sequence[int]) -> None:
        """Find out where these stand; how much is left is asked in one go, of those for which it tells."""
        new = {number: self._at_best(number) for number in numbers if number not in self._known}
        self._known |= new
        asked = [number for number, standing in new.items() if standing != _GONE]
        for number, left in zip(asked, self._left([self._things[number] for number in asked]), strict=True):
            if left == 0:
                self._known[number] = _GONE
