"""
The figures of a mall in memory: all of its journal, counted anew for each question.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import attrs

from quanyi.adapters.codec import Codec
from quanyi.adapters.figures.asking import LAST, Asked, Group
from quanyi.adapters.figures.counting import Counting, SumKey

if TYPE_CHECKING:
    from quanyi.adapters.memory import MemoryStore

__all__ = ["MemoryFigures"]


@attrs.frozen(kw_only=True)
class _Change:
    campaign: str
    decided_at: datetime
    lines: Sequence[Any]


class MemoryFigures:
    """
    The figures of a mall in memory.

    Args:
        zone: Whose days they are.
        costs: What the benefits of a campaign's version cost, by id.
    """

    def __init__(self, store: Any, zone: str, costs: Callable[[str, str], Mapping[str, int]]) -> None:
        self._store: MemoryStore = store
        self._zone, self._costs = zone, costs

    def counted(self, asked: Asked) -> list[Group]:
        """The sums of what the journal says, by what was asked and by item."""
        return _summed(asked, self._counted())

    def balances(self, dimension: str, first: str = "", last: str = LAST) -> list[tuple[SumKey, Sequence[int]]]:
        """The sums of one dimension whose day lies between these two, in the order of `COUNTED`."""
        fits = ((key, sums) for key, sums in self._counted().items() if key.dimension == dimension)
        return [(key, sums) for key, sums in fits if first <= key.day <= last]

    def _counted(self) -> Mapping[SumKey, Sequence[int]]:
        counting, records = Counting(self._zone, self._costs, whole=True), self._store.records_by_id()
        for change in self._changes():
            counting.add(change, records)
        return counting.sums

    def shown(self, asked: Asked) -> list[Group]:
        """The sums of what pages say, likewise."""
        return _summed(asked, self._store.showings)

    def standing(self, now: datetime) -> tuple[datetime | None, bool]:
        """When the last change was decided; none waits."""
        return max((change.decided_at for change in self._changes()), default=None), False

    def add_showings(self, sums: Mapping[SumKey, Sequence[int]]) -> None:
        """Add what pages have shown."""
        for key, values in sums.items():
            before = self._store.showings.get(key, [0] * len(values))
            self._store.showings[key] = [a + b for a, b in zip(before, values, strict=True)]

    def _changes(self) -> Iterator[_Change]:
        codec = Codec()
        for write in self._store.changes():
            lines = codec.lines_in(codec.lines_out(write.changes))
            yield _Change(campaign=write.changes.because.campaign, decided_at=write.decided_at, lines=lines)


def _summed(asked: Asked, sums: Mapping[SumKey, Sequence[int]]) -> list[Group]:
    found: dict[tuple[str, str], list[int]] = {}
    for key, values in sums.items():
        fits = any(key.dimension == some.dimension and some.first <= key.day <= some.last for some in asked.ranges)
        fits = fits and asked.campaign in (None, key.campaign) and (asked.items is None or key.item in asked.items)
        if fits:
            name = "" if asked.column is None else getattr(key, asked.column)
            into = found.setdefault((name, key.item), [0] * len(values))
            into[:] = [a + b for a, b in zip(into, values, strict=True)]
    return [Group(key, item, tuple(values)) for (key, item), values in found.items()]
