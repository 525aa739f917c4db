"""
How far a recording reached: which parts of the campaigns it met, and how often.

A part that was never met may as well be wrong: the recording shows nothing about it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import attrs

from quanyi.campaigns.project import CompiledPlay, Project
from quanyi.campaigns.replay import DOES, REASON, SAYS_NO
from quanyi.campaigns.stories.coverage import unheard
from quanyi.entitlements.plays.sale import Sale

__all__ = ["Reached", "reach"]

_PLACES = ("order.place", "exchange")
_BASICS = ("entitlement.redeem", "wallet.adjust")
_WORDS = ("already-refunded", "already-used", "expired", "key-reused", "known already", "not-found", "order-exists")
_WORDS_OF_MONEY = ("already-paid", "input-error", "not-paid", "order-closed")


@attrs.frozen(kw_only=True)
class Reached:
    """
    One part of a project, and how often it was met.

    Attributes:
        campaign: Whose part it is; a kind, where the campaigns of a kind share it; empty for the mall's own.
        part: ``does`` something with a type of input, ``says no`` by a clause, or a ``reason``.
        name: The type, the clause or the word.
        wanted: Whether a recording should meet it. Budgets are there so that nobody meets them.
        where: ``file:line``.
    """

    campaign: str
    part: str
    name: str
    count: int
    wanted: bool = True
    where: str = ""

    def __str__(self) -> str:
        return f"{self.campaign or 'the mall'} {self.part} {self.name}: {self.count}"


def reach(project: Project, met: Mapping[tuple[str, str, str], int]) -> tuple[Reached, ...]:
    """
    Every part of *project* with how often it was met, the least met first.

    Args:
        met: What a replay counted, `Tally.met`.
    """
    rows = [*_answers(project, met), *_nos(project, met), *_endings(project, met), *_own(project, met)]
    known = {(row.part, row.name) for row in rows}
    words = sorted({name for _, part, name in met if part == REASON} - {name for part, name in known if part == REASON})
    rows += [
        Reached(campaign="", part=REASON, name=word, count=_total(met, REASON, word), wanted=False) for word in words
    ]
    return tuple(sorted(rows, key=lambda row: (not row.wanted, row.count, row.campaign, row.part, row.name)))


def _answers(project: Project, met: Mapping[tuple[str, str, str], int]) -> Iterator[Reached]:
    """What each campaign does by itself; the endings of deals are shared by their kind."""
    for play in project.plays():
        head = play.head
        for type_ in _types(play):
            count = met.get((head.campaign, DOES, type_), 0)
            yield Reached(campaign=head.campaign, part=DOES, name=type_, count=count, where=head.place_of("campaign"))


def _types(play: CompiledPlay) -> Iterable[str]:
    if isinstance(play, Sale):
        return ("exchange",) if play.preset == "points_exchange" else ("order.place",)
    return dict.fromkeys(trigger.type for trigger in play.listens())


def _nos(project: Project, met: Mapping[tuple[str, str, str], int]) -> Iterator[Reached]:
    for clause in unheard(project, []):
        yield Reached(
            campaign=clause.campaign,
            part=SAYS_NO,
            name=clause.clause,
            count=met.get((clause.campaign, SAYS_NO, clause.clause), 0),
            wanted=not clause.clause.startswith("budget"),
            where=clause.where,
        )


def _endings(project: Project, met: Mapping[tuple[str, str, str], int]) -> Iterator[Reached]:
    """Payments, lapses and refunds of deals, by the kind of sale: what ends them is the same for all of a kind."""
    sales = [play for play in project.plays() if isinstance(play, Sale)]
    for preset in sorted({sale.preset for sale in sales}):
        mine = [sale for sale in sales if sale.preset == preset]
        paid = any(price.money for sale in mine for price in sale.sells.values())
        for type_ in (t for t in Sale.answers if t not in _PLACES and (paid or t == "order.refund")):
            count = sum(met.get((sale.head.campaign, DOES, type_), 0) for sale in mine)
            yield Reached(campaign=preset, part=DOES, name=type_, count=count)


def _own(project: Project, met: Mapping[tuple[str, str, str], int]) -> Iterator[Reached]:
    """What the mall does without a campaign, and the words of its noes."""
    pooled = any(benefit.pool for benefit in project.benefits.values())
    ending = any(unit.lots.lasts is not None for unit in project.units.values())
    types = [*_BASICS, *(["entitlement.reveal"] if pooled else []), *(["lot.ends"] if ending else [])]
    yield from (Reached(campaign="", part=DOES, name=type_, count=met.get(("", DOES, type_), 0)) for type_ in types)
    sales = [play for play in project.plays() if isinstance(play, Sale)]
    paid = any(price.money for sale in sales for price in sale.sells.values())
    words = [*_WORDS, *(_WORDS_OF_MONEY if paid else ()), *(["already-revealed"] if pooled else [])] if sales else []
    yield from (Reached(campaign="", part=REASON, name=word, count=_total(met, REASON, word)) for word in words)


def _total(met: Mapping[tuple[str, str, str], int], part: str, name: str) -> int:
    return sum(count for (_, its_part, its_name), count in met.items() if (its_part, its_name) == (part, name))
