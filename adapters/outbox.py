"""
Telling the world: what the books emitted, handed on in order, at least once.

An event stays in the outbox until somebody has taken it. It is leased before it is handed on, so
that no transaction is open meanwhile and no two relays hand on the same event at once; a relay
that dies leaves a lease that runs out. Who receives must be able to meet an event twice: its
`id` is the same each time.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

import attrs

from quanyi.entitlements.ports import Clock
from quanyi.entitlements.time import aware

__all__ = ["CloudEvent", "Outbox", "Relay", "Relayed", "Waiting"]

_log = logging.getLogger("quanyi.outbox")


@attrs.frozen(kw_only=True)
class CloudEvent:
    """
    An event for the world, with the attribute names of CloudEvents 1.0.

    Attributes:
        id: The same each time it is handed on.
        source: The mall: ``/quanyi/<mall>``.
        type: ``deal.paid``.
        time: When it was decided.
        subject: The host's id of the person it is about, if it is about one who is still known.
    """

    id: str
    source: str
    type: str
    time: datetime = attrs.field(validator=aware)
    subject: str | None = None
    data: Mapping[str, Any] = attrs.field(factory=dict)

    def plain(self) -> dict[str, Any]:
        """The envelope as a mapping, as the JSON format of CloudEvents has it."""
        body = {**attrs.asdict(self, recurse=False), "specversion": "1.0", "time": self.time.isoformat()}
        return {name: value for name, value in body.items() if value is not None}


@attrs.frozen(kw_only=True)
class Waiting:
    """
    An event that was leased.

    Attributes:
        number: Its place in the mall's outbox.
        attempts: How often it was handed on before without success.
    """

    number: int
    event: CloudEvent
    attempts: int


class Outbox(Protocol):
    """What waits to be told; see `quanyi.adapters.sql.outbox`."""

    def lease(self, now: datetime, until: datetime, limit: int) -> Sequence[Waiting]:
        """
        The next events that may be handed on, in order; nobody else gets them before *until*.

        An event waits behind an earlier one about the same person.
        """
        ...

    def told(self, number: int) -> None:
        """It has been taken; forget it."""
        ...

    def put_off(self, number: int, until: datetime, *, tried: bool = True) -> None:
        """It has not been taken, or not even been *tried*; again from *until* on."""
        ...

    def park(self, number: int, now: datetime) -> None:
        """It has not been taken too often; leave it for people to look at."""
        ...


@attrs.frozen(kw_only=True)
class Relayed:
    """What one run of a relay came to, in events."""

    told: int = 0
    put_off: int = 0
    parked: int = 0


class Relay:
    """
    Hands events on; a host calls `run` from a job of its own.

    Args:
        tell: Takes one event; an exception means that it has not been taken.
        tries: How often an event is handed on before it is parked.
        first_pause: How long to wait after the first failure; doubled with each further one,
            up to `longest_pause`.
        lease: For how long a leased event belongs to this relay: longer than `tell` ever takes
            for all the events of one run.
    """

    def __init__(
        self,
        outbox: Outbox,
        tell: Callable[[CloudEvent], object],
        clock: Clock,
        *,
        tries: int = 12,
        first_pause: timedelta = timedelta(seconds=5),
        longest_pause: timedelta = timedelta(hours=1),
        lease: timedelta = timedelta(minutes=5),
    ) -> None:
        self._outbox = outbox
        self._tell = tell
        self._clock = clock
        self._tries = tries
        self._first_pause = first_pause
        self._longest_pause = longest_pause
        self._lease = lease

    def run(self, limit: int = 100) -> Relayed:
        """Hand on at most *limit* events that wait."""
        now = self._clock.now()
        results = {"told": 0, "put_off": 0, "parked": 0}
        failed: set[str] = set()
        for waiting in self._outbox.lease(now, now + self._lease, limit):
            results[self._hand_on(waiting, failed)] += 1
        return Relayed(**results)

    def _hand_on(self, waiting: Waiting, failed: set[str]) -> str:
        subject = waiting.event.subject
        if subject is not None and subject in failed:
            self._outbox.put_off(waiting.number, self._clock.now(), tried=False)
            return "put_off"
        try:
            self._tell(waiting.event)
        except Exception:  # noqa: BLE001  (whatever the receiver raises, the event has not been taken)
            _log.exception("event %s (%s) was not taken", waiting.event.id, waiting.event.type)
            if subject is not None:
                failed.add(subject)
            return self._not_taken(waiting)
        self._outbox.told(waiting.number)
        return "told"

    def _not_taken(self, waiting: Waiting) -> str:
        now = self._clock.now()
        if waiting.attempts + 1 >= self._tries:
            self._outbox.park(waiting.number, now)
            return "parked"
        pause = min(self._first_pause * 2 ** min(waiting.attempts, 30), self._longest_pause)
        self._outbox.put_off(waiting.number, now + pause)
        return "put_off"
