"""
Views and receipts as plain values, which any web framework can write as JSON.

=====================  ==========================================================================
a value                as a plain one
=====================  ==========================================================================
text, number, truth    itself; amounts are whole numbers of the smallest part
instant                ISO text in UTC, ``2026-03-08T16:00:00+00:00``
date, decimal          ISO text, exact text
`Amount`               ``{"amount": 30, "unit": "points", "scale": 0}``
bytes                  hexadecimal text
mapping, view, record  a map by names; what is hidden in its `repr` is left out
list, tuple, set       a list; a `Page` likewise
refusal                ``{"code", "reason", "clause", "shows", "next_at", "campaign"}``
=====================  ==========================================================================
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, cast

import attrs

from quanyi.entitlements.amounts import Amount
from quanyi.entitlements.errors import Refused

__all__ = ["Plain", "plain"]

_SIMPLE = (str, bool, int, float, type(None))


class Plain:
    """The base of everything that has a plain form."""

    __slots__ = ()

    def to_dict(self) -> dict[str, Any]:
        """The object as a map of plain values, ready for JSON: instants are ISO text, amounts whole numbers."""
        return cast("dict[str, Any]", plain(self))


def plain(value: Any) -> Any:
    """
    *value* in JSON's own types; TypeError for a value without a plain form.

    >>> plain({"left": (1, 2), "missing": Amount(5, "points")})
    {'left': [1, 2], 'missing': {'amount': 5, 'unit': 'points', 'scale': 0}}
    >>> from zoneinfo import ZoneInfo
    >>> plain(datetime(2026, 3, 9, tzinfo=ZoneInfo("Asia/Shanghai")))  # instants are always told in UTC
    '2026-03-08T16:00:00+00:00'
    """
    if type(value) in _SIMPLE:
        return value
    for kind, say in _WRITERS:
        if isinstance(value, kind):
            return say(value)
    if attrs.has(type(value)):
        return {field.name: plain(getattr(value, field.name)) for field in attrs.fields(type(value)) if field.repr}
    raise TypeError(f"{type(value).__name__} has no plain form")


def _list(values: Iterable[Any]) -> list[Any]:
    return [plain(value) for value in values]


def _map(values: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(name): plain(value) for name, value in values.items()}


def _no(no: Refused) -> dict[str, Any]:
    said = {name: getattr(no, name) for name in ("code", "reason", "clause", "shows", "next_at", "campaign")}
    return _map(said)


# The first class that fits writes: datetime before date.
_WRITERS: tuple[tuple[type, Callable[[Any], Any]], ...] = (
    (datetime, lambda value: value.astimezone(UTC).isoformat()),
    (date, lambda value: value.isoformat()),
    (Decimal, str),
    (Amount, lambda value: {"amount": value.value, "unit": value.unit, "scale": value.scale}),
    (bytes, bytes.hex),
    (Refused, _no),
    (Mapping, _map),
    (list, _list),
    (tuple, _list),
    (frozenset, lambda values: sorted(_list(values))),
    (str, str.__str__),
    (int, int),
)
