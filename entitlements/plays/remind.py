"""
Reminders: set one, take it back, answer those that wait.

============================  ==================================================================
input                         what it does
============================  ==================================================================
``reminder.set``              the asker wants to be told when a thing can be had
``reminder.cancel``           the asker wants it no more
``reminder.answer``           a worker found that it can be had, or never again
============================  ==================================================================
"""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from quanyi.entitlements.changes import Because, Changes
from quanyi.entitlements.clauses import Head
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.needs import Need
from quanyi.entitlements.picture import Draft
from quanyi.entitlements.plays.base import Exposure, Trigger
from quanyi.entitlements.records import RecordKey, Reminder, Waitlist

__all__ = ["Remind"]

_SET, _CANCEL, _ANSWER = "reminder.set", "reminder.cancel", "reminder.answer"


@attrs.frozen(kw_only=True)
class Remind:
    """
    A person's reminder of one thing on offer: ``{campaign, item}``; one that is set says what it
    ``awaits`` (``start`` or ``stock``), an answer whether the sale has ``ended``.

    Each is a reminder of one person of one thing: set twice it waits once, and it is answered once. What asks for
    nothing new changes nothing.
    """

    head: Head = attrs.field(factory=lambda: Head(campaign="", kind="basics"))

    def listens(self) -> tuple[Trigger, ...]:
        """Its three input types."""
        return (Trigger(type=_SET), Trigger(type=_CANCEL), Trigger(type=_ANSWER))

    def exposure(self) -> tuple[Exposure, ...]:
        """Nothing is given away."""
        return ()

    def needs(self, ask: Input) -> Iterable[Need]:
        """The reminder, and how many wait for the thing."""
        thing = _thing(ask)
        return {
            RecordKey(kind=Reminder.kind, parts=(ask.holder or "", *thing)),
            RecordKey(kind=Waitlist.kind, parts=thing),
        }

    def decide(self, ask: Input, draft: Draft) -> Changes:
        """Whether it waits by now is in the answer."""
        campaign, item = _thing(ask)
        before = draft.get(Reminder, ask.holder or "", campaign, item)
        waits = before is not None and before.phase == "open"
        if ask.type == _SET and not waits:
            draft.put(_open(ask))
            _count(draft, campaign, item, 1)
        if ask.type != _SET and before is not None and waits:
            draft.put(attrs.evolve(before, phase=_end(ask)))
            _count(draft, campaign, item, -1)
            if _end(ask) == "answered":
                data = {"campaign": campaign, "item": item, "awaits": before.awaits}
                draft.emit("reminder.answered", data, holder=ask.holder)
        answer = {"campaign": campaign, "item": item, "waits": ask.type == _SET}
        return draft.done(Because(campaign="", rule=ask.type), holder=ask.holder, answer=answer)


def _thing(ask: Input) -> tuple[str, str]:
    return str(ask.data.get("campaign", "")), str(ask.data.get("item", ""))


def _open(ask: Input) -> Reminder:
    campaign, item = _thing(ask)
    awaits = str(ask.data.get("awaits", "stock"))
    return Reminder(holder=ask.holder, phase="open", campaign=campaign, item=item, awaits=awaits, set_at=ask.at)


def _end(ask: Input) -> str:
    """How the reminder ends."""
    if ask.type == _CANCEL:
        return "cancelled"
    return "lapsed" if ask.data.get("ended") else "answered"


def _count(draft: Draft, campaign: str, item: str, more: int) -> None:
    found = draft.get(Waitlist, campaign, item) or Waitlist(campaign=campaign, item=item)
    waiting = found.waiting + more
    draft.put(attrs.evolve(found, waiting=waiting, phase="open" if waiting else "empty"))
