"""
The vocabulary of a mall: units, events, benefits, goods, pools, and what hosts say of people and requests.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from quanyi.campaigns.language.alarms import AlarmBounds
from quanyi.campaigns.language.display import CATEGORIES, Brand, Category, Display, Scene
from quanyi.campaigns.language.events import Attribute, EventType
from quanyi.entitlements.amounts import Unit
from quanyi.entitlements.benefits import Benefit, Goods, PointsUnit, Pool

__all__ = ["Vocabulary"]


@attrs.frozen(kw_only=True)
class Vocabulary:
    """
    Everything that campaigns of one mall may name.

    Attributes:
        zone: The zone of windows and schedules where a campaign names none.
        currency: Its id and scale.
        locales: The mall's languages; the first is the main one.
        profile: What the host knows about people, by name.
        context: What a request may say besides what it asks for, by name; all of it is optional.
        counted: Attributes of the context by which figures are told apart.
        alarms: From where on something is an alarm; of this process's files, and stored with no release.
        events: Event types, the built-in commands included.
        displays: How benefits and goods are shown, by their id; `brands` who stands behind them, `categories`
            the headings under which they are listed, `scenes` shelves.
    """

    zone: str = "UTC"
    currency: Unit = attrs.field(factory=lambda: Unit(id="CNY", scale=2, money=True))
    locales: tuple[str, ...] = ("zh", "en")
    units: Mapping[str, PointsUnit] = attrs.field(factory=dict)
    profile: Mapping[str, Attribute] = attrs.field(factory=dict)
    context: Mapping[str, Attribute] = attrs.field(factory=dict)
    counted: tuple[str, ...] = ()
    alarms: AlarmBounds = attrs.field(factory=AlarmBounds, metadata={"stored": False})
    events: Mapping[str, EventType] = attrs.field(factory=dict)
    benefits: Mapping[str, Benefit] = attrs.field(factory=dict)
    goods: Mapping[str, Goods] = attrs.field(factory=dict)
    pools: Mapping[str, Pool] = attrs.field(factory=dict)
    displays: Mapping[str, Display] = attrs.field(factory=dict)
    brands: Mapping[str, Brand] = attrs.field(factory=dict)
    categories: Mapping[str, Category] = attrs.field(factory=dict)
    scenes: Mapping[str, Scene] = attrs.field(factory=dict)

    def category_title(self, category: str) -> Mapping[str, str]:
        """What a heading is called, by language; empty for one that has no name."""
        found = self.categories.get(category) or CATEGORIES.get(category)
        return found.title if found is not None else {}

    def called(self, platform: str, category: str) -> str:
        """The names of a brand and of a heading in all languages, as people search for them."""
        brand = self.brands.get(platform)
        titles = (brand.title if brand is not None else {}, self.category_title(category))
        return " ".join(name for title in titles for name in title.values())

    def scale_of(self, unit: str) -> int:
        """Decimal places of a unit or of the currency; 0 for pieces and times."""
        if unit in ("money", self.currency.id):
            return self.currency.scale
        return self.units[unit].scale if unit in self.units else 0
