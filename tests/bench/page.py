"""
Writes the tables of docs/performance.md: what each row is, and the figures of build/bench.json.

    python -m tests.bench.page [--check]
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.bench.goals import GOALS
from tests.bench.report import amount
from tests.bench.servers import BUILD

__all__ = ["main", "rows_table", "with_tables", "written"]

PAGE = Path("docs", "performance.md")
RESULTS = BUILD / "bench.json"
NOT_YET = "No run on a quiet machine has been written here yet: `make bench`, then `python -m tests.bench.page`."
_BEGIN, _END = "<!-- {name}: written by python -m tests.bench.page -->", "<!-- end of {name} -->"


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the page, figures if there are any; with --check only say whether its table of rows is as it should be."""
    parser = argparse.ArgumentParser(prog="tests.bench.page", description=(__doc__ or "").strip().splitlines()[0])
    parser.add_argument("--check", action="store_true")
    text = PAGE.read_text(encoding="utf-8")
    if parser.parse_args(arguments).check:
        return int(not written("rows", rows_table(), text))
    found = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {"rows": []}
    PAGE.write_text(with_tables(text, found), encoding="utf-8")
    return 0


def with_tables(text: str, found: Mapping[str, Any]) -> str:
    """The page with both tables as a run has found them; rows without a ratio keep no figure."""
    return _replaced("figures", figures(found), _replaced("rows", rows_table(), text))


def written(name: str, table: str, text: str) -> bool:
    """Whether a table stands on the page just so."""
    return _replaced(name, table, text) == text


def rows_table() -> str:
    """What ours and the floor of each row are, and what the ratio should be."""
    lines = ["| row | ours; the floor | least | goal |", "|---|---|---|---|"]
    lines += [f"| `{name}` | {goal.unit} | {_wish(goal.least)} | {_wish(goal.goal)} |" for name, goal in GOALS.items()]
    return "\n".join(lines)


def figures(found: Mapping[str, Any]) -> str:
    """Machine, versions, and the figures of rows that were measured on a quiet machine."""
    good = [row for row in found["rows"] if row["state"] == "good"]
    left = [f"`{row['name']}` ({row['state']})" for row in found["rows"] if row["state"] != "good"]
    if not good:
        return NOT_YET
    head = "| row | unit | ours | floor | ratio | p50 ms | p99 ms | floor p99 ms | bare | load before, others |"
    lines = [_about(found), "", head, "|" + "---|" * 10, *map(_line, good)]
    return "\n".join([*lines, *(["", "Without a figure: " + ", ".join(left) + "."] if left else [])])


def _about(found: Mapping[str, Any]) -> str:
    machine, versions = found["machine"], found["versions"]
    postgres = versions.get("postgresql", {}).get("server_version", "").split(" ")[0]
    used = ("python", "SQLAlchemy", "psycopg", "sqlite")
    named = [f"{name} {versions[name]}" for name in used if name in versions]
    peers = [f"{name} {number}" for name, number in versions.get("peers", {}).items()]
    rounds = f"medians of {found['rounds']} rounds of {found['seconds']:g} s"
    place = ", ".join(part for part in machine.values() if part)
    return f"{place}; PostgreSQL {postgres}, {', '.join([*named, *peers])}; {rounds}."


def _line(row: Mapping[str, Any]) -> str:
    load = row.get("load", {})
    quiet = ", ".join(f"{load[name]:.1f}" for name in ("before", "others") if load.get(name) is not None)
    numbers = [amount(row[name]) for name in ("p50_ms", "p99_ms", "floor_p99_ms", "bare")]
    figure = [amount(row["ours"]), amount(row["floor"]), f"**{row['ratio']:.2f}**"]
    return "| " + " | ".join([f"`{row['name']}`", row["unit"], *figure, *numbers, quiet]) + " |"


def _wish(ratio: float | None) -> str:
    return "" if ratio is None else f"{ratio:,g}"


def _replaced(name: str, table: str, text: str) -> str:
    begin, end = _BEGIN.format(name=name), _END.format(name=name)
    before, found, rest = text.partition(begin)
    _, closed, after = rest.partition(end)
    if not (found and closed):
        raise ValueError(f"{PAGE} has no place for {name}")
    return f"{before}{begin}\n{table}\n{end}{after}"


if __name__ == "__main__":
    raise SystemExit(main())
