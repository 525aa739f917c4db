"""
What the terms of every play hold: the head, limits and budgets, and the units that it books in.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from quanyi.entitlements.benefits import PointsUnit
from quanyi.entitlements.clauses import Head, Limit

__all__ = ["Terms"]


@attrs.frozen(kw_only=True)
class Terms:
    """
    The terms that a campaign's file is compiled to; each play adds its own.

    Attributes:
        head: What the campaign says about itself.
        at_most: How often, or how much, for whom.
        budget: What all of it may cost.
        units: The units it books in, as the mall declares them.
    """

    head: Head
    at_most: tuple[Limit, ...] = ()
    budget: tuple[Limit, ...] = ()
    units: Mapping[str, PointsUnit] = attrs.field(factory=dict)

    def unit(self, id_: str) -> PointsUnit:
        """A unit by its id; one without any rule if the mall says nothing about it."""
        return self.units.get(id_) or PointsUnit(id=id_)
