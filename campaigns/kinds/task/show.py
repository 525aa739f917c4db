"""
`kind: task`, shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from quanyi.campaigns.kinds.show import looked_at, run
from quanyi.campaigns.language.speaker import Speaker
from quanyi.entitlements.amounts import Amount
from quanyi.entitlements.plays.task import Goal, Task

__all__ = ["deadlines", "looks_at", "phases", "sentence"]

_EACH = {
    "day": ("每天重新开始", "anew each day"),
    "week": ("每周重新开始", "anew each week"),
    "month": ("每月重新开始", "anew each month"),
    "year": ("每年重新开始", "anew each year"),
}


def sentence(play: Task, speaker: Speaker) -> str:
    """Do A three times and B once, and get Z."""
    say = speaker.say
    gap, end = say("，", ", "), say("。", ".")
    goals = say("、", " and ").join(_goal(goal, speaker) for goal in play.goals)
    said = [say(f"完成 {goals}", f"Do {goals}")]
    if play.who:
        named = speaker.several(f"{event} → {name}" for event, name in play.who.items())
        said.append(say(f"计给 {named}", f"counted for {named}"))
    if play.head.audience is not None:
        condition = speaker.condition(play.head.audience)
        said.append(say(f"面向 {condition} 的人", f"for people with {condition}"))
    if play.all_done:
        given = speaker.gifts(play.all_done)
        said.append(say(f"全部完成得到 {given}", f"and get {given} for all of it"))
    if play.window.name != "ever":
        said.append(_anew(play, speaker))
    if play.restart:
        said.append(say("完成后再来一轮", "again and again"))
    said += [speaker.limit(limit) for limit in (*play.at_most, *play.budget)]
    if play.if_undone:
        events = speaker.several(event for undo in play.if_undone for event in undo.when)
        part = speaker.share(play.if_undone)
        said.append(say(f"{events} 时进度{part}退回", f"falling back on {events}{part}"))
    return gap.join(said) + end


def deadlines(play: Task, speaker: Speaker) -> Iterator[dict[str, str]]:
    """The end of the run, of the window, and of what is given."""
    where = play.head.where
    yield from run(play, speaker)
    if play.window.name != "ever":
        yield {"says": _anew(play, speaker), "where": where.get("in", "")}


def looks_at(play: Task) -> dict[str, str]:
    """The key that each check looks at, where it is called otherwise; empty if there is nothing to look at."""
    counted = any(gift.benefit is not None and gift.benefit.counted for gift in play.gifts)
    return looked_at(play.all_checks, stock=counted)


def phases(play: Task, speaker: Speaker) -> dict[str, Any]:
    """What each input does in each phase of a round; no cell is empty."""
    say = speaker.say
    causes = list(dict.fromkeys(type_ for goal in play.goals for type_ in goal.when))
    undoing = list(dict.fromkeys(type_ for undo in play.if_undone for type_ in undo.when))
    counts = say("计入进度；达成则发放", "counts; gives what it finishes")
    anew = say("计入下一轮", "counts in another round") if play.restart else say("不再计入", "counts no more")
    mark = say("记下撤回，之后不计", "leaves a mark: will not count")
    falls = say("进度退回", "falls back")
    loses = say("进度退回并收回所发", "falls back, what it gave is taken back")
    rows = [
        (say("尚无", "–"), counts, mark),
        (say("进行中", "open"), counts, falls),
        (say("已完成", "done"), anew, loses),
    ]
    return {
        "inputs": [speaker.several(causes), *undoing],
        "rows": [{"phase": phase, "cells": [cause, *[undo] * len(undoing)]} for phase, cause, undo in rows],
    }


def _anew(play: Task, speaker: Speaker) -> str:
    """When it begins anew."""
    if play.window.name in _EACH:
        return speaker.pair(_EACH[play.window.name])
    window = speaker.window(play.window)
    return speaker.say(f"{window}完成，之后重新开始", f"{window}, then anew")


def _goal(goal: Goal, speaker: Speaker) -> str:
    when = speaker.several(goal.when)
    name = goal.by.removeprefix("event.").removeprefix("@")
    amount = Amount(goal.target, goal.unit, speaker.project.scale_of(goal.unit))
    what = {
        "count": speaker.say(f"{when} {goal.target} 次", f"{when} {_often(goal.target)}"),
        "sum": speaker.say(f"{when} 的 {name} 累计 {amount}", f"{when} for {amount} of {name} in all"),
        "distinct": speaker.say(f"{when} 的不同 {name} {amount} 个", f"{when} with {amount} different {name}"),
        "reach": speaker.say(f"{when} 的 {name} 达到 {amount}", f"{when} with {name} of {amount}"),
    }[goal.how]
    if goal.only_if is not None:
        condition = speaker.condition(goal.only_if)
        what += speaker.say(f"（{condition}）", f" ({condition})")
    if goal.after:
        before = speaker.several(goal.after)
        what += speaker.say(f"（先完成 {before}）", f" (after {before})")
    if goal.give:
        given = speaker.gifts(goal.give)
        what += speaker.say(f"得 {given}", f" for {given}")
    return what


def _often(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")
