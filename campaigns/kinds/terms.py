"""
What is found anywhere in a play's terms, whatever its kind: limits, and benefits pinned from the catalogue.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
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
    left = [value]
    while left:
        here = left.pop()
        if isinstance(here, sort):
            yield here
        else:
            left += reversed([part for part in _parts_of(here) if type(part) not in _SIMPLE])


def _parts_of(value: Any) -> Iterable[Any]:
    names = _fields_of(type(value))  # type: ignore[arg-type]
    if names is not None:
        return [getattr(value, name) for name in names]
    if isinstance(value, frozenset | list | set | tuple):
        return value
    return value.values() if isinstance(value, Mapping) else ()


@cache
def _fields_of(sort: type) -> tuple[str, ...] | None:
    """The fields of an attrs class; none for types without parts, and None for any other one."""
    if sort in _SIMPLE:
        return ()
    return tuple(field.name for field in attrs.fields(sort)) if attrs.has(sort) else None


_SIMPLE = frozenset({bool, int, str, type(None)})
