"""The page about observability: its host runs, and its tables name what is seen, and the loggers that there are."""

from __future__ import annotations

import re
import runpy
from typing import TYPE_CHECKING, Any

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from quanyi.adapters import telemetry
from tests.docs.pages import ROOT, titled_blocks

if TYPE_CHECKING:
    from pathlib import Path

PAGE = ROOT / "docs" / "observability.md"


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_the_pages_host_tells_what_its_tables_say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for title, body in (titled_blocks(ROOT / "docs" / "quickstart.md") | titled_blocks(PAGE)).items():
        (tmp_path / title).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / title).write_text(body, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    spans, reader = InMemorySpanExporter(), InMemoryMetricReader()
    tracers, meters = TracerProvider(), MeterProvider(metric_readers=[reader])
    tracers.add_span_processor(SimpleSpanProcessor(spans))
    providers: dict[str, Any] = {"tracer_provider": tracers, "meter_provider": meters}
    made = telemetry.Telemetry
    monkeypatch.setattr(telemetry, "Telemetry", lambda: made(**providers))
    names = runpy.run_path("observed.py")
    names["mall"].report("joined", user="ann", key="k")
    data = reader.get_metrics_data()
    figures = {m.name for r in data.resource_metrics for s in r.scope_metrics for m in s.metrics}
    names["engine"].dispose()
    tracers.shutdown()
    meters.shutdown()
    rows = re.findall(r"^\| `(quanyi\.[a-z.]+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)

    assert {span.name for span in spans.get_finished_spans()} | figures == set(rows)


def test_every_logger_stands_in_the_table_of_hosting() -> None:
    product = [path for room in ("adapters", "campaigns", "entitlements") for path in (ROOT / room).rglob("*.py")]
    found = {name for path in product for name in re.findall(r'getLogger\("(.+?)"\)', path.read_text(encoding="utf-8"))}
    told = set(
        re.findall(
            r"^\| `(quanyi[a-z.]*)` \|", (ROOT / "docs" / "hosting.md").read_text(encoding="utf-8"), re.MULTILINE
        )
    )

    assert found == told
