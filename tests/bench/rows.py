"""What a row is: a name, a way to measure it, and what came of it in the form of build/bench.json."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, Protocol

import attrs

__all__ = ["Result", "Row", "Say", "State"]

State = Literal["good", "failed", "crowded", "absent"]
"""Whether a row's ratio may be quoted; if not, why: its check failed, the machine was not quiet, or a peer is missing."""

Say = Callable[[str], None]
"""Takes a line of progress."""


@attrs.frozen(kw_only=True)
class Result:
    """
    What a row came to, in the form of build/bench.json.

    Attributes:
        ours: In *unit*; None where it was not measured. `floor` is the other side's, or a bound.
        ratio: Above 1 is better, whatever the unit; None unless the state is good.
        bare: What a floor with fewer duties reaches.
        checks: What was verified after the run, or what was wrong.
        load: The load average before and after, and `others`: how many cores were busy with anything else.
    """

    name: str
    unit: str
    ours: float | None
    floor: float | None
    ratio: float | None
    p50_ms: float | None = None
    p99_ms: float | None = None
    floor_p99_ms: float | None = None
    bare: float | None = None
    checks: str = ""
    state: State = "good"
    load: dict[str, float | None] = attrs.field(factory=dict)


class Row(Protocol):
    """Something that can be measured; most are a `tests.bench.contest.Contest`."""

    @property
    def name(self) -> str:
        """By which it is chosen: ``claims.pg.64``."""
        ...

    def measure(self, rounds: int, seconds: float, say: Say) -> list[Result]:
        """Measure all sides in each round; *seconds* for each side in each round where it runs for a time."""
        ...
