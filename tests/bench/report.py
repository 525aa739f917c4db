"""Results as a table to read, and as build/bench.json."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import attrs

from tests.bench.rows import Result

__all__ = ["amount", "as_json", "machine", "table", "versions"]

COLUMNS = ("row", "ours", "floor", "unit", "ratio", "p50 ms", "p99 ms", "floor p99", "bare", "load")
PACKAGES = ("quanyi", "SQLAlchemy", "psycopg", "psycopg-binary", "attrs", "cattrs")


def table(results: Sequence[Result]) -> str:
    """One line a row, and what was found of those that have no ratio."""
    lines = [COLUMNS, *map(_cells, results)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    text = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]
    notes = [f"{result.name}: {result.state}: {result.checks}" for result in results if result.state != "good"]
    return "\n".join([*text, "", *(notes or ["every run was checked, and nothing was found"])])


def as_json(results: Sequence[Result], found: Mapping[str, Any], *, rounds: int, seconds: float) -> str:
    """The form of build/bench.json."""
    body = {
        "machine": machine(),
        "versions": {**versions(), **found},
        "seed": "each caller draws from its own number, rules and events from 7 and 11",
        "rounds": rounds,
        "seconds": seconds,
        "rows": [attrs.asdict(result) for result in results],
    }
    return json.dumps(body, indent=1, ensure_ascii=False) + "\n"


def machine() -> dict[str, str]:
    """Processors, memory and system."""
    models = {line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")}
    memory = next((line.split()[1] for line in _lines("/proc/meminfo") if line.startswith("MemTotal")), "")
    return {
        "cpus": f"{os.cpu_count()} × {', '.join(sorted(models)) or platform.machine()}",
        "memory": f"{int(memory) // 2**20} GiB" if memory else "",
        "system": f"{platform.system()} {platform.machine()}",
    }


def versions() -> dict[str, str]:
    """Python and the packages of our own environment."""
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "checkout"
    return found


def amount(number: float | None) -> str:
    """A number as it is read: whole from a hundred on."""
    return "" if number is None else f"{number:,.0f}" if abs(number) >= 100 else f"{number:.3g}"


def _cells(result: Result) -> tuple[str, ...]:
    ratio = result.state.upper() if result.ratio is None else f"{result.ratio:.2f}"
    times = (amount(number) for number in (result.p50_ms, result.p99_ms, result.floor_p99_ms, result.bare))
    before, after = (result.load.get(name) for name in ("before", "after"))
    load = "" if before is None else f"{before:.1f}" if after is None else f"{before:.1f} → {after:.1f}"
    return (result.name, amount(result.ours), amount(result.floor), result.unit, ratio, *times, load)


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
