"""
`kind: reward`.
"""

from __future__ import annotations

import attrs

from quanyi.campaigns.compile.conditions import condition
from quanyi.campaigns.compile.gifts import gifts
from quanyi.campaigns.compile.head import checks, head
from quanyi.campaigns.compile.limits import at_most, budget, limits
from quanyi.campaigns.compile.scope import Scope
from quanyi.campaigns.documents import Place
from quanyi.campaigns.events import EventType
from quanyi.campaigns.findings import did_you_mean
from quanyi.campaigns.schema.campaign import RewardFile
from quanyi.campaigns.schema.clauses import UndoMap
from quanyi.entitlements.benefits import PointsUnit
from quanyi.entitlements.clauses import Gift, Undo, Unless
from quanyi.entitlements.conditions import equalities
from quanyi.entitlements.plays.reward import Reward
from quanyi.entitlements.time import Duration

__all__ = ["reward"]

_CHECKS: tuple[str, ...] = attrs.fields(Reward).checks.default or ()


def reward(file: RewardFile, root: Place, scope: Scope) -> Reward:
    """Compile one reward."""
    scope = attrs.evolve(scope, events=_events(file.when, root / "when", scope))
    only_if = condition(root.data["only_if"], root / "only_if", scope) if file.only_if is not None else None
    give = gifts(file.give, root / "give", scope)
    take = gifts(file.take, root / "take", scope, take=True)
    if not file.give and not file.take:
        scope.findings.key_error(root, "gives-nothing", "the campaign neither gives nor takes anything")
    instead = gifts(file.instead, root / "instead", scope)
    return Reward(
        head=head(file, file.kind, root, scope),
        when=tuple(event.id for event in scope.events),
        only_if=only_if,
        give=give,
        take=take,
        to=_receiver(file, root, scope),
        after=Duration.parse(file.after) if file.after else None,
        unless=_unless(file, root, scope),
        at_most=at_most(file.at_most, root / "at_most", scope),
        budget=budget(file.budget, root / "budget", scope),
        at_payout=limits(file.at_payout.at_most, root / "at_payout" / "at_most", scope, "at_payout"),
        if_undone=_undos(file, root / "if_undone", scope),
        instead=instead,
        checks=checks(file, root, scope, _CHECKS, _used(file, give)),
        units=_units((*give, *take, *instead), scope),
        wheres=equalities(only_if),
    )


def _events(value: str | tuple[str, ...], place: Place, scope: Scope) -> tuple[EventType, ...]:
    names = (value,) if isinstance(value, str) else value
    found = []
    for n, name in enumerate(names):
        event = scope.mall.events.get(name)
        if event is None and name in scope.mall.broken:
            continue
        if event is None:
            spot = place if isinstance(value, str) else place / n
            hint = did_you_mean(name, scope.mall.events)
            scope.findings.error(spot, "unknown-event", f"there is no event {name!r}", hint)
        else:
            found.append(event)
    return tuple(found)


def _receiver(file: RewardFile, root: Place, scope: Scope) -> str:
    if file.to == "user":
        return "user"
    found = scope.attribute(root / "to", file.to)
    if found is not None and found.type != "user":
        users = [name for event in scope.events for name, known in event.attributes.items() if known.type == "user"]
        hint = did_you_mean(file.to, ["user", *users])
        scope.findings.error(root / "to", "not-a-user", f"{file.to!r} is {found.type}, not a user", hint)
    return file.to.removeprefix("event.")


def _unless(file: RewardFile, root: Place, scope: Scope) -> Unless | None:
    if file.unless is None:
        return None
    if file.after is None:
        message = "nothing is promised, so nothing can be called off; add after, or use if_undone"
        scope.findings.key_error(root / "unless", "unless-without-after", message)
    _source(file.unless.event, root / "unless" / "event", file.unless.same, root / "unless" / "same", scope)
    return Unless(event=file.unless.event, same=file.unless.same)


def _undos(file: RewardFile, place: Place, scope: Scope) -> tuple[Undo, ...]:
    if isinstance(file.if_undone, UndoMap):
        return (_undo(file.if_undone, place, scope),)
    return tuple(_undo(undo, place / n, scope) for n, undo in enumerate(file.if_undone))


def _undo(file: UndoMap, place: Place, scope: Scope) -> Undo:
    when = (file.when,) if isinstance(file.when, str) else tuple(file.when)
    same = (file.same,) if isinstance(file.same, str) else tuple(file.same)
    for event in when:
        for name in same:
            _source(event, place / "when", name, place / "same", scope)
    return Undo(when=when, same=same, take=file.take, ended=file.ended)


def _source(event: str, event_place: Place, name: str, name_place: Place, scope: Scope) -> None:
    """An undo finds its cause by an attribute that both events declare as a source."""
    undoing = scope.mall.events.get(event)
    if undoing is None and event in scope.mall.broken:
        return
    if undoing is None:
        hint = did_you_mean(event, scope.mall.events)
        scope.findings.error(event_place, "unknown-event", f"there is no event {event!r}", hint)
        return
    for known in (undoing, *scope.events):
        if name not in known.source:
            hint = f"declare {known.id} with source: [{name}]" if name in known.attributes else ""
            message = f"{known.id} does not have {name!r} as a source"
            scope.findings.error(name_place, "undo-without-source", message, hint or did_you_mean(name, known.source))
            return


def _used(file: RewardFile, give: tuple[Gift, ...]) -> set[str]:
    named = {
        "for": file.for_,
        "only_if": file.only_if,
        "undone": file.if_undone,
        "at_most": file.at_most != "none" and file.at_most,
        "stock": any(gift.benefit is not None and gift.benefit.counted for gift in give),
        "points": file.take,
        "budget": file.budget,
    }
    return {"phase", *(name for name, value in named.items() if value)}


def _units(found: tuple[Gift, ...], scope: Scope) -> dict[str, PointsUnit]:
    things = sorted({gift.thing for gift in found})
    return {thing: scope.mall.units[thing] for thing in things if thing in scope.mall.units}
