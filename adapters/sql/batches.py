"""
Batches: rows of one table, as they are handed to a driver.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Self

__all__ = ["Batch"]


class Batch:
    """
    Rows of one table.

    >>> batch = Batch(("id", "amount"), [(b"a", 1), (b"b", 2)])
    >>> batch.by_column(), batch.named(mall="m")[0]
    ([[b'a', b'b'], [1, 2]], {'id': b'a', 'amount': 1, 'mall': 'm'})

    Attributes:
        columns: The names of the values; without ``mall``, which is the same for all.
    """

    __slots__ = ("_make", "_rows", "columns")

    def __init__(self, columns: tuple[str, ...], rows: Sequence[tuple[Any, ...]]) -> None:
        self.columns = columns
        self._rows: Sequence[tuple[Any, ...]] | None = rows
        self._make: Callable[[], Sequence[tuple[Any, ...]]] = tuple

    @classmethod
    def later(cls, columns: tuple[str, ...], make: Callable[[], Sequence[tuple[Any, ...]]]) -> Self:
        """
        A batch whose rows *make* computes, once, when they are first looked at.

        >>> len(Batch.later(("id",), lambda: [(b"a",)]))
        1
        """
        batch = cls(columns, ())
        batch._rows, batch._make = None, make
        return batch

    @property
    def rows(self) -> Sequence[tuple[Any, ...]]:
        """The values, row by row."""
        if self._rows is None:
            self._rows = self._make()
        return self._rows

    def __len__(self) -> int:
        return len(self.rows)

    def by_column(self) -> list[list[Any]]:
        """The values as one list per column."""
        return [list(column) for column in zip(*self.rows, strict=True)]

    def named(self, **more: Any) -> list[dict[str, Any]]:
        """The rows as mappings, each with *more* added."""
        return [{**dict(zip(self.columns, row, strict=True)), **more} for row in self.rows]

    def only(self, *names: str) -> Iterator[tuple[Any, ...]]:
        """The values of some columns, row by row; None for a column that is not written."""
        places = [self.columns.index(name) if name in self.columns else None for name in names]
        for row in self.rows:
            yield tuple([None if place is None else row[place] for place in places])
