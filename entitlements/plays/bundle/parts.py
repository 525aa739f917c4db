"""
The parts of a paid bundle: opened, chosen, given, tried again.

Each part is given by itself: one whose stock is gone waits without holding up the others.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

import attrs

from quanyi.entitlements.accounts import debt, stock
from quanyi.entitlements.calculators import most
from quanyi.entitlements.changes import Because, Changes
from quanyi.entitlements.clauses import Gift
from quanyi.entitlements.derived_ids import derived_id
from quanyi.entitlements.errors import HoldClosed, NotEligible, NotFound, NotOpen, OutOfStock
from quanyi.entitlements.giving import Giving
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.needs import LotsOf, Need
from quanyi.entitlements.picture import Draft
from quanyi.entitlements.plays.bundle.prices import return_price
from quanyi.entitlements.plays.bundle.records import PackPart, part_key
from quanyi.entitlements.plays.bundle.refund import return_all
from quanyi.entitlements.plays.bundle.terms import Part
from quanyi.entitlements.plays.sale.deals import deal_of, find_deal
from quanyi.entitlements.records import Deal, RecordKey
from quanyi.entitlements.time import zone_of

if TYPE_CHECKING:
    from quanyi.entitlements.plays.bundle.terms import BundleTerms

__all__ = ["choose", "fall_due", "needs", "open_parts", "places"]


def needs(ask: Input) -> Iterable[Need]:
    """The deal and the part; what it gives comes in a second round."""
    deal = deal_of(ask)
    return {RecordKey(kind=Deal.kind, parts=(deal,)), part_key(deal, str(ask.data.get("part", "")))}


def places(bundle: BundleTerms, holder: str, parts: Iterable[Part] | None = None) -> set[Need]:
    """Wallets and stocks that giving the parts may touch."""
    gifts = [gift for part in (bundle.parts if parts is None else parts) for gift in part.everything()]
    stocks = {stock(gift.thing) for gift in gifts if gift.benefit is not None and gift.benefit.counted}
    return {*stocks, *(LotsOf(holder, gift.thing) for gift in gifts if gift.benefit is None)}


def open_parts(bundle: BundleTerms, deal: Deal, draft: Draft) -> list[dict[str, Any]]:
    """Begin the story of every part of a deal that was just paid; how each stands."""
    draft.require(*places(bundle, deal.holder or ""))
    found = []
    for part in bundle.parts:
        record = PackPart(
            deal=deal.id,
            name=part.name,
            holder=deal.holder,
            campaign=deal.campaign,
            version=deal.version,
            phase="waiting",
            item=deal.item,
        )
        story = _Story(bundle, part, record, draft)
        if _refunded(draft, deal.id):
            story.cancel()
        elif part.after is not None:
            story.wait(part.after.after(draft.now, story.zone))
        else:
            story.begin()
        found.append(story.told())
    return found


def choose(bundle: BundleTerms, ask: Input, draft: Draft) -> Changes:
    """
    Give what the buyer chose: ``{part, choice}``, as many as there are to pick, each once.

    Raises:
        NotFound: No such deal or part, or somebody else's deal.
        NotOpen: The part opens later.
        HoldClosed: It was chosen before, its default is given by now, or the deal is not paid.
        NotEligible: It is not a choice of this part.
        OutOfStock: One of the things is gone; another may be chosen.
    """
    story = _story_of(bundle, ask, draft)
    choice = story.part.choose
    if choice is None:
        raise NotFound(f"nothing to choose in {story.part.name}")
    record = story.record
    if record.phase == "waiting":
        raise NotOpen(next_at=record.due_at, zone=bundle.head.zone)
    if record.phase != "open":
        raise HoldClosed(reason="choice-closed", shows={"chosen": ", ".join(record.chosen)})
    wanted = _names(ask.data.get("choice"))
    if len(set(wanted)) != choice.pick or len(wanted) != choice.pick or not set(wanted) <= set(choice.names):
        no = NotEligible(reason="wrong-choice", shows={"pick": choice.pick, "options": ", ".join(choice.names)})
        raise no.at(f"choose/{story.part.name}", bundle.head.where.get(f"parts.{story.part.name}.choose", ""))
    draft.require(*places(bundle, record.holder or "", [story.part]))
    if choice.given == "at_end":
        story.remember(wanted)
    else:
        story.record = attrs.evolve(record, chosen=wanted)
        story.hand_out(story.part.gifts(wanted))
    story.note("chosen")
    return draft.done(_because(story, "choose"), holder=record.holder, answer=story.told())


def fall_due(bundle: BundleTerms, ask: Input, draft: Draft) -> Changes:
    """
    What a part's instant brings: it opens or is given, its default is given, or it is tried again.

    Raises:
        HoldClosed: It was chosen, given or cancelled before.
    """
    story = _story_of(bundle, ask, draft)
    record, part = story.record, story.part
    if record.due_at is None or record.due_at > ask.at or record.phase not in ("waiting", "open", "short"):
        raise HoldClosed(reason="choice-closed")
    draft.require(*places(bundle, record.holder or "", [part]))
    if record.phase == "waiting":
        story.begin()
    else:
        if record.phase == "open" and part.choose is not None and not record.chosen:
            story.record = attrs.evolve(record, chosen=part.choose.default, defaulted=True)
        story.give()
        if story.record.defaulted and story.record.phase == "given":
            story.note("defaulted")
    draft.facts["part"] = {"name": part.name, "phase": story.record.phase}
    outcome: Any = "lapsed" if story.record.phase == "failed" else "done"
    return draft.done(_because(story, "parts"), holder=record.holder, outcome=outcome)


# --- one part ----------------------------------------------------------------------------------


@attrs.define
class _Story:
    """One part on its way."""

    bundle: BundleTerms
    part: Part
    record: PackPart
    draft: Draft

    @property
    def zone(self) -> Any:
        return zone_of(self.bundle.head.zone)

    def told(self) -> dict[str, Any]:
        """How the part stands, in plain values."""
        record = self.record
        due_at = record.due_at and record.due_at.isoformat()
        story = {"part": record.name, "phase": record.phase, "due_at": due_at, "chosen": list(record.chosen)}
        return {**story, "deal": record.deal, "entitlements": list(record.grants)}

    def remember(self, chosen: tuple[str, ...]) -> None:
        """Remember what is wanted; it can be changed until the time is over, and is given then."""
        self._put(chosen=chosen)

    def note(self, what: str) -> None:
        """Keep with the decision what came of the part."""
        self.draft.note(f"parts.{self.part.name}", what)

    def begin(self) -> None:
        """Open the choice, or give."""
        choice = self.part.choose
        if choice is None:
            self.give()
        else:
            self.wait(choice.within.after(self.draft.now, self.zone), phase="open")

    def give(self) -> None:
        """Give what it gives by now; without stock it is tried again, and in the end `instead` is given."""
        try:
            with self.draft.part():
                self.hand_out(self.part.gifts(self.record.chosen))
        except OutOfStock:
            self.record = attrs.evolve(self.record, tries=self.record.tries + 1)
            if self.record.tries <= self.part.tries:
                self.wait(self.part.every.after(self.draft.now, self.zone), phase="short")
                self._tell("part.short")
            else:
                self._give_up()

    def hand_out(self, gifts: tuple[Gift, ...]) -> None:
        """Give *gifts*, all or nothing: `OutOfStock` where one of them is gone."""
        things = [(gift, most(gift.how_much) or 0) for gift in gifts]
        receiver, deal = self.record.holder or "", self.record.deal
        handing = Giving(reward=self.bundle, receiver=receiver, gifts=things, wanted=things, deal=deal)
        taken = handing.take_stock(self.draft)
        moves, grants = handing.hand_out(self.draft, derived_id("part", deal, self.part.name))
        self._put(phase="given", due_at=None, moves=(*taken, *moves), grants=tuple(grants), given_at=self.draft.now)
        self._tell("part.given")

    def cancel(self) -> None:
        """The bundle was taken back before it came to this part."""
        self._put(phase="cancelled", due_at=None)

    def wait(self, until: datetime, phase: str = "waiting") -> None:
        """Wait for an instant: whoever reads the part, its deal or a wallet it would credit wakes it."""
        self._put(phase=phase, due_at=until)
        record, units = self.record, [g.thing for g in self.part.everything() if g.benefit is None]
        data = {"deal": record.deal, "part": record.name, "campaign": record.campaign, "version": record.version}
        wallets = (debt(record.holder or "", unit) for unit in dict.fromkeys(units))
        deal = RecordKey(kind=Deal.kind, parts=(record.deal,))
        self.draft.emit("part.due", data, at=until, wakes=(record.key, deal, *wallets), holder=record.holder)

    def _give_up(self) -> None:
        if not self.part.instead:
            self._fail()
            return
        try:
            with self.draft.part():
                self.hand_out(self.part.instead)
        except OutOfStock:
            self._fail()
        else:
            self.note("given instead")

    def _fail(self) -> None:
        self._put(phase="failed", due_at=None)
        self._tell("part.failed")
        if self.part.if_failed == "refund_all":
            return_all(self.bundle, self.record.deal, self.draft)
        if self.part.if_failed == "refund":
            return_price(self.bundle, self.part, self.record.deal, self.draft)

    def _put(self, **fields: Any) -> None:
        self.record = attrs.evolve(self.record, **fields)
        self.draft.put(self.record)
        self.note(self.record.phase)

    def _tell(self, event: str) -> None:
        record = self.record
        data = {"deal": record.deal, "part": record.name, "campaign": record.campaign, "phase": record.phase}
        self.draft.emit(event, data, holder=record.holder)


def _refunded(draft: Draft, number: str) -> bool:
    """Whether a part that failed has taken the whole deal back."""
    deal = draft.get(Deal, number)
    return deal is not None and deal.phase == "refunded"


def _story_of(bundle: BundleTerms, ask: Input, draft: Draft) -> _Story:
    deal, name = find_deal(ask, draft), str(ask.data.get("part", ""))
    part = bundle.part(name)
    if part is None:
        raise NotFound(f"{deal.id} has no part {name!r}")
    record = draft.get(PackPart, deal.id, name)
    if record is None:
        raise HoldClosed(reason="choose-when-paid", shows={"order": deal.order} if deal.order else {})
    return _Story(bundle, part, record, draft)


def _names(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(map(str, value or ()))


def _because(story: _Story, rule: str) -> Because:
    head = story.bundle.head
    where = head.where.get(f"parts.{story.part.name}", head.where.get("campaign", ""))
    return Because(campaign=head.campaign, version=head.version, rule=rule, where=where)
