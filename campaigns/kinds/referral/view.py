"""
What a referral shows to an inviter.
"""

from __future__ import annotations

from typing import cast

from quanyi.campaigns.kinds.view import PlayView, Surroundings
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.picture import View
from quanyi.entitlements.plays.referral import Referral
from quanyi.entitlements.plays.referral.records import Bond, Invite
from quanyi.entitlements.plays.referral.view import Invites, ReferralRecords, invite_needs, invites_view
from quanyi.entitlements.records import Promise

__all__ = ["VIEW"]


def _show(play: Referral, ask: Input, picture: View, around: Surroundings) -> Invites:
    bonds = [cast("Bond", record) for record in around.records(Bond.kind)]
    friends = {bond.friend for bond in bonds}
    names = around.users_of(friends)
    known = ReferralRecords(
        bonds=bonds,
        promises=[cast("Promise", record) for record in around.records(Promise.kind)],
        codes=[cast("Invite", record) for record in around.records(Invite.kind)],
        user_of=lambda holder: names.get(holder, "") if holder in friends else around.user_of(holder),
        version=around.version,
    )
    return invites_view(play, ask, picture, known)


VIEW = PlayView(needs=invite_needs, show=_show, records=(Bond.kind, Promise.kind, Invite.kind))
