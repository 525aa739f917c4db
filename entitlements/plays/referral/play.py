"""
Bring a friend: both get something, the inviter only when the friend has really bought.

====================  =================================================================
input                 what it does
====================  =================================================================
the events of `Bind`  bind the friend to the inviter, by link or code; then the rules
                      for ``bound``
``referral.code``     gives the asker a code of their own, the same one every time
events of the rules   give or promise to the friend and to who brought them
events that undo      cancel promises and take back, rule by rule
``promise.due``       keeps a promise, or lets it lapse
====================  =================================================================
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar

import attrs

from quanyi.entitlements.changes import Changes
from quanyi.entitlements.checks.check import Check
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.needs import Need
from quanyi.entitlements.picture import Draft
from quanyi.entitlements.plays.base import Exposure, Trigger
from quanyi.entitlements.plays.referral import exposure, handle, invite_codes
from quanyi.entitlements.plays.referral.attempt import CHECKS, BindAttempt
from quanyi.entitlements.plays.referral.terms import BOUND, ReferralTerms
from quanyi.entitlements.plays.reward import promise
from quanyi.entitlements.records import Promise

__all__ = ["Referral"]


@attrs.frozen(kw_only=True)
class Referral(ReferralTerms):
    """One programme of invitations, as the engine runs it."""

    all_checks: ClassVar[Mapping[str, Check[BindAttempt]]] = CHECKS
    """Its checks by name, in their usual order; `checks` says the campaign's own."""

    def listens(self) -> tuple[Trigger, ...]:
        """What binds, what the rules wait for, what undoes them, and their promises."""
        binding = [Trigger(type=type_) for type_ in (*self.bind.when, *(["referral.code"] if self.bind.code else []))]
        heard = [trigger for rule in self.rules for trigger in rule.reward.listens() if trigger.type != BOUND]
        unique = {_content(trigger): trigger for trigger in (*binding, *heard)}
        return tuple(unique.values())

    def needs(self, ask: Input) -> Iterable[Need]:
        """The friend's bond, the code and marks that the input names, trails; the rest comes in rounds."""
        return promise.needs(ask) if ask.type == "promise.due" else handle.needs(self, ask)

    def decide(self, ask: Input, draft: Draft) -> Changes:
        """Bind, give, promise, undo: whatever of it the input is about; `Refused` if nothing came of it."""
        if ask.type == "promise.due":
            return self._keep(ask, draft)
        if ask.type == "referral.code":
            return invite_codes.show(self, ask, draft)
        return handle.hear(self, ask, draft)

    def exposure(self) -> tuple[Exposure, ...]:
        """The most that all rules can give, thing by thing."""
        return exposure.exposure(self)

    def _keep(self, ask: Input, draft: Draft) -> Changes:
        """Keep a promise by the rule that made it, and tell if the inviter got something."""
        made = draft.get(Promise, *next(iter(promise.needs(ask))).parts)  # type: ignore[union-attr]
        name = made.event.get("rule") if made is not None else None
        rule = next((rule for rule in self.live_rules if rule.reward.rule == name), self.live_rules[0])
        changes = promise.keep(rule.reward, ask, draft)
        if made is None or changes.outcome != "done" or rule.to != "inviter":
            return changes
        pairs = zip(made.source[::2], made.source[1::2], strict=True)
        handle.tell(rule, made.event["holders"], pairs, draft)
        return attrs.evolve(changes, lines=tuple(draft.lines))


def _content(trigger: Trigger) -> tuple[object, ...]:
    """What makes two triggers the same."""
    return (trigger.type, *(tuple(sorted(asked.items(), key=str)) for asked in (trigger.where, trigger.ranges)))
