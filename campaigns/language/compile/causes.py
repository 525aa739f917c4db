"""
Compiles what causes and what undoes: event names, `unless`, `if_undone`.
"""

from __future__ import annotations

import attrs

from quanyi.campaigns.language.compile.scope import Scope
from quanyi.campaigns.language.events import EventType
from quanyi.campaigns.language.findings import did_you_mean
from quanyi.campaigns.language.message import Message
from quanyi.campaigns.language.places import Place
from quanyi.campaigns.language.schema.clauses import UndoMap, UnlessMap
from quanyi.entitlements.benefits import PointsUnit
from quanyi.entitlements.clauses import Gift, Undo, Unless

__all__ = ["events", "named_user", "undos", "undos_of_some", "units", "unless"]


def events(value: str | tuple[str, ...], place: Place, scope: Scope) -> tuple[EventType, ...]:
    """The declared events of these names; unknown ones are noted."""
    names = (value,) if isinstance(value, str) else value
    if not names and scope.findings.sound(place):
        scope.findings.error(place, "empty", "there must be at least one event")
    found = [scope.event(place if isinstance(value, str) else place / n, name) for n, name in enumerate(names)]
    return tuple(event for event in found if event is not None)


def named_user(event: EventType, word: str, place: Place, scope: Scope) -> str:
    """The attribute of *event* that names a user; another one is a mistake."""
    name = word.removeprefix("event.")
    found = attrs.evolve(scope, events=(event,)).attribute(place, name)
    if found is not None and found.type != "user":
        users = [name for name, known in event.attributes.items() if known.type == "user"]
        message = Message("{name!r} is {type}, not a user", name=name, type=found.type)
        scope.findings.error(place, "not-a-user", message, did_you_mean(name, users))
    return name


def unless(file: UnlessMap | None, place: Place, scope: Scope, *, promised: bool) -> Unless | None:
    """The event that calls a promise off; a finding if nothing is promised."""
    if file is None:
        return None
    if not promised and scope.findings.whole(place.parent, "after"):
        message = "nothing is promised, so nothing can be called off; add after, or use if_undone"
        scope.findings.key_error(place, "unless-without-after", message)
    _source(file.event, place / "event", file.same, place / "same", scope)
    return Unless(event=file.event, same=file.same)


def undos(file: UndoMap | tuple[UndoMap, ...], place: Place, scope: Scope) -> tuple[Undo, ...]:
    """What happens when the cause goes away: each cause must declare the source by which it is found."""
    if isinstance(file, UndoMap):
        return (_undo(file, place, scope),)
    return tuple(_undo(undo, place / n, scope) for n, undo in enumerate(file))


def undos_of_some(file: UndoMap | tuple[UndoMap, ...], place: Place, scope: Scope) -> tuple[Undo, ...]:
    """As `undos`, but it is enough if some of the causes have that source; the others are never undone by it."""
    if isinstance(file, UndoMap):
        return undos(file, place, _having(file, scope))
    return tuple(undo for n, one in enumerate(file) for undo in undos(one, place / n, _having(one, scope)))


def units(found: tuple[Gift, ...], scope: Scope) -> dict[str, PointsUnit]:
    """The units among the gifts *found*, as the mall declares them."""
    things = sorted({gift.thing for gift in found})
    return {thing: scope.mall.units[thing] for thing in things if thing in scope.mall.units}


def _having(undo: UndoMap, scope: Scope) -> Scope:
    same = {undo.same} if isinstance(undo.same, str) else set(undo.same)
    fitting = tuple(event for event in scope.events if same <= set(event.source))
    return attrs.evolve(scope, events=fitting or scope.events)


def _undo(file: UndoMap, place: Place, scope: Scope) -> Undo:
    when = (file.when,) if isinstance(file.when, str) else tuple(file.when)
    same = (file.same,) if isinstance(file.same, str) else tuple(file.same)
    for n, event in enumerate(when):
        spot = place / "when" if isinstance(file.when, str) else place / "when" / n
        for name in same:
            _source(event, spot, name, place / "same", scope)
        if not same:
            scope.event(spot, event)  # by what it is found is missing; whether there is such an event is not
    share = _share(file, when, place / "share", scope)
    return Undo(when=when, same=same, take=file.take, ended=file.ended, share=share)


def _share(file: UndoMap, when: tuple[str, ...], place: Place, scope: Scope) -> str:
    """The attribute by which a part is undone: a number of one type in all causes and all undo events."""
    name = (getattr(file, "share", None) or "").removeprefix("event.")
    if not name:
        return ""
    undoing = tuple(event for word in when if (event := scope.mall.events.get(word)) is not None)
    events = (*scope.events, *undoing)
    found = attrs.evolve(scope, events=events).attribute(place, name)
    kinds = {known.type for event in events if (known := event.attributes.get(name)) is not None}
    if found is not None and (not found.is_number or len(kinds) > 1):
        message = Message(
            "{name!r} is {types}: a share is a number of one type in causes and undos",
            name=name,
            types=Message.all_of(sorted(kinds)),
        )
        scope.findings.error(place, "not-a-number", message)
    return name


def _source(event: str, event_place: Place, name: str, name_place: Place, scope: Scope) -> None:
    """Check that both events declare the attribute as a source: by it an undo event finds the cause."""
    undoing = scope.event(event_place, event)
    if undoing is None or event in scope.mall.broken:
        return
    for known in (undoing, *scope.events):
        if name not in known.source:
            hint = (
                Message("declare {id} with source: [{name}]", id=known.id, name=name)
                if name in known.attributes
                else ""
            )
            message = Message("{id} does not have {name!r} as a source", id=known.id, name=name)
            scope.findings.error(name_place, "undo-without-source", message, hint or did_you_mean(name, known.source))
            return
