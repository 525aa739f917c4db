"""
Invitations for screens: somebody's code, whom it brought and how far they are, what is pending and what came.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, cast

import attrs

from quanyi.campaigns.lists import every
from quanyi.campaigns.queries import Ports
from quanyi.entitlements.picture import View
from quanyi.entitlements.plain import Plain
from quanyi.entitlements.plays.referral import Referral
from quanyi.entitlements.plays.referral.invite_codes import code_key, first_code
from quanyi.entitlements.plays.referral.records import Bond, Invite, bond_key
from quanyi.entitlements.plays.reward.view import PromiseView, promise_view
from quanyi.entitlements.records import Person, Promise

__all__ = ["Invitee", "Invites", "invites"]

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


def invites(ports: Ports, view: View, plays: Sequence[Referral], holder: str, now: datetime) -> list[Invites]:
    """Every referral campaign in force, as *holder* sees it; read, never written."""
    promises = [cast("Promise", r) for r in every(ports.store, Promise.kind, holder=holder)]
    bonds = [cast("Bond", r) for r in every(ports.store, Bond.kind, holder=holder, phase="bound")]
    return [_Reader(ports, play, holder, now).read(view, promises, bonds) for play in plays]


@attrs.frozen
class _Reader:
    ports: Ports
    play: Referral
    holder: str
    now: datetime

    def read(self, view: View, promises: Sequence[Promise], bonds: Sequence[Bond]) -> Invites:
        campaign = self.play.head.campaign
        mine = [promise for promise in promises if promise.campaign == campaign]
        return Invites(
            campaign=campaign,
            title=self.play.head.title,
            text=self.play.head.text,
            code=self._code(view),
            has_codes=bool(self.play.bind.code),
            invited_by=self._invited_by(view),
            invitees=tuple(self._invitee(bond, mine) for bond in bonds if bond.campaign == campaign),
            pending=self._in_phase(mine, "open"),
            confirmed=self._in_phase(mine, "kept"),
            lapsed=self._in_phase(mine, "lapsed"),
        )

    def _code(self, view: View) -> str:
        """The short code, or the longer one that was given where the short one was taken."""
        record, _ = view.stored(code_key(first_code(self.play.head.campaign, self.holder)))
        if isinstance(record, Invite) and (record.holder, record.campaign) == (self.holder, self.play.head.campaign):
            return record.code.upper()
        found = self.ports.store.records(Invite.kind, holder=self.holder, campaign=self.play.head.campaign, limit=1)
        return cast("Invite", found[0]).code.upper() if found else ""

    def _invited_by(self, view: View) -> str:
        record, _ = view.stored(bond_key(self.play.head.campaign, self.holder))
        inviter = record.inviter_at(self.now) if isinstance(record, Bond) else ""
        return self._user(inviter) if inviter else ""

    def _invitee(self, bond: Bond, promises: Sequence[Promise]) -> Invitee:
        own = [promise for promise in promises if promise.event.get("holders", {}).get("friend") == bond.friend]
        open_ones = [promise.due_at for promise in own if promise.phase == "open" and promise.due_at is not None]
        return Invitee(
            user=self._user(bond.friend),
            stage=self._stage(bond, own),
            by=bond.by,
            flags=bond.flags,
            bound_at=bond.bound_at,
            due_at=min(open_ones, default=None),
        )

    def _stage(self, bond: Bond, promises: Sequence[Promise]) -> _Stage:
        phases = {promise.phase for promise in promises}
        if bond.flags:
            return "flagged"
        if bond.given or "kept" in phases:
            return "rewarded"
        if "open" in phases:
            return "pending"
        if "lapsed" in phases:
            return "lapsed"
        return "bound" if bond.inviter_at(self.now) else "ended"

    def _in_phase(self, promises: Sequence[Promise], phase: str) -> tuple[PromiseView, ...]:
        in_force = self.ports.transactions.in_force
        return tuple(
            promise_view(promise, cast("Any", in_force.play(promise.campaign, promise.version)))
            for promise in promises
            if promise.phase == phase
        )

    def _user(self, holder: str) -> str:
        found = self.ports.store.records(Person.kind, holder=holder, limit=1)
        return cast("Person", found[0]).user if found else ""
