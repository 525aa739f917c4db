"""
The index of campaigns by what they hear: found by type, then by the equalities and ranges they declare.

An event costs what it touches, not what exists: campaigns of one type are kept in one hash
table per set of attributes that they compare, so there is one look-up per such set. Those that want the same
values are divided by their ranges.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from operator import attrgetter
from threading import Lock
from typing import Any

import attrs

from quanyi.campaigns.engine.by_range import ByRange
from quanyi.entitlements.checks.conditions import AllOf, equalities, value_at
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.plays.base import Play, Trigger

__all__ = ["Index"]


class _Listeners:
    """The plays that want the same values: those that hear whatever has them, and those that ask for ranges too."""

    __slots__ = ("by_range", "plain")

    def __init__(self) -> None:
        self.plain: list[Play] = []
        self.by_range: ByRange | None = None

    def add(self, play: Play, trigger: Trigger) -> None:
        if not trigger.ranges:
            self.plain.append(play)
            return
        self.by_range = self.by_range or ByRange()
        self.by_range.add(play, trigger.ranges)

    def find(self, ask: Input, *, everyone: bool) -> list[Play]:
        if self.by_range is None:
            return self.plain
        return self.plain + (self.by_range.everyone() if everyone else self.by_range.find(ask))


_Buckets = dict[tuple[Any, ...], _Listeners]
"""The plays that compare the same attributes, by the values that they want."""


_Types = dict[str, dict[tuple[str, ...], _Buckets]]
"""The buckets of each type, by the attributes that are compared."""


class Index:
    """The plays in force, by what they hear. It is put together with the first question: what only compares asks none."""

    def __init__(self, plays: Iterable[Play] = ()) -> None:
        self._plays = tuple(plays)
        self._mutex = Lock()
        self._made: _Types | None = None

    @property
    def _types(self) -> _Types:
        """The table. Of many who ask first one makes it, and the others wait: all of them would take turns at the same work."""
        if self._made is None:
            with self._mutex:
                self._made = self._made or _table(self._plays)
        return self._made

    def add(self, play: Play) -> None:
        """Add one more play. The cost depends on what it declares, not on how many there are already."""
        _add(self._types, play)

    def hears(self, type_: str) -> bool:
        """Whether any play listens to inputs of this type."""
        return type_ in self._types

    def wanted(self, ask: Input) -> bool:
        """Whether any play wants the values that *ask* has, as far as equal values tell."""
        return any(True for _ in self._listeners(ask))

    def match(self, ask: Input, *, everyone: bool = False) -> list[Play]:
        """
        Every play whose triggers fit, by priority, then by id.

        A command goes to those whose condition (`only_if`) and audience (`for`) fit, as far as they ask
        for equal values. If it fits none, it goes to all that hear its type, so that one of them refuses
        it with a reason. A command for something that is not on offer finds none. Ranges say nothing about
        commands: whoever asks is told that a value is too small.

        Args:
            everyone: Whether ranges are to say nothing about events either.
        """
        everyone = everyone or ask.asks
        found: dict[int, Play] = {}
        for each in self._listeners(ask):
            plays = each.find(ask, everyone=everyone)
            found.update(zip(map(id, plays), plays, strict=True))
        if not found and ask.asks:
            found = {id(play): play for play in self._but_for_conditions(ask)}
        if ask.asks and len(found) > 1:
            theirs = {key: play for key, play in found.items() if _is_for(play, ask)}
            found = theirs or found
        return _in_order(found.values())

    def _but_for_conditions(self, ask: Input) -> Iterator[Play]:
        """
        The plays that only a condition keeps from hearing this type: one on the event or the profile, not on the offer.
        """
        for paths, buckets in self._types.get(ask.type, {}).items():
            if all(path.startswith(("event.", "user.")) for path in paths):
                yield from (play for each in buckets.values() for play in each.find(ask, everyone=True))

    def _listeners(self, ask: Input) -> Iterator[_Listeners]:
        for paths, buckets in self._types.get(ask.type, {}).items():
            listeners = buckets.get(tuple(_hashable(_value(ask, path)) for path in paths))
            if listeners is not None:
                yield listeners


def _table(plays: Iterable[Play]) -> _Types:
    types: _Types = {}
    for play in plays:
        _add(types, play)
    return types


def _add(types: _Types, play: Play) -> None:
    for trigger in play.listens():
        paths = tuple(sorted(trigger.where))
        buckets = types.setdefault(trigger.type, {}).setdefault(paths, {})
        wanted = _wanted(trigger, paths)
        listeners = buckets.get(wanted)
        if listeners is None:
            listeners = buckets[wanted] = _Listeners()
        listeners.add(play, trigger)


def _is_for(play: Play, ask: Input) -> bool:
    """Whether the asker has the values that a play's audience asks to be equal."""
    audience = play.head.audience
    if isinstance(audience, AllOf):
        audience = attrs.evolve(audience, reason="")  # its own word for a no routes like any other
    return all(_value(ask, path) == wanted for path, wanted in equalities(audience).items())


def _in_order(plays: Iterable[Play]) -> list[Play]:
    """By priority, high first, then by id."""
    by_id = sorted(plays, key=attrgetter("head.campaign"))
    return sorted(by_id, key=attrgetter("head.priority"), reverse=True)  # keeps the order of equal ones


def _wanted(trigger: Trigger, paths: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple(_hashable(trigger.where[path]) for path in paths)


def _hashable(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _value(ask: Input, path: str) -> Any:
    """The attribute that a path names: ``event.amount`` or ``amount``, ``user.level``; personal ones too."""
    return value_at(path, ask)
