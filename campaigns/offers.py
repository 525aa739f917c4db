"""
What is on offer, as everybody sees it and as one user does: with why they could not have it, and how much the limits leave.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

import attrs

from quanyi.campaigns.catalogue.query import SORTS, OfferQuery
from quanyi.campaigns.catalogue.slices import Listed, Slice
from quanyi.campaigns.catalogue.standings import Standings
from quanyi.campaigns.catalogue.thing import Thing
from quanyi.campaigns.lists import Page
from quanyi.campaigns.ports import Ports
from quanyi.campaigns.views import purse_view
from quanyi.entitlements.arguments import how_many
from quanyi.entitlements.checks.openings import next_opening
from quanyi.entitlements.errors import InputError, NotFound, Refused
from quanyi.entitlements.identifiers import identifier, identifier_or_none
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.needs import LotsOf, Need, with_due_back
from quanyi.entitlements.picture import View
from quanyi.entitlements.plays.sale.view import Offer

__all__ = ["OfferPage", "OffersInForce"]


class OfferPage(Page[Offer]):
    """
    A part of a list of offers.

    Attributes:
        next: What to pass as `after` for what follows; None at the end.
        previous: What to pass as `after` for what comes before; None at the beginning.
        total: How many things a text found; None where none was looked for.
        categories: Those of all things in the kinds and phases that were asked for, to choose from; `forms` likewise.
        misplaced: Whether `after` was given and is no place in this list, so that this is its first page.
    """

    def __init__(self, offers: Iterable[Offer], of: Slice) -> None:
        super().__init__(offers, of.next)
        self.previous = of.previous
        self.total = of.total
        self.categories = of.categories
        self.forms = of.forms
        self.misplaced = of.misplaced


@attrs.frozen
class OffersInForce:
    """What the campaigns in force of a mall sell."""

    ports: Ports

    def all(self, user: str | None, kind: str | None) -> OfferPage:
        """Everything on offer, or that of one kind, by campaign."""
        things = [thing for thing in self.ports.catalogue().things if kind in (None, thing.play.head.kind)]
        return OfferPage(self._shown(things, user), Slice(things=things))

    def one(self, campaign: str, item: str, user: str | None) -> Offer:
        """One thing on offer; NotFound if it is not."""
        named, wanted = identifier(campaign, "campaign"), identifier(item, "item")
        found = self.ports.catalogue().thing(named, wanted)
        if found is None:
            raise NotFound(f"{named} sells no {wanted}")
        return self._shown([found], user)[0]

    def several(self, named: Sequence[tuple[str, str]]) -> list[Offer | None]:
        """Things by campaign and item, as everybody sees them; None for what is not sold any more."""
        catalogue = self.ports.catalogue()
        found = [catalogue.thing(campaign, item) for campaign, item in named]
        shown = iter(self._shown([thing for thing in found if thing is not None], None))
        return [None if thing is None else next(shown) for thing in found]

    def page(self, user: str | None, query: OfferQuery, after: str | None, limit: int | None) -> OfferPage:
        """One page of what *query* finds; why not is worked out for what is on it alone."""
        whose, most = identifier_or_none(user, "user"), None if limit is None else how_many(limit)
        if query.affordable and whose is None:
            raise InputError("affordable asks for a user's points, and no user is named")
        listed = self.ports.once(("listed", whose, query), lambda: self._listed(whose, query))
        found = listed.slice(after, most, self._standings() if query.sort == SORTS[0] else None)
        return OfferPage(self._shown(found.things, whose), found)

    def _listed(self, user: str | None, query: OfferQuery) -> Listed:
        balances = self._balances(user) if query.affordable and user is not None else {}
        return self.ports.catalogue().listed(query, self.ports.now(), paused=self._paused, balances=balances)

    def _standings(self) -> Standings:
        return self.ports.catalogue().standings(self.ports.now(), paused=self._paused, left=self._left)

    @property
    def _paused(self) -> frozenset[str]:
        return self.ports.transactions.in_force.release.paused

    def _left(self, things: Sequence[Thing]) -> list[int | None]:
        """How many pieces there are of each thing, as everybody sees it; some, where a look has not loaded it yet."""
        now = self.ports.now()
        needs = {need for thing in things for need in thing.offers.needs(thing.play, thing.item, now)}
        view = self.ports.glance(needs) if needs else None
        return [None if view is None else self._left_of(thing, view, now) for thing in things]

    def _left_of(self, thing: Thing, view: View, now: datetime) -> int | None:
        left = thing.offers.left
        return self._offer(thing, view, now).left if left is None else left(thing.play, thing.item, view, now)

    def _balances(self, user: str) -> dict[str, int]:
        holder, now, units = self.ports.holder(user), self.ports.now(), self.ports.project.units
        view = self.ports.look([LotsOf(holder, unit) for unit in units])
        return {unit.id: purse_view(unit, holder, view, now).balance for unit in units.values()}

    def _shown(self, things: Sequence[Thing], user: str | None) -> list[Offer]:
        ports, now, whose = self.ports, self.ports.now(), identifier_or_none(user, "user")
        if whose is None:
            picture = ports.look({need for t in things for need in t.offers.needs(t.play, t.item, now)})
            return self._with_held(things, [self._offer(thing, picture, now) for thing in things], now)
        who = self._who(whose, now)
        which = tuple((t.play.head.campaign, t.item) for t in things)
        trial = ports.once(("offers", whose, which), lambda: _Trial.of(things, who, now))
        picture, refused = ports.refused(trial.asks, trial.needs)
        tried = zip(things, trial.asks, refused, strict=True)
        offers = [self._offer(t, picture, now, no, t.offers.room(t.play, ask, picture)) for t, ask, no in tried]
        return self._with_held(things, offers, now)

    def _offer(
        self, thing: Thing, picture: View, now: datetime, why_not: Refused | None = None, most: int | None = None
    ) -> Offer:
        ports, play, item = self.ports, thing.play, thing.item
        paused, goods = ports.paused(play), ports.project.goods.get(item)
        shown = thing.offers.show(play, item, picture, now, paused=paused, goods=goods)
        if why_not is not None and why_not.reason == "attribute-missing":  # which a request says, and a page can't know
            why_not = None
        return shown if why_not is None and most is None else attrs.evolve(shown, why_not=why_not, most=most)

    def _with_held(self, things: Sequence[Thing], offers: list[Offer], now: datetime) -> list[Offer]:
        """
        The offers, those of which none is left with the pieces that come back, while it is open, if nobody pays.

        What comes back only after the opening has closed is sold out for now, if there is another opening.
        All that are asked about as of the same instant are asked together.
        """
        lapsed = {
            n: now + timedelta(seconds=offer.hold_seconds) for n, offer in enumerate(offers) if _may_be_held(offer)
        }
        before = {n: _before_closing(offers[n], at) for n, at in lapsed.items()}
        for place, freed in self._freed(things, before, now).items():
            offers[place] = attrs.evolve(offers[place], held=freed)
        late = {
            n: at for n, at in lapsed.items() if at > before[n] and not offers[n].held and offers[n].next_at is None
        }
        for place, freed in self._freed(things, late, now).items():
            next_at = next_opening(things[place].play.head, now) if freed else None
            if next_at is not None:
                offers[place] = attrs.evolve(offers[place], next_at=next_at, gone_in="session")
        return offers

    def _freed(self, things: Sequence[Thing], asked: Mapping[int, datetime], now: datetime) -> dict[int, int]:
        """For each place in *things* how many pieces there are at an instant, if nothing is paid until then."""
        at: dict[datetime, list[int]] = {}
        for place, instant in asked.items():
            at.setdefault(instant, []).append(place)
        freed: dict[int, int] = {}
        for instant, places in at.items():
            picture = self._picture_after([things[place] for place in places], now, instant)
            freed |= {place: self._offer(things[place], picture, now).left or 0 for place in places}
        return freed

    def _picture_after(self, things: Sequence[Thing], now: datetime, instant: datetime) -> View:
        """What will stand at *instant*, if nothing is paid until then."""
        needs = with_due_back(need for t in things for need in t.offers.needs(t.play, t.item, now))
        name = ("held", instant, tuple((t.play.head.campaign, t.item) for t in things))
        return View(self.ports.read(name, lambda store: store.peek(needs, instant)), guessing=True)

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
    def of(cls, things: Sequence[Thing], who: Input, now: datetime) -> _Trial:
        """The trial of all *things* by *who*."""
        asks = [_ask(thing, who) for thing in things]
        left = {need for t in things for need in t.offers.needs(t.play, t.item, now)}
        rooms = (t.offers.room_needs(t.play, ask) for t, ask in zip(things, asks, strict=True))
        return cls(asks, frozenset(left.union(*rooms)))


def _may_be_held(offer: Offer) -> bool:
    """Whether orders that wait for their payment may be why none is left."""
    return offer.state == "sold_out" and bool(offer.price.money and offer.hold_seconds)


def _before_closing(offer: Offer, instant: datetime) -> datetime:
    """*instant*, or the last one of the opening if that is sooner: what comes back as it closes helps nobody."""
    return instant if offer.ends_at is None else min(instant, offer.ends_at - timedelta.resolution)


def _ask(thing: Thing, who: Input) -> Input:
    type_, data = thing.offers.asks(thing.play, thing.item)
    return attrs.evolve(who, type=type_, campaign=thing.play.head.campaign, data=data)
