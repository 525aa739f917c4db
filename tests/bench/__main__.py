"""
Measure, print a table, write build/bench.json.

    python -m tests.bench [--only claims] [--rounds 3] [--seconds 2.5] [--crowded-too] [--list]
"""

from __future__ import annotations

import argparse
import signal
import sqlite3
from collections.abc import Sequence
from time import monotonic

from tests.bench.peers.environments import INSTALLED
from tests.bench.quiet import CROWDED, Machine
from tests.bench.report import as_json, table
from tests.bench.rows import Result, Row
from tests.bench.runner import chosen, run
from tests.bench.servers import BUILD, durable, server_processes
from tests.bench.suite import ROWS

_ROUNDS = 3
_SECONDS = 2.5


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what was asked for; 1 if a check failed."""
    wanted = _parser().parse_args(arguments)
    rows = chosen(ROWS, wanted.only)
    if wanted.list:
        print("\n".join(row.name for row in rows))
        return 0
    if not rows:
        print(f"no row begins with {wanted.only!r}; all of them: python -m tests.bench --list")
        return 2
    return _run(rows, wanted)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tests.bench", description=(__doc__ or "").strip().splitlines()[0])
    parser.add_argument("--only", default="", metavar="PREFIX", help="rows whose name begins so: claims, claims.pg.64")
    parser.add_argument("--rounds", type=int, default=_ROUNDS)
    parser.add_argument("--seconds", type=float, default=_SECONDS, help="of each side in each round")
    crowded = f"measure on a crowded machine (load above {CROWDED}) as well; such rows have no ratio"
    parser.add_argument("--crowded-too", action="store_true", help=crowded)
    parser.add_argument("--list", action="store_true", help="name the rows, and measure nothing")
    return parser


def _run(rows: Sequence[Row], wanted: argparse.Namespace) -> int:
    BUILD.mkdir(exist_ok=True)
    signal.signal(signal.SIGTERM, _stop)
    settings = durable()
    print("PostgreSQL", settings, "· SQLite", sqlite3.sqlite_version, "WAL synchronous=FULL")
    begun = monotonic()
    results: list[Result] = []
    how = {"rounds": wanted.rounds, "seconds": wanted.seconds}
    machine = Machine(servers=server_processes())
    for result in run(rows, **how, say=_say, machine=machine, crowded_too=wanted.crowded_too):
        results.append(result)
        # Written after each row, so that a run that is stopped leaves what it has found.
        found = {"postgresql": settings, "sqlite": sqlite3.sqlite_version, "peers": dict(INSTALLED)}
        (BUILD / "bench.json").write_text(as_json(results, found, **how), encoding="utf-8")
    print(f"\n{table(results)}\n{monotonic() - begun:.0f} s; written to {BUILD / 'bench.json'}")
    return int(any(result.state == "failed" for result in results))


def _stop(number: int, frame: object) -> None:
    """End like any other run: servers are stopped, and databases dropped."""
    raise SystemExit(128 + number)


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
