"""
What `quanyi catalogue` says besides the console's texts about the catalogue, in both languages.
"""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["say"]

_SAID: Mapping[str, tuple[str, str]] = {
    "found": ("找到 {n} 项", "{n} found"),
    "more": ("还有更多，接着看：--after {after}", "there are more: --after {after}"),
    "looked": (
        "已查看 {looked} 项，还有 {left} 项没有查看；接着看：--after {after}",
        "looked at {looked}, {left} more not looked at; go on with --after {after}",
    ),
    "line": ("第 {n} 行", "line {n}"),
    "wrong": ("{n} 行无法修改，什么都没有改动", "{n} can't be changed so; nothing was changed"),
    "skipped": ("{n} 行无法修改，已略过", "{n} can't be changed so, and left out"),
    "skip_hint": ("加 --skip-mistakes 略过这些", "--skip-mistakes leaves them out"),
    "nothing": ("没有需要改动的内容", "nothing would change"),
    "changes": ("修改 {n} 项", "{n} would change"),
    "campaign": ("活动 {name}", "campaign {name}"),
    "needs": ("需要他人批准：{why}", "needs somebody else's yes: {why}"),
    "kept": ("预案 {plan} 已保存，还未发布", "plan {plan} is kept; nothing is published"),
    "ask": ("发布吗？", "publish it?"),
    "discarded": ("预案 {plan} 已放弃", "plan {plan} is discarded"),
    "published": (
        "已发布，版本 {epoch}；撤回：quanyi catalogue undo DIR {plan}",
        "published as release {epoch}; take it back with quanyi catalogue undo DIR {plan}",
    ),
    "unapproved": (
        "未发布：需要非撰写人批准后才能发布，预案 {plan} 已保存",
        "not published: it needs the yes of somebody who did not write it; plan {plan} is kept",
    ),
    "why_new": ("{campaign} 是新活动", "{campaign} is new"),
    "why_changed": ("{campaign} 有改动", "{campaign} changes"),
    "why_above": ("{campaign} 最多花费 {most}，超过 {bound}", "{campaign} can cost {most}, above {bound}"),
    "why_unbounded": ("{campaign} 花费没有上限，超过 {bound}", "{campaign} has no bound, above {bound}"),
}


def say(code: str, locale: str, **values: object) -> str:
    """
    A text in that language.

    >>> say("nothing", "en")
    'nothing would change'
    """
    return _SAID[code][locale != "zh"].format(**values)
