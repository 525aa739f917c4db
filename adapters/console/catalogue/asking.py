"""
What the address of the catalogue asks for, and what the list can be narrowed by.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from quanyi.adapters.catalogue.finding import Search, amount_or_none
from quanyi.adapters.console.visit import Console
from quanyi.adapters.web.fields import asked, asked_words
from quanyi.campaigns.catalogue.thing import Thing

__all__ = ["FIELDS", "TONES", "choices", "said_here", "search_of"]

TONES = {"on_sale": "good", "ends_soon": "warn", "sold_out": "bad", "scheduled": "soft", "not_listed": "soft"}
"""The tone of each state of a thing."""

FIELDS = ("q", "campaign", "brand", "category", "state", "unit", "least", "most")
"""The names in the address."""


def said_here(sent: Mapping[str, str] | None = None) -> Mapping[str, str]:
    """What the fields of the address say, or a form that repeats them."""
    if sent is not None:
        return {name: sent.get(name, "") for name in FIELDS}
    return {**{name: asked(name) for name in FIELDS}, "q": asked_words("q")}


def search_of(said: Mapping[str, str], to: Console) -> Search:
    """The search that those fields ask for; what is no amount bounds nothing."""
    project = to.mall.project
    unit = said["unit"] if said["unit"] in project.units else project.currency.id
    least, most = (amount_or_none(said[name], project.scale_of(unit)) for name in ("least", "most"))
    named = {name: said[name] for name in ("campaign", "brand", "category", "state")}
    return Search(words=said["q"], unit=unit, least=least, most=most, **named)


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
