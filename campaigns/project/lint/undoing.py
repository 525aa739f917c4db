"""
Checks of what is taken back, and of gifts that stand in for others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from quanyi.campaigns.language.events import EventType
from quanyi.campaigns.language.findings import Findings
from quanyi.campaigns.language.message import Message
from quanyi.campaigns.language.places import Place
from quanyi.campaigns.project.model import Campaign
from quanyi.entitlements.clauses import Undo
from quanyi.entitlements.giving import Undoable
from quanyi.entitlements.plays.reward.terms import RewardTerms

__all__ = ["check_undoing"]


def check_undoing(campaign: Campaign, root: Place, events: Mapping[str, EventType], findings: Findings) -> None:
    """Note promises that nothing calls off, debts that the unit doesn't allow, and stand-ins that are never needed."""
    play, asked = campaign.play, campaign.kind.lint
    for undoable, place, causes in asked.undoables(play, root):
        _check_debts(undoable, place, findings)
        _check_events(undoable, place, causes, findings)
        _check_people(undoable, place, events, findings)
    for promise, place in asked.promises(play, root):
        _check_promise(promise, place, events, findings)


def _undos(play: Undoable, root: Place) -> Iterator[tuple[Undo, Place]]:
    for n, undo in enumerate(play.if_undone):
        place = root / "if_undone"
        yield undo, place if isinstance(place.data, dict) else place / n


def _check_events(play: Undoable, root: Place, causes: set[str], findings: Findings) -> None:
    """Note an event that is both a cause and an undo, or that undoes in two ways."""
    named = [(undo.when, place / "when") for undo, place in _undos(play, root)]
    if play.unless is not None:
        named.append(((play.unless.event,), root / "unless" / "event"))
    for when, place in named:
        if found := sorted(causes & set(when)):
            message = Message("{event} is what causes it, so it can't undo it as well", event=found[0])
            findings.error(place, "undone-by-its-cause", message, "name the event that takes it back")
    first: set[str] = set()
    for undo, place in _undos(play, root):
        if found := sorted(first & set(undo.when)):
            message = Message("never used: what happens on {event} is said above", event=found[0])
            findings.error(place / "when", "undone-twice", message, "say it once, by all the attributes that both have")
        first.update(undo.when)


def _check_people(play: Undoable, root: Place, events: Mapping[str, EventType], findings: Findings) -> None:
    """Note an undo by a person: whatever that person causes later would be undone as well."""
    named = [(undo.when, undo.same, place / "same") for undo, place in _undos(play, root)]
    if play.unless is not None:
        named.append(((play.unless.event,), (play.unless.same,), root / "unless" / "same"))
    for when, same, place in named:
        known = [events[name].attributes for name in when if name in events]
        people = [name for name in same if any(name in each and each[name].type == "user" for each in known)]
        if same and len(people) == len(same) and findings.sound(place):
            message = Message(
                "{name} is a person: once undone, nothing is given because of them ever again", name=people[0]
            )
            findings.warning(place, "undone-for-good", message, "find the cause by an id of its own, like same: order")


def _check_debts(play: Undoable, root: Place, findings: Findings) -> None:
    """Note debts that the unit does not allow."""
    for undo, place in _undos(play, root):
        tight = [unit.id for unit in play.units.values() if not unit.debt]
        if undo.take == "debt" and tight:
            message = Message("{units} may not go below zero", units=", ".join(tight))
            hint = Message("write debt: allowed at {unit} in mall.yaml, or take: left", unit=tight[0])
            findings.error(place / "take", "debt-not-allowed", message, hint)


def _check_promise(play: RewardTerms, root: Place, events: Mapping[str, EventType], findings: Findings) -> None:
    """Note a promise whose cause could be undone, by an event of the mall that the promise does not listen to."""
    promised = play.after is not None and play.unless is None and not play.if_undone
    if not promised or not findings.whole(root, "when", "after", "unless", "if_undone"):
        return
    causes = [events[name] for name in play.when if name in events]
    for other in (event for event in events.values() if not event.inner):
        shared = [name for event in causes for name in event.source if name in other.source and other not in causes]
        if shared:
            hint = Message("write unless: {{event: {id}, same: {name}}}", id=other.id, name=shared[0])
            findings.warning(root / "after", "after-without-unless", "nothing calls this promise off", hint)
            return
