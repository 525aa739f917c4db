"""
`kind: reward`, shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from quanyi.campaigns.kinds.show import looked_at, run
from quanyi.campaigns.language.speaker import Speaker
from quanyi.entitlements.clauses import Limit, Undo
from quanyi.entitlements.plays.reward import Reward

__all__ = ["deadlines", "looks_at", "payout_said", "phases", "sentence", "undo_said"]


def sentence(play: Reward, speaker: Speaker) -> str:
    """Whenever X happens, Y gets Z: so often, after a while, and taken back if X is undone."""
    say = speaker.say
    when = speaker.several(play.when)
    gap, end = say("，", ", "), say("。", ".")
    said = [say(f"每当 {when} 发生", f"Whenever {when} happens")]
    said += _if(play, speaker)
    said += [_gets(play, speaker)]
    if play.after is not None:
        said.append(say(f"{speaker.duration(play.after)}后发放", f"after {speaker.duration(play.after)}"))
    if play.unless is not None:
        event, same = play.unless.event, play.unless.same
        said.append(say(f"除非同一 {same} 发生 {event}", f"unless {event} comes first for the same {same}"))
    said += [speaker.limit(limit) for limit in play.at_most]
    said += [payout_said(limit, speaker) for limit in play.at_payout]
    said += [speaker.limit(limit) for limit in play.budget]
    said += [undo_said(undo, speaker) for undo in play.if_undone]
    return gap.join(said) + end


def deadlines(play: Reward, speaker: Speaker) -> Iterator[dict[str, str]]:
    """The end of the run, of the promise, and of what is given."""
    where = play.head.where
    yield from run(play, speaker)
    if play.after is not None:
        length = speaker.duration(play.after)
        says = speaker.say(f"承诺在 {length}后到期", f"a promise falls due after {length}")
        yield {"says": says, "where": where.get("after", "")}
    given = {gift.thing for gift in (*play.give, *play.instead)}
    for unit in (unit for unit in play.units.values() if unit.id in given):
        if unit.lots.lasts is not None:
            length = speaker.duration(unit.lots.lasts)
            says = speaker.say(
                f"{speaker.thing(unit.id)} 有效 {length}（到 {unit.lots.ends_to} 末）",
                f"{speaker.thing(unit.id)} last {length}, rounded up to the end of the {unit.lots.ends_to}",
            )
            yield {"says": says, "where": "mall.yaml"}
    for gift in (*play.give, *play.instead):
        if gift.benefit is not None and gift.benefit.lasts is not None:
            length, name = speaker.duration(gift.benefit.lasts), speaker.thing(gift.thing)
            says = speaker.say(f"{name} 有效 {length}", f"{name} lasts {length}")
            yield {"says": says, "where": where.get("give", "")}


def looks_at(play: Reward) -> dict[str, str]:
    """The key that each check looks at, where it is called otherwise; empty if there is nothing to look at."""
    counted = any(gift.benefit is not None and gift.benefit.counted for gift in play.give)
    return looked_at(play.all_checks, stock=counted, points=play.take)


def phases(play: Reward, speaker: Speaker) -> dict[str, Any]:
    """What each input does in each phase; no cell is empty."""
    say = speaker.say
    undoing = list(dict.fromkeys(event for undo in play.if_undone for event in undo.when))
    calling_off = [play.unless.event] if play.unless is not None and play.unless.event not in undoing else []
    nothing, done = say("不变", "nothing"), say("已发放", "given")
    inputs = [speaker.several(play.when), *(["promise.due"] if play.after else []), *undoing, *calling_off]
    fires = say("承诺", "promises") if play.after else say("发放", "gives")
    mark = say("记下撤回，之后不发", "leaves a mark: nothing will be given")
    take = {"debt": say("收回，可欠", "takes back, may owe"), "left": say("收回余下的", "takes back what is left")}
    policies = {event: undo.take for undo in play.if_undone for event in undo.when}
    back = [take.get(policies[event], say("收回或拒绝", "takes back or refuses")) for event in undoing]
    late = say("太晚", "too late")
    again = say("再次判断", "decides anew")
    rows = [_row(say("尚无", "–"), fires, play, nothing, [mark] * len(undoing), [mark] * len(calling_off))]
    if play.after:
        off = say("取消承诺", "cancels the promise")
        due = say("发放或失效", "gives, or lapses")
        rows.append(_row(say("已承诺", "promised"), again, play, due, [off] * len(undoing), [off] * len(calling_off)))
    rows.append(_row(done, again, play, nothing, back, [late] * len(calling_off)))
    no = say("不发", "gives nothing")
    if undoing or calling_off:
        rows.append(
            _row(say("已撤回", "undone"), no, play, nothing, [nothing] * len(undoing), [nothing] * len(calling_off))
        )
    return {"inputs": inputs, "rows": rows}


def _row(phase: str, cause: str, play: Reward, due: str, undoing: list[str], calling_off: list[str]) -> dict[str, Any]:
    return {"phase": phase, "cells": [cause, *([due] if play.after else []), *undoing, *calling_off]}


def _if(play: Reward, speaker: Speaker) -> list[str]:
    said = []
    if play.head.audience is not None:
        condition = speaker.condition(play.head.audience)
        said.append(speaker.say(f"面向 {condition} 的人", f"for people with {condition}"))
    if play.only_if is not None:
        condition = speaker.condition(play.only_if)
        said.append(speaker.say(f"且 {condition}", f"if {condition}"))
    return said


def _gets(play: Reward, speaker: Speaker) -> str:
    who = speaker.say("用户", "the user") if play.to == "user" else play.to
    give = speaker.gifts(play.give)
    parts = [speaker.say(f"{who}得到 {give}", f"{who} gets {give}")] if play.give else []
    if play.take:
        take = speaker.gifts(play.take)
        parts.insert(0, speaker.say(f"用户付出 {take}", f"the user loses {take}"))
    if play.instead:
        instead = speaker.gifts(play.instead)
        parts.append(speaker.say(f"库存不足时改发 {instead}", f"or {instead} where stock is gone"))
    return speaker.say("，", ", ").join(parts)


def payout_said(limit: Limit, speaker: Speaker) -> str:
    """A limit that is asked only when a promise falls due."""
    said = speaker.limit(limit)
    return speaker.say(f"到期发放时{said}", f"{said} when it falls due")


def undo_said(undo: Undo, speaker: Speaker) -> str:
    """When it is taken back, and how much of it."""
    events, same = speaker.several(undo.when), speaker.several(undo.same)
    policy = {
        "debt": speaker.say("不足则欠账", "owing what is spent already"),
        "left": speaker.say("收回余下的为止", "as far as it is left"),
        "refuse": speaker.say("不足则不收回", "only if all of it is there"),
    }[undo.take]
    part = speaker.share([undo])
    return speaker.say(
        f"同一 {same} 发生 {events} 时{part}收回，{policy}",
        f"taken back on {events} of the same {same}{part}, {policy}",
    )
