"""
Clauses that no recording can be asked to meet, and why: reckoned from what the campaign says.
"""

from __future__ import annotations

from collections.abc import Iterator

from quanyi.campaigns.kinds.coverage import Coverage
from quanyi.campaigns.project.model import CompiledPlay

__all__ = ["why_unmet"]


def why_unmet(play: CompiledPlay, clause: str, coverage: Coverage) -> str:
    """Why nobody meets this clause of *play*; empty if somebody may."""
    if "budget" in clause.split("/"):
        return "a budget is there so that nobody meets it"
    return dict((*_flagging(play), *coverage.unreachable(play))).get(clause, "")


def _flagging(play: CompiledPlay) -> Iterator[tuple[str, str]]:
    """Limits that let everything through."""
    reason = "it flags what goes beyond, and refuses nothing"
    limits = play.at_most if "at_most" in play.checks else ()
    yield from ((f"at_most/{limit.id}", reason) for limit in limits if limit.over == "flag")
