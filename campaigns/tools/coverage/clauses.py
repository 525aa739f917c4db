"""
Which clauses no story ever made say no: a limit that nobody reached may as well be wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs

from quanyi.campaigns.kinds.coverage import Coverage
from quanyi.campaigns.language.formatting import said
from quanyi.campaigns.project.model import CompiledPlay, Project
from quanyi.campaigns.tools.stories.model import Outcome
from quanyi.entitlements.amounts import Amount
from quanyi.entitlements.checks.conditions import Test
from quanyi.entitlements.clauses import Limit

__all__ = ["Unheard", "clauses_of", "unheard"]


@attrs.frozen(kw_only=True)
class Unheard:
    """
    A clause that no story made say no.

    Attributes:
        clause: As a refusal names it; `text` says it to people.
        where: ``file:line``.
        never: Why it never says no; `spared` why no recording is asked to meet it; both empty for most.
    """

    campaign: str
    clause: str
    text: str
    where: str = ""
    never: str = ""
    spared: str = ""

    def __str__(self) -> str:
        return f"{self.where}  {self.campaign}: {self.text}"


def unheard(project: Project, outcomes: Iterable[Outcome]) -> tuple[Unheard, ...]:
    """The clauses of all campaigns that can say no, without those that said it in some story."""
    heard = {no for outcome in outcomes for no in outcome.nos}
    return tuple(
        clause
        for play in project.plays()
        for clause in clauses_of(play, project.kinds.of(play).coverage, project)
        if not clause.never and (clause.campaign, clause.clause) not in heard
    )


def clauses_of(play: CompiledPlay, coverage: Coverage, project: Project) -> Iterator[Unheard]:
    """Every clause of a play that can say no, met or not."""
    for each in coverage.clauses(play):
        text = each.text if each.about is None else f"{each.text} {_about(each.about, project)}"
        why = {"never": each.never, "spared": each.spared}
        yield Unheard(campaign=play.head.campaign, clause=each.name, text=text, where=each.where, **why)


def _about(about: Limit | Test, project: Project) -> str:
    return _limit(about, project) if isinstance(about, Limit) else f"{about.path} {about.op} {_value(about)}"


def _value(test: Test) -> str:
    counts = test.unit and isinstance(test.value, int)
    return said(Amount(test.value, test.unit, test.scale) if counts else test.value)


def _limit(limit: Limit, project: Project) -> str:
    amount = Amount(limit.count, limit.of, project.scale_of(limit.of))
    window = "" if limit.window.name == "ever" else f" per {limit.window}"
    return f"{said(amount)} {limit.of} per {' and '.join(limit.per)}{window}"
