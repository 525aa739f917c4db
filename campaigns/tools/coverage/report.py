"""
Every part of a project, with how often it was met.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

import attrs

from quanyi.campaigns.project.model import CompiledPlay, Project
from quanyi.campaigns.tools.coverage.clauses import unheard
from quanyi.campaigns.tools.coverage.keys import DOES, REASON, RULE, SAYS_NO, Key
from quanyi.campaigns.tools.coverage.outcomes import basics, endings, kind_of, rules, types
from quanyi.campaigns.tools.coverage.reasons import bare_words, own_words, undo_words, words_of
from quanyi.campaigns.tools.coverage.unreachable import why_unmet
from quanyi.entitlements.plays.referral import Referral
from quanyi.entitlements.plays.sale import Sale

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
    counts = _Counts(project, met)
    rows = [row for play in project.plays() for row in (*_deeds(play, counts), *_rules(play, counts))]
    rows += [*_clauses(project, counts), *_shared(project, counts), *_own(project, counts)]
    rows += counts.unlisted(rows)
    return tuple(sorted(rows, key=lambda row: (not row.wanted, row.count, row.campaign, row.part, row.name)))


class _Counts:
    """What was met, by campaign and by kind."""

    def __init__(self, project: Project, met: Mapping[Key, int]) -> None:
        self.met = met
        self._kinds = {play.head.campaign: kind_of(play) for play in project.plays()}
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


def _deeds(play: CompiledPlay, counts: _Counts) -> Iterator[Reached]:
    """What a campaign does with each type of input."""
    head = play.head
    yield from (counts.row(head.campaign, DOES, type_, where=head.place_of("campaign")) for type_ in types(play))


def _rules(play: CompiledPlay, counts: _Counts) -> Iterator[Reached]:
    """What comes of its rules, goals, milestones and parts."""
    head = play.head
    yield from (counts.row(head.campaign, RULE, name, where=head.place_of("campaign")) for name in rules(play))


def _clauses(project: Project, counts: _Counts) -> Iterator[Reached]:
    """The clauses that can say no; one that has several words, word by word."""
    plays = {play.head.campaign: play for play in project.plays()}
    for clause in unheard(project, []):
        play = plays[clause.campaign]
        words = words_of(play, clause.clause, project)
        names = [f"{clause.clause}: {word}" for word in words] or [clause.clause]
        why = why_unmet(play, clause.clause)
        yield from (counts.row(clause.campaign, SAYS_NO, name, why, clause.where) for name in names)
    for play in plays.values():
        yield from (counts.row(play.head.campaign, SAYS_NO, name) for name in _besides(play, project))


def _besides(play: CompiledPlay, project: Project) -> Iterator[str]:
    """Noes of the head that no line of the file says by itself, and those of undoing a rule."""
    head = play.head
    if "for" in play.checks:
        yield from ["for: holdout"] if head.holdout else []
        yield from ["for: rollout"] if head.rollout < 10_000 else []  # noqa: PLR2004  (basis points)
    if isinstance(play, Sale):
        yield from ["refund: no-refunds"] if play.refund.never else []
        yield from ["refund: refund-too-late"] if play.refund.within is not None else []
    if isinstance(play, Referral):
        for rule in play.live_rules:
            words = undo_words(rule.reward, project) if rule.reward.undoing() else ()
            yield from (f"rewards/{rule.reward.rule}: {word}" for word in words)


def _shared(project: Project, counts: _Counts) -> Iterator[Reached]:
    """The endings of deals, and the noes without a clause, by kind: they are the same for all of a kind."""
    kinds: dict[str, list[CompiledPlay]] = {}
    for play in project.plays():
        kinds.setdefault(kind_of(play), []).append(play)
    for kind, plays in sorted(kinds.items()):
        sales = [play for play in plays if isinstance(play, Sale)]
        yield from (counts.shared(kind, DOES, type_) for type_ in (endings(sales) if sales else ()))
        words = dict.fromkeys(word for play in plays for word in bare_words(play, project))
        yield from (counts.shared(kind, REASON, f"{type_}: {word}" if type_ else word) for type_, word in words)


def _own(project: Project, counts: _Counts) -> Iterator[Reached]:
    """What the mall does and says without a campaign."""
    yield from (counts.row("", DOES, type_) for type_ in basics(project))
    yield from (counts.row("", REASON, f"{type_}: {word}") for type_, word in own_words(project))
    yield from (counts.row("", REASON, word) for word in _WORDS)
    yield counts.paused()
