"""
A brake on guessing: who tries many codes that do not exist has to wait.

The counts stand in the memory of one process. They are lost when it ends, and several processes count
apart: with eight workers a guesser has eight times as many tries. A host that wants one count for all
hands its own `Brake`, for example one that counts in Redis.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Lock
from typing import Protocol

import attrs

from quanyi.entitlements.errors import LimitReached, Refused

__all__ = ["Brake", "GuessBrake", "guarded"]

_GUESSED_WRONG = "unknown-code"


class Brake(Protocol):
    """Counts wrong codes, by whatever names who tried: a person, an address."""

    def until(self, who: str, now: datetime) -> datetime | None:
        """When *who* may try again; None if at once."""
        ...

    def missed(self, who: str, now: datetime) -> None:
        """*who* tried a code that does not exist."""
        ...


@attrs.define(kw_only=True)
class GuessBrake:
    """
    A brake that counts in memory.

    Attributes:
        tries: How many wrong codes are let through within `window`; the next one has to wait until the
            oldest of them is `window` ago.
        most: For how many people and addresses it counts at the same time. Beyond that, those that
            have been quiet longest are forgotten, so that it never takes more than a few megabytes.
    """

    tries: int = 10
    window: timedelta = timedelta(minutes=10)
    most: int = 10_000
    _seen: OrderedDict[str, deque[datetime]] = attrs.field(factory=OrderedDict, init=False)
    _lock: Lock = attrs.field(factory=Lock, init=False)

    def until(self, who: str, now: datetime) -> datetime | None:
        """When *who* may try again; None if at once."""
        with self._lock:
            found = self._seen.get(who, ())
            recent = [at for at in found if at > now - self.window]
        return recent[0] + self.window if len(recent) >= self.tries else None

    def missed(self, who: str, now: datetime) -> None:
        """*who* tried a code that does not exist."""
        with self._lock:
            self._seen.setdefault(who, deque(maxlen=self.tries)).append(now)
            self._seen.move_to_end(who)
            while len(self._seen) > self.most:
                self._seen.popitem(last=False)


@contextmanager
def guarded(brake: Brake | None, *who: str, now: datetime) -> Iterator[None]:
    """
    Try a code under a brake.

        with guarded(brake, f"user/{user}", f"address/{request.remote_addr}", now=mall.now()):
            mall.accept_invite(code, user=user, key=key)

    Args:
        who: Whoever is counted; each has its own count, and the strictest decides.

    Raises:
        LimitReached: Too many codes were tried; `next_at` says when to come again. Nothing was asked.
    """
    waits = [found for each in who if brake and (found := brake.until(each, now))]
    if waits:
        raise LimitReached(reason="too-many-tries", next_at=max(waits))
    try:
        yield
    except Refused as no:
        if brake and no.reason == _GUESSED_WRONG:
            for each in who:
                brake.missed(each, now)
        raise
