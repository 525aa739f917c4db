"""
The requests of one batch that one form of a stencil decides: their rows and receipts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from quanyi.campaigns.engine.stencils.examples import LEAST, sum_of
from quanyi.campaigns.engine.stencils.slots import Columns
from quanyi.campaigns.engine.stencils.stencil import Form
from quanyi.entitlements.inputs import Receipt

__all__ = ["MovedRow", "Part"]

_OPENED, _MOVED = "opened", "moved"

MovedRow = tuple[bytes, int, int, int | None]
"""A balance that is there: its id, what it holds, by how much it is moved, up to which bound."""


class Part:
    """
    Requests that one form decides.

    Attributes:
        places: Their places in their group.
    """

    def __init__(self, form: Form, units: Sequence[str], there: frozenset[str]) -> None:
        self.places: list[int] = []
        self._form = form
        self._units = units
        self._there = there
        self._left: list[int | None] = []
        self._sums: list[list[int]] = []
        self._moved: list[tuple[Any, ...]] = []
        self._columns = Columns({}, 0)

    def add(self, place: int, left: int | None, sums: list[int], moved: Sequence[MovedRow]) -> None:
        """
        Add one request.

        Args:
            left: The least that is left of what all move.
            sums: What is in each of its wallets.
            moved: The balances of its own that are there already.
        """
        self.places.append(place)
        self._left.append(left)
        self._sums.append(sums)
        self._moved += moved

    def settle(self, columns: Columns, moment: datetime) -> None:
        """Take the columns of its requests; *moment* is the batch's own instant."""
        self._columns = columns
        columns.given[LEAST] = self._left
        columns.given["moment"] = [moment] * columns.count
        for unit, sums in zip(self._units, zip(*self._sums, strict=True), strict=bool(self._units)):
            columns.given[sum_of(unit)] = sums

    def tables(self) -> list[str]:
        """The tables that it has rows in."""
        return [*self._form.rows, *([_MOVED] if self._moved else [])]

    def table(self, name: str) -> list[tuple[Any, ...]]:
        """The rows of one table."""
        if name == _MOVED:
            return self._moved
        rows = self._form.table(name, self._columns)
        if name == _OPENED and self._moved:
            there = {row[0] for row in self._moved}
            return [row for row in rows if row[0] not in there]
        return rows

    def receipts(self) -> Iterator[Receipt]:
        """The receipts, in the order in which the requests were added."""
        return self._form.answer.receipts(self._columns)

    def made(self) -> Iterator[bytes]:
        """The ids of all that comes into being or is moved for one request alone."""
        yield from (row[0] for row in self._moved)
        for slot in self._form.made:
            yield from self._columns.of(slot)

    def first(self) -> tuple[int | None, dict[str, tuple[bool, int]]]:
        """What was left after its first request, and of each unit whether the lot was there and what the wallet held."""
        return self._left[0], {
            unit: (unit in self._there, sum_) for unit, sum_ in zip(self._units, self._sums[0], strict=True)
        }
