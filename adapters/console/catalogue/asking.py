"""
What the address of the catalogue asks for: which things, by words, campaign, brand, category, state and price.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

import attrs

from quanyi.adapters.console.visit import Console
from quanyi.adapters.web.fields import asked, asked_words
from quanyi.campaigns.catalogue.moments import Moment
from quanyi.campaigns.catalogue.thing import Thing
from quanyi.campaigns.offers import OffersInForce
from quanyi.entitlements.amounts import parse_amount
from quanyi.entitlements.plays.sale.view import Offer

__all__ = ["FIELDS", "STATES", "Asked", "choices", "cursor_of", "offers_of", "state_of"]

STATES = {"on_sale": "good", "ends_soon": "warn", "sold_out": "bad", "scheduled": "soft", "not_listed": "soft"}
"""What a thing is in for an operator, with the tone of each."""

FIELDS = ("q", "campaign", "brand", "category", "state", "unit", "least", "most")
"""The names in the address."""

_SOON = timedelta(days=2)
_AT_ONCE = 1_000


@attrs.frozen(kw_only=True)
class Asked:
    """
    Which things are wanted.

    Attributes:
        words: Parts of Chinese words, beginnings of others, of pinyin and of its initials.
        said: The fields of the address as they were said, by name.
        in_money: Whether `unit` is the currency.
        least: The lowest price in `unit`; None for any, and `most` likewise.
    """

    words: str
    said: Mapping[str, str]
    unit: str
    in_money: bool
    least: int | None = None
    most: int | None = None

    @classmethod
    def here(cls, to: Console, sent: Mapping[str, str] | None = None) -> Asked:
        """What the address says, or a form that repeats it."""
        said = {name: asked(name) if sent is None else sent.get(name, "") for name in FIELDS}
        said["q"] = asked_words("q") if sent is None else said["q"]
        unit = said["unit"] if said["unit"] in to.mall.project.units else to.mall.project.currency.id
        least, most = (_amount(said[name], unit, to) for name in ("least", "most"))
        return cls(
            words=said["q"], said=said, unit=unit, in_money=unit == to.mall.project.currency.id, least=least, most=most
        )

    def found(self, to: Console) -> list[Thing]:
        """The things, by their cursors: by campaign and name."""
        ports = to.books.ports
        moments = ports.catalogue().moments(to.now, ports.transactions.in_force.release.paused)
        fitting = [thing for thing in ports.catalogue().found(self.words) if self._fits(thing, moments)]
        if self.said["state"] in ("on_sale", "ends_soon", "sold_out"):
            offers = offers_of(fitting, to)
            fitting = [t for t, o in zip(fitting, offers, strict=True) if state_of(t, o, to) == self.said["state"]]
        return sorted(fitting, key=cursor_of)

    def _fits(self, thing: Thing, moments: Mapping[str, Moment]) -> bool:
        said, phase = self.said, {"past": "not_listed", "soon": "scheduled"}.get(moments[thing.timed].phase, "")
        wanted = said["state"]
        return (
            said["campaign"] in ("", thing.campaign)
            and said["brand"] in ("", thing.said.platform)
            and said["category"] in ("", thing.said.category)
            and (not wanted or (phase == wanted if wanted in ("not_listed", "scheduled") else not phase))
            and self._costs(thing)
        )

    def _costs(self, thing: Thing) -> bool:
        if self.least is None and self.most is None:
            return True
        price = thing.said.price
        money = price.money if price is not None else 0
        amount = money if self.in_money else price.units.get(self.unit, 0) if price else 0
        return amount > 0 and (self.least or 0) <= amount and (self.most is None or amount <= self.most)


def cursor_of(thing: Thing) -> str:
    """The place of a thing in the list: its campaign and its name."""
    return f"{thing.campaign}/{thing.item}"


def offers_of(things: Sequence[Thing], to: Console) -> list[Offer | None]:
    """How each thing stands for everybody, many asked about together."""
    offers = OffersInForce(to.books.ports)
    names = [(thing.campaign, thing.item) for thing in things]
    return [offer for n in range(0, len(names), _AT_ONCE) for offer in offers.several(names[n : n + _AT_ONCE])]


def state_of(thing: Thing, offer: Offer | None, to: Console) -> str:
    """What the thing is in."""
    if offer is None or offer.state == "ended":
        return "not_listed"
    if offer.state in ("not_started", "between"):
        return "scheduled"
    if offer.state == "sold_out":
        return "sold_out"
    end = thing.head.runs.end
    return "ends_soon" if end is not None and end - to.now <= _SOON else "on_sale"


def choices(things: Iterable[Thing], to: Console) -> dict[str, list[tuple[str, str]]]:
    """What the list can be narrowed by: campaigns, brands and categories with what people call them."""
    project = to.mall.project
    found: dict[str, dict[str, str]] = {"campaign": {}, "brand": {}, "category": {}}
    named = {(thing.campaign, thing.said.platform, thing.said.category) for thing in things}
    for campaign in {campaign for campaign, _, _ in named}:
        found["campaign"][campaign] = to.campaign_title(campaign) or campaign
    for name in {platform for _, platform, _ in named if platform}:
        brand = project.brands.get(name)
        found["brand"][name] = (brand and brand.title.get(to.locale)) or name
    for name in {category for _, _, category in named if category}:
        found["category"][name] = to.category_name(name) or name
    return {name: sorted(some.items(), key=lambda one: one[1]) for name, some in found.items()}


def _amount(text: str, unit: str, to: Console) -> int | None:
    try:
        return parse_amount(text, to.mall.project.scale_of(unit)) if text else None
    except (ArithmeticError, ValueError):
        return None
