"""
A plan: what bringing a project into force would change, said before anything is changed.

What is in force and what the files say are compared as the engine understands them: sentences,
orders of checks, limits by their identity, and what a campaign can cost at most.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Literal, cast

import attrs

from quanyi.campaigns.engine.in_force import CampaignsInForce
from quanyi.campaigns.language.speaker import Speaker
from quanyi.campaigns.project.model import Campaign, CompiledPlay, Project
from quanyi.campaigns.project.release import scales_changed
from quanyi.campaigns.project.versions import (
    structure_play,
    structure_project,
    structure_units,
    unstructure_play,
    unstructure_project,
)
from quanyi.campaigns.tools.show import limits_of, show_data
from quanyi.entitlements.clauses import Limit
from quanyi.entitlements.errors import Refused

__all__ = ["Change", "Plan", "differences", "plan", "read_in_force"]


@attrs.frozen(kw_only=True)
class Change:
    """
    What happens to one campaign.

    Attributes:
        where: ``file:line`` in the new files; empty for one that is gone.
        says: Line by line, in one language.
    """

    campaign: str
    what: Literal["new", "changed", "retired"]
    kind: str
    where: str
    says: tuple[str, ...]


@attrs.frozen(kw_only=True)
class Plan:
    """
    What would come into force.

    Attributes:
        pieces: What is put on sale, or taken off where below zero, by ``CAMPAIGN.quota.THING`` or ``stock.THING``.
        refused: Why it can't come into force; empty if it can.
        damaged: What is in force and is not what was applied; bringing anything into force writes it anew.
    """

    changes: tuple[Change, ...]
    pieces: Mapping[str, int]
    refused: tuple[str, ...]
    damaged: tuple[str, ...] = ()

    @property
    def idle(self) -> bool:
        """Whether the files say what is in force already."""
        return not (self.changes or self.pieces or self.refused or self.damaged)


def plan(
    before: Project,
    after: Project,
    pieces: Mapping[str, int | Refused],
    locale: str = "zh",
    damaged: Mapping[str, str] | None = None,
) -> Plan:
    """
    Compare what is in force with what the files say.

    Args:
        before: What is in force; a project without campaigns if nothing is.
        pieces: What `quanyi.campaigns.project.release.pieces_of` answers for *after*.
        damaged: What `Live.damaged` says of what is in force.
    """
    damaged = damaged or {}
    names = _differing(before, after)
    before, after = _as_kept(before, names), _as_kept(after, names)
    changes = (_change(name, before, after, locale) for name in names if name not in damaged)
    loads = {name: number for name, number in pieces.items() if isinstance(number, int) and number}
    refused = {name: no for name, no in pieces.items() if isinstance(no, Refused)}
    return Plan(
        changes=tuple(changes),
        pieces=loads,
        refused=(*_scales(before, after, locale), *(f"{name}: {no.message(locale)}" for name, no in refused.items())),
        damaged=tuple(damaged.values()),
    )


def read_in_force(in_force: CampaignsInForce, project: Project) -> Project | None:
    """
    What is in force, as *in_force* has read it: without places in files, and without campaigns whose text is damaged.

    Args:
        project: The project of the files. Where units, events and catalogue are kept as it would be kept, they are its
            own; where all campaigns are of its versions, nothing of events and catalogue is compared, and they are left out.

    Returns:
        None if nothing is in force, or if the text of units, events and catalogue is damaged.
    """
    release, damaged = in_force.release, in_force.damaged()
    if not release.project or "" in damaged:
        return None
    plays = {name: play for name in release.campaigns if name not in damaged and (play := in_force.newest(name))}
    campaigns = {
        name: Campaign(play=cast("CompiledPlay", play), kind=project.kinds.of(play)) for name, play in plays.items()
    }
    if {name: one.version for name, one in project.campaigns.items()} == {
        name: release.campaigns[name] for name in plays
    }:
        return structure_units(release.project, campaigns, project.kinds)
    if release.project == unstructure_project(project):
        return attrs.evolve(project, campaigns=campaigns)
    return structure_project(release.project, campaigns, project.kinds)


def _differing(before: Project, after: Project) -> list[str]:
    """The campaigns that are not the same version on both sides, by name."""
    was, now = ({name: one.version for name, one in each.campaigns.items()} for each in (before, after))
    return sorted(name for name in was.keys() | now.keys() if was.get(name) != now.get(name))


def _as_kept(project: Project, names: Iterable[str]) -> Project:
    """The campaigns of these *names* as they would be kept, so that what is written in another order is no difference."""
    kept = {
        name: attrs.evolve(campaign, play=structure_play(unstructure_play(campaign.play, project.kinds), project.kinds))
        for name in names
        if (campaign := project.campaigns.get(name)) is not None
    }
    return attrs.evolve(project, campaigns={**project.campaigns, **kept})


def _change(name: str, before: Project, after: Project, locale: str) -> Change:
    old, new = before.campaigns.get(name), after.campaigns.get(name)
    if old is not None and new is not None:
        return _made("changed", new, tuple(differences(name, before, after, locale)))
    say = Speaker(project=after, locale=locale).say
    if new is not None:
        data = show_data(after, name, locale)
        return _made("new", new, (_sentence(data, locale), *(part["says"] for part in data["exposure"])))
    assert old is not None
    gone = say(
        "不再接受新的参与，进行中的按原来的版本完成", "takes nothing new; what is in flight is finished as it began"
    )
    return attrs.evolve(_made("retired", old, (gone,)), where="")


def _made(what: Literal["new", "changed", "retired"], campaign: Campaign, says: tuple[str, ...]) -> Change:
    where = f"{campaign.file}:{campaign.line}" if campaign.file else ""
    return Change(campaign=campaign.id, what=what, kind=campaign.head.kind, where=where, says=says)


def _sentence(data: Mapping[str, Any], locale: str) -> str:
    return str(data["sentence"]["zh" if locale.startswith("zh") else "en"])


def differences(name: str, before: Project, after: Project, locale: str) -> Iterator[str]:
    """What is different in the campaign *name* from one project to the other, line by line: ``-`` was, ``+`` is."""
    old, new = show_data(before, name, locale), show_data(after, name, locale)
    say = Speaker(project=after, locale=locale).say
    said = [
        *_two(_sentence(old, locale), _sentence(new, locale)),
        *_orders(old, new, say("检查顺序：", "checks: ")),
        *_limits(before, after, name, locale),
        *_costs(old, new, say),
    ]
    yield from said or [say("只改了文字、目录条目或写法", "only texts, catalogue entries or the way it is written")]


def _two(old: str, new: str) -> list[str]:
    return [f"- {old}", f"+ {new}"] if old != new else []


def _orders(old: Mapping[str, Any], new: Mapping[str, Any], word: str) -> list[str]:
    one, other = (" ".join(check["check"] for check in data["checks"]) for data in (old, new))
    return [f"{word}{one} → {other}"] if one != other else []


def _costs(old: Mapping[str, Any], new: Mapping[str, Any], say: Callable[[str, str], str]) -> list[str]:
    between = say("；", "; ")
    one, other = (between.join(part["says"] for part in data["exposure"]) or "0" for data in (old, new))
    return [say("最多花费：", "exposure: ") + f"{one} → {other}"] if one != other else []


def _limits(before: Project, after: Project, name: str, locale: str) -> Iterator[str]:
    """Limits by their identity: what changes in one, and whose count begins at nothing."""
    old, new = ({limit.id: limit for limit in limits_of(each.campaign(name))} for each in (before, after))
    was, now = (Speaker(project=each, locale=locale) for each in (before, after))
    for id_, limit in new.items():
        if id_ not in old or _renamed(limit, old[id_]):
            yield f"{now.limit(limit)}: {now.say('从零开始计数', 'counts from zero')} ({id_})"
        elif _rule(limit) != _rule(old[id_]):
            kept = now.say("已用的照算", "what is used still counts")
            yield f"{was.limit(old[id_])} → {now.limit(limit)}: {kept}"
    for id_ in sorted(old.keys() - new.keys()):
        yield f"{was.limit(old[id_])}: {now.say('不再计数', 'no longer counts')} ({id_})"


def _renamed(limit: Limit, before: Limit) -> bool:
    """Whether its subjects are kept under other names: a digest stands for what stood in clear, or the other way round."""
    return (limit.hidden, limit.salt) != (before.hidden, before.salt)


def _rule(limit: Limit) -> tuple[object, ...]:
    return limit.count, limit.over, limit.at_least, frozenset(limit.back)


def _scales(before: Project, after: Project, locale: str) -> Iterator[str]:
    """Balances are kept in the smallest part of their unit, so its places are there to stay."""
    say = Speaker(project=after, locale=locale).say
    for id_, was, now in scales_changed(before, after):
        yield say(
            f"{id_} 的小数位是 {was}，不能改成 {now}：余额按最小单位保存",
            f"{id_} has {was} places and can't have {now}: balances are kept in its smallest part",
        )
