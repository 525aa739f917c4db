"""
What a fault is: one promise, broken on purpose.
"""

from __future__ import annotations

from pathlib import Path

import attrs

__all__ = ["Edit", "Fault", "Misplaced"]


class Misplaced(Exception):  # noqa: N818  (the plan is wrong, not the code)
    """The text to be replaced is not there exactly once."""


@attrs.frozen
class Edit:
    """
    One exact replacement in one file.

    Attributes:
        find: Text that stands in the file exactly once.
        put: What takes its place.
    """

    path: str
    find: str
    put: str

    def apply(self, root: Path) -> None:
        """Change the file under *root*; `Misplaced` unless the text is there exactly once."""
        file = root / self.path
        text = file.read_text(encoding="utf-8")
        found = text.count(self.find)
        if found != 1:
            raise Misplaced(f"{self.path} has {found} times: {self.find.strip()}")
        file.write_text(text.replace(self.find, self.put), encoding="utf-8")
        for stale in (file.parent / "__pycache__").glob(f"{file.stem}.*.pyc"):
            stale.unlink()


@attrs.frozen
class Fault:
    """
    A promise, and how to break it.

    Attributes:
        promise: What no longer holds once the fault is there.
        tests: Every one of these must turn red.
        edits: What breaks it; several where one guard stands behind another.
    """

    name: str
    promise: str
    tests: tuple[str, ...]
    edits: tuple[Edit, ...]

    def plant(self, root: Path) -> None:
        """Break the promise in the copy under *root*."""
        for edit in self.edits:
            edit.apply(root)
