"""
One friend being bound to one inviter: the checks in the declared order, and the bond; never a circle.

Everybody above somebody has a row of their own in the tree, ``free`` at the top. Binding writes the
friend's row and needs the inviter's; where the friend already has people below, it walks up from
the inviter. Two bonds that would close a circle between them need each other's row, so one waits
for the other and then sees it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import attrs

from quanyi.entitlements.checks import admission
from quanyi.entitlements.checks.check import Check, by_name, go_through
from quanyi.entitlements.checks.conditions import AllOf, judge
from quanyi.entitlements.errors import NotEligible, VoucherRefused
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.limits.limit import limit_needs, take_place
from quanyi.entitlements.picture import Draft
from quanyi.entitlements.plays.referral.fingerprints import leave_marks, seen_before, shown_by
from quanyi.entitlements.plays.referral.invite_codes import inviter_of_code
from quanyi.entitlements.plays.referral.records import Bond, bond_key
from quanyi.entitlements.time import zone_of

if TYPE_CHECKING:
    from quanyi.entitlements.plays.referral.terms import ReferralTerms

__all__ = ["CHECKS", "HIGHEST", "BindAttempt"]

HIGHEST = 20
"""How many bonds binding walks up at most; a friend who stands at the top of a taller tree is refused."""


class BindAttempt:
    """
    One friend being bound.

    Attributes:
        ask: The input with the roles filled in: ``friend`` and ``inviter`` among its holders.
        unknown: The refusal of a code that is nobody's here; None if there is none, or it is somebody's.
    """

    def __init__(self, referral: ReferralTerms, ask: Input, draft: Draft) -> None:
        self.referral, self.head, self.draft = referral, referral.head, draft
        self.friend = ask.holder or ""
        self.unknown: VoucherRefused | None = None
        self.inviter, self.by = self._inviter(ask)
        self.ask = attrs.evolve(ask, holders={**ask.holders, "friend": self.friend, "inviter": self.inviter})

    def run(self) -> Bond:
        """
        Go through the checks, and write the bond.

        Raises:
            Refused: The first check that fails.
        """
        referral, draft = self.referral, self.draft
        draft.require(*(bond_key(referral.head.campaign, who) for who in (self.friend, self.inviter) if who))
        order = referral.checks if "code" in referral.checks else ("code", *referral.checks)
        go_through(order, CHECKS, self, draft)
        self._anchor()
        bond = self._bond()
        draft.put(bond)
        leave_marks(referral, self.ask, draft)
        self._tell(bond)
        return bond

    # --- the checks --------------------------------------------------------------------------

    def only_if(self, draft: Draft) -> None:
        """The condition on whoever may still be bound holds."""
        condition = self.referral.bind.only_if
        if condition is None:
            return
        draft.facts.update(self.ask.facts)
        try:
            judge(condition, self.ask, draft.evaluate)
        except NotEligible as no:
            own = condition.reason if isinstance(condition, AllOf) else ""
            raise NotEligible(reason=own or "only-new-users", shows=no.shows).at(no.clause, no.where) from no

    def code_known(self, _draft: Draft) -> None:
        """The invitation code, if there is one, is somebody's."""
        if self.unknown is not None:
            raise self.unknown

    def not_self(self, _draft: Draft) -> None:
        """Inviter and friend are two."""
        if self.inviter == self.friend:
            raise NotEligible(reason="self-referral")

    def not_same(self, draft: Draft) -> None:
        """Inviter and friend have nothing in common that is forbidden."""
        if shown_by(self.referral, self.inviter, self.ask, draft):
            raise NotEligible(reason="self-referral")

    def not_bound(self, _draft: Draft) -> None:
        """The friend has no inviter yet."""
        if self._above(self.friend):
            raise NotEligible(reason="already-bound")

    def no_loop(self, _draft: Draft) -> None:
        """The friend does not stand above the inviter."""
        if self._place(self.friend) is None:  # nobody is below
            return
        above = self.inviter
        for _ in range(HIGHEST):
            if above in ("", self.friend):
                break
            above = self._above(above)
        if above:
            raise NotEligible(reason="loop" if above == self.friend else "tree-too-tall")

    def at_most(self, draft: Draft) -> None:
        """The limits on friends bound have room, and places are taken."""
        zone = self.referral.head.zone
        limits = [limit for limit in self.referral.at_most if limit.of == "times"]
        draft.require(*limit_needs(limits, self.ask, zone))
        for limit in limits:
            take_place(draft, limit, self.ask, 1, zone=zone)

    # --- inside ------------------------------------------------------------------------------

    def _inviter(self, ask: Input) -> tuple[str, str]:
        bind = self.referral.bind
        named = ask.holders.get(bind.to.get(ask.type, ""), "")
        code = str(ask.data.get(bind.code) or "") if bind.code else ""
        if named or not code:
            return named, "link"
        try:
            return inviter_of_code(self.referral, code, self.draft), "code"
        except VoucherRefused as no:
            self.unknown = no
            return "", "code"

    def _place(self, who: str) -> Bond | None:
        return self.draft.get(Bond, self.referral.head.campaign, who)

    def _above(self, who: str) -> str:
        place = self._place(who)
        return place.inviter_at(self.ask.at) if place is not None else ""

    def _anchor(self) -> None:
        """Give the inviter a row, so that whoever binds him meanwhile meets this bond."""
        if self._place(self.inviter) is None:
            self.draft.put(attrs.evolve(self._free(), friend=self.inviter))

    def _tell(self, bond: Bond) -> None:
        """Tell the inviter, and whoever counts friends."""
        data = {"campaign": bond.campaign, "friend": self.friend, "by": bond.by}
        flags = {"flags": list(bond.flags), "flagged": bool(bond.flags)}
        self.draft.emit("referral.bound", {**dict(self.ask.source), **data, **flags}, holder=self.inviter)

    def _free(self) -> Bond:
        head = self.referral.head
        return Bond(campaign=head.campaign, version=head.version, friend=self.friend, phase="free")

    def _bond(self) -> Bond:
        bind, at = self.referral.bind, self.ask.at
        return attrs.evolve(
            self._free(),
            phase="bound",
            holder=self.inviter,
            flags=("seen-before",) if seen_before(self.referral, self.ask, self.draft) else (),
            by=self.by,
            bound_at=at,
            due_at=bind.keep.after(at, zone_of(self.referral.head.zone)) if bind.keep is not None else None,
        )


CHECKS: Mapping[str, Check[BindAttempt]] = by_name(
    admission.RUNS,
    admission.OPEN,
    admission.AUDIENCE,
    Check(name="only_if", run=BindAttempt.only_if),
    Check(name="code", run=BindAttempt.code_known),
    Check(name="self", run=BindAttempt.not_self),
    Check(name="same", run=BindAttempt.not_same),
    Check(name="again", run=BindAttempt.not_bound),
    Check(name="loop", run=BindAttempt.no_loop),
    Check(name="at_most", run=BindAttempt.at_most),
)
"""The checks of binding, in their usual order."""
