"""
`kind: referral`, shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from quanyi.campaigns.kinds.reward.show import payout_said, undo_said
from quanyi.campaigns.kinds.show import looked_at, run
from quanyi.campaigns.language.speaker import Speaker
from quanyi.entitlements.plays.referral import Referral, Rule
from quanyi.entitlements.plays.referral.terms import BOUND

__all__ = ["deadlines", "looks_at", "phases", "sentence"]


def sentence(play: Referral, speaker: Speaker) -> str:
    """Bring a friend: both get something, the inviter only when the friend has really bought."""
    gap, end = speaker.say("，", ", "), speaker.say("。", ".")
    semicolon = speaker.say("；", "; ")
    said = [gap.join(_binding(play, speaker)), *(gap.join(_rule(rule, speaker)) for rule in play.rules)]
    shared = [speaker.limit(limit) for limit in play.budget]
    return semicolon.join([*said, *([gap.join(shared)] if shared else [])]) + end


def deadlines(play: Referral, speaker: Speaker) -> Iterator[dict[str, str]]:
    """The end of the run, of a bond, of promises, and of what is given."""
    where = play.head.where
    yield from run(play, speaker)
    if play.bind.keep is not None:
        length = speaker.duration(play.bind.keep)
        says = speaker.say(f"邀请关系保留 {length}", f"a bond lasts {length}")
        yield {"says": says, "where": where.get("bind.keep", "")}
    for rule in play.rules:
        yield from _of_rule(rule, speaker)


def phases(play: Referral, speaker: Speaker) -> dict[str, Any]:
    """What each input does in each phase of a friend; no cell is empty."""
    say = speaker.say
    causes = list(dict.fromkeys(event for rule in play.rules for event in rule.reward.when if event != BOUND))
    causes = [event for event in causes if event not in play.bind.when]
    undoing = list(dict.fromkeys(event for rule in play.rules for event in rule.reward.undoing()))
    undoing = [event for event in undoing if event not in causes]
    promises = any(rule.reward.after is not None for rule in play.rules)
    inputs = [*play.bind.when, *causes, *undoing, *(["promise.due"] if promises else [])]
    inputs += ["referral.code"] if play.bind.code else []
    bound = say("绑定，发放绑定奖励", "binds, gives what binding gives")
    fires, skips, no = (
        say("按规则发放或承诺", "gives or promises by the rules"),
        say("跳过", "skips"),
        say("拒绝", "refuses"),
    )
    back, mark = (
        say("取消承诺，按规则收回", "cancels promises, takes back by the rules"),
        say("记下撤回", "leaves a mark"),
    )
    due, code, nothing = (
        say("发放或失效", "gives, or lapses"),
        say("给出邀请码", "shows the code"),
        say("不变", "nothing"),
    )
    rows = [
        (say("未绑定", "not bound"), bound, skips, mark, nothing),
        (say("已绑定", "bound"), no, fires, back, due),
        *([(say("可疑", "flagged"), no, skips, mark, nothing)] if play.bind.seen_before else []),
        *([(say("已到期", "ended"), bound, skips, back, due)] if play.bind.keep is not None else []),
    ]

    def cells(bind: str, cause: str, undo: str, end: str) -> list[str]:
        found = [*([bind] * len(play.bind.when)), *([cause] * len(causes)), *([undo] * len(undoing))]
        return [*found, *([end] if promises else []), *([code] if play.bind.code else [])]

    return {"inputs": inputs, "rows": [{"phase": name, "cells": cells(*row)} for name, *row in rows]}


def looks_at(play: Referral) -> dict[str, str]:
    """The key that each check looks at, where it is called otherwise."""
    always = "bind.never" if "bind.never" in play.head.where else "bind"
    return {
        **looked_at(play.all_checks),
        "only_if": "bind.only_if",
        "code": "bind.code",
        "self": always,
        "again": always,
        "loop": always,
        "same": always if play.bind.same else "",
    }


def _binding(play: Referral, speaker: Speaker) -> Iterator[str]:
    say, bind = speaker.say, play.bind
    when = speaker.several(bind.when)
    how = [say("链接", "link")] if bind.to else []
    how += [say("邀请码", "code")] if bind.code else []
    joined = say("或", " or ").join(how)
    yield say(f"{when} 时，好友通过{joined}绑定邀请人", f"On {when}, a friend is bound to an inviter by {joined}")
    if play.head.audience is not None:
        condition = speaker.condition(play.head.audience)
        yield say(f"面向 {condition} 的人", f"for people with {condition}")
    if bind.only_if is not None:
        condition = speaker.condition(bind.only_if)
        yield say(f"仅当 {condition}", f"only if {condition}")
    if bind.same:
        same = speaker.several(bind.same)
        yield say(f"双方 {same} 不能相同", f"never with the same {same}")
    if bind.seen_before:
        seen = speaker.several(bind.seen_before)
        yield say(f"{seen} 出现过的不奖励", f"without reward where {seen} was seen before")
    if bind.keep is not None:
        length = speaker.duration(bind.keep)
        yield say(f"关系保留 {length}", f"for {length}")
    yield from (speaker.limit(limit) for limit in play.at_most)


def _rule(rule: Rule, speaker: Speaker) -> Iterator[str]:
    say, reward = speaker.say, rule.reward
    who = say("好友", "the friend") if rule.to == "friend" else say("邀请人", "the inviter")
    events = speaker.several(event for event in reward.when if event != BOUND)
    when = (
        say("绑定后", "once bound") if BOUND in reward.when else say(f"好友 {events} 后", f"on the friend's {events}")
    )
    if reward.only_if is not None:
        condition = speaker.condition(reward.only_if)
        when += say(f"且 {condition}", f" if {condition}")
    yield say(f"{when}，{who}得到 {speaker.gifts(reward.give)}", f"{when} {who} gets {speaker.gifts(reward.give)}")
    if reward.after is not None:
        length = speaker.duration(reward.after)
        yield say(f"{length}后发放", f"after {length}")
    if reward.unless is not None:
        event, same = reward.unless.event, reward.unless.same
        yield say(f"除非同一 {same} 发生 {event}", f"unless {event} comes first for the same {same}")
    yield from (speaker.limit(limit) for limit in reward.at_most)
    yield from (payout_said(limit, speaker) for limit in reward.at_payout)
    yield from (undo_said(undo, speaker) for undo in reward.if_undone)
    if rule.lane:
        yield say(f"同组（{rule.lane}）只发最高的", f"only the highest of lane {rule.lane}")


def _of_rule(rule: Rule, speaker: Speaker) -> Iterator[dict[str, str]]:
    reward = rule.reward
    where = reward.head.where
    if reward.after is not None:
        length = speaker.duration(reward.after)
        says = speaker.say(
            f"{reward.rule}：承诺在 {length}后到期", f"{reward.rule}: a promise falls due after {length}"
        )
        yield {"says": says, "where": where.get("after", "")}
    for gift in reward.give:
        if gift.benefit is not None and gift.benefit.lasts is not None:
            length, name = speaker.duration(gift.benefit.lasts), speaker.thing(gift.thing)
            yield {
                "says": speaker.say(f"{name} 有效 {length}", f"{name} lasts {length}"),
                "where": where.get("give", ""),
            }
