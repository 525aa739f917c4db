"""
What can be looked at while a story is told: the answer to the last step, and how things stand.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from quanyi.campaigns.language.formatting import said
from quanyi.campaigns.lists import every
from quanyi.campaigns.tools.sandbox import Sandbox, code_of
from quanyi.campaigns.tools.stories.model import Said, Step, Story
from quanyi.entitlements.accounts import stock
from quanyi.entitlements.amounts import Amount
from quanyi.entitlements.errors import QuanyiError, Refused
from quanyi.entitlements.inputs import Decision, Receipt
from quanyi.entitlements.records import Person, Promise, RecordKey, Reminder

__all__ = ["Scene"]


@attrs.define(kw_only=True)
class Scene:
    """
    A story being told.

    Attributes:
        answer: The receipt of the last step; None if it was refused, or only time passed.
        no: The refusal or error that the last step met.
        earlier: How things stood at the end of the step before, see `standing`.
        before: How they stood just before the last step, with what fell due on the way to it.
        codes_in: The card codes that came in so far, by benefit.
        decisions: What campaigns made of the last step, and of what fell due on the way to it.
    """

    stage: Sandbox
    story: Story
    users: tuple[str, ...]
    answer: Receipt | None = None
    no: QuanyiError | None = None
    earlier: Mapping[str, int] = attrs.field(factory=dict)
    before: Mapping[str, int] = attrs.field(factory=dict)
    decisions: tuple[Decision, ...] = ()
    codes_in: dict[str, tuple[str, ...]] = attrs.field(factory=dict)

    @property
    def zone(self) -> str:
        """In which the story's instants are written."""
        return self.story.zone

    def standing(self) -> dict[str, int]:
        """How things stand, by name: wallets, usable entitlements, what is left of every offer."""
        mall, found = self.stage.mall, dict[str, int]()
        for user in self.users:
            found |= {f"{user}'s {unit}": purse.balance for unit, purse in mall.wallet(user).units.items()}
            for view in mall.entitlements(user):
                name = f"{user}'s {view.benefit.id} {view.phase}"
                found[name] = found.get(name, 0) + 1
        return found | {f"{o.item} left in {o.campaign}": o.left for o in mall.offers() if o.left is not None}

    def said(self, step: Step) -> tuple[Said, ...]:
        """What the campaigns made of the last step."""
        lines = [self._line(decision) for decision in self.decisions]
        if self.no is not None:
            shows = {k: said(v, self.story.zone) for k, v in self._shown().items() if k != "says"}
            reason = self.no.reason if isinstance(self.no, Refused) else str(self.no)
            campaign = (self.no.campaign or "") if isinstance(self.no, Refused) else ""
            where = (self.no.where if isinstance(self.no, Refused) else "") or self._where(campaign)
            lines.append(Said(campaign=campaign, outcome="refused", reason=reason, shows=shows, where=where))
        if not lines and step.do:
            lines.append(Said(outcome="nobody listens", reason=step.do))
        return tuple(lines)

    def _line(self, decision: Decision) -> Said:
        next_at = {} if decision.next_at is None else {"next_at": decision.next_at}
        shows = {n: said(v, self.story.zone) for n, v in {**decision.shows, **next_at}.items() if n != "says"}
        if decision.given:
            scale = self.stage.project.scale_of
            shows["given"] = ", ".join(f"{said(Amount(n, t, scale(t)))} {t}" for _, t, n in decision.given)
        if decision.facts.get("skipped"):
            shows["skipped"] = ", ".join(f"{rule}: {no}" for rule, no in decision.facts["skipped"].items())
        return Said(
            campaign=decision.campaign,
            outcome=decision.outcome,
            reason=decision.reason,
            shows=shows,
            where=decision.where,
        )

    def _where(self, campaign: str) -> str:
        known = self.stage.project.campaigns.get(campaign)
        return known.head.where.get("campaign", "") if known else ""

    def _shown(self) -> dict[str, Any]:
        if not isinstance(self.no, Refused):
            return {}
        next_at = {} if self.no.next_at is None else {"next_at": self.no.next_at}
        return {**self.no.shows, **next_at}

    # --- the answer --------------------------------------------------------------------------

    def refused(self) -> str:
        """The campaign's word for the no; what `refused` wants may also be the stable code."""
        if self.no is None:
            return "accepted"
        return self.no.reason if isinstance(self.no, Refused) else code_of(self.no)

    def why(self) -> str:
        return "accepted" if self.no is None else code_of(self.no)

    def skipped(self, campaign: str, rule: str = "") -> str:
        """The campaign's word for the no; what `skipped` wants may also be the stable code, see `skipped_code`."""
        mine = [d for d in self.decisions if d.campaign == campaign]
        if rule:
            nos = [str(d.facts.get("skipped", {}).get(rule, "")) or self._no_of(rule, d) for d in mine]
            return [*filter(None, ["not skipped", *nos])][-1]
        skips = [d.reason for d in mine if d.outcome in ("skipped", "lapsed")]
        return (skips or [d.outcome for d in mine] or ["not asked"])[-1]

    def skipped_code(self, campaign: str, rule: str = "") -> str:
        if rule:  # of a rule only its own word is kept
            return ""
        found = [d.code for d in self.decisions if d.campaign == campaign and d.outcome in ("skipped", "lapsed")]
        return found[-1] if found else ""

    def outcome(self, campaign: str) -> str:
        mine: list[str] = [d.outcome for d in self.decisions if d.campaign == campaign]
        return (mine or ["not asked"])[-1]

    def shows(self, name: str) -> str:
        shown = self._shown()
        for decision in self.decisions:
            shown |= decision.shows if decision.outcome != "granted" else {}
            shown |= {} if decision.next_at is None else {"next_at": decision.next_at}
        return said(shown[name], self.story.zone) if name in shown else "nothing"

    def duplicate(self) -> bool:
        return self.answer is not None and self.answer.duplicate

    def told(self, name: str) -> Any:
        """A value of the answer."""
        return "nothing" if self.answer is None else self.answer.answer.get(name, "nothing")

    # --- how things stand --------------------------------------------------------------------

    def balance(self, user: str, unit: str) -> int:
        return self.stage.mall.wallet(user).units[unit].balance

    def moved(self, user: str, unit: str) -> int:
        return self.balance(user, unit) - self.earlier.get(f"{user}'s {unit}", 0)

    def has(self, user: str, benefit: str) -> int:
        usable = self.stage.mall.entitlements(user, phase="usable")
        return sum(view.benefit.id == benefit for view in usable)

    def stock(self, benefit: str) -> int:
        account = stock(benefit)
        view = self.stage.transactions.look([account], self.stage.mall.now(), self.stage.store)
        return view.stands(account)

    def promises(self, user: str) -> int:
        return self._promises(user, "open")

    def lapsed(self, user: str) -> int:
        return self._promises(user, "lapsed")

    def reminder(self, user: str, campaign: str, item: str) -> str:
        """What became of a user's reminder of a thing; ``none`` for somebody who set none."""
        holder = self._holder(user)
        key = RecordKey(kind=Reminder.kind, parts=(holder or "", campaign, item))
        record, _ = self.stage.transactions.look([key], self.stage.mall.now(), self.stage.store).stored(key)
        return "none" if record is None else record.phase

    # --- inside ------------------------------------------------------------------------------

    def _promises(self, user: str, phase: str) -> int:
        holder = self._holder(user)
        found = () if holder is None else every(self.stage.store, Promise.kind, holder=holder, phase=phase)
        return sum(1 for _ in found)

    def _holder(self, user: str) -> str | None:
        key = RecordKey(kind=Person.kind, parts=(user,))
        record, _ = self.stage.transactions.look([key], self.stage.mall.now(), self.stage.store).stored(key)
        return None if record is None else record.holder

    def _no_of(self, rule: str, decision: Decision) -> str:
        """The no of a rule that was the campaign's own."""
        found = self.stage.project.campaigns.get(decision.campaign)
        clauses = found.kind.story.rules(found.play).get(rule) if found else None
        return decision.reason if clauses and decision.clause.startswith(clauses) else ""
