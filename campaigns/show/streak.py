"""
`kind: streak`, shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from quanyi.campaigns.show.words import Speaker
from quanyi.entitlements.plays.streak import Makeup, Milestone, Streak, Times

__all__ = ["deadlines", "looks_at", "phases", "sentence"]

_EVERY = {"day": ("每天", "every day"), "week": ("每周", "every week")}
_RESETS = {
    "week": ("每周一重新开始", "anew each Monday"),
    "month": ("每月重新开始", "anew each month"),
    "year": ("每年重新开始", "anew each year"),
}
_UNITS = {"day": ("天", "days"), "week": ("周", "weeks")}
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
    said += _who(play, speaker)
    said += [_milestone(play, milestone, speaker) for milestone in play.milestones]
    if play.milestones and play.specials == "replace":
        said.append(say("达成时不再发每日奖励", "in the place of what the day gives"))
    said += [_times(times, speaker) for times in play.times]
    if play.resets.name in _RESETS:
        said.append(speaker.pair(_RESETS[play.resets.name]))
    said += [_makeup(play.makeup, speaker)] if play.makeup is not None else []
    said += [speaker.limit(limit) for limit in (*play.at_most, *play.budget)]
    text = gap.join(said) + end
    return text[0].upper() + text[1:]


def deadlines(play: Streak, speaker: Speaker) -> Iterator[dict[str, str]]:
    """The end of the run, of a period, and of making up."""
    where = play.head.where
    if play.head.runs.start or play.head.runs.end:
        yield {"says": speaker.span(play.head.runs, play.head.zone), "where": where.get("runs", "")}
    if play.resets.name in _RESETS:
        yield {"says": speaker.pair(_RESETS[play.resets.name]), "where": where.get("resets", "")}
    if play.makeup is not None:
        length = speaker.duration(play.makeup.within)
        says = speaker.say(f"漏掉的日子 {length}内可补", f"a missed day can be made up within {length}")
        yield {"says": says, "where": where.get("makeup.within", where.get("makeup", ""))}


def looks_at(play: Streak) -> dict[str, str]:
    """The key that each check looks at, where it is called otherwise; empty if there is nothing to look at."""
    counted = any(gift.benefit is not None and gift.benefit.counted for gift in play.gifts)
    mends = "makeup" if play.makeup is not None else ""
    return {
        "phase": "runs",
        "not-future": "mark.day" if play.mark.day else mends,
        "not-today": mends,
        "not-marked": "mark",
        "in-time": "makeup.within" if mends else "",
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
    rows = [
        (say("今天", "today"), marks, no),
        (say("漏掉的日子", "a missed day"), dated, mends),
        (say("已过期的日子", "a day too long ago"), dated, no),
        (say("将来的日子", "a day to come"), no if play.mark.day else dated, no),
        (say("已记的日子", "a marked day"), again, no),
    ]
    inputs = [speaker.several(play.mark.on), *([play.makeup.on] if play.makeup is not None else [])]
    return {
        "inputs": inputs,
        "rows": [{"phase": phase, "cells": list(cells)[: len(inputs)]} for phase, *cells in rows],
    }


def _who(play: Streak, speaker: Speaker) -> list[str]:
    said = []
    if play.head.audience is not None:
        condition = speaker.condition(play.head.audience)
        said.append(speaker.say(f"面向 {condition} 的人", f"for people with {condition}"))
    if play.only_if is not None:
        condition = speaker.condition(play.only_if)
        said.append(speaker.say(f"且 {condition}", f"if {condition}"))
    if play.member_zone:
        said.append(speaker.say("按用户所在时区计日", "by the member's own calendar"))
    return said


def _milestone(play: Streak, milestone: Milestone, speaker: Speaker) -> str:
    given, unit = speaker.gifts(milestone.give), speaker.pair(_UNITS[play.mark.one_per])
    how = {"row": ("连续", "in a row"), "total": ("累计", "in total")}[milestone.counts]
    once = speaker.pair(_ONCE[milestone.once])
    return speaker.say(
        f"{how[0]} {milestone.days} {unit}得 {given}（{once}）",
        f"{given} for {milestone.days} {unit} {how[1]} ({once})",
    )


def _times(times: Times, speaker: Speaker) -> str:
    if times.only_if is None:
        return speaker.say(f"积分 {times.x} 倍", f"points times {times.x}")
    condition = speaker.condition(times.only_if)
    return speaker.say(f"{condition} 时积分 {times.x} 倍", f"points times {times.x} if {condition}")


def _makeup(makeup: Makeup, speaker: Speaker) -> str:
    length = speaker.duration(makeup.within)
    ways = speaker.say(" 或 ", " or ").join(speaker.gifts(payment.take) for payment in makeup.pay)
    cost = speaker.say(f"，花费 {ways}", f" for {ways}") if ways else ""
    limits = "".join(speaker.say(f"，{said}", f", {said}") for said in map(speaker.limit, makeup.at_most))
    return speaker.say(f"漏掉的 {length}内可补{cost}{limits}", f"gaps can be mended within {length}{cost}{limits}")
