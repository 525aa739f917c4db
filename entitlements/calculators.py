"""
Calculators: how much a gift is, computed exactly from an input, with one declared rounding.
"""

from __future__ import annotations

from fractions import Fraction

from quanyi.entitlements.amounts import round_to
from quanyi.entitlements.checks.conditions import value_at, values_of
from quanyi.entitlements.clauses import Computed, Fixed, HowMuch, Percent, PerStep, Slabs
from quanyi.entitlements.errors import NotEligible
from quanyi.entitlements.expressions import ExpressionFailed
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.parsing import quoted
from quanyi.entitlements.picture import Draft

__all__ = ["amount_of", "most"]


def amount_of(rule: HowMuch, ask: Input, draft: Draft) -> int:
    """
    The amount that *rule* gives for the input *ask*, in the smallest unit; 0 or more.

    *draft* is used only by `Computed`, whose expression it evaluates.

    Raises:
        NotEligible: The input lacks the attribute that it is computed from, or an expression fails.

    >>> from datetime import UTC, datetime
    >>> order = Input(type="order.paid", key="o1", at=datetime(2026, 3, 8, tzinfo=UTC), data={"amount": 1990})
    >>> amount_of(Percent(of="event.amount", percent="2.5"), order, None)  # 49.75, rounded down
    49
    >>> amount_of(PerStep(of="event.amount", step=500, give=10), order, None)  # three full steps
    30
    >>> amount_of(Slabs(of="event.amount", steps=((1000, 5), (2000, 20))), order, None)
    5
    """
    match rule:
        case Fixed(value=value):
            return value
        case Percent():
            return _capped(round_to(Fraction(rule.percent) * _base(rule.of, ask) / 100, rule.rounding), rule.cap)
        case PerStep():
            return _capped(_base(rule.of, ask) // rule.step * rule.give, rule.cap)
        case Slabs():
            base = _base(rule.of, ask)
            return max((step for step in rule.steps if step[0] <= base), default=(0, 0))[1]
        case Computed():
            return _computed(rule, ask, draft)


def most(rule: HowMuch) -> int | None:
    """
    The most that *rule* can ever give, in the smallest unit; None if that depends on the input.

    >>> most(Fixed(value=30)), most(Percent(of="amount", percent="10"))  # a percentage has a most only with a cap
    (30, None)
    """
    match rule:
        case Fixed(value=value):
            return value
        case Slabs(steps=steps):
            return max((amount for _, amount in steps), default=0)
        case Percent(cap=cap) | PerStep(cap=cap):
            return cap
    return None


def _capped(amount: int, cap: int | None) -> int:
    return max(amount if cap is None else min(amount, cap), 0)


def _base(path: str, ask: Input) -> int:
    found = value_at(path, ask)
    if not isinstance(found, int) or isinstance(found, bool):
        raise NotEligible(reason="amount-missing", shows={"of": path})
    return found


def _computed(rule: Computed, ask: Input, draft: Draft) -> int:
    shows = {"expression": rule.text, "where": rule.where}
    try:
        value = draft.evaluate(rule.text, values_of(ask))
    except ExpressionFailed as no:
        raise NotEligible(shows={**shows, "failed": str(no)}) from no
    if not isinstance(value, int) or isinstance(value, bool):
        raise NotEligible(shows={**shows, "failed": f"{quoted(value)} is not a whole number"})
    return max(value, 0)
