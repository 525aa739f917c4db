"""
What an event costs when far more campaigns are live than it touches, and what many campaigns cost to compile.

One event type, campaigns told apart by an attribute's value, or by the range that it lies in; five of them match. The
whole path of `mall.report` on the memory store: match, gather needs, decide, write. All of it is processor time: other
programs on the machine are not in it.
"""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any

import attrs

from quanyi.adapters.memory import MemoryStore
from quanyi.adapters.wiring import wire
from quanyi.campaigns.engine.index import Index
from quanyi.campaigns.kinds.reward.schema import RewardFile
from quanyi.campaigns.language.documents import read_documents
from quanyi.campaigns.language.findings import Findings
from quanyi.campaigns.language.places import Document
from quanyi.campaigns.project.campaign import compile_campaign
from quanyi.campaigns.project.compile import MallParts
from quanyi.campaigns.project.load import load_project
from quanyi.campaigns.project.model import Project
from quanyi.campaigns.project.schema import read_model
from quanyi.entitlements.checks.conditions import AllOf, Test
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.plays.base import Play
from tests.bench.rows import Result

__all__ = ["GROWTH", "Compile", "Growth"]

FOLDER = Path(__file__).parent / "malls" / "rewards"
MATCHING = 5
EVENTS = 200
STEP = 10_000
"""How wide each campaign's range of amounts is, in cents."""


@attrs.frozen(kw_only=True)
class Growth:
    """The cost of one event among *many* live campaigns, against the cost among ten."""

    name: str
    many: int

    def measure(self, rounds: int, seconds: float, say: Callable[[str], None]) -> list[Result]:
        """Both sizes in turn; the cost of an event in microseconds where it grows more: by equality, or by range."""
        found = {by: self._measure(by, rounds, say) for by in APART}
        ratios = {by: few / many for by, (few, many) in found.items()}
        worst = min(ratios, key=lambda by: ratios[by])
        floor, ours = found[worst]
        apart = ", ".join(f"by {by} {ratio:.2f}" for by, ratio in ratios.items())
        checks = f"told apart {apart}; each event was granted by {MATCHING} campaigns"
        return [Result(name=self.name, unit="µs/event", ours=ours, floor=floor, ratio=ratios[worst], checks=checks)]

    def _measure(self, by: str, rounds: int, say: Callable[[str], None]) -> tuple[float, float]:
        few, many = (_reporter(_project(count, APART[by])) for count in (2 * MATCHING, self.many))
        costs: dict[str, list[float]] = {"few": [], "many": []}
        for turn in range(rounds):
            costs["few"].append(few(turn))
            costs["many"].append(many(turn))
            say(f"  {self.name} by {by} {turn + 1}/{rounds}: {costs['few'][-1]:.0f} µs, {costs['many'][-1]:.0f} µs")
        return median(costs["few"]), median(costs["many"])


def _reporter(project: Project) -> Callable[[int], float]:
    """Report a round of events to a mall, and say what one costs."""
    mall = wire(project, MemoryStore())
    mall.desk.apply()

    def report(turn: int) -> float:
        begun = process_time()
        for number in range(EVENTS):
            order = f"o{turn}.{number}"
            data = {"order": order, "channel": "c0", "amount": "20.00"}
            receipt = mall.report("order.paid", user=f"u{number % 50}", key=order, data=data)
            assert sum(decision.outcome == "granted" for decision in receipt.decisions) == MATCHING
        return (process_time() - begun) / EVENTS * 1e6

    report(-1)
    return report


def _by_equality(number: int) -> Mapping[str, Any]:
    """Of which only the first few hear channel c0."""
    channel = "c0" if number < MATCHING else f"c{number}"
    parts = (Test(path="event.channel", op="is", value=channel), Test(path="event.amount", op="min", value=1_000))
    return {"wheres": {"event.channel": channel}, "only_if": AllOf(parts=parts)}


def _by_range(number: int) -> Mapping[str, Any]:
    """Of which only the first few are for amounts up to a hundred, and each of the others for a hundred of its own."""
    low = 0 if number < MATCHING else number * STEP
    bounds: tuple[Any, ...] = (("min", low), ("less_than", low + STEP))
    return {"wheres": {}, "only_if": AllOf(parts=tuple(Test(path="event.amount", op=op, value=v) for op, v in bounds))}


APART: Mapping[str, Callable[[int], Mapping[str, Any]]] = {"equality": _by_equality, "range": _by_range}


def _project(count: int, apart: Callable[[int], Mapping[str, Any]]) -> Project:
    """The project with *count* copies of its reward."""
    project = load_project(FOLDER)
    pattern = project.campaigns["channel-reward"]
    copies = {}
    for number in range(count):
        head = attrs.evolve(pattern.play.head, campaign=f"reward-{number}")
        copies[head.campaign] = attrs.evolve(pattern, play=attrs.evolve(pattern.play, head=head, **apart(number)))
    return attrs.evolve(project, campaigns=copies)


@attrs.frozen(kw_only=True)
class Compile:
    """
    What many campaigns cost to compile: from their parsed files to plays in an index that has found something.

    The limits are a second of processor time and 40 MB for all, and a millisecond for one more in the index.
    """

    name: str
    many: int

    def measure(self, rounds: int, seconds: float, say: Callable[[str], None]) -> list[Result]:
        """The limit ÷ the cost, of whichever of the three comes nearest to its limit."""
        documents, times, adds = _documents(self.many), list[float](), list[float]()
        for turn in range(rounds):
            begun = process_time()
            index = _found(_compiled(documents))
            times.append(process_time() - begun)
            adds.append(_add(index, self.many))
            say(f"  {self.name} {turn + 1}/{rounds}: {times[-1]:.2f} s, one more {adds[-1]:.3f} ms")
        megabytes = _memory(documents)
        ours, more = median(times), median(adds)
        ratio = min(1.0 / ours, _MEGABYTES / megabytes, 1.0 / more)
        checks = f"{megabytes:.1f} MB; one more {more:.3f} ms"
        return [Result(name=self.name, unit="s", ours=ours, floor=1.0, ratio=ratio, checks=checks)]


_MEGABYTES = 40
_ONE = Input(type="order.paid", key="k", at=datetime(2026, 3, 1, tzinfo=UTC), data={"channel": "c0", "amount": 2_000})


def _documents(count: int) -> list[Document]:
    """*count* parsed campaigns, each for its own range of amounts in one of fifty channels."""
    path = FOLDER / "campaigns" / "channel-reward.yaml"
    (pattern,) = read_documents(path, FOLDER, Findings())
    return [
        attrs.evolve(pattern, data={**pattern.data, "campaign": f"reward-{number}", "only_if": _bounds(number)})
        for number in range(count)
    ]


def _bounds(number: int) -> dict[str, Any]:
    return {"channel": f"c{number % 50}", "amount": {"min": Decimal(number), "less_than": Decimal(number + 100)}}


def _compiled(documents: list[Document]) -> list[Play]:
    findings, project = Findings(), load_project(FOLDER)
    parts = MallParts(
        mall=project.mall, currency=project.currency, units=dict(project.units), events=dict(project.events)
    )
    plays: list[Play] = []
    for document in documents:
        read = read_model(document, RewardFile, findings)
        assert read is not None
        plays.append(compile_campaign(read[0], read[1], project.kinds, parts, findings).play)
    assert not findings.items
    return plays


def _found(plays: list[Play]) -> Index:
    index = Index(plays)
    assert len(index.match(_ONE)) == 1
    return index


def _add(index: Index, count: int) -> float:
    """Milliseconds for one more campaign, with an event after each of a hundred."""
    more = _compiled(_documents(count + 100)[count:])
    begun = process_time()
    for play in more:
        index.add(play)
        index.match(_ONE)
    return (process_time() - begun) / len(more) * 1e3


def _memory(documents: list[Document]) -> float:
    """How many megabytes the plays and their index hold."""
    gc.collect()
    tracemalloc.start()
    try:
        index = _found(_compiled(documents))
        held = tracemalloc.get_traced_memory()[0]
        assert index.hears(_ONE.type)
    finally:
        tracemalloc.stop()
    return held / 1e6


GROWTH: tuple[Compile | Growth, ...] = (
    Growth(name="engine.growth.10k", many=10_000),
    Growth(name="engine.growth.100k", many=100_000),
    Compile(name="engine.compile.10k", many=10_000),
)
