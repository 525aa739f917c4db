"""
Where checks look in a task.
"""

from __future__ import annotations

from collections.abc import Iterator

from quanyi.campaigns.kinds.bounds import bounding, check_amounts, counted_as, counted_of, has_stock
from quanyi.campaigns.kinds.links import Link, given, times_of
from quanyi.campaigns.kinds.lint import Lint
from quanyi.campaigns.language.findings import Findings
from quanyi.campaigns.language.message import Message
from quanyi.campaigns.language.places import Place
from quanyi.entitlements.checks.conditions import Condition
from quanyi.entitlements.clauses import Limit
from quanyi.entitlements.giving import Undoable
from quanyi.entitlements.plays.task import Task
from quanyi.entitlements.plays.task.exposure import once_a_window

__all__ = ["LINT"]


def _bounds(play: Task, root: Place, currency: str, findings: Findings, _known: Findings) -> None:
    """A task is bounded by being done once in each window; each round of one that begins again needs a limit."""
    for gift in play.gifts:
        limits = (*once_a_window(play), *play.at_most, *play.budget)
        if not has_stock(gift) and not any(bounding(limit, counted_as(gift, currency)) for limit in limits):
            hint = "write at_most: [1 per user per day], or a budget; or exposure: {accept: why}"
            findings.key_error(
                root / "goals", "unbounded", Message("{thing} is given without any bound", thing=gift.thing), hint
            )
            return
    check_amounts(play.gifts, (*play.at_most, *play.budget), root, currency, findings)


def _counted(play: Task, _place: Place, currency: str) -> set[str]:
    return counted_of(play.gifts, currency)


def _check_limits(_play: Task, _root: Place, found: list[tuple[Limit, Place]], findings: Findings) -> None:
    for limit, place in found:
        if limit.over == "clip":
            message = "a task gives each gift whole, or counts nothing"
            findings.error(place, "clip-in-task", message, "leave over out")


def _conditions(play: Task, root: Place) -> Iterator[tuple[Place, Condition | None]]:
    yield from ((root / "goals" / goal.name / "only_if", goal.only_if) for goal in play.goals)


def _undoables(play: Task, root: Place) -> Iterator[tuple[Undoable, Place, set[str]]]:
    yield play, root, {type_ for goal in play.goals for type_ in goal.when}


def _links(play: Task, root: Place) -> Iterator[Link]:
    """Each goal: it is done once a round, and a task that does not begin again has one round."""
    limits = (*play.at_most, *play.budget)
    rounds = times_of(limits, ()) if play.restart else 1
    for goal in play.goals:
        gifts, name = (*goal.give, *play.all_done), {"campaign": play.head.campaign}
        told = [("goal.done", {**name, "goal": goal.name}), ("task.done", name), *given(gifts, play.head, limits)]
        paid = times_of(limits, goal.give) if goal.give else None
        yield Link(
            head=play.head,
            hears=goal.when,
            only_if=goal.only_if,
            tells=tuple(told),
            times=min((n for n in (rounds, paid) if n is not None), default=None),
            share=1 / goal.target if goal.how in ("count", "distinct") else 1.0,
            place=root / "goals" / goal.name / "when",
        )


LINT = Lint(
    bounds=_bounds,
    counted=_counted,
    check_limits=_check_limits,
    conditions=_conditions,
    undoables=_undoables,
    links=_links,
)
