"""
The most that a streak can cost.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from functools import reduce
from typing import TYPE_CHECKING

from quanyi.entitlements.amounts import round_to
from quanyi.entitlements.calculators import most
from quanyi.entitlements.clauses import Limit
from quanyi.entitlements.limits.bounds import Bound, bound_by, least, most_of
from quanyi.entitlements.plays.base import Exposure
from quanyi.entitlements.time import Window

if TYPE_CHECKING:
    from quanyi.entitlements.clauses import Gift
    from quanyi.entitlements.plays.streak.terms import Milestone, StreakTerms

__all__ = ["exposure"]


def exposure(streak: StreakTerms) -> tuple[Exposure, ...]:
    """A gift for every day of the run, and milestones as often as there can be rows for them."""
    things = dict.fromkeys(gift.thing for gift in streak.gifts)
    bounds = {thing: _bound(streak, thing) for thing in things}
    return tuple(Exposure.of(thing, bound) for thing, bound in bounds.items())


def _bound(streak: StreakTerms, thing: str) -> Bound:
    bound = Bound(per_user=_by_days(streak, thing))
    gifts = [gift for gift in streak.gifts if gift.thing == thing]
    known = {*streak.units, *(gift.thing for gift in streak.gifts)}
    for limit in (limit for limit in (*streak.at_most, *streak.budget) if limit.of != "times"):
        bound = least(bound, bound_by(limit, streak.head, gifts, known=known))
    for gift in gifts:
        bound = least(bound, Bound(total=gift.benefit.stock if gift.benefit is not None else None))
    return bound


def _by_days(streak: StreakTerms, thing: str) -> int | None:
    """The most that one person's days can give; None where the run has no end, or an amount no bound."""
    days = _days(streak)
    plain = _plain(streak, thing)
    if plain and days is None:
        return None
    total = 0 if plain is None else plain * (days or 0)
    for milestone in streak.milestones:
        often, gifts = _often(streak, milestone, days), (milestone.give, milestone.instead)
        each = _most([_amount(streak, found, thing) for found in gifts])
        if each is None or (each and often is None):
            return None
        total += each * (often or 0)
    return None if plain is None else total


def _days(streak: StreakTerms) -> int | None:
    """How many days one person can have; limits on marks bound them too, unless more are made up or covered."""
    once_a_day = Limit(id="", count=1, window=Window(streak.mark.one_per))
    others = [limit for limit in streak.at_most if limit.of == "times" and not streak.makeup and not streak.freeze]
    bounds = [most_of(limit, streak.head, per_time=1) for limit in (once_a_day, *others)]
    return reduce(least, bounds).per_user


def _plain(streak: StreakTerms, thing: str) -> int | None:
    """The most that a day gives by itself, on the best step of the ladder."""
    give = _amount(streak, streak.give, thing)
    steps = streak.ladder.steps if streak.ladder is not None else ()
    step = _most([_amount(streak, step, thing) for step in steps])
    return None if give is None or step is None else give + step


def _most(amounts: Iterable[int | None]) -> int | None:
    """The largest of several amounts, of which one is given; None if one has no bound."""
    found = list(amounts)
    return None if None in found else max((amount or 0 for amount in found), default=0)


def _often(streak: StreakTerms, milestone: Milestone, days: int | None) -> int | None:
    """How often a milestone is paid at most: rows that are paid for share no day."""
    if milestone.once == "ever":
        return 1
    if milestone.once == "period" and not milestone.every:
        return most_of(Limit(id="", count=1, window=streak.resets), streak.head, per_time=1).per_user
    return None if days is None else days // milestone.days


def _amount(streak: StreakTerms, gifts: tuple[Gift, ...], thing: str) -> int | None:
    """The most of one thing in one gift, multiplied as far as it can be."""
    found = [(gift, most(gift.how_much)) for gift in gifts if gift.thing == thing]
    if any(amount is None for _, amount in found):
        return None
    factor = max((Fraction(times.x) for times in streak.times), default=Fraction(1))
    factor = max(factor, Fraction(1))
    return sum(round_to(factor * (n or 0), "down") if gift.benefit is None else n or 0 for gift, n in found)
