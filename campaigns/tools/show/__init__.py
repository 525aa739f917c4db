"""
A campaign as the engine understands it: the sentence, its checks, limits, deadlines, table and cost.

`show_data` is the whole of it as plain values, for ``--json``; `show` is the same as a text in one
language. Every part names the file and line it comes from.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from quanyi.campaigns.language.speaker import CHECKS, Speaker
from quanyi.campaigns.project.model import Campaign, Project
from quanyi.entitlements.clauses import Limit

__all__ = ["limits_of", "show", "show_data"]


def show(project: Project, campaign_id: str, locale: str = "zh") -> str:
    """
    The campaign in words, for people who write campaigns.

    Raises:
        NotFound: No campaign of that name.
    """
    return "\n".join(_lines(show_data(project, campaign_id, locale), Speaker(project=project, locale=locale))) + "\n"


def show_data(project: Project, campaign_id: str, locale: str = "zh") -> dict[str, Any]:
    """The same as plain values; texts are in *locale*, the sentence in both languages."""
    campaign = project.campaign(campaign_id)
    speaker = Speaker(project=project, locale=locale)
    head, kind = campaign.head, campaign.kind
    looks_at = kind.show.looks_at(campaign.play)
    return {
        "campaign": campaign.id,
        "kind": head.kind,
        "title": speaker.text(head.title),
        "version": campaign.version,
        "where": f"{campaign.file}:{campaign.line}",
        "sentence": {
            language: kind.show.sentence(campaign.play, Speaker(project=project, locale=language))
            for language in ("zh", "en")
        },
        "zone": head.zone,
        "checks": [_check(campaign, name, looks_at, speaker) for name in campaign.play.checks],
        "limits": [_limit(limit, speaker) for limit in kind.limits(campaign.play)],
        "deadlines": list(kind.show.deadlines(campaign.play, speaker)),
        "phases": kind.show.phases(campaign.play, speaker),
        "exposure": [
            {
                "unit": part.unit,
                "per_user": part.per_user,
                "total": part.total,
                "windows": [
                    {"window": str(each.window), "per_user": each.per_user, "total": each.total}
                    for each in part.windows
                ],
                "says": speaker.exposure(part),
            }
            for part in campaign.play.exposure()
        ],
        "accepted": campaign.accepted,
    }


def _check(campaign: Campaign, name: str, looks_at: Mapping[str, str], speaker: Speaker) -> dict[str, str]:
    """A check, what it looks at, and where that is written; nowhere, if it has nothing to look at."""
    where = campaign.head.where.get(looks_at.get(name, name), "")
    says = campaign.kind.show.checks.get(name) or CHECKS.get(name, (name, name))
    return {"check": name, "says": speaker.pair(says), "where": where}


def limits_of(campaign: Campaign) -> tuple[Limit, ...]:
    """Every limit that a campaign asks for, wherever in it, budgets last."""
    return tuple(campaign.kind.limits(campaign.play))


def _limit(limit: Limit, speaker: Speaker) -> dict[str, Any]:
    return {
        "id": limit.id,
        "says": speaker.limit(limit),
        "back": list(limit.back),
        "over": limit.over,
        "beyond": speaker.beyond(limit),
        "hidden": list(limit.hidden),
        "reason": limit.reason,
        "where": limit.where,
    }


def _lines(data: dict[str, Any], speaker: Speaker) -> Iterable[str]:
    say = speaker.say
    yield f"{data['campaign']} · {data['title']} · {data['kind']} · {data['version']} · {data['where']}"
    yield ""
    yield from (data["sentence"][language] for language in ("zh", "en"))
    yield from _section(say("检查顺序", "Checks, in order"), _checks(data["checks"], speaker))
    yield from _section(say("限额", "Limits"), _said_limits(data["limits"], speaker))
    yield from _section(
        say("期限", "Deadlines"), (f"{part['says']}  {part['where']}".rstrip() for part in data["deadlines"])
    )
    yield from _section(say("阶段 × 输入", "Phases × inputs"), _table(data["phases"]))
    cost = [part["says"] for part in data["exposure"]] or [say("不让利", "nothing is given away")]
    accepted = [say(f"已接受：{data['accepted']}", f"accepted: {data['accepted']}")] if data["accepted"] else []
    yield from _section(say("最多花费", "Exposure"), [*cost, *accepted])


def _section(title: str, lines: Iterable[str]) -> Iterator[str]:
    body = list(lines)
    if body:
        yield ""
        yield title
        yield from (f"  {line}" for line in body)


def _checks(checks: list[dict[str, str]], speaker: Speaker) -> Iterator[str]:
    unused = speaker.say("（未用）", "(not used)")
    for number, check in enumerate(checks, 1):
        yield f"{number}. {check['check']}: {check['says']}  {check['where'] or unused}"


def _said_limits(limits: list[dict[str, Any]], speaker: Speaker) -> Iterator[str]:
    for limit in limits:
        back = ", ".join(limit["back"]) or speaker.say("不退回", "never")
        yield f"{limit['says']}  {limit['where']}"
        beyond = limit["beyond"]
        yield speaker.say(f"  超出时{beyond}", f"  beyond it: {beyond}")
        if limit["hidden"]:
            names = speaker.say("、", " and ").join(limit["hidden"])
            yield speaker.say(f"  {names} 只存摘要", f"  of {names} only a digest is kept")
        yield speaker.say(f"  标识 {limit['id']}；退回：{back}", f"  id {limit['id']}; given back: {back}")


def _table(phases: dict[str, Any]) -> Iterator[str]:
    rows = [["", *phases["inputs"]], *([row["phase"], *row["cells"]] for row in phases["rows"])]
    widths = [max(_width(row[n]) for row in rows) for n in range(len(rows[0]))]
    for row in rows:
        yield "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()


def _width(text: str) -> int:
    """Columns on a screen: Chinese characters take two."""
    return sum(2 if ord(letter) > 0x2E7F else 1 for letter in text)  # noqa: PLR2004
