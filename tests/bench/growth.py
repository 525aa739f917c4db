"""
What an event costs when far more campaigns are live than it touches.

One event type, campaigns told apart by an attribute; five of them match. The whole path of
`mall.report` on the memory store: match, gather needs, decide, write.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter

import attrs

from quanyi.adapters.memory import MemoryStore
from quanyi.adapters.wiring import wire
from quanyi.campaigns.project.load import load_project
from quanyi.campaigns.project.model import Project
from tests.bench.rows import Result

__all__ = ["GROWTH", "Growth"]

FOLDER = Path(__file__).parent / "malls" / "rewards"
MATCHING = 5
EVENTS = 200


@attrs.frozen(kw_only=True)
class Growth:
    """The cost of one event among *many* live campaigns, against the cost among ten."""

    name: str
    many: int

    def measure(self, rounds: int, seconds: float, say: Callable[[str], None]) -> list[Result]:
        """Both sizes in turn; the cost of an event in microseconds."""
        few, many = (_reporter(count) for count in (2 * MATCHING, self.many))
        costs: dict[str, list[float]] = {"few": [], "many": []}
        for turn in range(rounds):
            costs["few"].append(few(turn))
            costs["many"].append(many(turn))
            say(f"  {self.name} {turn + 1}/{rounds}: {costs['few'][-1]:.0f} µs, {costs['many'][-1]:.0f} µs")
        floor, ours = median(costs["few"]), median(costs["many"])
        checks = f"each event was granted by {MATCHING} campaigns"
        return [Result(name=self.name, unit="µs/event", ours=ours, floor=floor, ratio=floor / ours, checks=checks)]


def _reporter(count: int) -> Callable[[int], float]:
    """Report a round of events to a mall of so many campaigns, and say what one costs."""
    project = _project(count)
    mall = wire(project, MemoryStore())
    mall.desk.apply()

    def report(turn: int) -> float:
        begun = perf_counter()
        for number in range(EVENTS):
            order = f"o{turn}.{number}"
            data = {"order": order, "channel": "c0", "amount": "20.00"}
            receipt = mall.report("order.paid", user=f"u{number % 50}", key=order, data=data)
            assert sum(decision.outcome == "granted" for decision in receipt.decisions) == MATCHING
        return (perf_counter() - begun) / EVENTS * 1e6

    report(-1)
    return report


def _project(count: int) -> Project:
    """The project with *count* copies of its reward, of which only the first few hear channel c0."""
    project = load_project(FOLDER)
    pattern = project.campaigns["channel-reward"]
    copies = {}
    for number in range(count):
        channel = "c0" if number < MATCHING else f"c{number}"
        head = attrs.evolve(pattern.play.head, campaign=f"reward-{number}")
        play = attrs.evolve(pattern.play, head=head, wheres={"event.channel": channel})
        copies[head.campaign] = attrs.evolve(pattern, play=play)
    return attrs.evolve(project, campaigns=copies)


GROWTH = (Growth(name="engine.growth.10k", many=10_000),)
