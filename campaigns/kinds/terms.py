"""
What is found anywhere in a play's terms, whatever its kind: limits, and benefits pinned from the catalogue.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

import attrs

from quanyi.entitlements.benefits import Benefit
from quanyi.entitlements.clauses import Limit

__all__ = ["benefits_in", "limits_in"]

_T = TypeVar("_T")


def limits_in(play: Any) -> Iterator[Limit]:
    """Every limit in the terms, in the order of the terms' fields."""
    yield from _all_of(Limit, play)


def benefits_in(play: Any) -> dict[str, Benefit]:
    """Every benefit in the terms, by its id: the catalogue entries as they were when the play was compiled."""
    return {benefit.id: benefit for benefit in _all_of(Benefit, play)}


def _all_of(sort: type[_T], value: Any) -> Iterator[_T]:
    """Every *sort* inside nested attrs values, lists and mappings; what stands inside one of them is not looked for."""
    if isinstance(value, sort):
        yield value
        return
    for part in _parts_of(value):
        yield from _all_of(sort, part)


def _parts_of(value: Any) -> Iterator[Any]:
    if attrs.has(type(value)):
        yield from attrs.asdict(value, recurse=False).values()
    elif isinstance(value, Mapping):
        yield from value.values()
    elif isinstance(value, frozenset | list | set | tuple):
        yield from value
