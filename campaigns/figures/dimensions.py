"""
Dimensions: by what figures are told apart, besides the attributes of the context that a mall counts by.
"""

from __future__ import annotations

__all__ = ["ALL", "COLUMNS", "DIMENSIONS", "ENDS", "HOUR", "LONGEST", "MOST", "OTHERS", "PLACES", "WHOLE", "monthly"]

WHOLE = ""
"""The dimension of the sums that are told apart by day, campaign and item alone."""

ALL = "all campaigns"
"""The dimension of the sums of a day over all campaigns and items; points stay apart by unit."""

ENDS = "points by end"
"""
The sums of what is in all wallets by the last day of its points, empty for those without an end: `item` is the unit,
``issued`` what came in, ``spent`` what went out. A sum with the value ``whole`` says that the first change was counted.
"""

PLACES = "places of limits"
"""The sums of a limit for everybody together, day by day: `value` is the limit, ``spent`` what was used, ``issued`` what was given back."""

HOUR = "hour"
"""The dimension of the hour of the day, ``00`` to ``23`` in the mall's zone."""

DIMENSIONS = frozenset({"brand", "campaign", "day", HOUR, "item"})
"""Those that every mall has."""

COLUMNS = frozenset({"amount", "decided_at", "figure", "person"})
"""Names that an export uses for something else."""

LONGEST = 64
"""How many characters a value of the context may have to be counted by itself."""

MOST = 200
"""How many values of one attribute are counted by themselves: the first that come."""

OTHERS = "*"
"""What all further values are counted as."""


def monthly(dimension: str) -> str:
    """
    The dimension of the sums of whole months, whose day is ``2026-03``.

    >>> monthly(HOUR)
    'month of hour'
    """
    return f"month of {dimension}"
