"""
`kind: streak`, shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from quanyi.campaigns.kinds.show import looked_at, run
from quanyi.campaigns.language.speaker import Speaker, plural
from quanyi.entitlements.plays.streak import Freeze, Ladder, Makeup, Milestone, Streak, Times

__all__ = ["deadlines", "looks_at", "phases", "sentence"]

_EVERY = {"day": ("每天", "every day"), "week": ("每周", "every week")}
_RESETS = {
    "week": ("每周一重新开始", "anew each Monday"),
    "month": ("每月重新开始", "anew each month"),
    "year": ("每年重新开始", "anew each year"),
}
_INSIDE = {
    "week": ("漏掉的当周内可补", "a missed day can be made up while its week lasts"),
    "month": ("漏掉的当月内可补", "a missed day can be made up while its month lasts"),
    "year": ("漏掉的当年内可补", "a missed day can be made up while its year lasts"),
}
_THEN = {
    "again": ("然后从头再来", "then again"),
    "stay": ("之后保持最后一档", "then the last one for good"),
    "end": ("到此为止", "and no more"),
}
_WEEKDAYS = (
    ("周一", "Monday"),
    ("周二", "Tuesday"),
    ("周三", "Wednesday"),
    ("周四", "Thursday"),
    ("周五", "Friday"),
    ("周六", "Saturday"),
    ("周日", "Sunday"),
)
_UNITS = {"day": ("天", "day"), "week": ("周", "week")}
_ONCE = {
    "row": ("每段一次", "once a row"),
    "period": ("每期一次", "once a period"),
    "ever": ("仅一次", "once for all"),
}


def sentence(play: Streak, speaker: Speaker) -> str:
    """Come every day; on the 3rd and 7th day in a row there is more; gaps can be mended."""
    say = speaker.say
    gap, end = say("，", ", "), say("。", ".")
    every, when = speaker.pair(_EVERY[play.mark.one_per]), speaker.several(play.mark.on)
    given = speaker.gifts(play.give)
    get = say(f"得 {given}", f" for {given}") if play.give else ""
    said = [say(f"{every} {when} {get}".rstrip(), f"{when} {every}{get}")]
    if play.mark.not_older is not None:
        length = speaker.duration(play.mark.not_older)
        said.append(say(f"事后 {length}内报到的也算", f"also if it is told up to {length} later"))
    said += _who(play, speaker)
    said += [_ladder(play, play.ladder, speaker)] if play.ladder is not None else []
    said += [_milestone(play, milestone, speaker) for milestone in play.milestones]
    if play.milestones and play.specials == "replace":
        said.append(say("达成时不再发每日奖励", "in the place of what the day gives"))
    said += [_times(times, speaker) for times in play.times]
    said += _anew(play, speaker)
    said += [_makeup(play.makeup, speaker)] if play.makeup is not None else []
    said += [_freeze(play.freeze, play, speaker)] if play.freeze is not None else []
    said += [speaker.limit(limit) for limit in (*play.at_most, *play.budget)]
    if play.if_undone:
        events = speaker.several(event for undo in play.if_undone for event in undo.when)
        said.append(say(f"{events} 时这天作废", f"a day falling out on {events}"))
    return gap.join(said) + end


def deadlines(play: Streak, speaker: Speaker) -> Iterator[dict[str, str]]:
    """The end of the run, of a period, and of making up."""
    where = play.head.where
    yield from run(play, speaker)
    yield from ({"says": says, "where": where.get("resets", "")} for says in _anew(play, speaker))
    if play.makeup is not None:
        yield {"says": _mendable(play.makeup, speaker), "where": where.get("makeup.within", where.get("makeup", ""))}


def looks_at(play: Streak) -> dict[str, str]:
    """The key that each check looks at, where it is called otherwise; empty if there is nothing to look at."""
    counted = any(gift.benefit is not None and gift.benefit.counted for gift in play.gifts)
    mends = "makeup" if play.makeup is not None else ""
    return {
        **looked_at(play.all_checks),
        "phase": "open" if play.head.open and "runs" not in play.head.where else "runs",
        "not-future": "mark.day" if play.mark.day else mends,
        "not-today": mends,
        "in-time": "makeup.within" if mends else "mark.day" if play.mark.day else "",
        "at_most": "at_most" if play.at_most else "makeup.at_most",
        "stock": "mark" if counted else "",
        "pay": "makeup.pay" if mends else "",
    }


def phases(play: Streak, speaker: Speaker) -> dict[str, Any]:
    """What each input does to a day; no cell is empty."""
    say = speaker.say
    no = say("拒绝", "refuses")
    again = no if play.mark.again == "refuse" else say("同样回答", "the same answer")
    marks = say("记下并发放", "marks, gives")
    dated = marks if play.mark.day else say("不涉及", "not about it")
    mends = say("补记，补齐里程碑", "mends, gives milestones it completes")
    leaves = say("记下撤回，之后不记", "leaves a mark: will not count")
    falls = say("作废，收回不再应得的", "falls out, what is no longer earned is taken back")
    rows = [
        (say("今天", "today"), marks, no, leaves),
        (say("漏掉的日子", "a missed day"), dated, mends, leaves),
        (say("已过期的日子", "a day too long ago"), dated, no, leaves),
        (say("将来的日子", "a day to come"), no if play.mark.day else dated, no, leaves),
        (say("已记的日子", "a marked day"), again, no, falls),
    ]
    mending = [play.makeup.on] if play.makeup is not None else []
    undoing = list(dict.fromkeys(type_ for undo in play.if_undone for type_ in undo.when))
    return {
        "inputs": [speaker.several(play.mark.on), *mending, *undoing],
        "rows": [
            {"phase": phase, "cells": [mark, *[mend] * len(mending), *[undo] * len(undoing)]}
            for phase, mark, mend, undo in rows
        ],
    }


def _anew(play: Streak, speaker: Speaker) -> list[str]:
    """When rows and totals begin anew, if they do."""
    if play.resets.name in _RESETS:
        return [speaker.pair(_RESETS[play.resets.name])]
    if play.resets.start is None:
        return []
    length, first = speaker.duration(play.resets.length), speaker.day(play.resets.start)
    return [speaker.say(f"自 {first}起每 {length}重新开始", f"anew every {length} from {first}")]


def _who(play: Streak, speaker: Speaker) -> list[str]:
    said = [speaker.schedule(schedule) for schedule in play.head.open]
    if play.head.audience is not None:
        condition = speaker.condition(play.head.audience)
        said.append(speaker.say(f"面向 {condition} 的人", f"for people with {condition}"))
    if play.only_if is not None:
        condition = speaker.condition(play.only_if)
        said.append(speaker.say(f"且 {condition}", f"if {condition}"))
    if play.member_zone:
        said.append(speaker.say("按用户所在时区计日", "by the member's own calendar"))
    return said


def _ladder(play: Streak, ladder: Ladder, speaker: Speaker) -> str:
    how = {"row": ("连续", "in a row"), "total": ("累计", "in total")}[ladder.by]
    unit = {"day": ("天", "day"), "week": ("周", "week")}[play.mark.one_per]
    steps = [
        speaker.say(f"第 {n} {unit[0]} {speaker.gifts(step)}", f"{speaker.gifts(step)} on {unit[1]} {n}")
        for n, step in enumerate(ladder.steps, 1)
        if step
    ]
    said, then = speaker.several(steps), speaker.pair(_THEN[ladder.then])
    return speaker.say(f"{how[0]}{said}，{then}", f"{said} {how[1]}, {then}")


def _milestone(play: Streak, milestone: Milestone, speaker: Speaker) -> str:
    given, unit = speaker.gifts(milestone.give), _unit(play, milestone.days, speaker)
    how = {"row": ("连续", "in a row"), "total": ("累计", "in total")}[milestone.counts]
    if milestone.instead:
        instead = speaker.gifts(milestone.instead)
        given += speaker.say(f"（无货则 {instead}）", f" (or {instead}, if that is gone)")
    if milestone.every:
        zh = f"每{how[0]} {milestone.days} {unit}得 {given}"
        return speaker.say(zh, f"{given} for every {milestone.days} {unit} {how[1]}")
    once = speaker.pair(_ONCE[milestone.once])
    return speaker.say(
        f"{how[0]} {milestone.days} {unit}得 {given}（{once}）",
        f"{given} for {milestone.days} {unit} {how[1]} ({once})",
    )


def _unit(play: Streak, count: int, speaker: Speaker) -> str:
    """Days or weeks, or one of them."""
    zh, en = _UNITS[play.mark.one_per]
    return speaker.say(zh, plural(en, count))


def _times(times: Times, speaker: Speaker) -> str:
    said_zh, said_en = f"积分 {times.x} 倍", f"points times {times.x}"
    days = [*(speaker.pair(_WEEKDAYS[day]) for day in times.weekdays), *times.dates]
    if days:
        said_zh, said_en = f"{'、'.join(days)} {said_zh}", f"{said_en} on {', '.join(days)}"
    if times.only_if is not None:
        condition = speaker.condition(times.only_if)
        said_zh, said_en = f"{condition} 时{said_zh}", f"{said_en} if {condition}"
    return speaker.say(said_zh, said_en)


def _freeze(freeze: Freeze, play: Streak, speaker: Speaker) -> str:
    cost, unit = speaker.gifts(freeze.take), _unit(play, freeze.most, speaker)
    long = (
        speaker.say(
            f"已连续 {freeze.row} {unit}起，", f" after {freeze.row} {_unit(play, freeze.row, speaker)} in a row"
        )
        if freeze.row > 1
        else ""
    )
    return speaker.say(
        f"{long}漏掉至多 {freeze.most} {unit}自动补上，每{unit} {cost}",
        f"up to {freeze.most} missed {unit}{long} covered for {cost} each",
    )


def _mendable(makeup: Makeup, speaker: Speaker) -> str:
    if makeup.inside.name in _INSIDE:
        return speaker.pair(_INSIDE[makeup.inside.name])
    length = speaker.duration(makeup.within)
    return speaker.say(f"漏掉的 {length}内可补", f"a missed day can be made up within {length}")


def _makeup(makeup: Makeup, speaker: Speaker) -> str:
    free = speaker.say("免费", "nothing")
    ways = speaker.say(" 或 ", " or ").join(speaker.gifts(payment.take) or free for payment in makeup.pay)
    cost = speaker.say(f"，花费 {ways}", f" for {ways}") if ways else ""
    first = "".join(speaker.say(f"，{said}免费", f", {said} of them free") for said in map(speaker.limit, makeup.free))
    limits = "".join(speaker.say(f"，{said}", f", {said}") for said in map(speaker.limit, makeup.at_most))
    return f"{_mendable(makeup, speaker)}{cost}{first}{limits}"
