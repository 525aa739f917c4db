"""
What can be met in a task.
"""

from __future__ import annotations

from collections.abc import Iterator

from quanyi.campaigns.kinds.bounds import can_run_out
from quanyi.campaigns.kinds.coverage import ANY, Clause, Coverage, Word, clauses_of_condition, of_own_checks
from quanyi.campaigns.kinds.refusals import may_miss, of_giving, of_undoing
from quanyi.campaigns.language.vocabulary import Vocabulary
from quanyi.entitlements.clauses import Limit
from quanyi.entitlements.plays.task import Task
from quanyi.entitlements.time import Window

__all__ = ["COVERAGE"]

_INSIDE = {("day", "month"), ("day", "week"), ("day", "year"), ("month", "year")}
"""Calendar windows that lie whole inside others."""


def _outcomes(play: Task) -> Iterator[str]:
    yield from (f"{goal.rule} done" for goal in play.goals)
    yield "all_done done"
    if play.if_undone:
        yield from (f"{goal.rule} undone" for goal in play.goals)
        yield from (f"{goal.rule} fell back" for goal in play.goals if goal.target > 1)
        yield from ["all_done undone"] if play.all_done else []


def _of_check(play: Task, check: str) -> Iterator[Clause]:
    if check == "goals":
        for goal in play.goals:
            yield from clauses_of_condition(check, goal.only_if)
        yield Clause(name=check, text="goals are done")
    else:
        yield from of_own_checks(play, check, {"undone": play.if_undone, "stock": can_run_out(play.gifts)})


def _words(play: Task, clause: str, mall: Vocabulary) -> Iterator[str]:
    if clause == "goals":
        read = [goal for goal in play.goals if goal.how != "count"]
        yield from ["goal-done"] if len(play.goals) > 1 else []
        yield from [] if play.restart else ["task-done"]
        yield from ["nothing-to-count"] if any(goal.how in ("reach", "sum") for goal in play.goals) else []
        yield from ["amount-missing"] if any(may_miss(mall, goal.when, goal.by) for goal in read) else []
        yield from ["counted-already"] if any(goal.how == "distinct" for goal in play.goals) else []
        yield from ["not-yet"] if any(goal.after for goal in play.goals) else []


def _bare_words(play: Task, mall: Vocabulary) -> Iterator[Word]:
    yield (ANY, "no-receiver")
    yield from ((type_, "own-event") for type_ in play.who)
    yield from of_giving([type_ for goal in play.goals for type_ in goal.when], play.gifts, mall, gives_none=False)
    yield from of_undoing(play, mall)


def _unreachable(play: Task) -> Iterator[tuple[str, str]]:
    """Limits on finishing, where finishing happens once at most in each of their windows."""
    reason = "without restart a task is done once in its window, so goals says no before"
    yield from ((f"at_most/{limit.id}", reason) for limit in play.at_most if _done_once(play, limit))


def _done_once(play: Task, limit: Limit) -> bool:
    """Whether what the limit counts happens once at most in each of its windows, whoever it counts for."""
    order = play.checks
    first = "goals" in order and "at_most" in order and order.index("goals") < order.index("at_most")
    gives_back = not play.if_undone or "undone" in limit.back
    whose = set(play.per) <= set(limit.per)
    return limit.of == "times" and not play.restart and first and gives_back and whose and _inside(limit, play.window)


def _inside(limit: Limit, outer: Window) -> bool:
    inner = limit.window
    return outer.name == "ever" or inner == outer or (inner.name, outer.name) in _INSIDE


COVERAGE = Coverage(
    outcomes=_outcomes, of_check=_of_check, words=_words, bare_words=_bare_words, unreachable=_unreachable
)
