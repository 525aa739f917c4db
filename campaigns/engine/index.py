"""
The index of campaigns by what they hear: found by type, then by the equalities they declare.

An event costs what it touches, not what exists: campaigns of one type are kept in one hash
table per set of attributes that they compare, so there is one look-up per such set.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import attrs

from quanyi.entitlements.checks.conditions import AllOf, equalities, value_at
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.plays.base import Play, Trigger

__all__ = ["Index"]

_Bucket = dict[tuple[Any, ...], list[Play]]


class Index:
    """The plays in force, by what they hear."""

    def __init__(self, plays: Iterable[Play] = ()) -> None:
        self._types: dict[str, dict[tuple[str, ...], _Bucket]] = {}
        for play in plays:
            self.add(play)

    def add(self, play: Play) -> None:
        """Add one more play. The cost depends on what it declares, not on how many there are already."""
        for trigger in play.listens():
            paths = tuple(sorted(trigger.where))
            buckets = self._types.setdefault(trigger.type, {}).setdefault(paths, {})
            buckets.setdefault(_wanted(trigger, paths), []).append(play)

    def hears(self, type_: str) -> bool:
        """Whether any play listens to inputs of this type."""
        return type_ in self._types

    def match(self, ask: Input) -> list[Play]:
        """
        Every play whose triggers fit, by priority, then by id.

        A command goes to those whose condition (`only_if`) and audience (`for`) fit, as far as they ask
        for equal values. If it fits none, it goes to all that hear its type, so that one of them refuses
        it with a reason. A command for something that is not on offer finds none.
        """
        found: dict[int, Play] = {}
        for paths, buckets in self._types.get(ask.type, {}).items():
            values = tuple(_hashable(_value(ask, path)) for path in paths)
            found.update((id(play), play) for play in buckets.get(values, ()))
        if not found and ask.asks:
            found = {id(play): play for play in self._but_for_conditions(ask.type)}
        if ask.asks and len(found) > 1:
            theirs = {key: play for key, play in found.items() if _is_for(play, ask)}
            found = theirs or found
        return sorted(found.values(), key=_order)

    def _but_for_conditions(self, type_: str) -> Iterator[Play]:
        """
        The plays that only a condition keeps from hearing this type: one on the event or the profile, not on the offer.
        """
        for paths, buckets in self._types.get(type_, {}).items():
            if all(path.startswith(("event.", "user.")) for path in paths):
                yield from (play for bucket in buckets.values() for play in bucket)


def _is_for(play: Play, ask: Input) -> bool:
    """Whether the asker has the values that a play's audience asks to be equal."""
    audience = play.head.audience
    if isinstance(audience, AllOf):
        audience = attrs.evolve(audience, reason="")  # its own word for a no routes like any other
    return all(_value(ask, path) == wanted for path, wanted in equalities(audience).items())


def _order(play: Play) -> tuple[int, str]:
    return -play.head.priority, play.head.campaign


def _wanted(trigger: Trigger, paths: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(_hashable(trigger.where[path]) for path in paths)


def _hashable(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _value(ask: Input, path: str) -> Any:
    """The attribute that a path names: ``event.amount`` or ``amount``, ``user.level``; personal ones too."""
    return value_at(path, ask)
