"""
What a host shows of tasks: goals with their progress, what they give, and when they begin anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import attrs

from quanyi.entitlements.calculators import most
from quanyi.entitlements.checks.openings import present_state
from quanyi.entitlements.clauses import Gift, Limit
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.limits.limit import limit_needs, room, tells
from quanyi.entitlements.needs import Need
from quanyi.entitlements.picture import View
from quanyi.entitlements.plain import Plain
from quanyi.entitlements.plays.task.progress import ALL_DONE, Round, open_round, round_needs
from quanyi.entitlements.plays.task.terms import Goal, TaskTerms

__all__ = ["Gifts", "GoalView", "TaskView", "given_of", "task_needs", "task_view"]

Gifts = tuple[tuple[str, int | None], ...]
"""(unit or benefit, amount) of each thing; None for an amount that depends on the event."""


@attrs.frozen(kw_only=True)
class GoalView(Plain):
    """
    One goal of a task, as one user sees it now.

    Attributes:
        done: How far it is, of `needed`; in the smallest part of `unit` (``times`` for events).
        scale: Decimal places of these two.
        full: Whether it is finished.
        waits_for: The goals that must be finished before anything counts for this one.
        gives: (unit or benefit, amount) of each thing; None for an amount that depends on the event.
    """

    name: str
    title: Mapping[str, str]
    done: int
    needed: int
    unit: str
    scale: int
    full: bool
    waits_for: tuple[str, ...] = ()
    gives: Gifts


@attrs.frozen(kw_only=True)
class TaskView(Plain):
    """
    One task, as one user sees it now.

    Attributes:
        goals: In the order of the file.
        gives: What finishing all goals gives, like a goal's.
        state: ``open``; ``done`` where nothing more can be earned in this window; or what the
            campaign is: ``not_started``, ``between``, ``paused``, ``ended``.
        rounds: How many rounds are finished in this window.
        subject: Which of several it is, where progress is kept for each of something; else empty.
        resets_at: When it begins anew; None if it never does, or if its first event is still to come.
        ends_at: When the campaign ends.
    """

    campaign: str
    title: Mapping[str, str]
    text: Mapping[str, str]
    goals: tuple[GoalView, ...]
    gives: Gifts
    state: str
    rounds: int
    subject: tuple[str, ...] = ()
    resets_at: datetime | None
    ends_at: datetime | None


def task_needs(task: TaskTerms, ask: Input) -> set[Need]:
    """What tells how far somebody is, and how often it may still be done."""
    return {*round_needs(task, ask), *limit_needs(_completions(task), ask, task.head.zone)}


def task_view(task: TaskTerms, ask: Input, view: View, *, paused: bool, scales: Mapping[str, int]) -> TaskView:
    """
    One task as the subject of *ask* sees it.

    Raises:
        Undeclared: The view does not show which round it is; look again with what it names.
    """
    found = open_round(task, ask, view.draft(ask.at))
    targets = {goal.name: goal.target for goal in task.goals}
    goals = tuple(_goal(goal, found, scales, targets) for goal in task.goals)
    finished = found.given(ALL_DONE) and all(goal.full for goal in goals)
    state = present_state(task.head, ask.at, paused=paused)
    return TaskView(
        campaign=task.head.campaign,
        title=task.head.title,
        text=task.head.text,
        goals=goals,
        gives=given_of(task.all_done),
        state="done" if state == "open" and (finished or _used_up(task, ask, view)) else state,
        rounds=found.number + finished,
        subject=found.key[2:],
        resets_at=None if found.opening is not None else found.ends_at,
        ends_at=task.head.runs.end,
    )


def given_of(gifts: tuple[Gift, ...]) -> Gifts:
    """What is given, thing by thing."""
    return tuple((gift.thing, most(gift.how_much)) for gift in gifts)


def _completions(task: TaskTerms) -> list[Limit]:
    """The limits on finishing it."""
    return [limit for limit in task.at_most if limit.of == "times" and limit.over != "flag"]


def _used_up(task: TaskTerms, ask: Input, view: View) -> bool:
    """Whether it cannot be finished once more, whatever is done."""
    draft = view.draft(ask.at)
    return any(room(draft, limit, ask, task.head.zone) < 1 for limit in _completions(task) if tells(limit, ask))


def _goal(goal: Goal, found: Round, scales: Mapping[str, int], targets: Mapping[str, int]) -> GoalView:
    done = found.amounts[goal.name]
    return GoalView(
        name=goal.name,
        title=goal.title,
        done=min(done, goal.target),
        needed=goal.target,
        unit=goal.unit,
        scale=scales.get(goal.unit, 0),
        full=done >= goal.target,
        waits_for=tuple(name for name in goal.after if found.amounts[name] < targets[name]),
        gives=given_of(goal.give),
    )
