"""
What facts have in common for a rule of earning, so that one is decided like the other.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NoReturn

from quanyi.entitlements.calculators import amount_of
from quanyi.entitlements.checks.conditions import AllOf, AnyOf, Condition, Expression, Not, judge
from quanyi.entitlements.checks.openings import is_open
from quanyi.entitlements.clauses import Computed, Gift, Head, Limit
from quanyi.entitlements.errors import Refused
from quanyi.entitlements.grants import end_of
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.needs import Picture
from quanyi.entitlements.picture import View
from quanyi.entitlements.plays.base import known_of
from quanyi.entitlements.points import lot_end
from quanyi.entitlements.time import zone_of
from quanyi.entitlements.undo.partial import base_of
from quanyi.entitlements.undo.sources import sames_of

if TYPE_CHECKING:
    from quanyi.entitlements.plays.reward.terms import RewardTerms

__all__ = ["alike", "repeated"]

_WHOLE = 10_000  # basis points
_SUBJECTS = frozenset({"campaign", "user"})
_OVER = frozenset({"clip", "refuse", "skip"})


def alike(reward: RewardTerms, ask: Input) -> Hashable | None:
    """
    The amounts that are given, where they go, the windows and subjects of the limits, and what is known of the person
    where that is looked at; see `Repeated`.

    None where the campaign is not open, or its conditions say no.
    """
    head, at, zone = reward.head, ask.at, zone_of(reward.head.zone)
    if not ask.holder or at not in head.runs or not is_open(head, at):
        return None
    try:
        known = _judged([head.audience, reward.only_if], ask)
        gifts = tuple([_given(reward, gift, ask, at) for gift in reward.give])
        base = base_of(reward.if_undone, ask)
    except Refused:
        return None
    sources = dict(ask.source)
    if any(name not in sources for same in sames_of(reward) for name in same) or "" in sources.values():
        return None
    limits = (*reward.at_most, *reward.budget)
    windows = tuple([limit.window.key(at, zone) for limit in limits])
    subjects = tuple([ask.data.get(name) for name in _attributes(limits) if name not in sources])
    if any(type(subject) not in (int, str) for subject in subjects):
        return None
    return known, gifts, base, windows, tuple(map(str, subjects))


def repeated(reward: RewardTerms) -> bool:
    """
    Whether facts can be alike for a rule: what is given at once to the user by native terms, and counted in windows of
    the calendar.

    A rule that takes or promises, gives something else where stock is gone, or is for a share of users, looks at more.
    """
    native = not any(isinstance(gift.how_much, Computed) for gift in reward.give)
    simple = reward.to == "user" and not reward.take and not reward.instead and reward.after is None
    conditions = _is_native(reward.head.audience) and _is_native(reward.only_if)
    return native and simple and conditions and _for_all(reward.head) and _counted((*reward.at_most, *reward.budget))


def _judged(conditions: Iterable[Condition | None], ask: Input) -> Hashable:
    """What is known of the person, where any condition looks. Raises NotEligible where one does not hold."""
    asked = [condition for condition in conditions if condition is not None]
    for condition in asked:
        judge(condition, ask, _no_expressions)
    return known_of(ask) if asked else ()


def _given(reward: RewardTerms, gift: Gift, ask: Input, at: datetime) -> Hashable:
    """How much, and when it ends; an end that is not that of a day or month, by how much later it is."""
    amount = amount_of(gift.how_much, ask, _NOTHING)
    if gift.benefit is not None:
        end, whole = end_of(gift.benefit, at, reward.head.zone), gift.benefit.whole_days
    else:
        unit = reward.unit(gift.thing)
        end, whole = lot_end(unit, at), unit.lots.ends_to != "exact"
    return amount, end if whole or end is None else end - at


def _attributes(limits: Iterable[Limit]) -> Iterator[str]:
    """The attributes of the fact by which limits count."""
    return (name for limit in limits for name in limit.per if name not in _SUBJECTS)


def _for_all(head: Head) -> bool:
    return not head.holdout and head.rollout == _WHOLE


def _counted(limits: Iterable[Limit]) -> bool:
    return all(limit.over in _OVER and not limit.window.follows and not limit.hidden for limit in limits)


def _is_native(condition: Condition | None) -> bool:
    """Whether a condition has no expression in it."""
    match condition:
        case Expression():
            return False
        case AllOf(parts=parts) | AnyOf(parts=parts):
            return all(map(_is_native, parts))
        case Not(part=part):
            return _is_native(part)
    return True


def _no_expressions(text: str, _values: Any) -> NoReturn:
    msg = f"{text} is an expression"
    raise TypeError(msg)


_NOTHING = View(Picture()).draft(datetime.min.replace(tzinfo=UTC))
"""A draft of nothing: native amounts don't look at it."""
