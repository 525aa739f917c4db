"""
Remembers the nonces of call-backs for as long as they would be believed, so that none is taken a second time.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from threading import Lock
from typing import Protocol

__all__ = ["MemoryNonces", "Nonces"]

_MOST = 100_000


class Nonces(Protocol):
    """What a host with several processes gives in the place of `MemoryNonces`."""

    def take(self, supplier: str, nonce: str, *, until: datetime, now: datetime) -> bool:
        """Remember a nonce until an instant; False if it is remembered already."""
        ...

    def give_back(self, supplier: str, nonce: str) -> None:
        """Forget a nonce whose call-back could not be taken, so that the same request may come again."""
        ...


class MemoryNonces:
    """
    The nonces of this process.

    Of the same request to two processes of a host each takes it once: what it says is then a repetition, as when the
    supplier itself tells twice.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._until: dict[tuple[str, str], datetime] = {}

    def take(self, supplier: str, nonce: str, *, until: datetime, now: datetime) -> bool:
        """Remember a nonce; False if it is remembered already, or there is no room for one more."""
        with self._lock:
            if len(self._until) >= _MOST:
                self._forget(lambda ends: ends < now)
            known = (supplier, nonce) in self._until and self._until[supplier, nonce] >= now
            if known or len(self._until) >= _MOST:
                return False
            self._until[supplier, nonce] = until
            return True

    def give_back(self, supplier: str, nonce: str) -> None:
        """Forget a nonce."""
        with self._lock:
            self._until.pop((supplier, nonce), None)

    def _forget(self, over: Callable[[datetime], bool]) -> None:
        self._until = {key: ends for key, ends in self._until.items() if not over(ends)}
