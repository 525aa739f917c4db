"""
Every part of a project, with how often it was met.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

import attrs

from quanyi.campaigns.kinds.coverage import Coverage, opens_by_phase
from quanyi.campaigns.kinds.kind import Kind
from quanyi.campaigns.project.model import CompiledPlay, Project
from quanyi.campaigns.tools.coverage.basics import own_types, own_words
from quanyi.campaigns.tools.coverage.clauses import clauses_of
from quanyi.campaigns.tools.coverage.keys import DOES, REASON, RULE, SAYS_NO, Key

__all__ = ["Reached", "reach"]

_WORDS = ("input-error", "key-reused", "known already", "not-found")
_PAUSED = "only an operator's pause says it"
_UNLISTED = "was met, and nobody expected it"


@attrs.frozen(kw_only=True)
class Reached:
    """
    One part of a project, and how often it was met.

    Attributes:
        campaign: Whose part it is; a kind, where the campaigns of a kind share it; empty for the mall's own.
        part: ``does`` something with a type of input, what came of a ``rule``, ``says no`` by a
            clause, or a ``reason`` without one.
        name: The type, the rule with what came of it, the clause, or the word.
        wanted: Whether a recording should meet it; else `why` not.
        where: ``file:line``.
    """

    campaign: str
    part: str
    name: str
    count: int
    wanted: bool = True
    why: str = ""
    where: str = ""

    def __str__(self) -> str:
        return f"{self.campaign or 'the mall'} {self.part} {self.name}: {self.count}"


def reach(project: Project, met: Mapping[Key, int]) -> tuple[Reached, ...]:
    """
    Every part of *project* with how often it was met, the least met first.

    Args:
        met: What a replay counted, `Tally.met`.
    """
    plays = [(play, project.kinds.of(play)) for play in project.plays()]
    counts = _Counts({play.head.campaign: kind.word for play, kind in plays}, met)
    rows = [row for play, kind in plays for row in _of_play(play, kind.coverage, project, counts)]
    rows += [*_shared(plays, project, counts), *_own(project, counts)]
    rows += counts.unlisted(rows)
    return tuple(sorted(rows, key=lambda row: (not row.wanted, row.count, row.campaign, row.part, row.name)))


class _Counts:
    """What was met, by campaign and by kind."""

    def __init__(self, kinds: Mapping[str, str], met: Mapping[Key, int]) -> None:
        """Take what was met, and the kind of each campaign by its word."""
        self.met = met
        self._kinds = kinds
        self._by_kind: Counter[Key] = Counter()
        for (campaign, part, name), count in met.items():
            kind = self._kinds.get(campaign, campaign)
            self._by_kind[kind, part, name] += count
            if part == REASON and ": " in name:
                word = name.partition(": ")[2]
                self._by_kind[kind, part, word] += count
                self._by_kind["*", part, word] += count

    def row(self, campaign: str, part: str, name: str, why: str = "", where: str = "") -> Reached:
        """A part of one campaign."""
        count = self.met.get((campaign, part, name), 0)
        return Reached(campaign=campaign, part=part, name=name, count=count, wanted=not why, why=why, where=where)

    def shared(self, kind: str, part: str, name: str) -> Reached:
        """A part that the campaigns of a kind share."""
        return Reached(campaign=kind, part=part, name=name, count=self._by_kind[kind, part, name])

    def paused(self) -> Reached:
        """How often anything was paused."""
        count = self._by_kind["*", REASON, "paused"]
        return Reached(campaign="", part=REASON, name="paused", count=count, wanted=False, why=_PAUSED)

    def unlisted(self, rows: Iterable[Reached]) -> Iterator[Reached]:
        """What was met and stands in none of *rows*."""
        listed = {(row.campaign, row.part, name) for row in rows for name in (row.name, row.name.partition(": ")[0])}
        for (campaign, part, name), count in self.met.items():
            if count and not listed & set(self._names(campaign, part, name)):
                yield Reached(campaign=campaign, part=part, name=name, count=count, wanted=False, why=_UNLISTED)

    def _names(self, campaign: str, part: str, name: str) -> Iterator[Key]:
        """As what it may be listed."""
        yield (campaign, part, name)
        yield (self._kinds.get(campaign, campaign), part, name)
        first, _, word = name.partition(": ")
        if word and part == SAYS_NO:
            yield (campaign, part, first)
        elif word and part == REASON:
            yield (self._kinds.get(campaign, campaign), part, word)
            yield ("", part, word)


def _of_play(play: CompiledPlay, coverage: Coverage, project: Project, counts: _Counts) -> Iterator[Reached]:
    """What a campaign does with each type of input, what comes of its rules, and the noes of its clauses."""
    campaign, where = play.head.campaign, play.head.place_of("campaign")
    yield from (counts.row(campaign, DOES, type_, where=where) for type_ in coverage.types(play))
    yield from (counts.row(campaign, RULE, name, where=where) for name in coverage.outcomes(play))
    for clause in clauses_of(play, coverage, project):
        names = _worded(play, clause.clause, coverage, project)
        yield from (counts.row(campaign, SAYS_NO, name, clause.never or clause.spared, clause.where) for name in names)
    for name in (*_of_shares(play), *coverage.further_noes(play, project)):
        yield counts.row(campaign, SAYS_NO, name)


def _worded(play: CompiledPlay, clause: str, coverage: Coverage, project: Project) -> list[str]:
    """A clause that has several words, word by word; any other one once."""
    words = [*_phases(play)] if clause == "phase" else [*coverage.words(play, clause, project)]
    return [f"{clause}: {word}" for word in words] if len(words) > 1 else [clause]


def _phases(play: CompiledPlay) -> Iterator[str]:
    head = play.head
    yield from ["not-open"] if head.runs.start is not None or opens_by_phase(play) else []
    yield from ["ended"] if head.runs.end is not None else []


def _of_shares(play: CompiledPlay) -> Iterator[str]:
    """Noes to those whom a share of users leaves out; no line of the audience says them."""
    head = play.head
    if "for" in play.checks:
        yield from ["for: holdout"] if head.holdout else []
        yield from ["for: rollout"] if head.rollout < 10_000 else []  # noqa: PLR2004  (basis points)


def _shared(plays: list[tuple[CompiledPlay, Kind]], project: Project, counts: _Counts) -> Iterator[Reached]:
    """How what was begun goes on, and the noes without a clause, by kind: they are the same for all of a kind."""
    kinds = {kind.word: kind for _, kind in plays}
    for word, kind in sorted(kinds.items()):
        own = [play for play, other in plays if other.word == word]
        yield from (counts.shared(word, DOES, type_) for type_ in kind.coverage.endings(own))
        noes = dict.fromkeys(no for play in own for no in kind.coverage.bare_words(play, project))
        yield from (counts.shared(word, REASON, f"{type_}: {no}" if type_ else no) for type_, no in noes)


def _own(project: Project, counts: _Counts) -> Iterator[Reached]:
    """What the mall does and says without a campaign."""
    yield from (counts.row("", DOES, type_) for type_ in own_types(project))
    yield from (counts.row("", REASON, f"{type_}: {word}") for type_, word in own_words(project))
    yield from (counts.row("", REASON, word) for word in _WORDS)
    yield counts.paused()
