"""
Tasks: how far each goal is, what it gives, and when it begins anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, render_template, url_for
from werkzeug.wrappers import Response

from quanyi.adapters.web.kinds.pages import Doing, KindPages
from quanyi.adapters.web.visit import Visit, money_text, number_text, pick, visit
from quanyi.entitlements.plays.task.view import GoalView, TaskView

__all__ = ["TASK_PAGES"]

_GONE = {"ended", "not_started"}
_WHOLE = 100


def _add(blueprint: Blueprint) -> None:
    blueprint.add_url_rule("/tasks", "tasks", _tasks, methods=["GET"])


def _doings(to: Visit) -> Iterator[Doing]:
    """All tasks in one line."""
    tasks = [task for task in to.mall.tasks(str(to.user)) if task.state in ("open", "done")]
    done = [task for task in tasks if task.state == "done"]
    if tasks:
        line = to.words("task.line", done=len(done), all=len(tasks))
        url, finished = url_for("quanyi.tasks"), len(done) == len(tasks)
        yield Doing(title=to.words("page.tasks"), icon="check", url=url, line=line, done=finished)


def _tasks() -> str | Response:
    to = visit()
    if to.user is None:
        return to.must_sign_in()
    (tasks,) = to.look(lambda at: at.mall.tasks(str(at.user)), wallet=False)
    shown = [_shown(task, to) for task in tasks if task.state not in _GONE]
    return render_template("quanyi/tasks.html", section="tasks", tasks=sorted(shown, key=lambda task: task["done"]))


def _shown(task: TaskView, to: Visit) -> dict[str, Any]:
    """One task in words."""
    return {
        "campaign": task.campaign,
        "title": pick(task.title, to.locale),
        "text": pick(task.text, to.locale),
        "state": task.state,
        "done": task.state == "done",
        "goals": [_goal(goal, task, to) for goal in task.goals],
        "final": _final(task, to),
        "finished": sum(goal.full for goal in task.goals),
        "resets_at": task.resets_at,
        "ends_at": task.ends_at,
        "rounds": task.rounds,
    }


def _final(task: TaskView, to: Visit) -> str:
    """What there is, or was, for all of it; empty where only its goals give."""
    gifts = to.gifts(task.gives)
    if not gifts:
        return ""
    return to.words("task.final_done" if task.state == "done" else "task.final", goals=len(task.goals), gifts=gifts)


def _goal(goal: GoalView, task: TaskView, to: Visit) -> dict[str, Any]:
    said = to.words("task.progress", done=_amount(goal.done, goal, to), needed=_amount(goal.needed, goal, to))
    return {
        "title": pick(goal.title, to.locale) or goal.name,
        "said": said,
        "percent": min(_WHOLE, goal.done * _WHOLE // max(1, goal.needed)),
        "full": goal.full,
        "gives": to.gifts(goal.gives),
        "waits": _waits(goal, task, to),
        "url": to.host.goal(task.campaign, goal.name) if to.host.goal and not goal.full else None,
    }


def _waits(goal: GoalView, task: TaskView, to: Visit) -> str:
    """What is to be done before this goal, by name."""
    titles = {each.name: pick(each.title, to.locale) or each.name for each in task.goals}
    first = [titles[name] for name in goal.waits_for]
    return to.words("task.waits", goals=to.listed(first)) if first else ""


def _amount(value: int, goal: GoalView, to: Visit) -> str:
    currency = to.mall.project.currency
    if goal.unit in {currency.id, "money"}:
        return money_text(value, currency.id, goal.scale) if value else "0"
    return number_text(value, goal.scale)


TASK_PAGES = KindPages(name="task", add=_add, doings=_doings)
