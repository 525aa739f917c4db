"""
One input heard by a referral: the bond it makes, and each rule by itself.

A rule is all or nothing, and a rule that says no does not harm the others. If nothing at all came of
the input, the first no is the campaign's answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import attrs

from quanyi.entitlements.because import because
from quanyi.entitlements.changes import Changes
from quanyi.entitlements.errors import InputError, NotEligible, Refused
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.needs import Need
from quanyi.entitlements.picture import Draft
from quanyi.entitlements.plays.referral.attempt import BindAttempt
from quanyi.entitlements.plays.referral.fingerprints import leave_marks, mark_keys
from quanyi.entitlements.plays.referral.invite_codes import code_key, first_code, read_code
from quanyi.entitlements.plays.referral.records import Bond, bond_key
from quanyi.entitlements.plays.referral.terms import BOUND, Rule
from quanyi.entitlements.plays.reward import give, undo
from quanyi.entitlements.plays.reward.attempt import RewardAttempt
from quanyi.entitlements.undo.sources import sources_of, trail_keys

if TYPE_CHECKING:
    from quanyi.entitlements.plays.referral.terms import ReferralTerms

__all__ = ["hear", "needs", "tell"]


def needs(referral: ReferralTerms, ask: Input) -> Iterable[Need]:
    """What the input itself names: the friend's and the inviter's place, code, marks, trails."""
    campaign, bind, holder = referral.head.campaign, referral.bind, ask.holder or ""
    needs: set[Need] = {bond_key(campaign, holder)}
    if ask.type == "referral.code":
        return {code_key(first_code(campaign, holder)), *mark_keys(referral, ask)}
    if ask.type in bind.when:
        inviter, code = ask.holders.get(bind.to.get(ask.type, "")), ask.data.get(bind.code)
        needs.update(mark_keys(referral, ask, inviter or ""))
        needs |= {bond_key(campaign, inviter)} if inviter else set()
        needs |= {code_key(read_code(str(code)))} if code else set()
    for rule in referral.live_rules:
        needs.update(trail_keys(sources_of(rule.reward, ask)))
    return needs


def hear(referral: ReferralTerms, ask: Input, draft: Draft) -> Changes:
    """
    Bind, give, promise and undo what the input is about.

    Raises:
        Refused: Nothing came of it, or a command could not bind.
    """
    hearing = _Hearing(referral, ask, draft)
    bond = hearing.bind() if ask.type in referral.bind.when else None
    hearing.give(bond)
    hearing.undo()
    return hearing.done()


@attrs.define
class _Hearing:
    """
    What came of one input so far.

    Attributes:
        nos: The refusals, with the rule that met each.
        outcomes: What the others did: ``bound``, ``done``, ``promised``, ``cancelled``, ``seen``.
    """

    referral: ReferralTerms
    ask: Input
    draft: Draft
    nos: list[tuple[str, Refused]] = attrs.field(factory=list)
    outcomes: list[str] = attrs.field(factory=list)
    answer: dict[str, Any] = attrs.field(factory=dict)

    def bind(self) -> Bond | None:
        """Bind the subject, if the input names an inviter."""
        if self.ask.holder is None:
            raise InputError(f"{self.ask.type} needs a user")
        try:
            with self.draft.part():
                binding = BindAttempt(self.referral, self.ask, self.draft)
                if not binding.inviter and binding.unknown is None:
                    raise NotEligible(reason="no-inviter")
                bond = binding.run()
        except Refused as no:
            if self.ask.asks:
                raise
            self.nos.append(("bind", no))
            if no.reason == "no-inviter" and leave_marks(self.referral, self.ask, self.draft):
                self.outcomes.append("seen")
            return None
        self.outcomes.append("bound")
        self.draft.note("bind", f"by {bond.by}")
        self.answer = {"bound": True, "flags": list(bond.flags)}
        return bond

    def give(self, bond: Bond | None) -> None:
        """Run the rules that wait for this: for the bond just made, or for an event of a friend."""
        causes = {self.ask.type, *([BOUND] if bond is not None else [])}
        rules = [rule for rule in self.referral.live_rules if causes & set(rule.reward.when)]
        if not rules:
            return
        bond = bond or self.draft.get(Bond, self.referral.head.campaign, self.ask.holder or "")
        inviter = bond.inviter_at(self.ask.at) if bond is not None else ""
        if bond is None or not inviter or bond.flags:
            flag = bond.flags[0] if bond is not None and inviter else "not-bound"
            self.nos += [(rule.reward.rule, NotEligible(reason=flag)) for rule in rules]
            return
        holders = {**self.ask.holders, "friend": self.ask.holder or "", "inviter": inviter}
        given = self._in_turn(rules, attrs.evolve(self.ask, holders=holders))
        new = [rule for rule in given if rule not in bond.given]
        if new:
            self.draft.put(attrs.evolve(bond, given=(*bond.given, *new)))

    def undo(self) -> None:
        """Undo, rule by rule, what stems from the source that goes away."""
        for rule in self.referral.live_rules:
            if self.ask.type in rule.reward.undoing():
                self._try(rule, lambda rule=rule: undo.undo(rule.reward, self.ask, self.draft))

    def done(self) -> Changes:
        """Close the decision; the first no, if nothing came of it."""
        if not self.outcomes:
            raise self._first_no()
        if self.nos:
            self.draft.facts["skipped"] = {rule: no.reason for rule, no in self.nos}
            self.draft.facts["clauses"] = {no.clause: no.reason for _, no in self.nos if no.clause}
        soft = {"promised", "cancelled"}
        only = self.outcomes[0] if set(self.outcomes) <= soft and len(set(self.outcomes)) == 1 else "done"
        rule = "bind" if self.outcomes[0] in ("bound", "seen") else "undo" if only == "cancelled" else "rewards"
        reason = because(self.referral, self.ask, rule)
        return self.draft.done(reason, holder=self.ask.holder, answer=self.answer, outcome=only)

    def _first_no(self) -> Exception:
        """Why nothing came of it; that nobody was named says least, so it comes last."""
        nos = sorted((no for _, no in self.nos), key=lambda no: no.reason == "no-inviter")
        return nos[0] if nos else InputError(f"nobody answers {self.ask.type}")

    # --- rules -------------------------------------------------------------------------------

    def _in_turn(self, rules: Sequence[Rule], ask: Input) -> list[str]:
        """
        Each rule by itself; of a lane, for one receiver, only the first that works, the largest first.

        Returns:
            The rules that gave the inviter something at once.
        """
        given: list[str] = []
        self.draft.require(*(need for rule in rules for need in give.needs(rule.reward, ask)))
        lanes: dict[tuple[str, str], list[Rule]] = {}
        for rule in rules:
            lanes.setdefault((rule.lane or f"#{rule.reward.rule}", rule.to), []).append(rule)
        for lane in lanes.values():
            ranked = sorted(lane, key=lambda rule: -self._worth(rule, ask)) if len(lane) > 1 else lane
            for rule in ranked:
                if self._try(rule, lambda rule=rule: give.fire(rule.reward, ask, self.draft)):
                    self.draft.note(rule.reward.rule, self.outcomes[-1])
                    if rule.to == "inviter" and rule.reward.after is None:
                        given.append(rule.reward.rule)
                        tell(rule, ask.holders, ask.source, self.draft)
                    break
        return given

    def _worth(self, rule: Rule, ask: Input) -> int:
        """How much the rule would give now; below zero if nothing."""
        firing = RewardAttempt(rule.reward, ask, self.draft)
        ran = False
        with suppress(Refused), self.draft.part():
            firing.run()
            ran = True
            _drop()
        return sum(amount for _, amount in firing.handing.gifts) if ran else -1

    def _try(self, rule: Rule, act: Any) -> bool:
        try:
            with self.draft.part():
                changes: Changes = act()
        except Refused as no:
            self.nos.append((rule.reward.rule, no.at(f"rewards/{rule.reward.rule}")))
            return False
        self.outcomes.append(changes.outcome)
        self._told(changes.answer)
        return True

    def _told(self, answer: Any) -> None:
        """Put together what the rules answer."""
        for name in ("entitlements", "promise"):
            if name in answer:
                found = answer[name] if isinstance(answer[name], list) else [answer[name]]
                plural = "promises" if name == "promise" else name
                self.answer[plural] = [*self.answer.get(plural, []), *found]


def tell(rule: Rule, holders: Mapping[str, str], source: Iterable[tuple[str, str]], draft: Draft) -> None:
    """Tell that the inviter was given something for a friend; campaigns may count it, and undo it by its source."""
    data = {"campaign": rule.reward.head.campaign, "friend": holders["friend"], "rule": rule.reward.rule}
    draft.emit("referral.rewarded", {**dict(source), **data}, holder=holders["inviter"])


def _drop() -> None:
    """Drop what was only tried."""
    raise Refused
