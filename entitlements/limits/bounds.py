"""
Bounds: the most that a limit lets through over a campaign's whole life.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import timedelta

import attrs

from quanyi.entitlements.calculators import most
from quanyi.entitlements.clauses import Gift, Head, Limit
from quanyi.entitlements.time import Window, zone_of

__all__ = ["Bound", "WindowBound", "at_once", "bound_by", "least", "most_of", "summed"]


@attrs.frozen(kw_only=True)
class WindowBound:
    """
    The most that can be given of something in each window of a campaign without an end.

    Attributes:
        per_user: For one person; None for no bound.
        total: For all together; None for no bound.
    """

    window: Window
    per_user: int | None = None
    total: int | None = None

    def times(self, amount: int | None) -> WindowBound:
        """The bound in smaller units; see `Bound.times`."""
        return attrs.evolve(self, per_user=_product(self.per_user, amount), total=_product(self.total, amount))


@attrs.frozen(kw_only=True)
class Bound:
    """
    The most that can be given of something, for one person and in all.

    Attributes:
        per_user: For one person; None for no bound.
        total: For all together; None for no bound.
        windows: The most in each window, where windows go on for ever.
    """

    per_user: int | None = None
    total: int | None = None
    windows: tuple[WindowBound, ...] = attrs.field(default=(), repr=False)

    def times(self, amount: int | None) -> Bound:
        """The bound in smaller units: each of what it counts is worth *amount*; no bound if *amount* is None."""
        per_user, total = _product(self.per_user, amount), _product(self.total, amount)
        windows = () if amount is None else tuple(window.times(amount) for window in self.windows)
        return Bound(per_user=per_user, total=total, windows=windows)


def least(one: Bound, other: Bound) -> Bound:
    """
    The tighter of two bounds. A total also bounds each person.

    >>> least(Bound(per_user=10), Bound(total=3))
    Bound(per_user=3, total=3)
    """
    total = _smaller(one.total, other.total)
    windows = _joined(one.windows, other.windows)
    return Bound(per_user=_smaller(_smaller(one.per_user, other.per_user), total), total=total, windows=windows)


def summed(bounds: Iterable[Bound]) -> Bound:
    """
    The bound of several things together; in a window a thing without a bound of its own there counts with its whole one.

    >>> summed([Bound(per_user=10, total=30), Bound(per_user=5)])
    Bound(per_user=15, total=None)
    """
    each = list(bounds)
    named = dict.fromkeys(own.window for bound in each for own in bound.windows)
    windows = [_sum(window, [_within(bound, window) for bound in each]) for window in named]
    bounded = tuple(window for window in windows if (window.per_user, window.total) != (None, None))
    return Bound(per_user=_total(b.per_user for b in each), total=_total(b.total for b in each), windows=bounded)


def _within(bound: Bound, window: Window) -> WindowBound:
    own = next((own for own in bound.windows if own.window == window), WindowBound(window=window))
    total = _smaller(own.total, bound.total)
    return WindowBound(window=window, per_user=_smaller(own.per_user, bound.per_user), total=total)


def _sum(window: Window, parts: Collection[WindowBound]) -> WindowBound:
    per_user, total = _total(part.per_user for part in parts), _total(part.total for part in parts)
    return WindowBound(window=window, per_user=per_user, total=total)


def _total(amounts: Iterable[int | None]) -> int | None:
    values = list(amounts)
    return None if None in values else sum(value for value in values if value is not None)


def most_of(limit: Limit, head: Head, *, per_time: int | None, person: str = "user") -> Bound:
    """
    What *limit* lets through in all, where each count is worth *per_time*.

    A limit that only flags is no bound. One whose windows go on in a campaign without an end bounds each of them.

    Args:
        person: The role that receives it: limits per this role bound each person.
    """
    if limit.over == "flag" or limit.per not in {("campaign",), (person,)}:
        return Bound()
    windows, everybody = _windows(limit, head), limit.per == ("campaign",)
    count = limit.count * (1 if windows is None else windows)
    per_user, total = (None, count) if everybody else (count, None)
    most = Bound(per_user=per_user, total=total)
    if windows is None:
        most = Bound(windows=(WindowBound(window=limit.window, per_user=per_user, total=total),))
    return least(most.times(per_time), Bound())


def bound_by(
    limit: Limit, head: Head, gifts: Collection[Gift], *, known: Collection[str], person: str = "user"
) -> Bound:
    """
    How much of the one thing that *gifts* give *limit* lets through.

    Args:
        gifts: All gifts of that thing which may come at once.
        known: The ids of units and benefits: whatever else a limit counts is money.
        person: As for `most_of`.
    """
    if limit.of == "times":
        return most_of(limit, head, per_time=at_once(gifts), person=person)
    benefits = [gift.benefit for gift in gifts if gift.benefit is not None]
    if limit.of in {gift.thing for gift in gifts} or (benefits and limit.of == "pieces"):
        return most_of(limit, head, per_time=1, person=person)
    cost = min((benefit.cost for benefit in benefits), default=0)
    if cost and limit.of not in {"pieces", *known}:
        return most_of(attrs.evolve(limit, count=limit.count // cost), head, per_time=1, person=person)
    return Bound()


def at_once(gifts: Collection[Gift]) -> int | None:
    """
    The most that all of *gifts* give together; None if that depends on the input.

    >>> from quanyi.entitlements.clauses import Fixed, PerStep
    >>> ten, by_amount = Gift(thing="points", how_much=Fixed(value=10)), PerStep(step=100, give=1, of="event.amount")
    >>> at_once([ten, ten]), at_once([ten, Gift(thing="points", how_much=by_amount)])
    (20, None)
    """
    amounts = [most(gift.how_much) for gift in gifts]
    return None if None in amounts else sum(amount for amount in amounts if amount is not None)


def _windows(limit: Limit, head: Head) -> int | None:
    """The number of windows that the campaign's run covers; None if it has no end."""
    if limit.window.name == "ever":
        return 1
    start, end, zone = head.runs.start, head.runs.end, zone_of(head.zone)
    if start is None or end is None:
        return None
    count, at = 0, start
    if limit.window.name == "session" and not limit.window.begun(at, zone):
        at = limit.window.ends(at, zone) or end
    while at < end:
        following = limit.window.length.after(at, zone) if limit.window.follows else limit.window.ends(at, zone)
        count, at = count + 1, following if following is not None else end
    return max(count, 1) if end > start else int(end - start > timedelta())


def _joined(one: tuple[WindowBound, ...], other: tuple[WindowBound, ...]) -> tuple[WindowBound, ...]:
    """The tighter bounds of each window."""
    found: dict[Window, WindowBound] = {}
    for bound in (*one, *other):
        known = found.get(bound.window, WindowBound(window=bound.window))
        per_user, total = _smaller(known.per_user, bound.per_user), _smaller(known.total, bound.total)
        found[bound.window] = WindowBound(window=bound.window, per_user=per_user, total=total)
    return tuple(found.values())


def _product(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one * other


def _smaller(one: int | None, other: int | None) -> int | None:
    return min((n for n in (one, other) if n is not None), default=None)
