"""Sources of ids: the only place where random ids are made."""

from __future__ import annotations

import secrets
from itertools import count

__all__ = ["CountedIds", "RandomIds"]


class RandomIds:
    """Ids of 128 random bits in 22 characters that are safe in a URL."""

    def new(self) -> str:
        """An id that nobody can guess and nobody else gets."""
        return secrets.token_urlsafe(16)


class CountedIds:
    """
    Ids that count up: for tests and stories, where a run must repeat itself.

    >>> ids = CountedIds("h")
    >>> ids.new(), ids.new()
    ('h1', 'h2')
    """

    def __init__(self, prefix: str = "") -> None:
        self._prefix = prefix
        self._numbers = count(1)

    def new(self) -> str:
        """The next one."""
        return f"{self._prefix}{next(self._numbers)}"
