"""
Help by hand that needs two people: one asks for it, another gives it, declines it, or who asked withdraws it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

import attrs

from quanyi.entitlements.accounts import stock
from quanyi.entitlements.benefits import Benefit, PointsUnit
from quanyi.entitlements.by_hand import credit, hand_over
from quanyi.entitlements.changes import Because, Changes
from quanyi.entitlements.clauses import Head
from quanyi.entitlements.derived_ids import derived_id
from quanyi.entitlements.errors import InputError
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.needs import LotsOf, Need
from quanyi.entitlements.parsing import quoted
from quanyi.entitlements.picture import Draft
from quanyi.entitlements.plays.base import Exposure, Trigger
from quanyi.entitlements.records import HelpRequest, RecordKey

__all__ = ["LASTS", "HelpByHand", "HelpRefused"]

LASTS = timedelta(days=7)
"""How long a help request waits for a yes."""


class HelpRefused(InputError):  # noqa: N818  (a refusal, like the others)
    """
    Help by hand that can't be asked for or given like this; nothing was changed.

    Attributes:
        word: ``needs-approval`` for help above the mall's bound that nobody else has approved, ``waits-already`` for a second
            request of the same thing, ``own-request`` for who would approve their own, ``not-yours`` for who would withdraw
            another one's; ``request-given``, ``-declined``, ``-withdrawn``, ``-lapsed`` and ``-replaced`` for one that is over.
    """

    def __init__(self, word: str, message: str) -> None:
        super().__init__(message)
        self.word = word


@attrs.frozen(kw_only=True)
class HelpByHand:
    """
    Keep the state of a help request: ``{request, step, thing}``, with ``{amount, reason}`` as far as they are said.

    Steps: ``asked``, ``approved``, ``declined``, ``withdrawn``. What is approved is given in the same transaction, or all of
    it is refused: the wallet's room and the benefit's stock are those of that moment. A benefit travels in `personal`.
    """

    head: Head = attrs.field(factory=lambda: Head(campaign="", kind="basics"))
    type: str = "help.note"
    units: Mapping[str, PointsUnit] = attrs.field(factory=dict)

    def listens(self) -> tuple[Trigger, ...]:
        """Its one input type."""
        return (Trigger(type=self.type),)

    def exposure(self) -> tuple[Exposure, ...]:
        """What operators give is bounded by no campaign."""
        return ()

    def needs(self, ask: Input) -> Iterable[Need]:
        """The request of that person and thing; the wallet or the stock, where it is to be given."""
        thing, holder = str(ask.data.get("thing", "")), ask.holder or ""
        found: set[Need] = {RecordKey(kind=HelpRequest.kind, parts=(holder, thing))}
        if ask.data.get("step") != "approved":
            return found
        benefit = ask.personal.get("benefit")
        if not isinstance(benefit, Benefit):
            return found | {LotsOf(holder, thing)}
        return found | ({stock(benefit.id)} if benefit.counted else set())

    def decide(self, ask: Input, draft: Draft) -> Changes:
        """`HelpRefused` for what can't be asked for or decided; what keeps help by hand from being given refuses it."""
        step = _STEPS.get(str(ask.data.get("step")))
        if step is None or ask.by is None or ask.holder is None:
            raise InputError(
                f"a help request has a user and an author, and is asked, approved, declined or withdrawn,"
                f" not {quoted(str(ask.data.get('step')))}"
            )
        before = draft.get(HelpRequest, ask.holder, str(ask.data["thing"]))
        after = step(ask, before)
        given = self._given(ask, after, draft) if after.phase == "given" else {}
        draft.put(after)
        source = ("request", after.id, "asked by", after.by, "reason", after.why or after.reason)
        because = Because(campaign="", rule=self.type, source=source)
        return draft.done(because, holder=ask.holder, answer={"request": after.id, "phase": after.phase, **given})

    def _given(self, ask: Input, request: HelpRequest, draft: Draft) -> Mapping[str, Any]:
        """Book what was asked for, as it can be had now."""
        holder = ask.holder or ""
        benefit = ask.personal.get("benefit")
        if isinstance(benefit, Benefit):
            id_ = derived_id("entitlement", self.type, ask.origin)
            right = hand_over(draft, benefit, holder, id_=id_, zone=self.head.zone)
            return {"entitlements": [right.id], "item": benefit.id}
        unit = self.units.get(request.item) or PointsUnit(id=request.item)
        credit(draft, unit, holder, request.amount)
        draft.facts["reason"] = request.reason
        draft.given.append((holder, request.item, request.amount))
        return {"unit": request.item, "amount": request.amount}


def _asked(ask: Input, before: HelpRequest | None) -> HelpRequest:
    if before is not None and before.state(ask.at) == "waiting":
        raise HelpRefused("waits-already", f"a request of {before.item} for this person waits already, by {before.by}")
    said = ask.data
    return HelpRequest(
        id=said["request"],
        holder=ask.holder,
        item=said["thing"],
        phase="waiting",
        amount=said.get("amount", 0),
        by=str(ask.by),
        reason=said.get("reason", ""),
        asked_at=ask.at,
        until=ask.at + LASTS,
    )


def _approved(ask: Input, before: HelpRequest | None) -> HelpRequest:
    request = _waiting(ask, before)
    if request.by == ask.by:
        raise HelpRefused("own-request", "whoever asks for help by hand can't approve it")
    return _ended(ask, request, "given")


def _declined(ask: Input, before: HelpRequest | None) -> HelpRequest:
    return _ended(ask, _waiting(ask, before), "declined")


def _withdrawn(ask: Input, before: HelpRequest | None) -> HelpRequest:
    request = _waiting(ask, before)
    if request.by != ask.by:
        raise HelpRefused("not-yours", "a help request is withdrawn by who asked")
    return _ended(ask, request, "withdrawn")


def _waiting(ask: Input, before: HelpRequest | None) -> HelpRequest:
    """The request that was looked at, if it still waits; another one may have taken its place."""
    if before is None or before.id != ask.data["request"]:
        raise HelpRefused("request-replaced", "this request is over, and another one has taken its place")
    state = before.state(ask.at)
    if state != "waiting":
        who = f" by {before.decided_by}" if before.decided_by else ""
        raise HelpRefused(f"request-{state}", f"this request is {state} already{who}")
    return before


def _ended(ask: Input, request: HelpRequest, phase: str) -> HelpRequest:
    why = ask.data.get("reason", "")
    return attrs.evolve(request, phase=phase, decided_by=str(ask.by), decided_at=ask.at, why=why)


_STEPS = {"asked": _asked, "approved": _approved, "declined": _declined, "withdrawn": _withdrawn}
