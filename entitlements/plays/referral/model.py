"""
Bring a friend: both get something, the inviter only when the friend has really bought.

====================  =================================================================
input                 what it does
====================  =================================================================
the events of `Bind`  bind the friend to the inviter, by link or code; then the rules
                      for ``bound``
``referral.code``     gives the asker a code of his own, the same one every time
events of the rules   give or promise to the friend and to who brought him
events that undo      cancel promises and take back, rule by rule
``promise.due``       keeps a promise, or lets it lapse
====================  =================================================================
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

import attrs

from quanyi.entitlements.benefits import Benefit, PointsUnit
from quanyi.entitlements.changes import Changes
from quanyi.entitlements.clauses import Gift, Head, Limit
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.picture import Draft, Need
from quanyi.entitlements.plays.base import Exposure, Trigger
from quanyi.entitlements.plays.referral import codes, cost, hearing
from quanyi.entitlements.plays.referral.clauses import BOUND, Bind, Rule
from quanyi.entitlements.plays.reward import Reward, due
from quanyi.entitlements.records import Promise

__all__ = ["Referral"]


@attrs.frozen(kw_only=True)
class Referral:
    """
    One programme of invitations.

    Attributes:
        bind: How friends are bound.
        rules: What is given for it, in the order of the file.
        at_most: Limits per ``inviter``, ``friend`` or ``campaign``: ``times`` are friends bound, amounts
            and pieces what all rules give together.
        budget: Limits on what all rules give together; a rule asks for those that count something it gives.
        checks: The order in which binding looks for a no.
    """

    head: Head
    bind: Bind
    rules: tuple[Rule, ...] = ()
    at_most: tuple[Limit, ...] = ()
    budget: tuple[Limit, ...] = ()
    checks: tuple[str, ...] = ("phase", "open", "for", "only_if", "code", "self", "same", "again", "loop", "at_most")

    @cached_property
    def live_rules(self) -> tuple[Rule, ...]:
        """The rules, each with the campaign's head as it is by now, its own places in the file, and what all share."""
        return tuple(attrs.evolve(rule, reward=self._whole(rule)) for rule in self.rules)

    @property
    def shared(self) -> tuple[Limit, ...]:
        """The limits of `at_most` that count what is given, and not who is bound."""
        return tuple(limit for limit in self.at_most if limit.of != "times")

    def listens(self) -> tuple[Trigger, ...]:
        """What binds, what the rules wait for, what undoes them, and their promises."""
        binding = [Trigger(type=type_) for type_ in (*self.bind.when, *(["referral.code"] if self.bind.code else []))]
        heard = [trigger for rule in self.rules for trigger in rule.reward.listens() if trigger.type != BOUND]
        unique = {
            (trigger.type, tuple(sorted(trigger.where.items(), key=str))): trigger for trigger in (*binding, *heard)
        }
        return tuple(unique.values())

    def needs(self, ask: Input) -> Iterable[Need]:
        """The friend's bond, the code and marks that the input names, trails; the rest comes in rounds."""
        return due.needs(ask) if ask.type == "promise.due" else hearing.needs(self, ask)

    def decide(self, ask: Input, draft: Draft) -> Changes:
        """Bind, give, promise, undo: whatever of it the input is about; `Refused` if nothing came of it."""
        if ask.type == "promise.due":
            return self._keep(ask, draft)
        if ask.type == "referral.code":
            return codes.show(self, ask, draft)
        return hearing.hear(self, ask, draft)

    def exposure(self) -> tuple[Exposure, ...]:
        """The most that all rules can give, thing by thing."""
        return cost.exposure(self)

    @property
    def units(self) -> Mapping[str, PointsUnit]:
        """The units that its rules give."""
        return {id_: unit for rule in self.rules for id_, unit in rule.reward.units.items()}

    @property
    def gifts(self) -> tuple[Gift, ...]:
        """All that its rules may give."""
        return tuple(gift for rule in self.rules for gift in (*rule.reward.give, *rule.reward.instead))

    @property
    def benefits(self) -> Mapping[str, Benefit]:
        """The benefits that its rules give."""
        return {gift.thing: gift.benefit for gift in self.gifts if gift.benefit is not None}

    def _keep(self, ask: Input, draft: Draft) -> Changes:
        """Keep a promise by the rule that made it, and tell if the inviter got something."""
        promise = draft.get(Promise, *next(iter(due.needs(ask))).parts)  # type: ignore[union-attr]
        name = promise.event.get("rule") if promise is not None else None
        rule = next((rule for rule in self.live_rules if rule.reward.rule == name), self.live_rules[0])
        changes = due.keep(rule.reward, ask, draft)
        if promise is None or changes.outcome != "done" or rule.to != "inviter":
            return changes
        pairs = zip(promise.source[::2], promise.source[1::2], strict=True)
        hearing.tell(rule, promise.event["holders"], pairs, draft)
        return attrs.evolve(changes, lines=tuple(draft.lines))

    def _whole(self, rule: Rule) -> Reward:
        own = rule.reward
        return attrs.evolve(
            own,
            head=attrs.evolve(self.head, where=own.head.where),
            at_most=(*own.at_most, *(limit for limit in self.shared if self._counts(limit, own))),
            budget=tuple(limit for limit in self.budget if self._counts(limit, own)),
        )

    def _counts(self, limit: Limit, reward: Reward) -> bool:
        """Whether a shared limit counts anything that a rule gives; what no rule gives is money, and counts costs."""
        things = {gift.thing for gift in (*reward.give, *reward.instead)}
        costs = any(gift.benefit is not None for gift in (*reward.give, *reward.instead))
        return limit.of in things or (costs and limit.of not in {*self.units, *self.benefits})
