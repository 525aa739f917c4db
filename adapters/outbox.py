"""
The outbox: hands events on to sinks, in order, at least once.

Each consumer is a sink, with a row of its own for every event that it takes. A row stays until it
was taken. It is leased before it is handed on, so that no transaction is open meanwhile and no two
relays hand on the same event at once; the lease of a relay that dies runs out. A receiver
must be able to meet an event twice: its `id` is the same each time.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

import attrs

from quanyi.entitlements.ports import Clock
from quanyi.entitlements.time import aware

__all__ = ["LEASE", "CloudEvent", "Outbox", "Relay", "Relayed", "Waiting"]

LEASE = timedelta(seconds=30)
"""How long a lease lasts. What was leased by somebody who died waits at most so long for somebody else."""

_log = logging.getLogger("quanyi.outbox")


@attrs.frozen(kw_only=True)
class CloudEvent:
    """
    An event for the world, with the attribute names of CloudEvents 1.0.

    Attributes:
        id: The same each time it is handed on, to whichever sink.
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
        number: Its place in the outbox.
        attempts: How often it was handed on before without success.
        lease: The name of the lease it came with; only its owner may report what became of the event.
        order_key: Events of one sink and key are handed on in order; None for one without an order.
    """

    number: int
    event: CloudEvent
    attempts: int
    lease: str
    order_key: str | None = None


class Outbox(Protocol):
    """The events that wait for one sink; see `quanyi.adapters.sql.outbox`."""

    def lease(self, now: datetime, until: datetime, limit: int) -> Sequence[Waiting]:
        """
        The next events that may be handed on, in order; nobody else gets them before *until*.

        An event waits behind an earlier one of the same order key.
        """
        ...

    def renew(self, events: Sequence[Waiting], until: datetime) -> int:
        """Extend the lease of events to *until*. Returns how many were still under their lease."""
        ...

    def told(self, events: Sequence[Waiting]) -> int:
        """Delete events that were taken. Returns how many of them were still under their lease."""
        ...

    def put_off(self, events: Sequence[Waiting], until: datetime, *, tried: bool = True) -> int:
        """
        Let events that were not taken wait until *until*. Returns how many were still under their lease.

        Args:
            tried: Whether that counts as an attempt.
        """
        ...

    def park(self, events: Sequence[Waiting], now: datetime) -> int:
        """
        Park events that were not taken too often, for people to look at. Returns how many were still under their lease.
        """
        ...


@attrs.frozen(kw_only=True)
class Relayed:
    """
    The result of one run of a relay, in numbers of events.

    Attributes:
        lost: Those whose lease ran out meanwhile: another relay hands them on, perhaps again.
    """

    told: int = 0
    put_off: int = 0
    parked: int = 0
    lost: int = 0


class Relay:
    """
    Hands events on; a host calls `run` from a job of its own.

    Args:
        tell: Takes one event; an exception means that it has not been taken.
        tries: How often an event is handed on before it is parked.
        first_pause: How long to wait after the first failure; doubled with each further one,
            up to `longest_pause`.
        lease: For how long leased events belong to this relay. It is renewed between two events, once
            half of it is over; where one event takes longer than that, the rest of the run is left to others.
        report_every: After how many events the results are written. If a relay dies, so many events
            at most are handed on twice.
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
        lease: timedelta = LEASE,
        report_every: int = 20,
    ) -> None:
        self._outbox = outbox
        self._tell = tell
        self._clock = clock
        self._tries = tries
        self._first_pause = first_pause
        self._longest_pause = longest_pause
        self._lease = lease
        self._report_every = report_every

    def run(self, limit: int = 100, stopping: Callable[[], bool] = lambda: False) -> Relayed:
        """
        Hand on at most *limit* events that wait.

        Args:
            stopping: Asked before each event; once it says so, the events that are left are given back at once.
        """
        now = self._clock.now()
        until = now + self._lease
        results = _Results(self._outbox)
        leased = self._outbox.lease(now, until, limit)
        try:
            for place, waiting in enumerate(leased):
                if stopping():
                    results.untried += leased[place:]
                    break
                renewed = self._renewed(leased[place:], until, results)
                if renewed is None:
                    results.lost += len(leased) - place
                    break
                until = renewed
                self._hand_on(waiting, results)
                if results.unsaid >= self._report_every:
                    results.report(self._clock.now())
        finally:
            results.report(self._clock.now())
        return Relayed(told=results.told, put_off=results.put_off, parked=results.parked, lost=results.lost)

    def _renewed(self, rest: Sequence[Waiting], until: datetime, results: _Results) -> datetime | None:
        """Until when the lease of the rest is ours, extended where half of it is over; None where it is lost."""
        now = self._clock.now()
        if now >= until:
            return None
        if now < until - self._lease / 2:
            return until
        results.report(now)  # what was taken by now is not in the rest, and its lease would run out
        until = now + self._lease
        return until if self._outbox.renew(rest, until) == len(rest) else None

    def _hand_on(self, waiting: Waiting, results: _Results) -> None:
        if waiting.order_key in results.stuck:
            results.untried.append(waiting)
            return
        try:
            self._tell(waiting.event)
        except Exception:  # noqa: BLE001  (whatever the receiver raises, the event has not been taken)
            _log.exception("event %s (%s) was not taken", waiting.event.id, waiting.event.type)
            self._not_taken(waiting, results)
        else:
            results.taken.append(waiting)

    def _not_taken(self, waiting: Waiting, results: _Results) -> None:
        if waiting.order_key is not None:
            results.stuck.add(waiting.order_key)
        if waiting.attempts + 1 >= self._tries:
            _log.error("event %s (%s) is parked after %d tries", waiting.event.id, waiting.event.type, self._tries)
            results.given_up.append(waiting)
            return
        pause = min(self._first_pause * 2 ** min(waiting.attempts, 30), self._longest_pause)
        results.later.setdefault(self._clock.now() + pause, []).append(waiting)


class _Results:
    """The results of one run, written a few at a time."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self.told = self.put_off = self.parked = self.lost = 0
        self.stuck: set[str] = set()
        self.taken: list[Waiting] = []
        self.untried: list[Waiting] = []
        self.given_up: list[Waiting] = []
        self.later: dict[datetime, list[Waiting]] = {}

    @property
    def unsaid(self) -> int:
        """How many results are not written yet."""
        return len(self.taken) + len(self.given_up) + sum(map(len, self.later.values()))

    def report(self, now: datetime) -> None:
        """Write the results since the last time."""
        outbox, asked = self._outbox, self.unsaid + len(self.untried)
        if not asked:
            return
        told = outbox.told(self.taken)
        later = sum(outbox.put_off(events, until) for until, events in self.later.items())
        parked = outbox.park(self.given_up, now)
        untried = outbox.put_off(self.untried, now, tried=False)
        self.told, self.put_off, self.parked = self.told + told, self.put_off + later + untried, self.parked + parked
        self.lost += asked - told - later - parked - untried
        self.taken, self.untried, self.given_up, self.later = [], [], [], {}
