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
from quanyi.entitlements.needs import Need
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
        ports, now, whose = self.ports, self.ports.now(), identifier_or_none(user, "user")
        if whose is None:
            picture = ports.look({need for t in things for need in t.offers.needs(t.play, t.item, now)})
            return [self._offer(thing, picture, now) for thing in things]
        who = self._who(whose, now)
        which = tuple((t.play.head.campaign, t.item) for t in things)
        trial = ports.once(("offers", whose, which), lambda: _Trial.of(things, who, now))
        picture, refused = ports.refused(trial.asks, trial.needs)
        tried = zip(things, trial.asks, refused, strict=True)
        return [self._offer(t, picture, now, no, t.offers.room(t.play, ask, picture)) for t, ask, no in tried]

    def _offer(
        self, thing: _Thing, picture: View, now: datetime, why_not: Refused | None = None, most: int | None = None
    ) -> Offer:
        ports, play, item = self.ports, thing.play, thing.item
        paused, goods = ports.paused(play), ports.project.goods.get(item)
        shown = thing.offers.show(play, item, picture, now, paused=paused, goods=goods)
        if why_not is not None and why_not.reason == "attribute-missing":  # which a request says, and a page can't know
            why_not = None
        return shown if why_not is None and most is None else attrs.evolve(shown, why_not=why_not, most=most)

    def _who(self, user: str, now: datetime) -> Input:
        """The input of somebody who would have something, to be tried and never settled."""
        who = Input(type="look", key="look", at=now, user=user, facts=self.ports.said_of(user, now), asks=True)
        return self.ports.guessed([who])[0]


@attrs.frozen
class _Trial:
    """
    What tells how things stand for one user.

    Attributes:
        asks: For each thing what asks for one piece.
        needs: What tells how much is left of it, and how much the limits leave to the user.
    """

    asks: list[Input]
    needs: frozenset[Need]

    @classmethod
    def of(cls, things: Sequence[_Thing], who: Input, now: datetime) -> _Trial:
        """The trial of all *things* by *who*."""
        asks = [_ask(thing, who) for thing in things]
        left = {need for t in things for need in t.offers.needs(t.play, t.item, now)}
        rooms = (t.offers.room_needs(t.play, ask) for t, ask in zip(things, asks, strict=True))
        return cls(asks, frozenset(left.union(*rooms)))


def _ask(thing: _Thing, who: Input) -> Input:
    type_, data = thing.offers.asks(thing.play, thing.item)
    return attrs.evolve(who, type=type_, campaign=thing.play.head.campaign, data=data)
