"""
One life on one store, by the commands that anybody has: `quanyi db upgrade`, `run`, `verify`.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from time import monotonic
from typing import Any

import attrs

__all__ = ["Lived", "complaints", "live_on"]

MALL = Path(__file__).parents[2] / "demo_app" / "mall"
_QUANYI = (sys.executable, "-c", "from quanyi.adapters.cli import main; main()")


@attrs.frozen(kw_only=True)
class Lived:
    """
    What came of the life on one store.

    Attributes:
        digest: The hash over all decisions.
        reach: The parts that were met, the least met first.
        rows: How many rows `quanyi verify` looked at; None in memory, where there is nothing to verify.
        differences: What it found.
    """

    place: str
    digest: str = ""
    inputs: int = 0
    timers: int = 0
    seconds: float = 0
    reach: Sequence[dict[str, Any]] = ()
    rows: int | None = None
    differences: Sequence[str] = ()


def live_on(place: str, url: str | None, events: Path) -> Lived:
    """Live *events* in a new mall at *url*, or in memory, and recompute its books."""
    start = monotonic()
    where = ["--memory"] if url is None else ["--db", url]
    if url is not None:
        _quanyi("db", "upgrade", "--db", url)
    run = ("run", str(MALL), "--events", str(events), *where, "--reach", "0", "--json")
    told = json.loads(_quanyi(*run, fine=(0, 1)))  # 1: some use a key again for something else, as people do
    seconds = monotonic() - start
    lived = Lived(
        place=place, seconds=seconds, **{name: told[name] for name in ("digest", "inputs", "timers", "reach")}
    )
    if url is None:
        return lived
    found = json.loads(_quanyi("verify", "--db", url, "--json", fine=(0, 1)))
    differences = [json.dumps(difference, ensure_ascii=False) for difference in found["differences"]]
    return attrs.evolve(lived, rows=sum(found["rows"].values()), differences=differences)


def complaints(lives: Sequence[Lived], *, least: int, inputs: int) -> Iterator[str]:
    """
    What is not as it must be.

    Args:
        least: How often every wanted part must be met.
        inputs: How many inputs the life must have.
    """
    first = lives[0]
    if first.inputs < inputs:
        yield f"the life has {first.inputs} inputs, and must have {inputs}"
    for other in lives[1:]:
        if other.digest != first.digest:
            yield f"{other.place} decided otherwise than {first.place}: {other.digest} and {first.digest}"
    yield from (f"{life.place}: {difference}" for life in lives for difference in life.differences)
    yield from _reached(first.reach, least)


def _reached(parts: Iterable[dict[str, Any]], least: int) -> Iterator[str]:
    for part in parts:
        name = f"{part['campaign'] or 'the mall'} {part['part']} {part['name']}"
        if part["wanted"] and part["count"] < least:
            yield f"{name} was met {part['count']} times, and is wanted {least} times"
        elif not part["wanted"] and part["count"]:
            yield f"{name} was met {part['count']} times, though {part['why']}"


def _quanyi(*arguments: str, fine: tuple[int, ...] = (0,)) -> str:
    done = subprocess.run([*_QUANYI, *arguments], capture_output=True, text=True, check=False)
    if done.returncode not in fine:
        raise SystemExit(f"quanyi {arguments[0]} failed\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")
    return done.stdout
