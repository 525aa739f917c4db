"""
Which campaigns a user may take part in now, and why not in the others.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import attrs

from quanyi.campaigns.offers import OffersInForce
from quanyi.campaigns.ports import Ports
from quanyi.entitlements.checks.admission import check_audience, check_open, check_phase
from quanyi.entitlements.errors import NotOpen, Refused
from quanyi.entitlements.identifiers import identifier
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.plain import Plain
from quanyi.entitlements.plays.base import Play
from quanyi.entitlements.plays.parked import Parked
from quanyi.entitlements.plays.sale.view import Offer

__all__ = ["Eligibility", "eligibilities"]


@attrs.frozen(kw_only=True)
class Eligibility(Plain):
    """
    How one campaign takes one user now.

    Attributes:
        kind: The word in campaign files; empty for a campaign that is parked.
        eligible: Whether the user may take part.
        why_not: The refusal; of a campaign that sells several things, that of the first of them.
    """

    campaign: str
    kind: str
    title: Mapping[str, str]
    eligible: bool
    why_not: Refused | None = None


def eligibilities(ports: Ports, offers: OffersInForce, user: str) -> list[Eligibility]:
    """
    Every campaign in force, by priority, then by campaign.

    What sells is tried as a command for one piece would be. Of any other kind it is asked what needs no event: whether
    it runs and is open, and whether it is for this user. What an event has to say, and how often it may come, is not.
    """
    whose, now = identifier(user, "user"), ports.now()
    ask = Input(type="look", key="look", at=now, user=whose, facts=ports.said_of(whose, now))
    ask = ports.guessed([ask])[0]
    sold: dict[str, list[Offer]] = {}
    for offer in offers.all(whose, None):
        sold.setdefault(offer.campaign, []).append(offer)
    plays = sorted(ports.plays(), key=lambda play: (-play.head.priority, play.head.campaign))
    return [_eligibility(ports, play, ask, sold.get(play.head.campaign, [])) for play in plays]


def _eligibility(ports: Ports, play: Play, ask: Input, offers: list[Offer]) -> Eligibility:
    head = play.head
    if offers:
        noes = [offer.why_not for offer in offers]
        why_not = None if None in noes else noes[0]
    else:
        why_not = _refused(ports, play, ask)
    return Eligibility(
        campaign=head.campaign, kind=head.kind, title=head.title, eligible=why_not is None, why_not=why_not
    )


def _refused(ports: Ports, play: Play, ask: Input) -> Refused | None:
    """What the checks at the head of every play say."""
    head, draft = play.head, ports.look([]).draft(ask.at)
    try:
        _insist_on_use(ports, play, ask.at)
        check_audience(head, ask, draft)
    except Refused as no:
        return no.of(head.campaign)
    return None


def _insist_on_use(ports: Ports, play: Play, now: datetime) -> None:
    """Refuse a campaign that takes nothing now, whoever asks."""
    if isinstance(play, Parked):
        raise NotOpen(reason="parked")
    if ports.paused(play):
        raise NotOpen(reason="paused")
    check_phase(play.head, now)
    check_open(play.head, now)
