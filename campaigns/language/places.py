"""
A document as plain data, and places in it with their lines and columns.
"""

from __future__ import annotations

from collections.abc import Mapping
from sys import intern
from typing import Any, NamedTuple

import attrs

__all__ = ["Document", "Place"]

_Path = tuple[str | int, ...]
_Mark = tuple[int, int]


@attrs.frozen(kw_only=True, eq=False)
class Document:
    """
    One YAML document of a file.

    Attributes:
        file: The file's path relative to the project's folder.
        line: Where the document begins, from 1.
        data: Maps, lists, text, int, `Decimal`, bool and None. Keys are text, as written.
        keys: Line and column of each key, by path; `values` those of each value.
        text: The document as it was written.
        patched: Whether a line was left out because it could not be read.
    """

    file: str
    line: int
    data: Any
    keys: Mapping[_Path, _Mark]
    values: Mapping[_Path, _Mark]
    text: str
    patched: bool = False

    @property
    def root(self) -> Place:
        """The place of the whole document."""
        return Place(self, ())

    def lines(self) -> dict[str, str]:
        """``file:line`` of every key and item, by its dotted path: ``sells.iphone14``, ``at_most.0``."""
        marks = {path: mark for path, mark in self.values.items() if path} | dict(self.keys)
        where = {line: f"{self.file}:{line}" for line, _ in marks.values()}
        # Campaigns have the same keys: ten thousand of them share the text of each path.
        return {intern(".".join(map(str, path))): where[line] for path, (line, _) in sorted(marks.items(), key=_order)}


class Place(NamedTuple):
    """
    A place in a document: ``document.root / "sells" / "iphone14"``. A project of thousands has a hundred thousand of them.

    >>> data, keys = {"sells": {"mug": 5}}, {("sells", "mug"): (2, 3)}
    >>> root = Document(file="may.yaml", line=1, data=data, keys=keys, values={}, text="").root
    >>> (root / "sells" / "mug").data, (root / "sells" / "mug").key_mark, (root / "gives").data
    (5, (2, 3), None)
    """

    document: Document
    path: _Path

    def __truediv__(self, step: str | int) -> Place:
        return Place(self.document, (*self.path, step))

    @property
    def parent(self) -> Place:
        """The map or list that holds this."""
        return Place(self.document, self.path[:-1])

    @property
    def data(self) -> Any:
        """The plain value here; None if there is none."""
        value = self.document.data
        for step in self.path:
            try:
                value = value[step]
            except (KeyError, IndexError, TypeError):
                return None
        return value

    @property
    def mark(self) -> _Mark:
        """Line and column of the value; of whatever contains it, if there is none."""
        return self._nearest(self.document.values)

    @property
    def key_mark(self) -> _Mark:
        """Line and column of the key; for a list item of the item, for a missing key of the map around it."""
        if self.path and self.path not in self.document.keys and self.path not in self.document.values:
            return self.parent.key_mark
        return self.document.keys.get(self.path) or self.mark

    def inside(self, line: int, column: int) -> _Mark:
        """
        The position in the file of *line* and *column* (from 1) inside the text that stands here.

        A block text begins in the line below its key and is indented; a quoted one begins behind its quote.
        """
        top, left = self.mark
        lines = self.document.text.splitlines()[top - self.document.line :]
        first = lines[0][left - 1 :] if lines else ""
        if first[:1] in ("|", ">") and len(lines) > 1:
            return top + line, len(lines[1]) - len(lines[1].lstrip()) + column
        quoted = first[:1] in ("'", '"')
        return (top, left + quoted + column - 1) if line == 1 else (top + line - 1, column)

    @property
    def where(self) -> str:
        """The place as ``file:line``."""
        return f"{self.document.file}:{self.key_mark[0]}"

    def _nearest(self, marks: Mapping[_Path, _Mark]) -> _Mark:
        path = self.path
        while path and path not in marks:
            path = path[:-1]
        return marks.get(path, (self.document.line, 1))


def _order(item: tuple[_Path, _Mark]) -> _Mark:
    return item[1]
