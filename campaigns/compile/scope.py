"""
What stands around a clause while it is compiled: the mall's names, the campaign's events, findings.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from quanyi.campaigns.compile.mall import MallParts
from quanyi.campaigns.documents import Place
from quanyi.campaigns.events import Attribute, EventType
from quanyi.campaigns.findings import Findings, did_you_mean
from quanyi.entitlements.amounts import parse_amount

__all__ = ["Scope"]


@attrs.frozen(kw_only=True)
class Scope:
    """
    The surroundings of one campaign.

    Attributes:
        events: The event types whose attributes its clauses may name; all of them must fit.
        zone: The campaign's calendar.
    """

    mall: MallParts
    findings: Findings
    campaign: str = ""
    zone: str = "UTC"
    events: tuple[EventType, ...] = ()

    @property
    def is_command(self) -> bool:
        """Whether somebody waits for every answer."""
        return bool(self.events) and all(event.command for event in self.events)

    def scales(self) -> Mapping[str, int]:
        """Decimal places by unit, the currency as ``money`` too."""
        money = self.mall.currency
        return {unit.id: unit.scale for unit in self.mall.units.values()} | {
            money.id: money.scale,
            "money": money.scale,
        }

    def unit(self, word: str) -> str | None:
        """The id of a unit; ``money`` is the currency; None for an unknown one."""
        if word in ("money", self.mall.currency.id):
            return self.mall.currency.id
        return word if word in self.mall.units else None

    def scale(self, unit: str) -> int:
        """Decimal places of a unit; 0 for pieces, times and benefits."""
        return self.scales().get(unit, 0)

    def amount(self, place: Place, text: str, scale: int) -> int:
        """Read an amount; more places than there are is a mistake."""
        try:
            return parse_amount(text, scale)
        except (ValueError, ArithmeticError) as no:
            hint = f"write at most {scale} decimal places" if scale else "write a whole number"
            self.findings.error(place, "too-many-places", str(no), hint)
            return 0

    def attribute(self, place: Place, name: str) -> Attribute | None:
        """The attribute that all the campaign's events share; what is missing is a mistake."""
        name = name.removeprefix("event.")
        found = None
        for event in self.events:
            found = event.attributes.get(name)
            if found is None:
                hint = did_you_mean(name, event.attributes)
                self.findings.error(place, "unknown-attribute", f"{event.id} has no attribute {name!r}", hint)
                return None
        return found

    def fact(self, place: Place, name: str) -> Attribute | None:
        """The value of the profile of that name; what is missing is a mistake."""
        found = self.mall.profile.get(name.removeprefix("user."))
        if found is None:
            hint = did_you_mean(name.removeprefix("user."), self.mall.profile)
            self.findings.error(place, "unknown-attribute", f"the profile in mall.yaml has no {name!r}", hint)
        return found
