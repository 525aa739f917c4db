"""
What stood in an import already: on disk, so that a million lines take no memory.
"""

from __future__ import annotations

import sqlite3
from types import TracebackType
from typing import Self

__all__ = ["Twins"]


class Twins:
    """
    The blind indexes that an import has met, each with its first line; nothing else of a code, and gone when it is closed.

    >>> with Twins() as seen:
    ...     seen.first(b"index", 2), seen.first(b"index", 7)
    (None, 2)
    """

    def __init__(self) -> None:
        self._database = sqlite3.connect("", isolation_level=None)  # "" is a file that only this connection sees
        self._database.execute("pragma journal_mode = off")
        self._database.execute("create table met (blind blob primary key, line integer) without rowid")
        self._database.execute("begin")

    def first(self, blind: bytes, line: int) -> int | None:
        """The line in which it stood before; None, and this one is kept, if it stood nowhere."""
        kept = self._database.execute("insert or ignore into met values (?, ?)", (blind, line))
        if kept.rowcount:
            return None
        (found,) = self._database.execute("select line from met where blind = ?", (blind,)).fetchone()
        return int(found)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._database.close()
