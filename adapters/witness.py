"""
A mark outside the database of how far the books have come, to notice a database restored from a backup.

A restored database knows nothing of what it lost: it would draw again the card codes that were delivered
since the backup. The mark is a few lines of text, stored where the database's backup is not: a file on
another disk, or whatever a host has. It names the last change that was seen and, for each pool, how
far its queue was drawn; no code and no person is named in it.
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
    """Stores one text, for one mall, outside its database."""

    def read(self) -> str | None:
        """The text that was written last; None if nothing was."""
        ...

    def write(self, text: str) -> None:
        """Store *text* in place of what was there."""
        ...


class FileWitness:
    """A witness in a file."""

    def __init__(self, path: str | Path) -> None:
        self._path = Path(path)

    def read(self) -> str | None:
        """The content of the file; None if there is none."""
        try:
            return self._path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return None

    def write(self, text: str) -> None:
        """Replace the file as a whole: after a power cut it has the old or the new content."""
        beside = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        with beside.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self._path)


def witness_of(given: Witness | str | Path | None) -> Witness | None:
    """The witness that a host gave: as it is, or a `FileWitness` for a path; None if none was given."""
    return FileWitness(given) if isinstance(given, str | Path) else given


@attrs.frozen(kw_only=True)
class Mark:
    """
    How far the books of one mall have come.

    >>> from datetime import UTC
    >>> mark = Mark(mall="m", number=12, drawn={"coffee": 40}, at=datetime(2026, 3, 8, tzinfo=UTC))
    >>> Mark.parse(mark.text()) == mark
    True

    Attributes:
        number: The highest number in the journal; 0 for an empty one.
        change: The id of the change of that number, in hex, which differs in another history.
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
        """The mark in the form that `parse` reads."""
        return json.dumps({**attrs.asdict(self), "at": self.at.isoformat()}, indent=1, sort_keys=True) + "\n"

    @classmethod
    def parse(cls, text: str) -> Mark:
        """Read what `text` wrote; StorageError for anything else."""
        try:
            said: dict[str, Any] = json.loads(text)
            return cls(**{**said, "at": datetime.fromisoformat(said["at"])})
        except (ValueError, TypeError, KeyError) as error:
            raise StorageError("the witness holds something else than a mark of this mall") from error
