"""
Limits with their places in a file.
"""

from __future__ import annotations

from collections.abc import Iterator

from quanyi.campaigns.language.places import Place
from quanyi.entitlements.clauses import Limit

__all__ = ["limits_at", "places_in"]


def places_in(place: Place) -> list[Place]:
    """The place of one limit, or of each in a list."""
    return [place / n for n in range(len(place.data))] if isinstance(place.data, list) else [place]


def limits_at(limits: tuple[Limit, ...], place: Place) -> Iterator[tuple[Limit, Place]]:
    """*limits* with the places where they are written: one, or each in a list."""
    yield from zip(limits, places_in(place), strict=False)
