"""
Note what an operator does: before it is done, what came of it, and what was refused.
"""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from quanyi.entitlements.changes import Because, Changes
from quanyi.entitlements.clauses import Head
from quanyi.entitlements.errors import InputError
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.needs import Need
from quanyi.entitlements.parsing import quoted
from quanyi.entitlements.picture import Draft
from quanyi.entitlements.plays.base import Exposure, Trigger
from quanyi.entitlements.records import Act, RecordKey

__all__ = ["NoteAct"]

_PHASES = ("begun", "done", "refused")


@attrs.frozen(kw_only=True)
class NoteAct:
    """
    Keep the state of an act: ``{act, name, reason, phase}``, with ``{about, campaign, why, rows, refusals}`` where there are.

    The journal keeps the act's number, its name and its reason as the source of the change, beside who acted.
    """

    head: Head = attrs.field(factory=lambda: Head(campaign="", kind="basics"))
    type: str = "act.note"

    def listens(self) -> tuple[Trigger, ...]:
        """Its one input type."""
        return (Trigger(type=self.type),)

    def exposure(self) -> tuple[Exposure, ...]:
        """Nothing is given away."""
        return ()

    def needs(self, ask: Input) -> Iterable[Need]:
        """What was noted of the act before."""
        return {RecordKey(kind=Act.kind, parts=(str(ask.data.get("act", "")),))}

    def decide(self, ask: Input, draft: Draft) -> Changes:
        """InputError for an act without an author, and for one that is over or is another operator's."""
        said = ask.data
        before = draft.get(Act, str(said.get("act", "")))
        if ask.by is None or said.get("phase") not in _PHASES:
            raise InputError(
                f"an act has an author, and is begun, done or refused, not {quoted(str(said.get('phase')))}"
            )
        if before is not None and (before.phase != "begun" or (before.by, before.name) != (ask.by, said["name"])):
            raise InputError(f"the act {before.id} is {before.phase}, and was {before.name} by another word or author")
        draft.put(_noted(ask, before))
        source = ("act", said["act"], "name", said["name"], "reason", said.get("reason", ""))
        because = Because(campaign="", rule=self.type, source=source)
        return draft.done(because, holder=ask.holder, answer={"act": said["act"], "phase": said["phase"]})


def _noted(ask: Input, before: Act | None) -> Act:
    """The act as it stands now; what was said when it began stays."""
    said = ask.data
    if before is None:
        first = {name: said[name] for name in ("reason", "about", "campaign") if said.get(name)}
        before = Act(id=said["act"], by=str(ask.by), name=said["name"], holder=ask.holder, at=ask.at, **first)
    last = {name: said[name] for name in ("why", "rows", "refusals") if said.get(name)}
    return attrs.evolve(before, phase=said["phase"], **last)
