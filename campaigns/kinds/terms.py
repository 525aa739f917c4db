"""
What is found anywhere in a play's terms, whatever its kind: limits, and benefits pinned from the catalogue.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from operator import attrgetter
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

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
        kind = type(here)
        if issubclass(kind, sort):
            yield here
        elif (parts_of := _parts(sort, kind)) is not None:  # type: ignore[arg-type]
            left += [part for part in parts_of(here)[::-1] if type(part) not in _SIMPLE]


def _may_hold(sort: type, kind: Any) -> bool:
    """Whether a value of this type may be or hold a *sort*, as far as the types of its fields tell."""
    met, left = list[Any](), [kind]
    while left:
        one = left.pop()
        if one in met or one in _SIMPLE:
            continue
        met.append(one)
        inside = _types_in(one)
        if inside is None or (isinstance(one, type) and (issubclass(one, sort) or issubclass(sort, one))):
            return True
        left += inside
    return False


def _types_in(kind: Any) -> list[Any] | None:
    """The types of its fields, or those that an alias is of; None where it may hold anything."""
    if get_args(kind):
        return [] if get_origin(kind) is Literal else [each for each in get_args(kind) if each is not Ellipsis]
    if not isinstance(kind, type) or not attrs.has(kind):
        return None
    hints = _hints(kind)
    return [hints.get(field.name) for field in attrs.fields(kind)]


@cache
def _hints(kind: type) -> Mapping[str, Any]:
    """The types of a class's fields by their names; nothing where one of them is imported for type checkers alone."""
    try:
        return get_type_hints(kind)
    except NameError:
        return {}


@cache
def _parts(sort: type, kind: type) -> Callable[[Any], Sequence[Any]] | None:
    """What gives the parts of a value of this type that may be or hold a *sort*, in their order; None if none may."""
    if attrs.has(kind):
        hints = _hints(kind)
        names = [field.name for field in attrs.fields(kind) if _may_hold(sort, hints.get(field.name))]
        if len(names) > 1:
            return attrgetter(*names)
        return (lambda value: [getattr(value, names[0])]) if names else None
    if issubclass(kind, frozenset | list | set | tuple):
        return tuple
    return _values if issubclass(kind, Mapping) else None


def _values(value: Mapping[Any, Any]) -> Sequence[Any]:
    return tuple(value.values())


_SIMPLE = frozenset({bool, int, str, type(None), datetime, date, Decimal})
