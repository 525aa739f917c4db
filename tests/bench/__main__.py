"""
Measure, print a table, write build/bench.json.

    python -m tests.bench [--only claims] [--rounds 3] [--seconds 4]
"""

from __future__ import annotations

import argparse
import json
import platform
import sqlite3
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import attrs

from tests.bench.growth import GROWTH
from tests.bench.rows import ROWS, Result
from tests.bench.servers import durable

_PACKAGES = ("quanyi", "SQLAlchemy", "psycopg", "psycopg-binary", "attrs", "cattrs")
_RESULTS = Path("build", "bench.json")
_COLUMNS = ("row", "ours", "floor", "unit", "ratio", "p50 ms", "p99 ms", "floor p99", "bare")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what was asked for; 1 if a check failed."""
    parser = argparse.ArgumentParser(prog="tests.bench", description=(__doc__ or "").strip().splitlines()[0])
    parser.add_argument("--only", default="", help="rows whose name begins so: claims, claims.pg.64, engine")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=4.0, help="of each contestant in each round")
    wanted = parser.parse_args(arguments)
    Path("build").mkdir(exist_ok=True)
    settings = durable()
    print("PostgreSQL", settings, "· SQLite", sqlite3.sqlite_version, "WAL synchronous=FULL")
    results: list[Result] = []
    for row in (*ROWS, *GROWTH):
        if row.name.startswith(wanted.only):
            results += row.measure(wanted.rounds, wanted.seconds, lambda line: print(line, flush=True))
    print("\n" + _table(results))
    _write(results, settings)
    return int(any(result.ratio is None for result in results))


def _table(results: Sequence[Result]) -> str:
    lines = [_COLUMNS, *(_cells(result) for result in results)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    table = "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines)
    failed = [f"{result.name}: {result.checks}" for result in results if result.ratio is None]
    return "\n".join([table, "", *(failed or ["every run's books were checked and agree"])])


def _cells(result: Result) -> tuple[str, ...]:
    numbers = (result.p50_ms, result.p99_ms, result.floor_p99_ms)
    ratio = "FAILED" if result.ratio is None else f"{result.ratio:.2f}"
    times = tuple("" if number is None else f"{number:.2f}" for number in numbers)
    bare = "" if result.bare is None else _amount(result.bare)
    return (result.name, _amount(result.ours), _amount(result.floor), result.unit, ratio, *times, bare)


def _amount(number: float) -> str:
    return f"{number:,.0f}" if number >= 100 else f"{number:.3g}"


def _write(results: Sequence[Result], settings: dict[str, str]) -> None:
    found = {
        "machine": {"cpus": _processors(), "system": platform.platform(terse=True)},
        "versions": {**_versions(), "postgresql": settings, "sqlite": sqlite3.sqlite_version},
        "seed": "the number of each thread",
        "rows": [attrs.asdict(result) for result in results],
    }
    _RESULTS.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(f"written to {_RESULTS}")


def _processors() -> str:
    from os import cpu_count

    models = {line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")}
    return f"{cpu_count()} × {', '.join(models) or platform.machine()}"


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text(encoding="utf-8").splitlines()
    except OSError:
        return []


def _versions() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "checkout"
    return found


raise SystemExit(main())
