"""
What commands that take a language say themselves, in both languages: plans and releases, explanations, the catalogue.
"""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["say"]

_SAID: Mapping[str, tuple[str, str]] = {
    # plans and releases
    "new": ("新增", "new"),
    "changed": ("变更", "changed"),
    "retired": ("下线", "retired"),
    "put_on_sale": ("上架", "put on sale"),
    "pieces": ("件数", "pieces"),
    "damaged": ("已损坏：{why}；发布后会重新写入", "damaged: {why}; bringing this into force writes it anew"),
    "refused": ("无法发布：{no}", "refused: {no}"),
    "idle": ("线上已是这些活动", "the campaigns are in force already"),
    "ask_force": ("发布吗？", "bring this into force?"),
    "in_force": ("{mall}：线上 {n} 个活动，发布 {epoch}", "{mall}: {n} campaigns in force, epoch {epoch}"),
    "restored": ("线上 {n} 个活动，发布 {epoch}", "{n} campaigns in force, epoch {epoch}"),
    # explanations
    "nothing_booked": ("{type} 的 key {key!r} 下没有记录", "nothing was booked under the key {key!r} of {type}"),
    "the_mall": ("商城", "the mall"),
    "by": ("操作者：{who}", "by {who}"),
    "nobody_hears": ("没有在线的活动监听这种事件", "no campaign in force hears this"),
    # the catalogue
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
        "已发布，编号 {epoch}；撤回：quanyi catalogue undo DIR {plan}",
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
