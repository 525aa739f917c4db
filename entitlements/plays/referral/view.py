"""
Invitations for screens: somebody's code, whom it brought and how far they are, what is pending and what came.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Literal

import attrs

from quanyi.entitlements.calculators import most
from quanyi.entitlements.checks.openings import present_state
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.needs import Need
from quanyi.entitlements.picture import View
from quanyi.entitlements.plain import Plain
from quanyi.entitlements.plays.base import Play
from quanyi.entitlements.plays.referral.invite_codes import code_key, first_code
from quanyi.entitlements.plays.referral.records import Bond, Invite, bond_key
from quanyi.entitlements.plays.referral.terms import BOUND, ReferralTerms
from quanyi.entitlements.plays.reward.view import PromiseView, promise_view
from quanyi.entitlements.records import Promise

__all__ = ["Invitation", "Invitee", "Invites", "ReferralRecords", "invitation_view", "invite_needs", "invites_view"]

_Stage = Literal["bound", "ended", "flagged", "lapsed", "pending", "rewarded"]


@attrs.frozen(kw_only=True)
class Invitee(Plain):
    """
    A friend whom somebody brought.

    Attributes:
        user: The host's id; empty if the person was erased. Show `masked` to others.
        stage: ``bound`` (nothing yet), ``pending`` (a reward is promised), ``rewarded``, ``lapsed`` (it
            was over a limit), ``flagged`` (nobody is rewarded), ``ended`` (the bond is over).
        by: ``link`` or ``code``.
        flags: Why nobody is rewarded: ``seen-before``.
        due_at: When the next promised reward comes; None if none is open.
    """

    user: str
    stage: _Stage
    by: str
    flags: tuple[str, ...]
    bound_at: datetime | None
    due_at: datetime | None

    @property
    def masked(self) -> str:
        """
        The id with its middle hidden.

        >>> Invitee(user="hannah", stage="bound", by="link", flags=(), bound_at=None, due_at=None).masked
        'h***h'
        """
        return f"{self.user[:1]}***{self.user[-1:]}" if self.user else "***"


@attrs.frozen(kw_only=True)
class Invites(Plain):
    """
    One referral campaign as an inviter sees it.

    Attributes:
        code: Their invitation code, as it is shown; empty until it was asked for with `invite_code`.
        has_codes: Whether the campaign has codes at all.
        invited_by: Who brought this user; empty for nobody.
        invitees: Newest first.
        pending: What is promised to them; `confirmed` what promises gave, `lapsed` what came to nothing.
    """

    campaign: str
    title: Mapping[str, str]
    text: Mapping[str, str]
    code: str
    has_codes: bool
    invited_by: str
    invitees: tuple[Invitee, ...]
    pending: tuple[PromiseView, ...]
    confirmed: tuple[PromiseView, ...]
    lapsed: tuple[PromiseView, ...]

    def count(self, *stages: _Stage) -> int:
        """How many invitees stand at one of these stages."""
        return sum(invitee.stage in stages for invitee in self.invitees)


@attrs.frozen(kw_only=True)
class ReferralRecords:
    """
    What the books know of one inviter in one referral, beside the picture.

    Attributes:
        bonds: Whom they brought, newest first; those that are no longer bound too.
        promises: What was promised to them, newest first.
        codes: Their invitation codes.
        user_of: The host's id of somebody by their id in the books; empty if the person was erased.
        version: One version of a campaign, however old.
    """

    bonds: Sequence[Bond]
    promises: Sequence[Promise]
    codes: Sequence[Invite]
    user_of: Callable[[str], str]
    version: Callable[[str, str], Play]


@attrs.frozen(kw_only=True)
class Invitation(Plain):
    """
    What a code invites to, for the page that it leads to.

    Attributes:
        inviter: The host's id of who invites; empty if the person was erased.
        state: What the campaign is: ``open``, ``not_started``, ``between``, ``paused``, ``ended``.
        gives: What a friend gets at once for taking it: (unit or benefit, amount) of each thing.
    """

    campaign: str
    title: Mapping[str, str]
    inviter: str
    state: str
    gives: tuple[tuple[str, int | None], ...]


def invitation_view(referral: Play, inviter: str, now: datetime, *, paused: bool) -> Invitation | None:
    """The invitation of *inviter* to *referral*; None for a campaign that invites nobody."""
    if not isinstance(referral, ReferralTerms):
        return None
    rules = [rule.reward for rule in referral.live_rules if rule.to == "friend" and BOUND in rule.reward.when]
    at_once = [gift for reward in rules if reward.after is None for gift in reward.give]
    return Invitation(
        campaign=referral.head.campaign,
        title=referral.head.title,
        inviter=inviter,
        state=present_state(referral.head, now, paused=paused),
        gives=tuple((gift.thing, most(gift.how_much)) for gift in at_once),
    )


def invite_needs(referral: ReferralTerms, ask: Input) -> set[Need]:
    """What tells who brought the inviter of *ask*, and which code is theirs."""
    campaign, holder = referral.head.campaign, ask.holder or ""
    return {bond_key(campaign, holder), code_key(first_code(campaign, holder))}


def invites_view(referral: ReferralTerms, ask: Input, view: View, known: ReferralRecords) -> Invites:
    """One referral as the inviter of *ask* sees it."""
    head, holder = referral.head, ask.holder or ""
    return Invites(
        campaign=head.campaign,
        title=head.title,
        text=head.text,
        code=_code(head.campaign, holder, view, known),
        has_codes=bool(referral.bind.code),
        invited_by=_invited_by(head.campaign, ask, view, known),
        invitees=tuple(_invitee(bond, known, ask.at) for bond in known.bonds if bond.phase == "bound"),
        pending=_in_phase(known, "open"),
        confirmed=_in_phase(known, "kept"),
        lapsed=_in_phase(known, "lapsed"),
    )


def _code(campaign: str, holder: str, view: View, known: ReferralRecords) -> str:
    """The short code, or the longer one that was given where the short one was taken."""
    record, _ = view.stored(code_key(first_code(campaign, holder)))
    if isinstance(record, Invite) and (record.holder, record.campaign) == (holder, campaign):
        return record.code.upper()
    return known.codes[0].code.upper() if known.codes else ""


def _invited_by(campaign: str, ask: Input, view: View, known: ReferralRecords) -> str:
    record, _ = view.stored(bond_key(campaign, ask.holder or ""))
    inviter = record.inviter_at(ask.at) if isinstance(record, Bond) else ""
    return known.user_of(inviter) if inviter else ""


def _invitee(bond: Bond, known: ReferralRecords, now: datetime) -> Invitee:
    own = [promise for promise in known.promises if promise.event.get("holders", {}).get("friend") == bond.friend]
    open_ones = [promise.due_at for promise in own if promise.phase == "open" and promise.due_at is not None]
    return Invitee(
        user=known.user_of(bond.friend),
        stage=_stage(bond, own, now),
        by=bond.by,
        flags=bond.flags,
        bound_at=bond.bound_at,
        due_at=min(open_ones, default=None),
    )


def _stage(bond: Bond, promises: Sequence[Promise], now: datetime) -> _Stage:
    phases = {promise.phase for promise in promises}
    if bond.flags:
        return "flagged"
    if bond.given or "kept" in phases:
        return "rewarded"
    if "open" in phases:
        return "pending"
    if "lapsed" in phases:
        return "lapsed"
    return "bound" if bond.inviter_at(now) else "ended"


def _in_phase(known: ReferralRecords, phase: str) -> tuple[PromiseView, ...]:
    found = (promise for promise in known.promises if promise.phase == phase)
    return tuple(promise_view(promise, known.version(promise.campaign, promise.version)) for promise in found)
