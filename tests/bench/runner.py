"""Runs rows one after the other, and says of each how quiet the machine was."""

from __future__ import annotations

import traceback
from collections.abc import Iterator, Sequence
from time import monotonic

import attrs

from tests.bench.quiet import Machine, Moment, is_crowded
from tests.bench.rows import Result, Row, Say

__all__ = ["chosen", "run"]


def chosen(rows: Sequence[Row], prefix: str) -> list[Row]:
    """The rows whose name begins with *prefix*; all for an empty one."""
    return [row for row in rows if row.name.startswith(prefix)]


def run(
    rows: Sequence[Row],
    *,
    rounds: int,
    seconds: float,
    say: Say,
    machine: Machine,
    crowded_too: bool = False,
) -> Iterator[Result]:
    """
    Measure rows in their order.

    A row that breaks has failed, and the next one runs. On a crowded machine a row is left out, or with
    *crowded_too* measured without a ratio.
    """
    begun = monotonic()
    for place, row in enumerate(rows, 1):
        first = place == 1
        before = machine.look() if crowded_too else machine.settled(first=first)
        say(f"[{place}/{len(rows)}] {row.name}  load {before.average:.2f}  after {monotonic() - begun:.0f} s")
        if is_crowded(before, first=first) and not crowded_too:
            say("  crowded: not measured (--crowded-too measures it without a ratio)")
            yield _marked(_unmeasured(row, "not measured", "crowded"), before, None, first=first)
            continue
        results = _measured(row, rounds, seconds, say)
        after = machine.look()
        say(f"  load {before.average:.2f} before, {after.average:.2f} after, others {_cores(before, after)}")
        yield from (_marked(result, before, after, first=first) for result in results)


def _measured(row: Row, rounds: int, seconds: float, say: Say) -> list[Result]:
    try:
        return row.measure(rounds, seconds, say)
    except Exception as error:
        say(traceback.format_exc())
        return [_unmeasured(row, f"broke: {type(error).__name__}: {error}", "failed")]


def _unmeasured(row: Row, why: str, state: str) -> Result:
    return Result(
        name=row.name, unit=getattr(row, "unit", ""), ours=None, floor=None, ratio=None, checks=why, state=state
    )


def _marked(result: Result, before: Moment, after: Moment | None, *, first: bool) -> Result:
    """The result with the load that it was measured under; without a ratio if that was too much."""
    others = before.others if after is None else before.others_until(after)
    load = {"before": before.average, "after": None if after is None else after.average, "others": others}
    crowded = is_crowded(before, after, first=first) and result.state == "good"
    changes = {"state": "crowded", "ratio": None} if crowded else {}
    return attrs.evolve(result, load=load, **changes)


def _cores(before: Moment, after: Moment) -> str:
    others = before.others_until(after)
    return "unknown" if others is None else f"{others:.2f} cores"
