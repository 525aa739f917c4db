"""
What can be looked at while a story is told: the answer to the last step, and how things stand.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import attrs

from quanyi.campaigns.lists import every
from quanyi.campaigns.tools.formatting import said
from quanyi.campaigns.tools.sandbox import Sandbox, code_of
from quanyi.campaigns.tools.stories.model import Said, Step, Story
from quanyi.entitlements.accounts import stock
from quanyi.entitlements.amounts import Amount
from quanyi.entitlements.derived_ids import deal_id
from quanyi.entitlements.errors import NotFound, QuanyiError, Refused
from quanyi.entitlements.inputs import Decision, Receipt
from quanyi.entitlements.plays.sale import Sale
from quanyi.entitlements.plays.task import Task
from quanyi.entitlements.records import Deal, Person, Promise, RecordKey

__all__ = ["Scene"]


@attrs.define(kw_only=True)
class Scene:
    """
    A story being told.

    Attributes:
        answer: The receipt of the last step; None if it was refused, or only time passed.
        no: The refusal or error that the last step met.
        earlier: How things stood at the end of the step before, see `standing`; `before` what had
            become of it when the last step came.
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
            nos = [str(d.facts.get("skipped", {}).get(rule, "")) or _no_of(rule, d) for d in mine]
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

    def price(self, unit: str) -> Any:
        names = {"money": "pay", "list": "list_price"}
        if unit in names:
            return self.told(names[unit])
        price = self.told("price")
        return price.get(unit, 0) if isinstance(price, Mapping) else price

    # --- how things stand --------------------------------------------------------------------

    def balance(self, user: str, unit: str) -> int:
        return self.stage.mall.wallet(user).units[unit].balance

    def moved(self, user: str, unit: str) -> int:
        return self.balance(user, unit) - self.earlier.get(f"{user}'s {unit}", 0)

    def has(self, user: str, benefit: str) -> int:
        usable = self.stage.mall.entitlements(user, phase="usable")
        return sum(view.benefit.id == benefit for view in usable)

    def left(self, *about: str) -> Any:
        *named, thing = about
        campaigns = named or [p.head.campaign for p in self._sales() if thing in p.sells]
        offers = [self.stage.mall.offer(campaign, thing) for campaign in campaigns]
        counts = [offer.left for offer in offers if offer.left is not None]
        return "unlimited" if not counts else min(counts)

    def stock(self, benefit: str) -> int:
        account = stock(benefit)
        view = self.stage.transactions.look([account], self.stage.mall.now(), self.stage.store)
        return view.stands(account)

    def order(self, order: str) -> str:
        deal = self._deal(order)
        return "none" if deal is None else deal.phase

    def refunds(self, order: str) -> int:
        """Money that was returned for an order, all in all."""
        deal = self._deal(order)
        return 0 if deal is None else deal.refunded

    def codes(self, order: str) -> list[str]:
        deal = self._deal(order)
        return sorted(code for grant in (deal.grants if deal else ()) for code in self.stage.read_codes(grant))

    def bond(self, friend: str, campaign: str) -> str:
        """Who brought *friend*; nobody for an empty text."""
        views = self.stage.mall.invites(friend)
        return next((view.invited_by for view in views if view.campaign == campaign), "")

    def flags(self, friend: str, campaign: str) -> list[str]:
        inviter = self.bond(friend, campaign)
        views = [view for view in self.stage.mall.invites(inviter) if view.campaign == campaign] if inviter else []
        return sorted(
            flag for view in views for invitee in view.invitees if invitee.user == friend for flag in invitee.flags
        )

    def parts(self, order: str, part: str) -> str:
        try:
            found = self.stage.mall.bundle(deal_id("", "", order)).parts
        except NotFound:
            return "none"
        return next((view.phase for view in found if view.name == part), "none")

    def promises(self, user: str) -> int:
        return self._promises(user, "open")

    def lapsed(self, user: str) -> int:
        return self._promises(user, "lapsed")

    def streak(self, campaign: str, user: str) -> int:
        """The length of the present row."""
        return self.stage.mall.streak(campaign, user).present

    def total(self, campaign: str, user: str) -> int:
        return self.stage.mall.streak(campaign, user).total

    def best(self, campaign: str, user: str, count: str) -> list[int]:
        """The lengths of the longest rows, newest first."""
        return [row.length for row in self.stage.mall.streak(campaign, user).best(int(count))]

    def progress(self, campaign: str, user: str, goal: str, *keys: str) -> int:
        """How far a goal is; where each of something has its own progress, *keys* say which."""
        play = self.stage.project.campaigns[campaign].play
        names = [name for name in play.per if name not in ("user", "campaign")] if isinstance(play, Task) else []
        try:
            found = self.stage.mall.task(campaign, user, **dict(zip(names, keys, strict=False)))
        except NotFound:
            return 0
        return next(view.done for view in found.goals if view.name == goal)

    # --- inside ------------------------------------------------------------------------------

    def _sales(self) -> list[Sale]:
        return [play for play in self.stage.project.plays() if isinstance(play, Sale)]

    def _deal(self, order: str) -> Deal | None:
        try:
            return self.stage.mall.deal(deal_id("", "", order))
        except NotFound:
            return None

    def _promises(self, user: str, phase: str) -> int:
        key = RecordKey(kind=Person.kind, parts=(user,))
        record, _ = self.stage.transactions.look([key], self.stage.mall.now(), self.stage.store).stored(key)
        if record is None:
            return 0
        found = every(self.stage.store, Promise.kind, holder=record.holder, phase=phase)
        return len([cast("Promise", promise) for promise in found])


def _no_of(rule: str, decision: Decision) -> str:
    """The no of a rule that was the campaign's own."""
    return decision.reason if decision.clause.startswith(f"rewards/{rule}/") else ""
