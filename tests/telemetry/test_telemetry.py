"""Telemetry, read by OpenTelemetry's own SDK: spans, figures, nothing about people, and no cost without it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import attrs
import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode
from sqlalchemy import event, select

import quanyi
from quanyi.adapters.telemetry import Telemetry
from quanyi.campaigns.engine.transaction import Transactions
from tests.engine.conftest import FOLDER

START = datetime(2026, 3, 8, 4, tzinfo=UTC)


@attrs.define
class Seen:
    """A mall that is observed, and what was seen."""

    mall: quanyi.OpenMall
    clock: quanyi.FixedClock
    spans: InMemorySpanExporter
    reader: InMemoryMetricReader

    def named(self, name: str) -> list[ReadableSpan]:
        return [span for span in self.spans.get_finished_spans() if span.name == name]

    def points(self, name: str) -> list[Any]:
        """The points of a figure."""
        data = self.reader.get_metrics_data()
        metrics = [m for r in data.resource_metrics for s in r.scope_metrics for m in s.metrics] if data else []
        return [point for metric in metrics if metric.name == name for point in metric.data.data_points]

    def everything(self) -> str:
        data = self.reader.get_metrics_data()
        return repr([span.to_json() for span in self.spans.get_finished_spans()]) + (data.to_json() if data else "")


@pytest.fixture
def seen_on() -> Iterator[Callable[..., Seen]]:
    made: list[Any] = []

    def opened(engine: Any, **options: Any) -> Seen:
        quanyi.upgrade(engine)
        spans, reader = InMemorySpanExporter(), InMemoryMetricReader()
        tracers, meters = TracerProvider(), MeterProvider(metric_readers=[reader])
        tracers.add_span_processor(SimpleSpanProcessor(spans))
        made.extend((tracers, meters))
        telemetry = Telemetry(tracer_provider=tracers, meter_provider=meters)
        clock = quanyi.FixedClock(START)
        mall = quanyi.open_mall(FOLDER, engine, clock=clock, telemetry=telemetry, **options)
        mall.desk.apply()
        spans.clear()
        return Seen(mall, clock, spans, reader)

    yield opened
    for provider in made:
        provider.shutdown()


@pytest.fixture
def seen(seen_on: Callable[..., Seen], sqlite_engine: Any) -> Seen:
    return seen_on(sqlite_engine)


def test_a_request_and_its_transaction_are_spans_that_belong_together(
    seen_on: Callable[..., Seen], engine: Any
) -> None:
    seen = seen_on(engine)
    seen.mall.report("check_in", user="ann", key="k1")
    (request,), (batch,) = seen.named("quanyi.request"), seen.named("quanyi.batch")

    assert dict(request.attributes) == {
        "quanyi.mall": "engine",
        "quanyi.type": "check_in",
        "quanyi.verdict": "done",
    }
    assert dict(batch.attributes) == {"quanyi.mall": "engine", "quanyi.batch.size": 1}
    assert [link.context.span_id for link in batch.links] == [request.context.span_id]
    assert batch.parent.span_id == request.context.span_id


def test_verdicts_are_counted_by_code(seen: Seen) -> None:
    for key in ("k1", "k1"):
        seen.mall.report("check_in", user="ann", key=key)
    for user in ("bob", "cid"):
        with pytest.raises(quanyi.Refused):
            seen.mall.exchange("coffee", user=user, key=f"x/{user}")
    told = {
        tuple(point.attributes[f"quanyi.{name}"] for name in ("type", "campaign", "outcome", "code")): point.value
        for point in seen.points("quanyi.verdicts")
    }
    requests = {point.attributes["quanyi.verdict"]: point.count for point in seen.points("quanyi.request.duration")}
    spans = seen.named("quanyi.request")

    assert told["check_in", "check-in", "granted", ""] == 1  # what was answered by its receipt is no verdict
    assert told["exchange", "coffee-for-points", "refused", "insufficient-points"] == 2
    assert requests == {"done": 1, "duplicate": 1, "insufficient-points": 2}
    assert {span.status.status_code for span in spans} == {StatusCode.UNSET}


def test_batches_say_how_many_shared_them(seen: Seen) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: seen.mall.report("check_in", user=f"u{n}", key=f"k{n}"), range(40)))
    (sizes,) = seen.points("quanyi.batch.size")
    batches, requests = seen.named("quanyi.batch"), seen.named("quanyi.request")
    linked = [link.context.span_id for batch in batches for link in batch.links]

    assert sizes.sum >= 40
    assert sorted(linked) == sorted(span.context.span_id for span in requests)
    assert sum(batch.attributes["quanyi.batch.size"] for batch in batches) == 40


def test_who_waits_for_a_lock_is_seen(seen_on: Callable[..., Seen], locking_engine: Any) -> None:
    """A host's transaction that stays open."""
    seen = seen_on(locking_engine, wait_seconds=0.4)
    seen.mall.desk.adjust("ann", "points", 5, key="stake", reason="something to lock")
    balance = seen.mall.ports.store.tables.balance
    with locking_engine.begin() as other:
        other.execute(select(balance).with_for_update()).all()
        with pytest.raises(quanyi.LockTimeout):
            seen.mall.desk.adjust("ann", "points", 5, key="k2", reason="one more")
    locks = {point.attributes["quanyi.lock.outcome"]: point for point in seen.points("quanyi.lock.duration")}
    failed = [span for span in seen.named("quanyi.request") if span.attributes["quanyi.verdict"] == "LockTimeout"]

    assert locks["timeout"].count >= 1
    assert locks["timeout"].max >= 0.2
    assert locks["locked"].count >= 1
    assert [span.status.status_code for span in failed] == [StatusCode.ERROR]


def test_what_waits_is_told(seen: Seen) -> None:
    seen.mall.desk.adjust("ann", "points", 5, key="k", reason="an event")
    seen.mall.claim("arena", item="phone", user="ann", key="c")
    seen.clock.advance(hours=1)
    lag = {point.attributes["quanyi.sink"]: point.value for point in seen.points("quanyi.outbox.lag")}
    events = {point.attributes["quanyi.state"]: point.value for point in seen.points("quanyi.outbox.events")}
    (due,) = seen.points("quanyi.timers.due")
    seen.mall.sweep()
    (after,) = seen.points("quanyi.timers.due")

    assert lag == {"host": timedelta(hours=1).total_seconds()}
    assert events == {"waiting": 2, "parked": 0}
    assert (due.value, after.value) == (1, 0)


def test_inside_a_hosts_transaction_there_are_batches(seen: Seen) -> None:
    with seen.mall.ports.store.engine.begin() as connection:
        seen.mall.within(connection).report("check_in", user="ann", key="k")
    with seen.mall.batch() as batch:
        batch.report("check_in", user="bob", key="k2")

    assert [span.attributes["quanyi.batch.size"] for span in seen.named("quanyi.batch")] == [1, 1]
    assert seen.named("quanyi.request") == []


def test_nothing_of_people_keys_and_codes_is_told(seen: Seen) -> None:
    mall = seen.mall
    mall.report("check_in", user="user-ann", key="key-one", by="clerk-seven")
    with pytest.raises(quanyi.Refused):
        mall.claim("flash", item="phone", user="user-bob", key="key-two", code="coupon-x", order="order-nine")
    mall.claim("arena", item="phone", user="user-ann", key="key-three", order="order-nine")
    with pytest.raises(quanyi.InputError):
        mall.report("check_in", user="user-ann", key="key-four", data={"secret-x": 1})
    with pytest.raises(quanyi.KeyReused, match="key-one"):
        mall.report("check_in", user="user-bob", key="key-one")
    told = seen.everything()
    holder = mall.ports.store.tables.record
    with mall.ports.store.engine.connect() as connection:
        holders = [text for text in connection.scalars(select(holder.c.holder).distinct()) if text]

    assert "check_in" in told
    for secret in ("user-", "key-", "clerk-", "coupon-", "order-nine", "secret-", *holders):
        assert secret not in told


def test_without_telemetry_nothing_is_in_between_and_nothing_is_loaded(sqlite_engine: Any, tmp_path: Path) -> None:
    quanyi.upgrade(sqlite_engine)
    mall = quanyi.open_mall(FOLDER, sqlite_engine, clock=quanyi.FixedClock(START))
    script = f"""
import sys
import quanyi
from sqlalchemy import create_engine
engine = quanyi.prepare_engine(create_engine("sqlite:///{tmp_path / "x.db"}"))
quanyi.upgrade(engine)
mall = quanyi.open_mall({str(FOLDER)!r}, engine)
mall.desk.apply()
mall.report("check_in", user="ann", key="k")
engine.dispose()
print([name for name in sys.modules if name.startswith("opentelemetry")])
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)

    assert type(mall.ports.transactions) is Transactions
    assert done.stdout.strip() == "[]", done.stderr


def test_watched_it_asks_the_database_no_more(seen_on: Callable[..., Seen], sqlite_engine: Any) -> None:
    """What requests send is the same with telemetry and without."""
    counts = []
    for key, opened in (
        ("a", lambda: seen_on(sqlite_engine).mall),
        ("b", lambda: quanyi.open_mall(FOLDER, sqlite_engine, clock=quanyi.FixedClock(START))),
    ):
        mall, said = opened(), []
        for n in range(4):
            mall.report("check_in", user=f"warm{n}{key}", key=f"warm{n}/{key}")
        listen = lambda *row, said=said: said.append(row[2])  # noqa: E731
        event.listen(sqlite_engine, "before_cursor_execute", listen)
        mall.report("check_in", user=f"u{key}", key=key)
        event.remove(sqlite_engine, "before_cursor_execute", listen)
        counts.append(said)

    assert len(counts[0]) == len(counts[1])
