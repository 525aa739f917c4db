"""A run chooses rows by prefix, goes on when one breaks, and marks what was measured on a crowded machine."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from tests.bench.__main__ import main
from tests.bench.quiet import Machine, Moment, is_crowded
from tests.bench.rows import Result
from tests.bench.runner import chosen, run


@attrs.define
class Row:
    name: str
    breaks: bool = False
    measured: int = 0

    def measure(self, rounds: int, seconds: float, say: Any) -> list[Result]:
        self.measured += 1
        if self.breaks:
            raise ConnectionError("the server is gone")
        return [Result(name=self.name, unit="x/s", ours=8.0, floor=2.0, ratio=4.0, checks="all is well")]


@attrs.define
class Told:
    """A machine that is as we say, one look after the other."""

    moments: list[Moment]

    def look(self) -> Moment:
        return self.moments.pop(0) if len(self.moments) > 1 else self.moments[0]

    def settled(self, *, first: bool = False) -> Moment:
        return self.look()


def moment(average: float = 0.1, others: float = 0.0, **more: float) -> Moment:
    return Moment(average=average, others=others, **more)


QUIET = moment()


def results(rows, *moments, **more):
    machine: Any = Told(list(moments) or [QUIET])
    return list(run(rows, rounds=1, seconds=0.0, say=lambda _: None, machine=machine, **more))


def test_only_takes_a_prefix_of_names():
    rows = [Row("claims.pg.16"), Row("claims.pg.64"), Row("engine.growth.10k")]

    assert [row.name for row in chosen(rows, "claims")] == ["claims.pg.16", "claims.pg.64"]
    assert [row.name for row in chosen(rows, "claims.pg.64")] == ["claims.pg.64"]
    assert chosen(rows, "") == rows
    assert chosen(rows, "pg") == []


def test_rows_can_be_named_without_measuring_them(capsys):
    assert main(["--list", "--only", "wait.page"]) == 0
    assert capsys.readouterr().out.split() == ["wait.page.mall.cpu", "wait.page.mall.statements"]


def test_a_prefix_that_no_row_has_is_told(capsys):
    assert main(["--only", "claim.pg"]) == 2
    assert "no row begins with 'claim.pg'" in capsys.readouterr().out


def test_a_quiet_row_keeps_its_ratio_and_says_its_load():
    (result,) = results([Row("a")], moment(average=0.2), moment(average=2.5, busy=9, ours=9, at=3))

    assert (result.ratio, result.state) == (4.0, "good")
    assert result.load == {"before": 0.2, "after": 2.5, "others": 0.0}


def test_a_row_that_became_crowded_has_no_ratio():
    (result,) = results([Row("a")], moment(), moment(busy=9, ours=3, at=3))

    assert (result.ours, result.floor, result.ratio, result.state) == (8.0, 2.0, None, "crowded")


def test_on_a_crowded_machine_nothing_is_measured():
    row = Row("a")
    (result,) = results([row], moment(others=1.0))

    assert (result.ours, result.ratio, result.state, row.measured) == (None, None, "crowded", 0)


def test_unless_that_is_asked_for_and_then_there_is_no_ratio():
    (result,) = results([Row("a")], moment(others=1.0), crowded_too=True)

    assert (result.ours, result.floor, result.ratio, result.state) == (8.0, 2.0, None, "crowded")


def test_a_row_that_breaks_has_failed_and_the_next_one_runs():
    broken, fine = results([Row("a", breaks=True), Row("b")])

    assert (broken.state, broken.ratio, broken.checks) == ("failed", None, "broke: ConnectionError: the server is gone")
    assert fine.state == "good"


def test_a_failed_row_stays_failed_on_a_crowded_machine():
    (result,) = results([Row("a", breaks=True)], moment(others=1.0), crowded_too=True)

    assert result.state == "failed"


@pytest.mark.parametrize(
    ("before", "after", "first", "crowded"),
    [
        (moment(), None, True, False),
        (moment(average=1.6), None, True, True),
        (moment(average=1.6), None, False, False),  # our own row before it left that load
        (moment(others=0.6), None, False, True),
        (moment(), moment(others=0.6), False, True),
        (moment(), moment(busy=10, ours=4, at=10), False, True),
        (moment(), moment(busy=10, ours=8, at=10), False, False),
        (Moment(average=0.2), Moment(average=2.0, busy=10, at=10), False, False),  # a system that does not tell
    ],
)
def test_what_crowded_is(before, after, first, crowded):
    assert is_crowded(before, after, first=first) is crowded


def test_our_own_work_is_not_the_work_of_others():
    def work(seconds: float) -> None:
        sum(number * number for number in range(300_000))

    seen = Machine(wait=work).look()

    assert seen.ours > 0
    assert seen.busy == 0 or seen.others is not None
