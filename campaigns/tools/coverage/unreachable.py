"""
Clauses that no recording can be asked to meet, and why: reckoned from what the campaign says.
"""

from __future__ import annotations

from collections.abc import Iterator

from quanyi.campaigns.project.model import CompiledPlay
from quanyi.entitlements.clauses import Limit
from quanyi.entitlements.plays.referral import Referral
from quanyi.entitlements.plays.referral.terms import BOUND
from quanyi.entitlements.plays.task import Task
from quanyi.entitlements.time import Window

__all__ = ["why_unmet"]

_INSIDE = {("day", "month"), ("day", "week"), ("day", "year"), ("month", "year")}
"""Calendar windows that lie whole inside others."""


def why_unmet(play: CompiledPlay, clause: str) -> str:
    """Why nobody meets this clause of *play*; empty if somebody may."""
    if "budget" in clause.split("/"):
        return "a budget is there so that nobody meets it"
    return dict(_shadows(play)).get(clause, "")


def _shadows(play: CompiledPlay) -> Iterator[tuple[str, str]]:
    """Clauses that an earlier check always goes before, each with the reason."""
    for limit in getattr(play, "at_most", ()):
        yield from (
            [(f"at_most/{limit.id}", "it flags what goes beyond, and refuses nothing")] if limit.over == "flag" else []
        )
    if isinstance(play, Task):
        reason = "without restart a task is done once in its window, so goals says no before"
        yield from ((f"at_most/{limit.id}", reason) for limit in play.at_most if _done_once(play, limit))
    if isinstance(play, Referral) and play.bind.keep is None:
        reason = "a friend is bound once and for ever, so again says no before"
        for rule in play.rules:
            only_bound = set(rule.reward.when) == {BOUND}
            caps = [limit for limit in rule.reward.at_most if only_bound and _once_a_friend(limit)]
            yield from ((f"rewards/{rule.reward.rule}/at_most/{limit.id}", reason) for limit in caps)


def _done_once(task: Task, limit: Limit) -> bool:
    """Whether what the limit counts happens once at most in each of its windows, whoever it counts for."""
    order = task.checks
    first = "goals" in order and "at_most" in order and order.index("goals") < order.index("at_most")
    gives_back = not task.if_undone or "undone" in limit.back
    whose = set(task.per) <= set(limit.per)
    return limit.of == "times" and not task.restart and first and gives_back and whose and _inside(limit, task.window)


def _inside(limit: Limit, outer: Window) -> bool:
    inner = limit.window
    return outer.name == "ever" or inner == outer or (inner.name, outer.name) in _INSIDE


def _once_a_friend(limit: Limit) -> bool:
    return limit.of == "times" and bool({"friend", "user"} & set(limit.per))
