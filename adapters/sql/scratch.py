"""
A ledger on the side: two numbers per name that must come out equal, kept on disk.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Self

__all__ = ["Scratch"]

_IN_MEMORY = 20_000

_ADD = """
insert into pair (what, key, name, booked, stands) values (?, ?, ?, ?, ?)
on conflict (what, key) do update set booked = booked + excluded.booked, stands = stands + excluded.stands,
    name = case when name = '' then excluded.name else name end
"""


class Scratch:
    """
    Adds up what was booked and what stands, by question and key; memory stays bounded.

    >>> with Scratch.open() as scratch:
    ...     scratch.add("balance", b"1", "pile", booked=3)
    ...     scratch.add("balance", b"1", stands=2)
    ...     list(scratch.unequal("balance"))
    [('pile', 3, 2)]
    """

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self._pairs: dict[tuple[str, bytes], list[int]] = {}
        self._names: dict[tuple[str, bytes], str] = {}
        database.execute(
            "create table pair (what text, key blob, name text, booked integer, stands integer, primary key (what, key))"
        )

    @classmethod
    @contextmanager
    def open(cls) -> Iterator[Self]:
        """A new one, in a file that goes away by itself."""
        database = sqlite3.connect("")  # SQLite's name for a temporary file
        try:
            yield cls(database)
        finally:
            database.close()

    def add(self, what: str, key: bytes, name: str = "", *, booked: int = 0, stands: int = 0) -> None:
        """Add to one pair, or to both of its numbers."""
        pair = self._pairs.setdefault((what, key), [0, 0])
        pair[0] += booked
        pair[1] += stands
        if name:
            self._names.setdefault((what, key), name)
        if len(self._pairs) >= _IN_MEMORY:
            self._flush()

    def unequal(self, what: str) -> Iterator[tuple[str, int, int]]:
        """(name, booked, stands) of every pair whose numbers differ, by name."""
        self._flush()
        yield from self._database.execute(
            "select name, booked, stands from pair where what = ? and booked <> stands order by name", (what,)
        )

    def _flush(self) -> None:
        rows = ((*key, self._names.get(key, ""), *pair) for key, pair in self._pairs.items())
        self._database.executemany(_ADD, rows)
        self._pairs.clear()
        self._names.clear()
