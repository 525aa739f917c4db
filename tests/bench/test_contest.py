"""A row is ours against a floor: medians, a ratio above 1 for better, and none for a run that fails its check."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import cycle
from typing import Any

import attrs
import pytest

from tests.bench.contest import Absent, Bound, Contest, Figure, Side


@attrs.define
class Fake:
    values: Iterator[float]
    found: Any = None
    wrong: Sequence[str] = ()

    def measure(self, seconds: float) -> Figure:
        value = next(self.values)
        return Figure(value=value, p50_ms=value / 10, p99_ms=value, found=self.found)

    def check(self, figure: Figure) -> Sequence[str]:
        return self.wrong


def fake(*values: float, found: Any = None, wrong: Sequence[str] = ()) -> Side:
    run = Fake(cycle(values), found, wrong)

    @contextmanager
    def opened() -> Iterator[Fake]:
        yield run

    return opened


@contextmanager
def missing() -> Iterator[Fake]:
    raise Absent("the peer can't be installed: no such package")
    yield


def result_of(ours: Side, floor: Side, rounds: int = 3, **more: Any):
    contest = Contest(name="a.row", unit="x/s", sides={"ours": ours, "floor": floor}, checked="all is well", **more)
    (result,) = contest.measure(rounds, 0.0, _silent)
    return result


def _silent(line: str) -> None:
    pass


def test_figures_are_medians_of_the_rounds():
    result = result_of(fake(100, 900, 200), fake(50, 100, 1))

    assert (result.ours, result.floor, result.ratio) == (200, 50, 4)
    assert (result.p50_ms, result.p99_ms, result.floor_p99_ms) == (20, 200, 50)
    assert (result.state, result.checks) == ("good", "all is well")


def test_of_costs_less_is_better():
    assert result_of(fake(5), fake(10), less=True).ratio == 2


def test_a_failing_check_takes_the_ratio_away():
    result = result_of(fake(5, wrong=["sold is 3, 4 were told yes"]), fake(10))

    assert (result.ratio, result.state) == (None, "failed")
    assert result.checks == "ours: sold is 3, 4 were told yes"


def test_so_does_a_failing_check_of_the_floor_in_one_round():
    result = result_of(fake(5), fake(10, wrong=["oversold"]), rounds=1)

    assert (result.ratio, result.state, result.checks) == (None, "failed", "floor: oversold")


def test_sides_that_must_agree_have_no_ratio_where_they_do_not():
    assert result_of(fake(5, found=[1, 2]), fake(1, found=[1, 2]), agree=True).ratio == 5
    assert result_of(fake(5, found=[1, 2]), fake(1, found=[1]), agree=True).state == "failed"


def test_a_missing_peer_is_said_and_ours_is_measured_all_the_same():
    result = result_of(fake(5), missing)

    assert (result.ours, result.floor, result.ratio, result.state) == (5, None, None, "absent")
    assert result.checks == "no floor: the peer can't be installed: no such package"


def test_a_bare_floor_is_reported_beside():
    sides = {"ours": fake(8), "floor": fake(2), "bare": fake(4)}
    (result,) = Contest(name="a", unit="x/s", sides=sides, checked="").measure(1, 0.0, _silent)

    assert (result.ratio, result.bare) == (4, 4)


@pytest.mark.parametrize(
    ("value", "less", "ratio"),
    [(0.5, True, 2), (4.0, True, 0.25), (4.0, False, 4), (0.5, False, 0.5)],
)
def test_a_bound_is_met_from_one_on(value, less, ratio):
    (result,) = Bound(name="wait.a", unit="s", side=fake(value), bound=1.0, checked="", less=less).measure(
        1, 0, _silent
    )

    assert (result.floor, result.ratio, result.state) == (1.0, ratio, "good")


def test_a_bound_that_fails_its_check_has_no_ratio():
    side: Callable[[], Any] = fake(0.5, wrong=["three of four"])
    (result,) = Bound(name="wait.a", unit="s", side=side, bound=1.0, checked="").measure(1, 0, _silent)

    assert (result.ratio, result.state, result.checks) == (None, "failed", "ours: three of four")
