"""
What is asked of figures, and the groups of sums that answer.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

import attrs

from quanyi.campaigns.figures.dimensions import ALL, HOUR, WHOLE, monthly
from quanyi.campaigns.language.findings import did_you_mean
from quanyi.entitlements.errors import InputError

__all__ = ["LAST", "Asked", "Group", "Range", "known", "known_brand", "merged"]

LAST = "9999"
"""Behind every day."""

_LONGEST = 3_660
_A_DAY = timedelta(days=1)


class Range(NamedTuple):
    """Sums of one dimension, whose day lies between these two, both included."""

    dimension: str
    first: str
    last: str


class Group(NamedTuple):
    """The sums of one key and item, in the order in which the figures stand in their table."""

    key: str
    item: str
    sums: tuple[int, ...]


@attrs.frozen(kw_only=True)
class Asked:
    """
    A question to the sums.

    Attributes:
        first: The first day; `last` is the last one, and belongs to them.
        by: A dimension, or an attribute of the context; empty for none.
        campaign: Only of this one.
        items: Only these; None for all.
    """

    first: date
    last: date
    by: str = ""
    campaign: str | None = None
    items: frozenset[str] | None = None

    def __attrs_post_init__(self) -> None:
        if self.first > self.last:
            raise InputError(f"the first day, {self.first}, is after the last, {self.last}")
        if (self.last - self.first).days > _LONGEST:
            raise InputError(f"figures are read for {_LONGEST} days at most")

    @property
    def ranges(self) -> tuple[Range, ...]:
        """The sums that are read: whole months by those of months, and what is left by those of days."""
        days = Range(self.dimension, self.first.isoformat(), self.last.isoformat())
        if self.dimension == ALL or self.by == "day":
            return (days,)
        begin = self.first if self.first.day == 1 else _next_month(self.first)
        end = _next_month(self.last) if (self.last + _A_DAY).day == 1 else self.last.replace(day=1)
        if begin >= end:
            return (days,)
        last_month = (end - _A_DAY).isoformat()[:7]
        found = [Range(monthly(self.dimension), begin.isoformat()[:7], last_month)]
        if self.first < begin:
            found.append(Range(self.dimension, self.first.isoformat(), (begin - _A_DAY).isoformat()))
        if end <= self.last:
            found.append(Range(self.dimension, end.isoformat(), self.last.isoformat()))
        return tuple(found)

    @property
    def dimension(self) -> str:
        """The dimension of the sums that are read."""
        if self.by in ("", "day") and self.campaign is None and self.items is None:
            return ALL
        return WHOLE if self.by in _COLUMNS else self.by

    @property
    def column(self) -> str | None:
        """The column by which they are told apart; None for none. Those of a brand are told apart by item first."""
        return _COLUMNS.get(self.by, "value")


_COLUMNS: dict[str, str | None] = {
    "": None,
    "brand": "item",
    "campaign": "campaign",
    "day": "day",
    "item": "item",
}


def merged(groups: Iterable[Group]) -> list[Group]:
    """Groups of several ranges: one of each key and item."""
    found: dict[tuple[str, str], tuple[int, ...]] = {}
    for key, item, sums in groups:
        before = found.get((key, item))
        found[key, item] = sums if before is None else tuple(a + b for a, b in zip(before, sums, strict=True))
    return [Group(key, item, sums) for (key, item), sums in found.items()]


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def known_brand(name: str, brands: Iterable[str]) -> str:
    """*name*, if it is one of *brands*; InputError with what was probably meant else."""
    there = frozenset(brands)
    if name not in there:
        raise InputError(f"there is no brand {name!r} ({did_you_mean(name, there) or 'nothing is of a brand'})")
    return name


def known(by: str, counted: Iterable[str]) -> str:
    """*by*, if figures can be told apart by it; InputError else."""
    there = [*(name for name in _COLUMNS if name), HOUR, *sorted(counted)]
    if by and by not in there:
        raise InputError(f"figures are told apart by {', '.join(there)}, not by {by!r}")
    return by
