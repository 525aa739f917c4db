"""
The jobs of a worker: booking what is due, answering reminders, buying from suppliers, handing events on, counting figures, and looking
for alarms.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from quanyi.adapters.alarms.job import AlarmsJob
from quanyi.adapters.figures.job import FiguresJob
from quanyi.adapters.leases import Leases
from quanyi.adapters.outbox import LEASE
from quanyi.adapters.sinks import HOST, WEBHOOKS
from quanyi.adapters.trial_runs import TrialsJob
from quanyi.campaigns.reminders import answer_reminders
from quanyi.campaigns.supply.ordering import buy
from quanyi.entitlements.errors import InputError
from quanyi.entitlements.ports import Clock, Store

if TYPE_CHECKING:
    from quanyi.adapters.desk import OpenDesk
    from quanyi.adapters.outbox import CloudEvent, Relay
    from quanyi.adapters.webhooks.job import WebhookOptions
    from quanyi.campaigns.ports import Ports

__all__ = ["Events", "Job", "Purchases", "Reminders", "Timers", "jobs_of"]

_AT_ONCE = 500
_PURCHASES = 50


class Job(Protocol):
    """Work that nobody waits for, done a portion at a time."""

    @property
    def name(self) -> str:
        """What it is called in the log, and in counts of what was done."""
        ...

    def run(self, stopping: Callable[[], bool]) -> int:
        """
        Do a portion of what there is to do now; how much that was, 0 if there was nothing.

        Whatever it raises is logged, and it is tried again after a pause.

        Args:
            stopping: Says whether to end with what is in hand, and to leave the rest.
        """
        ...

    def leave(self) -> None:
        """Give back what was leased, so that another worker need not wait for the end of the lease."""
        ...


class Timers:
    """
    Books what is due, oldest first.

    One worker at a time does it, under a lease that is renewed with every portion. The lease only keeps workers from waiting
    for each other's locks: a timer is booked once even where two of them are at it.

    Args:
        sweep: Books so many timers at most, oldest first; how many that were.
        leases: None for a mall that has one process, such as one in memory.
        limit: How many timers a portion has.
    """

    name = "timers"

    def __init__(
        self,
        sweep: Callable[[int], int],
        store: Store,
        clock: Clock,
        leases: Leases | None = None,
        *,
        limit: int = _AT_ONCE,
    ) -> None:
        self._sweep = sweep
        self._store = store
        self._clock = clock
        self._leases = leases
        self._limit = limit

    def run(self, stopping: Callable[[], bool]) -> int:
        """Book a portion; 0 if nothing is due, or another worker is at it."""
        now = self._clock.now()
        if not self._store.due(now, 1):
            return 0
        if self._leases is not None and not self._leases.take(self.name, now, now + LEASE):
            return 0
        return self._sweep(self._limit)

    def leave(self) -> None:
        """Let another worker book what is due."""
        if self._leases is not None:
            self._leases.leave(self.name, self._clock.now())


class _Leased:
    """A job that one worker at a time does, under a lease in its name."""

    name = ""

    def __init__(self, clock: Clock, leases: Leases | None) -> None:
        self._clock = clock
        self._leases = leases

    def leave(self) -> None:
        """Let another worker do it."""
        if self._leases is not None:
            self._leases.leave(self.name, self._clock.now())

    def _leased(self) -> bool:
        now = self._clock.now()
        return self._leases is None or self._leases.take(self.name, now, now + LEASE)


class Reminders(_Leased):
    """
    Answers the reminders of what can be had.

    One worker at a time does it, under a lease that it takes once there is something to answer. A reminder is answered
    once even where two workers are at it.

    Args:
        answer: Answers so many at most, if the second argument allows it; how many that were.
        leases: None for a mall that has one process, such as one in memory.
        limit: How many reminders a portion has.
    """

    name = "reminders"

    def __init__(
        self,
        answer: Callable[[int, Callable[[], bool]], int],
        clock: Clock,
        leases: Leases | None = None,
        *,
        limit: int = _AT_ONCE,
    ) -> None:
        self._answer = answer
        super().__init__(clock, leases)
        self._limit = limit

    def run(self, stopping: Callable[[], bool]) -> int:
        """Answer a portion; 0 if none can be answered, or another worker is at it."""
        return self._answer(self._limit, self._leased)


class Purchases(_Leased):
    """
    Orders from suppliers what buyers have paid for, and asks what became of orders that nobody answered.

    One worker at a time does it, under a lease that is renewed before each purchase. An order is sent once even where two
    workers are at it.

    Args:
        buy: Orders and asks so many at most, as long as the second argument allows it; how many that were.
        leases: None for a mall that has one process, such as one in memory.
        limit: How many purchases a portion has.
    """

    name = "purchases"

    def __init__(
        self,
        buy: Callable[[int, Callable[[], bool]], int],
        clock: Clock,
        leases: Leases | None = None,
        *,
        limit: int = _PURCHASES,
    ) -> None:
        self._buy = buy
        super().__init__(clock, leases)
        self._limit = limit

    def run(self, stopping: Callable[[], bool]) -> int:
        """Order and ask a portion; 0 if nothing waits, or another worker is at it."""
        return self._buy(self._limit, lambda: not stopping() and self._leased())


class Events:
    """
    Hands the events of one sink on. Several workers share them by leases of events.

    Args:
        limit: How many events a portion has.
    """

    def __init__(self, sink: str, relay: Relay, *, limit: int = 100) -> None:
        self.name = f"events/{sink}"
        self._relay = relay
        self._limit = limit

    def run(self, stopping: Callable[[], bool]) -> int:
        """Hand on a portion; how many were taken or parked. What was put off is no work for now."""
        done = self._relay.run(self._limit, stopping)
        return done.told + done.parked

    def leave(self) -> None:
        """A relay gives its events back with each run."""


def jobs_of(
    ports: Ports,
    desk: OpenDesk,
    sweep: Callable[[int], int],
    tell: Callable[[CloudEvent], object] | Mapping[str, Callable[[CloudEvent], object]] | None,
    relay_options: Mapping[str, Any],
    webhooks: WebhookOptions | None = None,
) -> Iterator[Job]:
    """
    The jobs that a mall has: its timers, its reminders, what it buys from suppliers if it has any, the events of each sink for which there is somebody to tell,
    webhooks if the mall has that sink and nobody else takes its events, its trials, its figures, and its alarms.

    Raises:
        InputError: No sink has that name, what takes its events can't be called, or the mall is in memory and tells
            nobody.
    """
    leases = _leases_of(ports.store)
    yield Timers(sweep, ports.store, ports.clock, leases)
    yield Reminders(partial(answer_reminders, ports), ports.clock, leases)
    if ports.suppliers:
        yield Purchases(partial(buy, ports, ports.suppliers), ports.clock, leases)
    told = tell if isinstance(tell, Mapping) else {} if tell is None else {HOST: tell}
    for sink, take in told.items():
        if not callable(take):
            raise InputError(f"what takes the events of {sink} is called with one; {take!r} can't be")
        yield Events(sink, desk.relay(take, sink=sink, **relay_options))
    if WEBHOOKS not in told:
        yield from _webhooks_of(ports, webhooks)
    yield TrialsJob(desk.trials, ports.clock, leases)
    if leases is not None:
        from quanyi.adapters.figures.reading import in_database

        yield FiguresJob(in_database(ports, ports.store), ports.clock, leases)
    yield AlarmsJob(desk.alarms, ports.clock, leases)


def _webhooks_of(ports: Ports, options: WebhookOptions | None) -> Iterator[Job]:
    from quanyi.adapters.sql.leases import SqlLeases
    from quanyi.adapters.sql.store import SqlStore
    from quanyi.adapters.webhooks.job import Webhooks

    store = ports.store
    if isinstance(store, SqlStore) and WEBHOOKS in store.sinks.takes:
        yield Webhooks(store, ports.vault, ports.clock, SqlLeases(store), options)


def _leases_of(store: Store) -> Leases | None:
    from quanyi.adapters.sql.leases import SqlLeases
    from quanyi.adapters.sql.store import SqlStore

    return SqlLeases(store) if isinstance(store, SqlStore) else None
