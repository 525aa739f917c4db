"""
Binding: one friend to one inviter, never in a circle.

Everybody above somebody has a row of their own in the tree, ``free`` at the top. Binding writes the
friend's row and needs the inviter's; where the friend already has people below, it walks up from
the inviter. Two bonds that would close a circle between them need each other's row, so one waits
for the other and then sees it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

from quanyi.entitlements.checks import admission
from quanyi.entitlements.checks.conditions import AllOf, judge
from quanyi.entitlements.errors import NotEligible, Refused, VoucherRefused
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.limits.limit import limit_needs, take_place
from quanyi.entitlements.picture import Draft
from quanyi.entitlements.plays.referral.fingerprints import leave_marks, seen_before, shown_by
from quanyi.entitlements.plays.referral.invite_codes import inviter_of_code
from quanyi.entitlements.records import Bond, RecordKey
from quanyi.entitlements.time import zone_of

if TYPE_CHECKING:
    from quanyi.entitlements.plays.referral.terms import ReferralTerms

__all__ = ["HIGHEST", "BindAttempt", "bond_key"]

HIGHEST = 20
"""How many bonds binding walks up at most; a friend who stands at the top of a taller tree is refused."""


def bond_key(campaign: str, friend: str) -> RecordKey:
    """The record of a person's place in a campaign's tree."""
    return RecordKey(kind=Bond.kind, parts=(campaign, friend))


class BindAttempt:
    """
    One friend being bound.

    Attributes:
        ask: The input with the roles filled in: ``friend`` and ``inviter`` among its holders.
        unknown: The refusal of a code that is nobody's here; None if there is none, or it is somebody's.
    """

    def __init__(self, referral: ReferralTerms, ask: Input, draft: Draft) -> None:
        self.referral, self.draft = referral, draft
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
        for check in referral.checks if "code" in referral.checks else ("code", *referral.checks):
            try:
                getattr(self, f"_{check}")()
            except Refused as no:
                no.at(check, referral.head.place_of(check))
                raise
        self._anchor()
        bond = self._bond()
        draft.put(bond)
        leave_marks(referral, self.ask, draft)
        self._tell(bond)
        return bond

    # --- the checks --------------------------------------------------------------------------

    def _phase(self) -> None:
        admission.check_phase(self.referral.head, self.ask.at)

    def _open(self) -> None:
        admission.check_open(self.referral.head, self.ask.at)

    def _for(self) -> None:
        admission.check_audience(self.referral.head, self.ask, self.draft)

    def _only_if(self) -> None:
        condition = self.referral.bind.only_if
        if condition is None:
            return
        self.draft.facts.update(self.ask.facts)
        try:
            judge(condition, self.ask, self.draft.evaluate)
        except NotEligible as no:
            own = condition.reason if isinstance(condition, AllOf) else ""
            raise NotEligible(reason=own or "only-new-users", shows=no.shows).at(no.clause, no.where) from no

    def _code(self) -> None:
        if self.unknown is not None:
            raise self.unknown

    def _self(self) -> None:
        if self.inviter == self.friend:
            raise NotEligible(reason="self-referral")

    def _same(self) -> None:
        if shown_by(self.referral, self.inviter, self.ask, self.draft):
            raise NotEligible(reason="self-referral")

    def _again(self) -> None:
        if self._above(self.friend):
            raise NotEligible(reason="already-bound")

    def _loop(self) -> None:
        if self._place(self.friend) is None:  # nobody is below
            return
        above = self.inviter
        for _ in range(HIGHEST):
            if above in ("", self.friend):
                break
            above = self._above(above)
        if above:
            raise NotEligible(reason="loop" if above == self.friend else "tree-too-tall")

    def _at_most(self) -> None:
        zone = self.referral.head.zone
        limits = [limit for limit in self.referral.at_most if limit.of == "times"]
        self.draft.require(*limit_needs(limits, self.ask, zone))
        for limit in limits:
            take_place(self.draft, limit, self.ask, 1, zone=zone)

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
