"""
What the hands and the memory of a reward need to know of a play, so that other plays can use them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from quanyi.entitlements.benefits import PointsUnit
from quanyi.entitlements.clauses import Head, Undo, Unless

__all__ = ["Giver", "Undoable"]


class Giver(Protocol):
    """A play that gives things, in units it knows."""

    @property
    def head(self) -> Head:
        """What the campaign says about itself."""
        ...

    @property
    def units(self) -> Mapping[str, PointsUnit]:
        """The units of what it gives and takes."""
        ...

    def unit(self, id_: str) -> PointsUnit:
        """A unit by its id; one without any rule if the mall says nothing about it."""
        ...


class Undoable(Giver, Protocol):
    """A play whose gifts can be taken back by what they stem from."""

    @property
    def if_undone(self) -> tuple[Undo, ...]:
        """What happens when the cause goes away."""
        ...

    @property
    def unless(self) -> Unless | None:
        """What makes an open promise void."""
        ...
