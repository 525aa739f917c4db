"""
Where `quanyi verify` compares sums and digests, so that memory stays bounded: a temporary database, and sums over keys.

Most books are right, and then nobody asks for the name of a pair. So a first reading keeps no names, and of most
questions not even the keys: each number is multiplied with its key, and the products are added up. They come to zero
if every pair is equal, and, keys being digests, to anything else if one is not. Only then all is read once more, with
every key and name, and each difference is described.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Self

__all__ = ["Reconciliation"]

_IN_MEMORY = 20_000

_TABLES = (
    "pragma journal_mode = off",  # what is half written when the program ends is nobody's
    "pragma cache_size = -32768",  # kilobytes
    """create table pair (
        what text, key blob, name text, booked integer, stands integer, sides integer, primary key (what, key)
    ) without rowid""",
    """create table word (
        key blob primary key, name text, code text, needed integer, said blob, stands blob
    ) without rowid""",
)
_ADD = """
insert into pair (what, key, name, booked, stands, sides) values (?, ?, ?, ?, ?, ?)
on conflict (what, key) do update set booked = booked + excluded.booked, stands = stands + excluded.stands,
    sides = sides | excluded.sides, name = case when name = '' then excluded.name else name end
"""
_SAY = """
insert into word (key, name, code, needed, said, stands) values (?, ?, ?, ?, ?, ?)
on conflict (key) do update set said = coalesce(excluded.said, said), stands = coalesce(excluded.stands, stands),
    needed = case when excluded.needed = 0 then needed else excluded.needed end, code = case when excluded.code = '' then code else excluded.code end,
    name = case when excluded.name = '' then name else excluded.name end
"""
_BOOKED, _STANDS = 1, 2
_NEEDED, _GONE = 1, 2

_SUMMED = frozenset({"code", "entry", "held", "loaded", "lookup", "receipt", "stash", "wallet"})
"""Questions that are answered by equal numbers alone: neither a missing side nor a tolerance matters."""

_PRIME = 2**127 - 1
"""What sums over keys are taken modulo: two keys of 16 bytes are hardly ever the same in it."""


class Reconciliation:
    """
    Adds up pairs of numbers that must be equal, and compares pairs of digests, by question and key.

    >>> with Reconciliation.open() as ledger:
    ...     ledger.add("balance", b"1", "pile", booked=3)
    ...     ledger.add("balance", b"1", stands=2)
    ...     list(ledger.unequal("balance"))
    [('pile', 3, 2)]

    Attributes:
        named: Whether names are kept, so that differences can be described; else `doubtful` says of most questions
            whether there is one at all.
    """

    def __init__(self, database: sqlite3.Connection, *, named: bool = True) -> None:
        self._database = database
        self.named = named
        self._sums: dict[str, int] = {}
        self._pairs: dict[tuple[str, bytes], list[int]] = {}
        self._names: dict[tuple[str, bytes], str] = {}
        self._words: dict[bytes, list[str | int | bytes | None]] = {}
        for table in _TABLES:
            database.execute(table)

    @classmethod
    @contextmanager
    def open(cls, *, named: bool = True) -> Iterator[Self]:
        """A new one, in a temporary file that is removed at the end."""
        database = sqlite3.connect("")  # SQLite's name for a temporary file
        try:
            yield cls(database, named=named)
        finally:
            database.close()

    def add(
        self, what: str, key: bytes, name: str = "", *, booked: int | None = None, stands: int | None = None
    ) -> None:
        """Add to one number of a pair, or to both."""
        if not self.named and what in _SUMMED:
            product = ((booked or 0) - (stands or 0)) * int.from_bytes(key)
            self._sums[what] = (self._sums.get(what, 0) + product) % _PRIME
            return
        pair = self._pairs.setdefault((what, key), [0, 0, 0])
        if booked is not None:
            pair[0] += booked
            pair[2] |= _BOOKED
        if stands is not None:
            pair[1] += stands
            pair[2] |= _STANDS
        if name:
            self._names.setdefault((what, key), name)
        if len(self._pairs) >= _IN_MEMORY:
            self._flush()

    def say(
        self,
        key: bytes,
        name: str = "",
        *,
        code: str = "",
        needed: bool = False,
        said: bytes | None = None,
        stands: bytes | None = None,
    ) -> None:
        """
        Store the last digest that the journal names for a row, or the one of the row as it is.

        Args:
            code: What kind of row it is, from the row itself.
            needed: Whether the row never goes away.
        """
        word = self._words.setdefault(key, ["", "", 0, None, None])
        word[0], word[1] = name or word[0], code or word[1]
        word[2] = _NEEDED if needed else word[2]
        word[3] = word[3] if said is None else said
        word[4] = word[4] if stands is None else stands
        if len(self._words) >= _IN_MEMORY:
            self._flush()

    def gone(self, key: bytes) -> None:
        """Store that the journal says a row was deleted; a later digest of it counts again."""
        self._words.setdefault(key, ["", "", 0, None, None])[2] = _GONE

    def doubtful(self) -> bool:
        """Whether any of the questions of which only a sum was kept has a pair that differs."""
        return any(self._sums.values())

    def unequal(self, what: str) -> Iterator[tuple[str, int, int]]:
        """(name, booked, stands) of every pair whose numbers differ, by name."""
        self._flush()
        yield from self._database.execute(
            "select name, booked, stands from pair where what = ? and booked <> stands order by name", (what,)
        )

    def onesided(self, what: str) -> Iterator[str]:
        """The name of every pair that was booked to, whose sum is 0, and that has no row."""
        self._flush()
        found = self._database.execute(
            "select name from pair where what = ? and sides = 1 and booked = 0 order by name", (what,)
        )
        yield from (name for (name,) in found)

    def contradicted(self) -> Iterator[tuple[str, str, bytes | None, bytes | None]]:
        """(name, code, said, stands) of every row whose digest is not the last one named for it, by name."""
        self._flush()
        yield from self._database.execute(
            "select name, code, said, stands from word where said is not stands"
            " and (stands is not null or needed = 1) order by name"
        )

    def _flush(self) -> None:
        pairs = ((*key, self._names.get(key, ""), *pair) for key, pair in self._pairs.items())
        self._database.executemany(_ADD, pairs)
        self._database.executemany(_SAY, ((key, *word) for key, word in self._words.items()))
        self._pairs.clear()
        self._names.clear()
        self._words.clear()
