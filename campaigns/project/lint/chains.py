"""
Checks whether campaigns cause each other in a circle.

A campaign that hears what campaigns tell (a goal was done, a friend was bound) may hear what it caused
itself, directly or through others. Without a limit that ends it such a chain goes on until the engine
stops it. Each rule is a link: what it hears, under which condition; what it tells, as far as that is
known beforehand; and how often it may fire for one cause. A link that needs several events to fire
once passes on only a part of what it hears, and a chain of such links dies out.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import attrs

from quanyi.campaigns.kinds.links import Link
from quanyi.campaigns.language.findings import Findings
from quanyi.campaigns.language.message import Message
from quanyi.campaigns.language.places import Document
from quanyi.campaigns.project.model import Campaign
from quanyi.entitlements.checks.conditions import AllOf, AnyOf, Condition, Not, Test

__all__ = ["check_chains"]

_DEPTH = 8
"""How many steps from its first cause the engine follows what decisions cause."""

_STEPS = 64
_LASTS = 0.999

_Chain = Sequence[tuple[Link, str]]
"""Links in their order, each with what it tells the next one; the last tells the first."""


def check_chains(campaigns: Sequence[tuple[Campaign, Document]], findings: Findings) -> None:
    """Note campaigns that cause themselves again and again: each by the shortest way, once for each circle."""
    sound = [pair for pair in campaigns if findings.sound(pair[1].root)]
    links = [link for campaign, document in sound for link in campaign.kind.lint.links(campaign.play, document.root)]
    graph = _Graph(links)
    seen: set[frozenset[str]] = set()
    for chain in graph.endless():
        names = frozenset(link.campaign for link, _ in chain)
        if names not in seen:
            seen.add(names)
            _note(chain, findings)


def _note(chain: _Chain, findings: Findings) -> None:
    first = chain[0][0]
    way = " → ".join(f"{link.campaign} → {told}" for link, told in chain)
    message = Message(
        "it causes itself, and no limit ends that within {depth} steps: {way} → {campaign}",
        depth=_DEPTH,
        way=way,
        campaign=first.campaign,
    )
    hint = "write at_most: [1 per user per day], or only_if: {campaign: the one that is meant}"
    findings.error(first.place, "causes-itself", message, hint)


@attrs.define
class _Graph:
    """All links, and which of them each one reaches by what it tells."""

    links: Sequence[Link]
    next_of: dict[int, dict[int, str]] = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        hearing = defaultdict[str, list[int]](list)
        for n, link in enumerate(self.links):
            for type_ in dict.fromkeys(link.hears):
                hearing[type_].append(n)
        self.next_of = {n: self._reached(link, hearing) for n, link in enumerate(self.links)}

    def _reached(self, link: Link, hearing: Mapping[str, Sequence[int]]) -> dict[int, str]:
        """The links that hear what one tells, in their order, each with the first type that it hears of it."""
        found: dict[int, str] = {}
        for type_, known in link.tells:
            for n in hearing.get(type_, ()):
                other = self.links[n]
                if n not in found and _may_fire(other, known) and link.runs_with(other):
                    found[n] = type_
        return dict(sorted(found.items()))

    def endless(self) -> Iterator[_Chain]:
        """The shortest way from each link back to itself, over links that no limit stops in time."""
        ways = {n: self._way_back(n, self.next_of) for n in self.next_of}
        free = {n for n, way in ways.items() if way and not self._stops(n, len(way))}
        left = {n: {m: told for m, told in self.next_of[n].items() if m in free} for n in free}
        for n in sorted(left):
            way = self._way_back(n, left)
            if way and self._lasts(self._round(n, left), left):
                yield [(self.links[m], told) for m, told in way]

    def _stops(self, n: int, length: int) -> bool:
        times = self.links[n].times
        return times is not None and times * length <= _DEPTH

    def _way_back(self, start: int, next_of: Mapping[int, Mapping[int, str]]) -> list[tuple[int, str]]:
        """The shortest chain from *start* to itself; empty if there is none."""
        before: dict[int, tuple[int, str]] = {}
        queue = deque([start])
        while queue and start not in before:
            here = queue.popleft()
            for n, told in next_of.get(here, {}).items():
                if n not in before:
                    before[n] = (here, told)
                    queue.append(n)
        found: list[tuple[int, str]] = []
        while start in before and (not found or found[0][0] != start):
            found.insert(0, before[found[0][0] if found else start])
        return found

    def _round(self, start: int, next_of: Mapping[int, Mapping[int, str]]) -> set[int]:
        """The links that *start* reaches and that reach it."""
        forward = _reach(start, next_of)
        backward: dict[int, dict[int, str]] = {}
        for n, reached in next_of.items():
            for m, told in reached.items():
                backward.setdefault(m, {})[n] = told
        return forward & _reach(start, backward)

    def _lasts(self, members: set[int], next_of: Mapping[int, Mapping[int, str]]) -> bool:
        """Whether links that pass on parts of what they hear keep each other going."""
        events = dict.fromkeys(members, 1.0)
        for _ in range(_STEPS):
            after = dict.fromkeys(members, 0.0)
            for n in members:
                for m in next_of[n].keys() & members:
                    after[m] += events[n] * self.links[m].share
            most = max(after.values())
            events = {n: min(amount, 1e6) for n, amount in after.items()}
            if most < 1e-9:  # noqa: PLR2004
                return False
        return max(events.values()) >= _LASTS


def _reach(start: int, next_of: Mapping[int, Iterable[int]]) -> set[int]:
    found: set[int] = set()
    left = list(next_of.get(start, ()))
    while left:
        n = left.pop()
        if n not in found:
            found.add(n)
            left += next_of.get(n, ())
    return found


def _may_fire(link: Link, known: Mapping[str, Any]) -> bool:
    """Whether a link may fire on an event that it hears, by what is known of it beforehand."""
    return link.only_if is None or _truth(link.only_if, known) is not False


def _truth(condition: Condition, known: Mapping[str, Any]) -> bool | None:
    """Whether a condition holds, by what is known; None if that is not enough."""
    match condition:
        case AllOf(parts=parts):
            found = [_truth(part, known) for part in parts]
            return False if False in found else None if None in found else True
        case AnyOf(parts=parts):
            found = [_truth(part, known) for part in parts]
            return True if True in found else None if None in found else False
        case Not(part=part):
            inner = _truth(part, known)
            return None if inner is None else not inner
        case Test(path=path, op=op, value=value):
            root, _, name = path.rpartition(".")
            if root == "user" or name not in known:
                return None
            here = known[name]
            return (
                {"is": here == value, "not": here != value, "missing": not value}.get(op)
                if op != "in"
                else here in value
            )
    return None
