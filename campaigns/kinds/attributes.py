"""
The attributes of a step as a story or a recording writes them: words, amounts, and which deal is meant.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from quanyi.entitlements.amounts import parse_amount
from quanyi.entitlements.derived_ids import deal_id
from quanyi.entitlements.errors import InputError, NotFound
from quanyi.entitlements.parsing import quoted

__all__ = ["amount_in", "deal_in", "named_deal", "word_in"]


def word_in(data: Mapping[str, Any], *names: str) -> str:
    """The first of several attributes that is there; InputError if none is."""
    for name in names:
        if data.get(name) is not None:
            return str(data[name])
    raise InputError(f"{names[0]!r} is missing")


def amount_in(data: Mapping[str, Any], scale: int, *names: str) -> int:
    """An amount in its smallest part, from a decimal of at most *scale* places."""
    text = word_in(data, *names)
    try:
        return parse_amount(text, scale)
    except (ValueError, ArithmeticError):
        raise InputError(f"{names[0]!r}: {quoted(text)} is not an amount of at most {scale} places") from None


def deal_in(data: Mapping[str, Any]) -> str:
    """The deal by its own number, or by the host's order number."""
    return str(data["deal"]) if data.get("deal") else deal_id("", "", word_in(data, "order"))


@contextmanager
def named_deal(data: Mapping[str, Any]) -> Iterator[str]:
    """The deal as `deal_in` reads it; if there is none, NotFound says the order by which the story names it."""
    deal = deal_in(data)
    try:
        yield deal
    except NotFound as no:
        if data.get("deal") or deal not in str(no):
            raise
        raise NotFound(f"no deal of an order {quoted(str(data['order']))}") from None
