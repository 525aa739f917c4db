"""
What is on offer, as everybody sees it and as one user does: with why they could not have it, and how much the limits leave.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import attrs

from quanyi.campaigns.kinds.view import Offers
from quanyi.campaigns.ports import Ports
from quanyi.entitlements.errors import NotFound, Refused
from quanyi.entitlements.identifiers import identifier, identifier_or_none
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.picture import View
from quanyi.entitlements.plays.base import Play
from quanyi.entitlements.plays.sale.view import Offer

__all__ = ["OffersInForce"]


@attrs.frozen
class _Thing:
    """One thing that a campaign sells, with how its kind shows that."""

    play: Play
    offers: Offers
    item: str


@attrs.frozen
class OffersInForce:
    """What the campaigns in force of a mall sell."""

    ports: Ports

    def all(self, user: str | None, kind: str | None) -> list[Offer]:
        """Everything on offer, or that of one kind."""
        return self._shown([thing for thing in self._things() if kind in (None, thing.play.head.kind)], user)

    def one(self, campaign: str, item: str, user: str | None) -> Offer:
        """One thing on offer; NotFound if it is not."""
        named, wanted = identifier(campaign, "campaign"), identifier(item, "item")
        found = [t for t in self._things() if (t.play.head.campaign, t.item) == (named, wanted)]
        if not found:
            raise NotFound(f"{named} sells no {wanted}")
        return self._shown(found, user)[0]

    def _things(self) -> list[_Thing]:
        kinds = ((play, self.ports.kind(play)) for play in self.ports.plays())
        selling = [(play, kind.offers) for play, kind in kinds if kind is not None and kind.offers is not None]
        return [_Thing(play, offers, item) for play, offers in selling for item in offers.things(play)]

    def _shown(self, things: Sequence[_Thing], user: str | None) -> list[Offer]:
        ports, now = self.ports, self.ports.now()
        picture = ports.look([need for t in things for need in t.offers.needs(t.play, t.item, ports.now())])
        shown = [self._offer(thing, picture) for thing in things]
        whose = identifier_or_none(user, "user")
        if whose is None:
            return shown
        asks = [self._try(thing, whose, now) for thing in things]
        outcomes = ports.transactions.preview(asks, ports.store) if asks else []
        room = self._room(things, asks, ports.holder(whose))
        return [
            attrs.evolve(
                o, why_not=no if isinstance(no, Refused) and no.reason != "attribute-missing" else None, most=most
            )
            for o, no, most in zip(shown, outcomes, room, strict=True)
        ]

    def _offer(self, thing: _Thing, picture: View) -> Offer:
        ports, play, item = self.ports, thing.play, thing.item
        paused, goods = ports.paused(play), ports.project.goods.get(item)
        return thing.offers.show(play, item, picture, ports.now(), paused=paused, goods=goods)

    def _try(self, thing: _Thing, user: str, now: datetime) -> Input:
        """What asks for one piece, to be tried and never settled."""
        type_, data = thing.offers.asks(thing.play, thing.item)
        facts = self.ports.said_of(user, now)
        campaign = thing.play.head.campaign
        return Input(type=type_, key="look", at=now, user=user, campaign=campaign, data=data, facts=facts, asks=True)

    def _room(self, things: Sequence[_Thing], asks: Sequence[Input], holder: str) -> list[int | None]:
        """How many pieces the limits leave to *holder* of each of *things*."""
        whose = [(thing, attrs.evolve(ask, holder=holder)) for thing, ask in zip(things, asks, strict=True)]
        picture = self.ports.look([need for t, ask in whose for need in t.offers.room_needs(t.play, ask)])
        return [t.offers.room(t.play, ask, picture) for t, ask in whose]
