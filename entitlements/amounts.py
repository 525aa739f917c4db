"""
Amounts: whole numbers of a named smallest unit, and the few ways to compute with them.

Decimals are read from their exact text, never through a binary float. Products are exact
fractions until a declared rounding; parts always sum to the whole.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Context, Decimal
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

import attrs

from quanyi.entitlements.parsing import LARGEST, parse_decimal, quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Amount", "Rounding", "Unit", "parse_amount", "round_to", "share_out"]

Rounding = Literal["ceiling", "down", "floor", "half_even", "half_up", "up"]
_MODES = {
    "ceiling": ROUND_CEILING,
    "down": ROUND_DOWN,
    "floor": ROUND_FLOOR,
    "half_even": ROUND_HALF_EVEN,
    "half_up": ROUND_HALF_UP,
    "up": ROUND_UP,
}
_EXACT = Context(prec=100)  # more digits than `parse_decimal` reads, so that nothing is rounded


@attrs.frozen(kw_only=True)
class Unit:
    """
    A unit in which amounts are counted.

    Attributes:
        scale: Decimal places of the smallest part: 2 for yuan, 0 for points.
        money: Whether it is the mall's currency.
    """

    id: str
    scale: int = 0
    money: bool = False
    rounding: Rounding = "down"


@attrs.frozen
class Amount:
    """
    A number with its unit, to show to a person.

    >>> str(Amount(569900, "CNY", 2)), str(Amount(-5, "CNY", 2))
    ('5699.00', '-0.05')

    Attributes:
        value: In the unit's smallest part.
        scale: The unit's decimal places.
    """

    value: int
    unit: str
    scale: int = 0

    def __str__(self) -> str:
        return format(Decimal(self.value).scaleb(-self.scale), "f") if self.scale else str(self.value)


def parse_amount(text: str | int | Decimal, scale: int, *, cut: bool = False) -> int:
    """
    Read a decimal as a whole number of the unit's smallest part; with *cut*, finer places are dropped.

    >>> parse_amount("19.90", 2), parse_amount("19.999", 2, cut=True)
    (1990, 1999)
    >>> parse_amount("0.5", 0)
    Traceback (most recent call last):
    ValueError: 0.5 is not a whole number

    Raises:
        ArithmeticError: It is not a number.
        ValueError: It has more places than the unit, or is beyond ±10**15 of its smallest part.
    """
    return _parsed(text, scale, cut) if type(text) is str else _as_parts(text, scale, cut)


def _as_parts(text: str | int | Decimal, scale: int, cut: bool) -> int:  # noqa: FBT001  (of `parse_amount`)
    number = parse_decimal(text).scaleb(scale, _EXACT)
    if not cut and number != number.to_integral_value():
        msg = f"{text} has more than {scale} decimal places" if scale else f"{text} is not a whole number"
        raise ValueError(msg)
    if abs(number) > LARGEST:
        raise ValueError(f"{quoted(text)} is larger than any amount that is counted")
    return int(number)


_parsed = lru_cache(maxsize=4096)(_as_parts)  # a mall has few prices, and many things that cost as much


def round_to(value: Fraction, mode: Rounding = "half_up") -> int:
    """
    Round an exact fraction to a whole number: halves away from zero, or with ``down`` towards zero.

    >>> round_to(Fraction(5, 2)), round_to(Fraction(5, 2), "down")
    (3, 2)
    >>> round_to(Fraction(-5, 2)), round_to(Fraction(-5, 2), "down")
    (-3, -2)
    """
    whole, rest = divmod(value.numerator, value.denominator)
    if not rest:
        return whole
    # Only the side of the half matters, so one decimal digit stands for the rest.
    half = Fraction(rest, value.denominator) - Fraction(1, 2)
    digit = "5" if half == 0 else ("7" if half > 0 else "2")
    return int((Decimal(whole) + Decimal(f"0.{digit}")).quantize(Decimal(1), rounding=_MODES[mode]))


def share_out(total: int, weights: Sequence[int]) -> list[int]:
    """
    Split *total* by *weights*: largest remainder first, and on a tie the earlier part first.

    >>> share_out(100, [1, 1, 1]), share_out(100, [0, 1, 2])
    ([34, 33, 33], [0, 33, 67])
    """
    whole = sum(weights)
    if whole <= 0:
        msg = "weights must sum to more than zero"
        raise ValueError(msg)
    shares = [total * weight // whole for weight in weights]
    by_rest = sorted(range(len(weights)), key=lambda n: (-(total * weights[n] % whole), n))
    for n in by_rest[: total - sum(shares)]:
        shares[n] += 1
    return shares
