"""
What is taken back, and what stands in for what is gone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from quanyi.campaigns.documents import Place
from quanyi.campaigns.events import EventType
from quanyi.campaigns.findings import Findings
from quanyi.campaigns.project import Campaign, CompiledPlay
from quanyi.entitlements.clauses import Undo
from quanyi.entitlements.plays.referral import Referral
from quanyi.entitlements.plays.referral.clauses import BOUND
from quanyi.entitlements.plays.reward import Reward
from quanyi.entitlements.plays.streak import Streak
from quanyi.entitlements.plays.task import Task

__all__ = ["check_undoing"]

_Undoable = Reward | Streak | Task


def check_undoing(campaign: Campaign, root: Place, events: Mapping[str, EventType], findings: Findings) -> None:
    """Note promises that nothing calls off, debts that the unit doesn't allow, and gifts that can never be needed."""
    play = campaign.play
    for undoable, place, causes in _undoables(play, root):
        _check_debts(undoable, place, findings)
        _check_events(undoable, place, causes, findings)
        _check_people(undoable, place, events, findings)
    if isinstance(play, Referral):
        for n, rule in enumerate(play.rules):
            _check_promise(rule.reward, root / "rewards" / n, events, findings)
    if not isinstance(play, Reward):
        return
    _check_promise(play, root, events, findings)
    if (
        findings.whole(root, "give", "instead")
        and play.instead
        and not any(gift.benefit is not None and gift.benefit.counted for gift in play.give)
    ):
        message = "nothing that is given can run out"
        findings.warning(root / "instead", "instead-not-needed", message)


def _undoables(play: CompiledPlay, root: Place) -> Iterator[tuple[_Undoable, Place, set[str]]]:
    """Everything that can be undone, where it is written, and which events cause it."""
    if isinstance(play, Reward):
        yield play, root, set(play.when)
    elif isinstance(play, Task):
        yield play, root, {type_ for goal in play.goals for type_ in goal.when}
    elif isinstance(play, Streak):
        yield play, root, {*play.mark.on, *([play.makeup.on] if play.makeup is not None else [])}
    elif isinstance(play, Referral):
        for n, rule in enumerate(play.rules):
            bound = play.bind.when if BOUND in rule.reward.when else ()
            yield rule.reward, root / "rewards" / n, {*rule.reward.when, *bound}


def _undos(play: _Undoable, root: Place) -> Iterator[tuple[Undo, Place]]:
    for n, undo in enumerate(play.if_undone):
        place = root / "if_undone"
        yield undo, place if isinstance(place.data, dict) else place / n


def _check_events(play: _Undoable, root: Place, causes: set[str], findings: Findings) -> None:
    """An event is a cause, or it undoes; and it undoes in one way."""
    named = [(undo.when, place / "when") for undo, place in _undos(play, root)]
    if play.unless is not None:
        named.append(((play.unless.event,), root / "unless" / "event"))
    for when, place in named:
        if found := sorted(causes & set(when)):
            message = f"{found[0]} is what causes it, so it can't undo it as well"
            findings.error(place, "undone-by-its-cause", message, "name the event that takes it back")
    first: set[str] = set()
    for undo, place in _undos(play, root):
        if found := sorted(first & set(undo.when)):
            message = f"never used: what happens on {found[0]} is said above"
            findings.error(place / "when", "undone-twice", message, "say it once, by all the attributes that both have")
        first.update(undo.when)


def _check_people(play: _Undoable, root: Place, events: Mapping[str, EventType], findings: Findings) -> None:
    """What is undone by a person stays undone for that person, whatever comes later."""
    named = [(undo.when, undo.same, place / "same") for undo, place in _undos(play, root)]
    if play.unless is not None:
        named.append(((play.unless.event,), (play.unless.same,), root / "unless" / "same"))
    for when, same, place in named:
        known = [events[name].attributes for name in when if name in events]
        people = [name for name in same if any(name in each and each[name].type == "user" for each in known)]
        if same and len(people) == len(same) and findings.sound(place):
            message = f"{people[0]} is a person: once undone, nothing is given because of them ever again"
            findings.warning(place, "undone-for-good", message, "find the cause by an id of its own, like same: order")


def _check_debts(play: _Undoable, root: Place, findings: Findings) -> None:
    """Debts that a unit does not allow."""
    for undo, place in _undos(play, root):
        tight = [unit.id for unit in play.units.values() if not unit.debt]
        if undo.take == "debt" and tight:
            message = f"{', '.join(tight)} may not go below zero"
            hint = f"write debt: allowed at {tight[0]} in mall.yaml, or take: left"
            findings.error(place / "take", "debt-not-allowed", message, hint)


def _check_promise(play: Reward, root: Place, events: Mapping[str, EventType], findings: Findings) -> None:
    """A promise waits for something; where the mall knows what could undo its cause, nobody listens to it."""
    promised = play.after is not None and play.unless is None and not play.if_undone
    if not promised or not findings.whole(root, "when", "after", "unless", "if_undone"):
        return
    causes = [events[name] for name in play.when if name in events]
    for other in (event for event in events.values() if not event.inner):
        shared = [name for event in causes for name in event.source if name in other.source and other not in causes]
        if shared:
            hint = f"write unless: {{event: {other.id}, same: {shared[0]}}}"
            findings.warning(root / "after", "after-without-unless", "nothing calls this promise off", hint)
            return
