"""
A mark outside the database: how far the books have come, so that a database from a backup is noticed.

A restored database knows nothing of what it lost: it would draw codes that were delivered since the
backup once more. The mark is a few lines of text, kept where the database's backup is not: a file on
another disk, or whatever a host has. It names the last change that was seen and, for each pool, how
far its queue was drawn; no code and no person stands in it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import attrs

from quanyi.entitlements.errors import StorageError
from quanyi.entitlements.time import aware

__all__ = ["FileWitness", "Mark", "Witness", "witness_of"]


class Witness(Protocol):
    """Keeps one text, for one mall, outside its database."""

    def read(self) -> str | None:
        """What was written last; None at first."""
        ...

    def write(self, text: str) -> None:
        """Keep *text* in place of what was there."""
        ...


class FileWitness:
    """A witness in a file, which is replaced as a whole."""

    def __init__(self, path: str | Path) -> None:
        self._path = Path(path)

    def read(self) -> str | None:
        """What the file says; None if there is none."""
        try:
            return self._path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return None

    def write(self, text: str) -> None:
        """Replace the file; it says the old or the new, whenever the power goes."""
        beside = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        with beside.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self._path)


def witness_of(given: Witness | str | Path | None) -> Witness | None:
    """The witness that a host gave: itself, or a file by its path."""
    return FileWitness(given) if isinstance(given, str | Path) else given


@attrs.frozen(kw_only=True)
class Mark:
    """
    How far the books of one mall have come.

    Attributes:
        number: The highest number in the journal; 0 for an empty one.
        change: The id of the change of that number, in hex, by which another history is told apart.
        epoch: The release in force.
        drawn: By pool, the highest number of a code that has an owner.
        at: When it was seen.
    """

    mall: str
    number: int = 0
    change: str = ""
    epoch: int = 0
    drawn: Mapping[str, int] = attrs.field(factory=dict)
    at: datetime = attrs.field(validator=aware)

    def text(self) -> str:
        """The mark as `parse` reads it."""
        return json.dumps({**attrs.asdict(self), "at": self.at.isoformat()}, indent=1, sort_keys=True) + "\n"

    @classmethod
    def parse(cls, text: str) -> Mark:
        """Read what `text` wrote; StorageError for anything else."""
        try:
            said: dict[str, Any] = json.loads(text)
            return cls(**{**said, "at": datetime.fromisoformat(said["at"])})
        except (ValueError, TypeError, KeyError) as error:
            raise StorageError("the witness holds something else than a mark of this mall") from error
