"""
The part of a list that one page shows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

import attrs

from quanyi.campaigns.catalogue.marks import Mark
from quanyi.campaigns.catalogue.moments import Moment
from quanyi.campaigns.catalogue.orders import Order, Place
from quanyi.campaigns.catalogue.query import OfferQuery
from quanyi.campaigns.catalogue.standings import Standings
from quanyi.campaigns.catalogue.thing import Thing

__all__ = ["Fits", "Listed", "Slice"]


@attrs.frozen(kw_only=True)
class Slice:
    """
    The things of one page.

    Attributes:
        next: The mark of what follows; None at the end. `previous` is that of what comes before.
        total: How many things a text found; None where none was looked for.
        categories: Those of all things in the kinds and phases that are asked for; `forms` likewise.
        misplaced: Whether a mark was given that is no place in the list, so that this is the first page.
    """

    things: Sequence[Thing]
    next: str | None = None
    previous: str | None = None
    total: int | None = None
    categories: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    misplaced: bool = False


class Fits:
    """Whether a thing, by its number, is what a query wants, by all but its text."""

    def __init__(
        self,
        query: OfferQuery,
        moments: Mapping[str, Moment],
        balances: Mapping[str, int],
        things: Sequence[Thing],
    ) -> None:
        self.things = things
        self._query, self._moments, self._balances = query, moments, balances
        self._taken: dict[str, bool] = {}

    def __call__(self, number: int) -> bool:
        thing, query = self.things[number], self._query
        if query.category and thing.said.category != query.category:
            return False
        if query.form and thing.said.form != query.form:
            return False
        timed = thing.timed
        if timed not in self._taken:
            self._taken[timed] = query.takes(thing.head.kind) and self._moments[timed].phase in query.phases
        return self._taken[timed] and (not query.affordable or thing.within(self._balances))


@attrs.frozen
class Listed:
    """
    What a query finds, in order, before a page of it is cut.

    Attributes:
        of: What the marks of this list are made for.
        total: As in `Slice`; `categories` and `forms` likewise.
    """

    order: Order
    fits: Fits
    of: object
    total: int | None
    categories: tuple[str, ...]
    forms: tuple[str, ...]

    def slice(self, after: str | None, limit: int | None, standings: Standings | None = None) -> Slice:
        """No more than *limit* things from the mark *after* on, or from the beginning where nothing is left there."""
        walk = _Walk(self, standings)
        found = walk.from_mark(Mark.read(after, self.of), limit)
        shown = walk.first(limit) if found is None else found
        lost = after is not None and found is None
        page = Slice(things=[], total=self.total, categories=self.categories, forms=self.forms, misplaced=lost)
        if not shown:
            return page
        later, earlier = walk.behind(shown[-1]), walk.before(shown[0])
        return attrs.evolve(
            page,
            things=[self.fits.things[number] for _, number in shown],
            next=self._mark(walk, shown[-1], back=False) if next(later, None) is not None else None,
            previous=self._mark(walk, shown[0], back=True) if next(earlier, None) is not None else None,
        )

    def _mark(self, walk: _Walk, step: _Step, *, back: bool) -> str:
        return Mark(walk.place(step), back=back).text(self.of)


_Step = tuple[int, int]
"""Where a thing stands, and its number."""


class _Walk:
    """
    A list from what can be had to what is gone, or back; or as it is sorted, where no standings are given.

    The place of a thing begins with its standing, if they are given.
    """

    def __init__(self, listed: Listed, standings: Standings | None) -> None:
        self._order, self._fits, self._standings = listed.order, listed.fits, standings

    def from_mark(self, mark: Mark | None, limit: int | None) -> list[_Step] | None:
        """What a page shows from a mark on; None where that is no place, or nothing is left there."""
        start = self._start(mark)
        if mark is None or start is None:
            return None
        if not mark.back:
            return list(islice(self._behind(*start), limit)) or None
        found = list(islice(self._before(*start), limit))
        return found[::-1] if len(found) == limit else self.first(limit)

    def first(self, limit: int | None) -> list[_Step]:
        """What the first page shows."""
        return list(islice(self._behind(0, None), limit))

    def behind(self, step: _Step) -> Iterator[_Step]:
        """What comes behind a thing, in order."""
        return self._behind(step[0], self._order.place(step[1]))

    def before(self, step: _Step) -> Iterator[_Step]:
        """What comes before a thing, the nearest first."""
        return self._before(step[0], self._order.place(step[1]))

    def place(self, step: _Step) -> Place:
        """What a mark carries of a thing."""
        place = self._order.place(step[1])
        return place if self._standings is None else (step[0], *place[:2], *place[3:])

    def _start(self, mark: Mark | None) -> tuple[int, Place] | None:
        """The standing and the place that a mark names; None for a standing that there is not."""
        if mark is None:
            return None
        if self._standings is None:
            return 0, mark.place
        standing, first, second, campaign, last = mark.place
        return (standing, (first, second, 0, campaign, last)) if 0 <= standing < self._standings.count else None

    def _behind(self, standing: int, place: Place | None) -> Iterator[_Step]:
        for each in range(standing, self._count):
            yield from self._steps(each, self._order.behind(place if each == standing else None))

    def _before(self, standing: int, place: Place) -> Iterator[_Step]:
        for each in range(standing, -1, -1):
            yield from self._steps(each, self._order.before(place if each == standing else None))

    @property
    def _count(self) -> int:
        return 1 if self._standings is None else self._standings.count

    def _steps(self, standing: int, numbers: Iterator[int]) -> Iterator[_Step]:
        fitting = (number for number in numbers if self._fits(number))
        found = fitting if self._standings is None else self._standings.only(standing, fitting)
        return ((standing, number) for number in found)
