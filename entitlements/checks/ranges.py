"""
Ranges: between which bounds a condition wants values of the input to lie.

The engine divides campaigns by them, so that an event is decided by those whose range it lies in. A range says
no more than its condition: a value outside it is refused by the condition too.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from math import isnan
from typing import Any

import attrs

from quanyi.entitlements.checks.conditions import AllOf, Condition, Test

__all__ = ["Range", "family_of", "ranges"]

_FAMILIES: Mapping[type, str] = {bool: "number", Decimal: "number", float: "number", int: "number", str: "text"}
"""The types whose values have one order, by its name. Dates and instants are ISO text here, and ordered as text."""


@attrs.frozen(kw_only=True)
class Range:
    """
    The values between two bounds.

    >>> Range(low=10, high=20, high_open=True).holds(20)
    False

    Attributes:
        low: The lower bound, a number or a text; None for no bound.
        high: The upper bound, likewise.
        low_open: Whether the lower bound itself lies outside.
        high_open: Whether the upper bound itself lies outside.
    """

    low: Any = None
    high: Any = None
    low_open: bool = False
    high_open: bool = False

    @property
    def family(self) -> str:
        """The name of the order that its bounds belong to: ``number`` or ``text``."""
        return _FAMILIES[type(self.low if self.low is not None else self.high)]

    def holds(self, value: Any) -> bool:
        """Whether *value* lies inside, or can't be compared without an error of its own. A missing one never does."""
        if value is None:
            return False
        try:
            return self._is_high_enough(value) and self._is_low_enough(value)
        except (TypeError, ValueError):  # a value of another kind, which conditions refuse
            return False
        except ArithmeticError:  # a decimal that is no number: its condition has to say so itself
            return True

    def _is_high_enough(self, value: Any) -> bool:
        if self.low is None:
            return True
        return bool(value > self.low if self.low_open else value >= self.low)

    def _is_low_enough(self, value: Any) -> bool:
        if self.high is None:
            return True
        return bool(value < self.high if self.high_open else value <= self.high)


def family_of(value: Any) -> str | None:
    """The name of the order that *value* belongs to; None if it has no place in one that is known."""
    return None if _is_no_number(value) else _FAMILIES.get(type(value))


def ranges(condition: Condition | None) -> dict[str, Range]:
    """
    Between which bounds values must lie for *condition* to hold at all, by path.

    >>> ranges(AllOf(parts=(Test(path="event.amount", op="min", value=5), Test(path="event.sku", op="is", value="a"))))
    {'event.amount': Range(low=5, high=None, low_open=False, high_open=False)}

    A part with a word of its own for the no is left out: that word has to be said.
    """
    match condition:
        case AllOf(parts=parts, reason=""):
            found: dict[str, Range] = {}
            for part in parts:
                for path, more in ranges(part).items():
                    found[path] = _both(found[path], more) if path in found else more
            return found
        case Test(path=path, op=op, value=value) if op in _BOUNDED and _is_bound(value):
            return {path: Range(**_BOUNDED[op](value))}
    return {}


_BOUNDED: Mapping[str, Any] = {
    "less_than": lambda value: {"high": value, "high_open": True},
    "max": lambda value: {"high": value},
    "min": lambda value: {"low": value},
    "more_than": lambda value: {"low": value, "low_open": True},
}


def _is_no_number(value: Any) -> bool:
    return (type(value) is float and isnan(value)) or (type(value) is Decimal and value.is_nan())


def _is_bound(value: Any) -> bool:
    """Whether *value* has a place among all values of its family."""
    return type(value) in (int, str) or (type(value) is Decimal and value.is_finite())


def _both(one: Range, other: Range) -> Range:
    """What lies in both. Bounds of two families have nothing in common; the first is as good as both."""
    if one.family != other.family:
        return one
    lows = [(each.low, each.low_open) for each in (one, other) if each.low is not None]
    highs = [(each.high, not each.high_open) for each in (one, other) if each.high is not None]
    low, low_open = max(lows, default=(None, False))
    high, high_closed = min(highs, default=(None, True))
    return Range(low=low, high=high, low_open=low_open, high_open=not high_closed)
