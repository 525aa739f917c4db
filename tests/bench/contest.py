"""
Ours against the floor: both in each round, so that a slow minute hits them both.

A side is opened (prepared), measured and checked in each round, and put away. Medians of all rounds
make the figure; anything that a check found takes the ratio away.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from statistics import median
from typing import TYPE_CHECKING, Any, Protocol

import attrs

from tests.bench.rows import Result, Say, State

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Absent", "Bound", "Contest", "Figure", "Run", "Side", "kept_open"]


class Absent(Exception):  # noqa: N818  (it is no error of the run)
    """Something that a side needs is not on this machine, and can't be brought."""


@attrs.frozen(kw_only=True)
class Figure:
    """
    What one run of one side came to.

    Attributes:
        value: In the row's unit.
        found: What the check compares: verdicts, matches, sums.
    """

    value: float
    p50_ms: float | None = None
    p99_ms: float | None = None
    found: Any = attrs.field(default=None, repr=False)


class Run(Protocol):
    """A side that is prepared."""

    def measure(self, seconds: float) -> Figure:
        """Do what the row measures."""
        ...

    def check(self, figure: Figure) -> Sequence[str]:
        """What is wrong with what it did; nothing, if nothing is."""
        ...


Side = Callable[[], AbstractContextManager[Run]]
"""Prepares a side; leaving its block puts it away."""


@attrs.frozen(kw_only=True)
class Contest:
    """
    A row that sets ours against a floor.

    Attributes:
        sides: ``ours`` and ``floor``, and ``bare`` where a floor with fewer duties is reported too.
        less: Whether less of the unit is better: a cost, a time.
        checked: What is known of a run in which no check found anything.
        agree: Whether all sides must have found the same.
    """

    name: str
    unit: str
    sides: Mapping[str, Side]
    checked: str
    less: bool = False
    agree: bool = False

    def measure(self, rounds: int, seconds: float, say: Say) -> list[Result]:
        """All sides in each round; a side that is absent is asked once."""
        figures: dict[str, list[Figure]] = {side: [] for side in self.sides}
        wrong: list[str] = []
        absent: dict[str, str] = {}
        for turn in range(rounds):
            for side in [side for side in self.sides if side not in absent]:
                try:
                    figure, problems = self._run(side, seconds)
                except Absent as missing:
                    absent[side] = str(missing)
                    say(f"  {self.name} {side}: {missing}")
                    continue
                figures[side].append(figure)
                wrong += [f"{side}: {problem}" for problem in problems]
                say(f"  {self.name} {turn + 1}/{rounds} {side}: {figure.value:,.4g} {self.unit}")
            wrong += self._disagreements(figures, turn)
        return [self._result(figures, wrong, absent)]

    def _run(self, side: str, seconds: float) -> tuple[Figure, Sequence[str]]:
        with self.sides[side]() as run:
            figure = run.measure(seconds)
            return figure, run.check(figure)

    def _disagreements(self, figures: Mapping[str, Sequence[Figure]], turn: int) -> list[str]:
        found = [runs[turn].found for runs in figures.values() if len(runs) > turn]
        same = not self.agree or all(other == found[0] for other in found[1:])
        return [] if same else [f"round {turn + 1}: the sides found different things"]

    def _result(
        self, figures: Mapping[str, Sequence[Figure]], wrong: Sequence[str], absent: Mapping[str, str]
    ) -> Result:
        def middle(side: str, name: str) -> float | None:
            values = [getattr(figure, name) for figure in figures.get(side, ())]
            return median(values) if values and None not in values else None

        ours, floor = middle("ours", "value"), middle("floor", "value")
        state: State = "failed" if wrong else "absent" if ours is None or floor is None else "good"
        said = "; ".join(dict.fromkeys([*wrong, *(f"no {side}: {why}" for side, why in absent.items())]))
        return Result(
            name=self.name,
            unit=self.unit,
            ours=ours,
            floor=floor,
            ratio=ratio(ours, floor, less=self.less) if state == "good" else None,
            p50_ms=middle("ours", "p50_ms"),
            p99_ms=middle("ours", "p99_ms"),
            floor_p99_ms=middle("floor", "p99_ms"),
            bare=middle("bare", "value"),
            checks=said or self.checked,
            state=state,
        )


@attrs.frozen(kw_only=True)
class Bound:
    """A row whose floor is a bound that was promised: what people wait for."""

    name: str
    unit: str
    side: Side
    bound: float
    checked: str
    less: bool = True

    def measure(self, rounds: int, seconds: float, say: Say) -> list[Result]:
        """Ours in each round; met from a ratio of 1 on."""
        (result,) = Contest(
            name=self.name, unit=self.unit, sides={"ours": self.side}, checked=self.checked, less=self.less
        ).measure(rounds, seconds, say)
        state: State = "failed" if result.state == "failed" else "absent" if result.ours is None else "good"
        checks = self.checked if state == "good" else result.checks
        known = ratio(result.ours, self.bound, less=self.less) if state == "good" else None
        return [attrs.evolve(result, floor=self.bound, ratio=known, state=state, checks=checks)]


def ratio(ours: float | None, floor: float | None, *, less: bool) -> float | None:
    """How much better ours is; above 1 is better."""
    if not ours or not floor:
        return None
    return floor / ours if less else ours / floor


def kept_open(run: Run) -> Side:
    """A side that stays as it is over all rounds, for what takes long to prepare."""

    @contextmanager
    def side() -> Iterator[Run]:
        yield run

    return side
