"""
The vocabulary of a mall: units, events, benefits, goods, pools, and what hosts say of people and requests.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

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
        events: Event types, the built-in commands included.
    """

    zone: str = "UTC"
    currency: Unit = attrs.field(factory=lambda: Unit(id="CNY", scale=2, money=True))
    locales: tuple[str, ...] = ("zh", "en")
    units: Mapping[str, PointsUnit] = attrs.field(factory=dict)
    profile: Mapping[str, Attribute] = attrs.field(factory=dict)
    context: Mapping[str, Attribute] = attrs.field(factory=dict)
    events: Mapping[str, EventType] = attrs.field(factory=dict)
    benefits: Mapping[str, Benefit] = attrs.field(factory=dict)
    goods: Mapping[str, Goods] = attrs.field(factory=dict)
    pools: Mapping[str, Pool] = attrs.field(factory=dict)

    def scale_of(self, unit: str) -> int:
        """Decimal places of a unit or of the currency; 0 for pieces and times."""
        if unit in ("money", self.currency.id):
            return self.currency.scale
        return self.units[unit].scale if unit in self.units else 0
