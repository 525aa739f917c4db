"""
What a list of things can be narrowed by: the categories and forms of what campaigns sell.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from quanyi.campaigns.catalogue.moments import Moment
from quanyi.campaigns.catalogue.query import OfferQuery
from quanyi.campaigns.catalogue.thing import Thing

__all__ = ["Choices"]

_MOST_KEPT = 50
_Both = tuple[tuple[str, ...], tuple[str, ...]]


class Choices:
    """The categories and forms of what each campaign sells; found again when a campaign opens or closes."""

    def __init__(self, things: Iterable[Thing]) -> None:
        by_times: dict[str, list[Thing]] = {}
        for thing in things:
            by_times.setdefault(thing.timed, []).append(thing)
        self._offered = [
            (mine[0], _kept(thing.said.category for thing in mine), _kept(thing.said.form for thing in mine))
            for mine in by_times.values()
        ]
        self._kept: tuple[object, dict[tuple[object, ...], _Both]] = (None, {})

    def of(self, query: OfferQuery, moments: Mapping[str, Moment]) -> _Both:
        """The categories and the forms of all that is in the kinds and phases of *query*."""
        of, kept = self._kept
        if of is not moments or len(kept) > _MOST_KEPT:
            kept = {}
            self._kept = (moments, kept)
        asked = (query.kinds, query.but, query.phases)
        if asked not in kept:
            kept[asked] = self._found(query, moments)
        return kept[asked]

    def _found(self, query: OfferQuery, moments: Mapping[str, Moment]) -> _Both:
        categories: dict[str, None] = {}
        forms: dict[str, None] = {}
        for first, some, others in self._offered:
            if query.takes(first.play.head.kind) and moments[first.timed].phase in query.phases:
                categories |= some
                forms |= others
        return tuple(categories), tuple(forms)


def _kept(names: Iterable[str]) -> dict[str, None]:
    return dict.fromkeys(name for name in names if name)
