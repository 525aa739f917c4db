"""
Live a made-up life of the demo in memory, on SQLite, PostgreSQL and MariaDB, and compare.

    python -m tests.life [--events 28000] [--seed 7] [--postgres URL] [--mariadb URL] [--least 20]

Fails if a store decides otherwise, if a balance is not what the journal says, or if anything in
the demo's campaigns was met too rarely.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from quanyi.demo_app.life import live
from tests.life.lived import Lived, complaints, live_on
from tests.life.places import LOCAL, LOCAL_MARIADB, mariadb, postgres, sqlite

__all__ = ["main"]

_INPUTS = 20_000
_FOLDER = Path("build", "life")
_SHOWN = 25


def main(arguments: Sequence[str] | None = None) -> int:
    """Live, compare, and say what was found; 1 if something is not as it must be."""
    wanted = _parser().parse_args(arguments)
    wanted.folder.mkdir(parents=True, exist_ok=True)
    events = wanted.folder / "life.jsonl"
    lines = list(live(random.Random(wanted.seed), wanted.events))
    events.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(lines)} lines of seed {wanted.seed} in {events}; this takes some minutes", flush=True)
    lives = _lives(wanted.postgres or LOCAL, wanted.mariadb or LOCAL_MARIADB, wanted.folder, events)
    _tell(lives)
    found = list(complaints(lives, least=wanted.least, inputs=min(_INPUTS, wanted.events)))
    for complaint in found:
        print(f"FAILED  {complaint}")
    print(f"\n{len(found)} complaints" if found else "\nall stores decided alike, and every part was met often enough")
    return int(bool(found))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tests.life", description=(__doc__ or "").strip().splitlines()[0])
    parser.add_argument("--events", type=int, default=28_000, help="at least so many lines that hang on no other")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--postgres", default="", help="a database in which a schema may be made; else the tests' own")
    parser.add_argument("--mariadb", default="", help="a server on which a database may be made; else the tests' own")
    parser.add_argument("--least", type=int, default=20, help="how often every part must be met")
    parser.add_argument("--folder", type=Path, default=_FOLDER, help="for the recording and the file of SQLite")
    return parser


def _lives(postgresql: str, maria: str, folder: Path, events: Path) -> list[Lived]:
    """All at once: each in a process of its own."""
    with postgres(postgresql) as url, mariadb(maria) as other, ThreadPoolExecutor(4) as pool:
        places = {"memory": None, "SQLite": sqlite(folder), "PostgreSQL": url, "MariaDB": other}
        return list(pool.map(lambda place: live_on(place, places[place], events), places))


def _tell(lives: Sequence[Lived]) -> None:
    for life in lives:
        books = "" if life.rows is None else f"  {life.rows} rows verified, {len(life.differences)} differences"
        counts = f"{life.inputs} inputs  {life.timers} timers  {life.seconds:5.0f} s"
        print(f"{life.place:<10}  {counts}  {life.digest}{books}")
    parts = [part for part in lives[0].reach if part["wanted"]]
    print(f"\n{len(parts)} parts are wanted; met least:")
    for part in parts[:_SHOWN]:
        print(f"{part['count']:>6}  {part['campaign'] or 'the mall':<16}  {part['part']:<8}  {part['name']}")
    for why, count in Counter(part["why"] for part in lives[0].reach if not part["wanted"]).items():
        print(f"{count:>6}  not wanted: {why}")


if __name__ == "__main__":
    raise SystemExit(main())
