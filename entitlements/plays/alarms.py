"""
Note alarms: one is raised once, counted while it lasts, acknowledged by somebody, and cleared when it is over.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import attrs

from quanyi.entitlements.changes import Because, Changes
from quanyi.entitlements.clauses import Head
from quanyi.entitlements.errors import InputError, NotFound
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.needs import Need
from quanyi.entitlements.parsing import quoted
from quanyi.entitlements.picture import Draft
from quanyi.entitlements.plays.base import Exposure, Trigger
from quanyi.entitlements.records import Alarm, RecordKey
from quanyi.entitlements.records.alarms import SEVERITIES

__all__ = ["NoteAlarm"]

_COLUMNS = ("campaign", "item")


@attrs.frozen(kw_only=True)
class NoteAlarm:
    """
    Keep the state of an alarm: ``{alarm, step}`` with ``{name, subject, round, severity, amount, bound}`` where it is seen.

    Steps: ``seen`` raises it or counts it once more, ``acknowledged`` has an author and a ``reason``, ``cleared`` ends it.
    ``alarm.raised`` is told when it is raised, and ``alarm.cleared`` when it is cleared. Seeing one that is over, or clearing
    one that is not open, changes nothing: somebody else was first.
    """

    head: Head = attrs.field(factory=lambda: Head(campaign="", kind="basics"))
    type: str = "alarm.note"

    def listens(self) -> tuple[Trigger, ...]:
        """Its one input type."""
        return (Trigger(type=self.type),)

    def exposure(self) -> tuple[Exposure, ...]:
        """Nothing is given away."""
        return ()

    def needs(self, ask: Input) -> Iterable[Need]:
        """What was noted of the alarm before."""
        return {RecordKey(kind=Alarm.kind, parts=(str(ask.data.get("alarm", "")),))}

    def decide(self, ask: Input, draft: Draft) -> Changes:
        """InputError for a step that there is not, and for an acknowledgement that can't be given."""
        step = _STEPS.get(str(ask.data.get("step")))
        if step is None:
            raise InputError(f"an alarm is seen, acknowledged or cleared, not {quoted(str(ask.data.get('step')))}")
        before = draft.get(Alarm, str(ask.data["alarm"]))
        after = step(ask, before, draft)
        if after is not None:
            draft.put(after)
        standing = after or before
        because = Because(campaign="", rule=self.type, source=("alarm", ask.data["alarm"], *_said(ask)))
        answer = {"alarm": ask.data["alarm"], "phase": standing.phase if standing is not None else "none"}
        return draft.done(because, answer=answer)


def _said(ask: Input) -> tuple[str, ...]:
    reason = ask.data.get("reason", "")
    return ("reason", reason) if reason else ()


def _seen(ask: Input, before: Alarm | None, draft: Draft) -> Alarm | None:
    said = ask.data
    if said.get("severity") not in SEVERITIES:
        raise InputError(f"an alarm is {' or '.join(SEVERITIES)}, not {quoted(str(said.get('severity')))}")
    found = {name: said[name] for name in ("amount", "bound") if name in said}
    found["ends_at"] = datetime.fromisoformat(said["ends_at"]) if "ends_at" in said else None
    if before is None:
        named = {name: said[name] for name in ("name", "subject", "round", "severity", *_COLUMNS) if name in said}
        raised = Alarm(phase="raised", first_at=ask.at, last_at=ask.at, **named, **found)
        draft.emit("alarm.raised", _told(raised))
        return raised
    if not before.open or not before.counts(said["severity"], ask.at):
        return None
    worse = max(before.severity, said["severity"], key=SEVERITIES.index)
    return attrs.evolve(before, severity=worse, count=before.count + 1, last_at=ask.at, **found)


def _acknowledged(ask: Input, before: Alarm | None, _draft: Draft) -> Alarm:
    if before is None:
        raise NotFound("no alarm has this number")
    if before.phase != "raised":
        who = f" by {before.by}" if before.phase == "acknowledged" else ""
        raise InputError(f"this alarm is {before.phase} already{who}")
    if ask.by is None or not ask.data.get("reason"):
        raise InputError("whoever acknowledges an alarm says who they are, and why")
    return attrs.evolve(before, phase="acknowledged", by=ask.by, reason=ask.data["reason"], acknowledged_at=ask.at)


def _cleared(ask: Input, before: Alarm | None, draft: Draft) -> Alarm | None:
    if before is None or not before.open:
        return None
    cleared = attrs.evolve(before, phase="cleared", cleared_at=ask.at)
    draft.emit("alarm.cleared", _told(cleared))
    return cleared


_STEPS = {"seen": _seen, "acknowledged": _acknowledged, "cleared": _cleared}


def _told(alarm: Alarm) -> Mapping[str, Any]:
    """What its events say."""
    names = ("name", "subject", "severity", "amount", "bound", "count", *_COLUMNS)
    ends = {"ends_at": alarm.ends_at.isoformat()} if alarm.ends_at is not None else {}
    return {"alarm": alarm.id, **{name: getattr(alarm, name) for name in names}, **ends}
