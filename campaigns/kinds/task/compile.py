"""
`kind: task`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from quanyi.campaigns.kinds.task.schema import GoalMap, TaskFile
from quanyi.campaigns.language.compile.causes import events, named_user, undos_of_some, units
from quanyi.campaigns.language.compile.conditions import condition
from quanyi.campaigns.language.compile.gifts import gifts
from quanyi.campaigns.language.compile.head import checks, head
from quanyi.campaigns.language.compile.limits import at_most, budget, limits
from quanyi.campaigns.language.compile.mall import texts
from quanyi.campaigns.language.compile.scope import Scope
from quanyi.campaigns.language.compile.times import window
from quanyi.campaigns.language.events import Attribute, EventType
from quanyi.campaigns.language.findings import did_you_mean
from quanyi.campaigns.language.message import Message
from quanyi.campaigns.language.places import Place
from quanyi.campaigns.language.schema.clauses import LimitMap
from quanyi.entitlements.checks.conditions import equalities
from quanyi.entitlements.plays.task import Goal, Task
from quanyi.entitlements.plays.task.attempt import DOER
from quanyi.entitlements.time import Window

__all__ = ["task"]

_CHECKS: tuple[str, ...] = tuple(Task.all_checks)


def task(file: TaskFile, root: Place, scope: Scope) -> Task:
    """Compile one task."""
    goals = tuple(_goal(name, goal, root / "goals" / name, scope) for name, goal in file.goals.items())
    _in_order(goals, root / "goals", scope)
    scope = attrs.evolve(scope, events=_all_events(file, scope))
    all_done = gifts(file.all_done, root / "all_done", scope)
    given = (*(gift for goal in goals for gift in goal.give), *all_done)
    if not given and scope.findings.whole(root, "goals", "all_done"):
        scope.findings.key_error(root, "gives-nothing", "neither a goal nor the end of all gives anything")
    return Task(
        head=head(file, file.kind, root, scope),
        goals=goals,
        all_done=all_done,
        per=_keys(file, root, scope),
        who=_who(file, root / "who", scope),
        window=_window(file, root / "in", scope),
        restart=file.restart,
        at_most=at_most(file.at_most, root / "at_most", scope),
        budget=budget(file.budget, root / "budget", scope),
        if_undone=undos_of_some(file.if_undone, root / "if_undone", scope),
        checks=checks(file, root, scope, _CHECKS, _used(file, counted=any(_counted(gift) for gift in given))),
        units=units(given, scope),
    )


def _goal(name: str, file: GoalMap, place: Place, scope: Scope) -> Goal:
    scope = attrs.evolve(scope, events=events(file.when, place / "when", scope))
    only_if = condition(place.data["only_if"], place / "only_if", scope) if file.only_if is not None else None
    goal = Goal(
        name=name,
        title=texts(file.title, place / "title", scope.mall, scope.findings) or dict.fromkeys(scope.mall.locales, name),
        when=tuple(event.id for event in scope.events),
        target=file.count or 1,
        only_if=only_if,
        after=tuple(_words(file.after)),
        give=gifts(file.give, place / "give", scope),
        wheres=equalities(only_if),
    )
    ways = [key for key in ("count", "sum", "reach", "distinct") if getattr(file, key) is not None]
    if len(ways) > 1:
        message = Message("a goal is one of count, sum, reach and distinct, not {ways}", ways=Message.all_of(ways))
        scope.findings.key_error(place, "bad-goal", message, "write count: 3, or sum: {amount: 100.00}")
    return attrs.evolve(goal, **_measured(file, place, scope))


def _measured(file: GoalMap, place: Place, scope: Scope) -> dict[str, Any]:
    """What a goal sums, reaches or tells apart: one attribute, and how much of it."""
    how = next((name for name in ("sum", "reach", "distinct") if getattr(file, name) is not None), "")
    wanted = getattr(file, how) if how else None
    if wanted is None:
        return {}
    spot = place / how
    if len(wanted) != 1:
        if scope.findings.sound(spot):
            hint = (
                "write distinct: {chapter: 5}"
                if how == "distinct"
                else Message("write {how}: {{amount: 100.00}}", how=how)
            )
            scope.findings.error(spot, "bad-goal", Message("{how} names one attribute", how=how), hint)
        return {}
    ((name, text),) = wanted.items()
    if how == "distinct" and name == "user":
        return {"how": how, "by": DOER, "target": text}
    found = scope.attribute(spot / name, name, as_key=True)
    if found is None:
        return {}
    if how == "distinct":
        return _told_apart(found, text, spot / name, scope)
    if not found.is_number:
        scope.findings.key_error(
            spot / name, "not-a-number", Message("{name} is {type}, not a number", name=found.name, type=found.type)
        )
        return {}
    target = scope.amount(spot / name, text, found.scale)
    if target <= 0 and scope.findings.sound(spot / name):
        scope.findings.error(spot / name, "amount-not-positive", Message("{text} is nothing to do", text=text))
    money = scope.mall.currency.id if found.type in ("money", "decimal") else found.type
    unit = money if found.is_amount else "times"
    return {"how": how, "by": f"event.{found.name}", "target": max(target, 1), "unit": unit}


def _told_apart(found: Attribute, count: int, place: Place, scope: Scope) -> dict[str, Any]:
    """A goal of so many different values; a person's own attributes are not kept, and a list has no one value."""
    if found.personal or found.context or found.many:
        what = "a list, not one value" if found.many else "personal, and may not be kept"
        what = "of the request, and is not kept" if found.context else what
        scope.findings.key_error(
            place,
            "bad-goal",
            Message("{name} is {what}", name=found.name, what=Message(what)),
            "count the values of an id or a word",
        )
    return {"how": "distinct", "by": f"event.{found.name}", "target": count}


def _in_order(goals: tuple[Goal, ...], place: Place, scope: Scope) -> None:
    """Note goals that wait for something that is no goal, or for themselves."""
    known = {goal.name: goal.after for goal in goals}
    for goal in goals:
        for name in goal.after:
            spot = place / goal.name / "after"
            if name not in known:
                scope.findings.error(
                    spot, "bad-goal", Message("there is no goal {name!r}", name=name), did_you_mean(name, known)
                )
            elif goal.name in _before(name, known):
                scope.findings.error(spot, "bad-goal", Message("{name} would wait for itself", name=goal.name))


def _before(name: str, known: Mapping[str, tuple[str, ...]]) -> set[str]:
    """A goal and all those that must be done before it."""
    found, left = set[str](), [name]
    while left:
        goal = left.pop()
        left += [] if goal in found else known.get(goal, ())
        found.add(goal)
    return found


def _window(file: TaskFile, place: Place, scope: Scope) -> Window:
    found = window(file.in_, place, scope)
    if found.name == "last":
        message = "a task is done in windows that end; what is longer ago cannot fall out of it one by one"
        scope.findings.key_error(place / "last", "bad-window", message, "write in: {since_first: 7d}, or in: week")
        return Window()
    return found


def _who(file: TaskFile, place: Place, scope: Scope) -> dict[str, str]:
    """The attributes that name whose events they are, by event."""
    if isinstance(file.who, dict):
        named = {event: (name, place / event) for event, name in file.who.items()}
    else:
        named = {event.id: (file.who, place) for event in scope.events} if file.who else {}
    known = {event.id: event for event in scope.events}
    for event in named.keys() - known.keys():
        hint = did_you_mean(event, known)
        scope.findings.key_error(place / event, "unknown-event", Message("no goal hears {event!r}", event=event), hint)
    return {event: named_user(known[event], *named[event], scope) for event in named if event in known}


def _all_events(file: TaskFile, scope: Scope) -> tuple[EventType, ...]:
    """Every event that counts for any goal; each once."""
    names = dict.fromkeys(name for goal in file.goals.values() for name in _words(goal.when))
    return tuple(found for name in names if (found := scope.mall.events.get(name)) is not None)


def _keys(file: TaskFile, root: Place, scope: Scope) -> tuple[str, ...]:
    """The keys of the progress, checked like those of a limit."""
    alike = LimitMap.model_validate({"count": 1, "per": file.per})
    return limits(alike, root, scope, "goals")[0].per


def _words(value: str | tuple[str, ...]) -> Iterator[str]:
    yield from ((value,) if isinstance(value, str) else value)


def _counted(gift: object) -> bool:
    benefit = getattr(gift, "benefit", None)
    return benefit is not None and benefit.counted


def _used(file: TaskFile, *, counted: bool) -> set[str]:
    named = {
        "for": file.for_,
        "undone": file.if_undone,
        "at_most": file.at_most != "none" and file.at_most,
        "stock": counted,
        "budget": file.budget,
    }
    return {"phase", "goals", *(name for name, value in named.items() if value)}
