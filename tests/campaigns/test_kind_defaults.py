"""What is known of a kind that says nothing of itself but how its files are read: taken from its plays."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import attrs
import pytest

from quanyi.campaigns.kinds.builtin import kind_of
from quanyi.campaigns.kinds.coverage import Clause, Coverage
from quanyi.campaigns.kinds.kind import Kind
from quanyi.campaigns.kinds.terms import limits_in
from quanyi.campaigns.project.load import load_project
from quanyi.campaigns.project.model import Project
from quanyi.entitlements.benefits import Benefit
from quanyi.entitlements.checks.check import Check, by_name
from quanyi.entitlements.clauses import Fixed, Gift, Head, Limit
from quanyi.entitlements.plays.base import Trigger
from quanyi.entitlements.time import Span

ROOT = Path(__file__).parents[2]
MALLS = [ROOT / "demo_app" / "mall", *sorted(path.parent for path in (ROOT / "tests" / "malls").glob("*/mall.yaml"))]
MUG = Benefit(id="mug", stock=3)
ONCE, ALL = Limit(id="raffle/once", count=1, where="raffle.yaml:4"), Limit(id="raffle/all", count=900, of="points")


@attrs.frozen(kw_only=True)
class Ticket:
    prizes: dict[str, tuple[Gift, ...]]
    own: Limit | None = None


@attrs.frozen(kw_only=True)
class Raffle:
    """As a host writes one: nothing of it is known here but the fields that all plays have."""

    all_checks: ClassVar[Mapping[str, Check[Any]]] = by_name(
        *(Check(name=name, run=print) for name in ("phase", "for", "drawn", "at_most", "budget"))
    )

    head: Head
    tickets: tuple[Ticket, ...] = ()
    at_most: tuple[Limit, ...] = ()
    budget: tuple[Limit, ...] = ()
    checks: tuple[str, ...] = ("phase", "for", "drawn", "at_most", "budget")

    def listens(self) -> tuple[Trigger, ...]:
        return (Trigger(type="raffle.enter"), Trigger(type="raffle.enter", where={"day": 1}), Trigger(type="draw"))


BUDGETS = "budgets are not expected to run out"
OWN = Limit(id="raffle/ticket", count=2)
GIFTS = {"first": (Gift(thing="mug", benefit=MUG), Gift(thing="points", how_much=Fixed(value=5)))}
RAFFLE = Raffle(
    head=Head(campaign="raffle", kind="raffle", where={"campaign": "raffle.yaml:1", "drawn": "raffle.yaml:3"}),
    tickets=(Ticket(prizes=GIFTS, own=OWN),),
    at_most=(ONCE,),
    budget=(ALL,),
)
KIND = Kind(word="raffle", file=object, play=Raffle, compile=lambda *_: RAFFLE, show=None, lint=None)  # type: ignore[arg-type]


def test_it_answers_what_its_plays_listen_to():
    assert list(KIND.coverage.types(RAFFLE)) == ["raffle.enter", "draw"]


def test_each_of_its_checks_can_say_no_but_those_that_have_nothing_to_look_at():
    clauses = list(KIND.coverage.clauses(RAFFLE))

    assert clauses == [
        Clause(name="drawn", text="drawn", where="raffle.yaml:3"),
        Clause(name="at_most/raffle/once", text="at_most", about=ONCE, where="raffle.yaml:4"),
        Clause(name="budget/raffle/all", text="budget", about=ALL, where="raffle.yaml:1", spared=BUDGETS),
    ]


def test_it_says_no_outside_the_time_it_runs_in():
    now = datetime(2026, 1, 1, tzinfo=UTC)
    dated = attrs.evolve(RAFFLE, head=attrs.evolve(RAFFLE.head, runs=Span(start=now)))

    assert next(iter(KIND.coverage.clauses(dated))).name == "phase"


def test_its_limits_and_benefits_are_found_wherever_they_stand():
    assert list(KIND.limits(RAFFLE)) == [OWN, ONCE, ALL]
    assert KIND.benefits(RAFFLE) == {"mug": MUG}


def test_it_puts_nothing_on_sale_and_has_no_words_of_its_own():
    mall = Project(mall="raffles")
    said = Coverage()

    assert not list(KIND.quotas(RAFFLE))
    assert not [*said.outcomes(RAFFLE), *said.further(RAFFLE), *said.bare_words(RAFFLE, mall), *said.endings([RAFFLE])]
    assert not [*said.words(RAFFLE, "drawn", mall), *said.further_noes(RAFFLE, mall), *said.unreachable(RAFFLE)]


@pytest.mark.parametrize("folder", MALLS, ids=lambda folder: folder.name)
def test_a_kind_that_lists_its_limits_itself_forgets_none(folder):
    plays = load_project(folder).plays()

    assert plays
    assert all(set(kind_of(play).limits(play)) == set(limits_in(play)) for play in plays)
