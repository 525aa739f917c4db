"""
What a supplier replies, as stories write it: ``{accepted: s1, cost: 12.00}``, ``{refused: out_of_stock}``, ``silence``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from quanyi.entitlements.amounts import parse_amount
from quanyi.entitlements.errors import InputError
from quanyi.entitlements.parsing import quoted
from quanyi.entitlements.supply.replies import Absent, Accepted, Busy, Delivered, Refused, Reply, Unknown
from quanyi.entitlements.time import Duration

__all__ = ["LINES", "reply_in"]

_WORDS = ("absent", "silence")
_MAPS = {
    "accepted": ("cost",),
    "busy": ("after",),
    "delivered": ("codes", "cost"),
    "refused": ("number",),
    "unknown": (),
}
LINES = tuple(sorted({*_MAPS, *(name for names in _MAPS.values() for name in names)}))
"""The attributes that a reply is written with."""


def reply_in(said: Any, scale: int) -> Reply | None:
    """
    A reply; None for ``silence``: nobody answers.

    >>> reply_in({"accepted": "s1", "cost": "12.00"}, 2)
    Accepted(number='s1', cost=1200)
    >>> reply_in("silence", 2) is None
    True

    Args:
        scale: The decimal places of the mall's currency.

    Raises:
        InputError: It is none of the six.
    """
    if said in _WORDS:
        return Absent() if said == "absent" else None
    kinds = [name for name in _MAPS if isinstance(said, Mapping) and name in said]
    if len(kinds) != 1:
        raise InputError(f"a reply is {', '.join(_WORDS)} or a map with one of {', '.join(_MAPS)}")
    kind = kinds[0]
    if unknown := sorted(set(said) - {kind, *_MAPS[kind]}):
        raise InputError(f"a reply that is {kind} says nothing of {quoted(unknown[0])}")
    return _made(kind, said, None if said.get("cost") is None else _cost(said["cost"], scale))


def _made(kind: str, said: Mapping[str, Any], cost: int | None) -> Reply:
    word = str(said[kind])
    match kind:
        case "accepted":
            return Accepted(word, cost=cost)
        case "delivered":
            return Delivered(word, cost, codes=_codes(said.get("codes", ())))
        case "refused":
            return Refused(word, number=None if said.get("number") is None else str(said["number"]))
        case "busy":
            return Busy(word, after=None if said.get("after") is None else _after(said["after"]))
        case _:
            return Unknown(word)


def _codes(said: Any) -> tuple[str, ...]:
    if not isinstance(said, list | tuple):
        raise InputError("codes of a reply are a list")
    return tuple(map(str, said))


def _cost(said: Any, scale: int) -> int:
    try:
        return parse_amount(said, scale)
    except (ValueError, ArithmeticError):
        raise InputError(f"{quoted(str(said))} is not an amount of at most {scale} places") from None


def _after(said: Any) -> timedelta:
    try:
        return timedelta(seconds=Duration.parse(str(said)).seconds)
    except ValueError:
        raise InputError(f"{quoted(str(said))} is not a wait: write 30s or 10m") from None
