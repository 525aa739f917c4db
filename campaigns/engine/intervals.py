"""
An interval tree: which of many ranges contain a value, without looking at the others.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from operator import itemgetter
from typing import Any, Generic, TypeVar

import attrs

from quanyi.entitlements.checks.ranges import Range

__all__ = ["IntervalTree"]

T = TypeVar("T")

_FEW = 8
"""So many ranges are kept in one list: looking at them all is cheaper than dividing them further."""

_Placed = tuple[int, int, T]
"""Where a range begins and ends, and what it belongs to. See `IntervalTree` for what places are."""


@attrs.frozen
class _Branch(Generic[T]):
    """The ranges around one place; those wholly before it hang on the left, those wholly behind it on the right."""

    middle: int
    begins: list[int]
    by_begin: list[T]
    ends: list[int]
    by_end: list[T]
    left: _Node[T]
    right: _Node[T]


_Node = _Branch[T] | list[_Placed[T]]


class IntervalTree(Generic[T]):
    """
    Ranges of one family, each with what belongs to it.

    Built once; finding takes O(log n) and what is found. All bounds that occur are numbered: bound *i* has the
    place ``2 * i + 1``, and everything between two bounds one even place. So open and closed bounds, and
    bounds of any type, are whole numbers.

    >>> tree = IntervalTree([(Range(low=1, high=5), "a"), (Range(low=3), "b")])
    >>> sorted(tree.at(4))
    ['a', 'b']
    """

    def __init__(self, items: Sequence[tuple[Range, T]]) -> None:
        bounds = {bound for range_, _ in items for bound in (range_.low, range_.high) if bound is not None}
        self._bounds = sorted(bounds)
        numbers = {bound: number for number, bound in enumerate(self._bounds)}
        last = 2 * len(numbers)
        placed = [(_begin(range_, numbers), _end(range_, numbers, last), item) for range_, item in items]
        self._root: _Node[T] = _divided([each for each in placed if each[0] <= each[1]], 0, last)

    def at(self, value: Any) -> list[T]:
        """What belongs to the ranges that contain *value*, which is of the same family and in order with its bounds."""
        place, found, node = self._place(value), list[T](), self._root
        while isinstance(node, _Branch):
            if place < node.middle:
                found += node.by_begin[: bisect_right(node.begins, place)]
                node = node.left
            elif place > node.middle:
                found += node.by_end[bisect_left(node.ends, place) :]
                node = node.right
            else:
                return found + node.by_begin
        return found + [item for begin, end, item in node if begin <= place <= end]

    def _place(self, value: Any) -> int:
        number = bisect_left(self._bounds, value)
        return 2 * number + (number < len(self._bounds) and self._bounds[number] == value)


def _begin(range_: Range, numbers: dict[Any, int]) -> int:
    return 0 if range_.low is None else 2 * numbers[range_.low] + 1 + range_.low_open


def _end(range_: Range, numbers: dict[Any, int], last: int) -> int:
    return last if range_.high is None else 2 * numbers[range_.high] + 1 - range_.high_open


def _divided(placed: list[_Placed[T]], first: int, last: int) -> _Node[T]:
    """The tree of ranges that all lie between two places."""
    if len(placed) <= _FEW:
        return placed
    middle = (first + last) // 2
    around = [each for each in placed if each[0] <= middle <= each[1]]
    by_begin, by_end = sorted(around, key=itemgetter(0)), sorted(around, key=itemgetter(1))
    return _Branch(
        middle,
        [begin for begin, _, _ in by_begin],
        [item for _, _, item in by_begin],
        [end for _, end, _ in by_end],
        [item for _, _, item in by_end],
        _divided([each for each in placed if each[1] < middle], first, middle - 1),
        _divided([each for each in placed if each[0] > middle], middle + 1, last),
    )
