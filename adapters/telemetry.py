"""
Telemetry: spans and figures of a mall for OpenTelemetry, by its API package alone.

Whoever wants them passes `Telemetry` to `open_mall`; without it nothing of this is loaded, and no call passes through it.
No attribute names a user, a key of a write or a card code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from time import perf_counter
from typing import TYPE_CHECKING, Any

import attrs
from opentelemetry import metrics, trace
from opentelemetry.metrics import CallbackOptions, MeterProvider, Observation
from opentelemetry.trace import Link, SpanContext, SpanKind, Status, StatusCode, TracerProvider

from quanyi.campaigns.engine.decisions import Outcome
from quanyi.campaigns.engine.transaction import Transactions
from quanyi.entitlements.errors import LockTimeout, QuanyiError, Refused
from quanyi.entitlements.inputs import Input, Receipt
from quanyi.entitlements.ports import Clock, Store, Transaction

if TYPE_CHECKING:
    from quanyi.adapters.sql.store import SqlStore

__all__ = ["Telemetry"]

_NAME = "quanyi"
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
_SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256)


class Telemetry:
    """
    Spans and figures of malls.

    Args:
        tracer_provider: Where spans go; the process's own provider unless given.
        meter_provider: Where figures go; the process's own provider unless given.
    """

    def __init__(
        self, *, tracer_provider: TracerProvider | None = None, meter_provider: MeterProvider | None = None
    ) -> None:
        self._tracer = trace.get_tracer(_NAME, tracer_provider=tracer_provider)
        self._meter = meter = metrics.get_meter(_NAME, meter_provider=meter_provider)
        self._waiting: dict[bytes, SpanContext] = {}
        self._requests = meter.create_histogram(
            "quanyi.request.duration", "s", "From call to answer.", explicit_bucket_boundaries_advisory=_SECONDS
        )
        self._sizes = meter.create_histogram(
            "quanyi.batch.size",
            "{request}",
            "Requests that share a transaction.",
            explicit_bucket_boundaries_advisory=_SIZES,
        )
        self._batches = meter.create_histogram(
            "quanyi.batch.duration", "s", "One transaction.", explicit_bucket_boundaries_advisory=_SECONDS
        )
        self._locks = meter.create_histogram(
            "quanyi.lock.duration",
            "s",
            "Locking and reading the rows of a batch; what others hold is waited for here.",
            explicit_bucket_boundaries_advisory=_SECONDS,
        )
        self._verdicts = meter.create_counter("quanyi.verdicts", "{decision}", "Decisions of campaigns, by code.")

    # --- requests and batches -----------------------------------------------------------------

    def observed(self, submit: Callable[[Input], Receipt], mall: str) -> Callable[[Input], Receipt]:
        """*submit* with a span and a duration for each request."""

        def submitted(ask: Input) -> Receipt:
            told = {"quanyi.mall": mall, "quanyi.type": ask.type}
            begun = perf_counter()
            with self._tracer.start_as_current_span(
                "quanyi.request",
                kind=SpanKind.INTERNAL,
                attributes=told,
                record_exception=False,
                set_status_on_exception=False,
            ) as span:
                self._waiting[ask.id] = span.get_span_context()
                verdict = "failed"
                try:
                    receipt = submit(ask)
                    verdict = "duplicate" if receipt.duplicate else "done"
                    return receipt
                except QuanyiError as error:
                    verdict = _code(error)
                    if not isinstance(error, Refused):
                        span.set_status(Status(StatusCode.ERROR, type(error).__name__))
                    raise
                finally:
                    self._waiting.pop(ask.id, None)
                    span.set_attribute("quanyi.verdict", verdict)
                    self._requests.record(perf_counter() - begun, {**told, "quanyi.verdict": verdict})

        return submitted

    def transactions(self, mall: str, **fields: Any) -> Transactions:
        """Transactions that are observed."""
        return _ObservedTransactions(telemetry=self, mall=mall, **fields)

    @contextmanager
    def batch(self, inputs: Sequence[Input], mall: str) -> Iterator[Callable[[Sequence[Outcome]], None]]:
        """A span around one transaction, linked with the requests that share it; call what it gives with their outcomes."""
        told = {"quanyi.mall": mall}
        links = [Link(found) for ask in inputs if (found := self._waiting.get(ask.id)) is not None]
        begun = perf_counter()
        self._sizes.record(len(inputs), told)
        with self._tracer.start_as_current_span(
            "quanyi.batch",
            attributes={**told, "quanyi.batch.size": len(inputs)},
            links=links,
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            try:
                yield lambda outcomes: self._count(inputs, outcomes, mall)
            except QuanyiError as error:  # such as a row that others hold: the callers try again
                span.set_status(Status(StatusCode.ERROR, type(error).__name__))
                raise
            finally:
                self._batches.record(perf_counter() - begun, told)

    @contextmanager
    def lock(self, mall: str) -> Iterator[None]:
        """How long the rows of a batch are waited for and read."""
        begun, how = perf_counter(), "locked"
        try:
            yield
        except LockTimeout:
            how = "timeout"
            raise
        finally:
            self._locks.record(perf_counter() - begun, {"quanyi.mall": mall, "quanyi.lock.outcome": how})

    def _count(self, inputs: Sequence[Input], outcomes: Sequence[Outcome], mall: str) -> None:
        for ask, outcome in zip(inputs, outcomes, strict=True):
            for campaign, verdict, code in _verdicts(outcome):
                told = {"quanyi.campaign": campaign, "quanyi.outcome": verdict, "quanyi.code": code}
                self._verdicts.add(1, {"quanyi.mall": mall, "quanyi.type": ask.type, **told})

    # --- what waits ----------------------------------------------------------------------------

    def watch(self, store: SqlStore, clock: Clock) -> None:
        """Figures of what waits in a database, read when they are collected: one short statement for each."""
        from quanyi.adapters.sql.backlog import backlog, timers_due

        def lag(_: CallbackOptions) -> Iterator[Observation]:
            now = clock.now()
            for sink in backlog(store):
                seconds = 0.0 if sink.oldest is None else max(0.0, (now - sink.oldest).total_seconds())
                yield Observation(seconds, {"quanyi.mall": store.mall, "quanyi.sink": sink.sink})

        def waiting(_: CallbackOptions) -> Iterator[Observation]:
            for sink in backlog(store):
                told = {"quanyi.mall": store.mall, "quanyi.sink": sink.sink}
                yield Observation(sink.waiting, {**told, "quanyi.state": "waiting"})
                yield Observation(sink.parked, {**told, "quanyi.state": "parked"})

        def due(_: CallbackOptions) -> Iterator[Observation]:
            yield Observation(timers_due(store, clock.now()), {"quanyi.mall": store.mall})

        gauge = self._meter.create_observable_gauge
        gauge("quanyi.outbox.lag", [lag], "s", "How long the oldest event of a sink has waited.")
        gauge("quanyi.outbox.events", [waiting], "{event}", "Events that wait for a sink, and dead letters.")
        gauge("quanyi.timers.due", [due], "{timer}", "Timers that are due and not booked.")


@attrs.frozen(kw_only=True)
class _ObservedTransactions(Transactions):
    """Transactions with a span around each, and their figures."""

    telemetry: Telemetry
    mall: str

    def run(self, inputs: Sequence[Input], store: Store, *, joined: bool = False) -> list[Outcome]:
        """Decide and write *inputs*."""
        with self.telemetry.batch(inputs, self.mall) as count:
            timed: Any = _TimedStore(store, self)
            outcomes = Transactions.run(self, inputs, timed, joined=joined)
            count(outcomes)
        return outcomes


class _TimedStore:
    """A store whose transactions are timed while they lock."""

    def __init__(self, store: Store, watched: _ObservedTransactions) -> None:
        self._store, self._watched = store, watched

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def begin(self) -> AbstractContextManager[Any]:
        return self._timed()

    @contextmanager
    def _timed(self) -> Iterator[Any]:
        with self._store.begin() as tx:
            yield _TimedTransaction(tx, self._watched)


class _TimedTransaction:
    """A transaction that is timed while it locks."""

    def __init__(self, tx: Transaction, watched: _ObservedTransactions) -> None:
        self._tx, self._watched = tx, watched

    def __getattr__(self, name: str) -> Any:
        return getattr(self._tx, name)

    def lock(self, *arguments: Any, **options: Any) -> Any:
        with self._watched.telemetry.lock(self._watched.mall):
            return self._tx.lock(*arguments, **options)


def _verdicts(outcome: Outcome) -> Iterator[tuple[str, str, str]]:
    """Campaign, outcome and code of each decision; a receipt of an earlier call decides nothing."""
    if isinstance(outcome, Receipt):
        if not outcome.duplicate:
            yield from ((each.campaign, each.outcome, each.code) for each in outcome.decisions)
        return
    campaign = getattr(outcome, "campaign", None) or ""
    yield campaign, "refused" if isinstance(outcome, Refused) else "failed", _code(outcome)


def _code(error: Exception) -> str:
    return error.code if isinstance(error, Refused) else type(error).__name__
