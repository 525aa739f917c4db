"""
Which of ten thousand campaigns an event concerns: our index against engines that are given the same rules.

Ours is the index of the engine over loaded campaigns. A candidate's condition is judged again unless the index has
decided it, which is so where it answers every event as the reference does; each row compares what all sides found.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from time import perf_counter
from typing import Any

import attrs

from quanyi.campaigns.engine.index import Index
from quanyi.entitlements.checks.conditions import judge
from quanyi.entitlements.errors import NotEligible
from quanyi.entitlements.inputs import Input
from tests.bench.contest import Contest, Figure, Side
from tests.bench.matching.project import project_of
from tests.bench.matching.rules import events, matches, rules
from tests.bench.peers.talk import Peer, peer
from tests.bench.servers import scratch

__all__ = ["ROWS"]

MANY = 10_000
EVENTS = 2_000
COMPARED = 20
"""Events of which every side says what it found: a rule engine takes a tenth of a second for one."""


@attrs.frozen
class _Ours:
    inputs: Sequence[Input]
    match: Callable[[Input], Sequence[Any]]

    def measure(self, seconds: float) -> Figure:
        match, inputs = self.match, self.inputs
        done, begun = 0, perf_counter()
        while perf_counter() - begun < seconds:
            for ask in inputs[:200]:
                match(ask)
            done += 200
        rate = done / (perf_counter() - begun)
        return Figure(value=rate, found=[_numbers(match(ask)) for ask in inputs[:COMPARED]])

    def check(self, figure: Figure) -> Sequence[str]:
        pairs = zip(self.inputs, _reference(), strict=True)
        wrong = sum(_numbers(self.match(ask)) != wanted for ask, wanted in pairs)
        return [f"{wrong} of {EVENTS} events were matched wrongly"] if wrong else []


@contextmanager
def _ours() -> Iterator[_Ours]:
    index = Index(project_of(MANY).plays())
    inputs = [_input(number, event) for number, event in enumerate(events(EVENTS))]
    alone = _Ours(inputs, index.match)
    decided = not alone.check(Figure(value=0.0))
    yield alone if decided else _Ours(inputs, _judging(index))


@cache
def _reference() -> list[list[int]]:
    """What one look at each rule finds, for each event."""
    known = rules(MANY)
    return [matches(known, event) for event in events(EVENTS)]


def _judging(index: Index) -> Callable[[Input], list[Any]]:
    """The campaigns of the index whose condition holds."""

    def match(ask: Input) -> list[Any]:
        return [play for play in index.match(ask) if _holds(play.only_if, ask)]

    return match


def _holds(condition: Any, ask: Input) -> bool:
    try:
        judge(condition, ask, _no_expression)
    except NotEligible:
        return False
    return True


def _no_expression(text: str, values: Mapping[str, Any]) -> Any:
    raise AssertionError(f"no rule has an expression: {text}")


def _input(number: int, event: Mapping[str, Any]) -> Input:
    data = {name: value for name, value in event.items() if name != "type"}
    return Input(type=event["type"], key=f"k{number}", at=datetime(2026, 3, 1, tzinfo=UTC), user="ann", data=data)


def _numbers(plays: Sequence[Any]) -> list[int]:
    return sorted(int(play.head.campaign.partition("-")[2]) for play in plays)


@attrs.frozen
class _Engine:
    program: Peer

    def measure(self, seconds: float) -> Figure:
        told = self.program.ask(seconds=seconds)
        return Figure(value=told["per_second"], found=told["matches"])

    def check(self, figure: Figure) -> Sequence[str]:
        return []  # what it found is compared with ours


def _engine(name: str, program: str) -> Side:
    @contextmanager
    def opened() -> Iterator[_Engine]:
        with scratch() as folder:
            given = folder / "rules.json"
            text = json.dumps({"rules": rules(MANY), "events": events(EVENTS), "compared": COMPARED})
            given.write_text(text, encoding="utf-8")
            with peer(name, program, str(given)) as running:
                yield _Engine(running)

    return opened


def _against(row: str, name: str, program: str) -> Contest:
    return Contest(
        name=row,
        unit="events/s",
        sides={"ours": _ours, "floor": _engine(name, program)},
        checked=f"{EVENTS} events matched as one look at each rule does; the engine's first {COMPARED} are identical",
        agree=True,
    )


ROWS = (
    _against("engine.vs_rule_engine.10k", "rule-engine", "rule_engine_rules.py"),
    _against("engine.vs_zen.10k", "zen-engine", "zen_table.py"),
)
