"""
Campaigns told apart by ranges: an input finds those whose ranges it lies in, and costs nothing for the others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from threading import Lock

import attrs

from quanyi.campaigns.engine.intervals import IntervalTree
from quanyi.entitlements.checks.conditions import value_at
from quanyi.entitlements.checks.ranges import Range, family_of
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.plays.base import Play

__all__ = ["ByRange"]

_BUILDING = Lock()


@attrs.frozen(eq=False)
class _Entry:
    """A play with the ranges that one of its triggers wants, and whether it is a single one."""

    play: Play
    ranges: Mapping[str, Range]
    alone: bool

    def fits(self, ask: Input) -> bool:
        """Whether *ask* lies in all of its ranges."""
        return all(range_.holds(value_at(path, ask)) for path, range_ in self.ranges.items())


class ByRange:
    """
    Plays that hear the same input type and want the same equal values, each with its ranges.

    What was added is sorted in when something is looked for. It is kept in parts, each at least twice as large as
    the next: a play that is added is sorted O(log n) times in all, and an input looks into O(log n) parts.
    """

    __slots__ = ("_fresh", "_parts")

    def __init__(self) -> None:
        self._fresh: list[_Entry] = []
        self._parts: tuple[_Part, ...] = ()

    def add(self, play: Play, ranges: Mapping[str, Range]) -> None:
        """Add a play; *ranges* has at least one."""
        with _BUILDING:
            self._fresh.append(_Entry(play, ranges, len(ranges) == 1))

    def find(self, ask: Input) -> list[Play]:
        """The plays whose ranges *ask* lies in."""
        if self._fresh:
            self._sort_in()
        return [entry.play for part in self._parts for entry in part.find(ask)]

    def everyone(self) -> list[Play]:
        """All plays, whatever their ranges."""
        parts = (*(part.entries for part in self._parts), self._fresh)
        return [entry.play for entries in parts for entry in entries]

    def _sort_in(self) -> None:
        with _BUILDING:  # several threads look for campaigns, and each must see all of them
            parts, entries = list(self._parts), self._fresh
            while entries and parts and len(parts[-1].entries) < 2 * len(entries):
                entries = [*parts.pop().entries, *entries]
            self._parts = (*parts, _Part(entries)) if entries else self._parts
            self._fresh = []


class _Part:
    """Entries that were sorted together, each by one of its paths."""

    def __init__(self, entries: list[_Entry]) -> None:
        self.entries = entries
        by_path = defaultdict[str, defaultdict[str, list[tuple[Range, _Entry]]]](lambda: defaultdict(list))
        for path, entry in _divided(entries):
            range_ = entry.ranges[path]
            by_path[path][range_.family].append((range_, entry))
        self._trees = {
            path: {family: IntervalTree(items) for family, items in families.items()}
            for path, families in by_path.items()
        }

    def find(self, ask: Input) -> Iterator[_Entry]:
        for path, trees in self._trees.items():
            value = value_at(path, ask)
            if value is None:
                continue
            family = family_of(value)
            if family is None:  # it has no place among bounds
                yield from (entry for entry in self.entries if entry.fits(ask))
            elif family in trees:
                yield from (entry for entry in trees[family].at(value) if entry.alone or entry.fits(ask))


def _divided(entries: Iterable[_Entry]) -> Iterator[tuple[str, _Entry]]:
    """Each entry with the one of its paths that tells most entries apart."""
    different = defaultdict[str, set[Range]](set)
    for entry in entries:
        for path, range_ in entry.ranges.items():
            different[path].add(range_)
    for entry in entries:
        yield max(entry.ranges, key=lambda path: (len(different[path]), path)), entry
