"""
The links of which chains of campaigns are made: what each rule hears and tells, and how often it fires.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs

from quanyi.campaigns.language.places import Place
from quanyi.entitlements.checks.conditions import Condition
from quanyi.entitlements.clauses import Fixed, Gift, Head, Limit

__all__ = ["Link", "Told", "given", "times_of"]

Told = tuple[str, Mapping[str, Any]]
"""A type of what is told, and what is known of its data beforehand."""


@attrs.frozen(kw_only=True)
class Link:
    """
    One rule of a campaign, as a link of a chain.

    Attributes:
        hears: The event types that make it fire.
        tells: What it tells when it does.
        times: How often it fires at most because of one cause; None if nothing says so.
        share: How much of what it hears it passes on: a goal of three events a third.
        place: Where it is written.
    """

    head: Head
    hears: tuple[str, ...]
    only_if: Condition | None = None
    tells: tuple[Told, ...] = ()
    times: int | None = None
    share: float = 1.0
    place: Place

    @property
    def campaign(self) -> str:
        """Whose rule it is."""
        return self.head.campaign

    def runs_with(self, other: Link) -> bool:
        """Whether there is an instant at which both campaigns run."""
        one, two = self.head.runs, other.head.runs
        before = one.start is None or two.end is None or one.start < two.end
        return before and (two.start is None or one.end is None or two.start < one.end)


def given(gifts: Iterable[Gift], head: Head, limits: Iterable[Limit]) -> Iterator[Told]:
    """What handing out tells."""
    for gift in gifts:
        if gift.benefit is None:
            yield "points.changed", {"unit": gift.thing}
        else:
            yield "entitlement.granted", {"campaign": head.campaign, "item": gift.thing}
    if any(limit.over == "flag" for limit in limits):
        yield "limit.crossed", {}


def times_of(limits: Iterable[Limit], gifts: Iterable[Gift]) -> int | None:
    """How often limits let something fire: counted in times, or by fixed amounts of what it gives."""
    worth: dict[str, int] = {"times": 1}
    for gift in gifts:
        if isinstance(gift.how_much, Fixed):
            worth[gift.thing] = worth.get(gift.thing, 0) + gift.how_much.value
    counts = (-(-limit.count // worth[limit.of]) for limit in limits if limit.over != "flag" and worth.get(limit.of))
    return min(counts, default=None)
