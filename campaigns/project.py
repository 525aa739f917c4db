"""
A mall project as the engine uses it: units, events, catalogue, and campaigns compiled to plays.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from quanyi.campaigns.events import Attribute, EventType
from quanyi.campaigns.findings import Finding
from quanyi.entitlements.amounts import Unit
from quanyi.entitlements.benefits import Benefit, PointsUnit
from quanyi.entitlements.clauses import Head
from quanyi.entitlements.errors import NotFound
from quanyi.entitlements.plays.bundle import Bundle
from quanyi.entitlements.plays.referral import Referral
from quanyi.entitlements.plays.reward import Reward
from quanyi.entitlements.plays.sale import Sale
from quanyi.entitlements.plays.streak import Streak
from quanyi.entitlements.plays.task import Task

__all__ = ["Campaign", "CompiledPlay", "Goods", "Pool", "Project"]

CompiledPlay = Bundle | Referral | Reward | Sale | Streak | Task


@attrs.frozen(kw_only=True)
class Goods:
    """
    A thing of the host's own: sold in campaigns, delivered by the host.

    Attributes:
        list_price: What it costs outside campaigns, in the currency's smallest unit.
    """

    id: str
    title: Mapping[str, str] = attrs.field(factory=dict)
    text: Mapping[str, str] = attrs.field(factory=dict)
    list_price: int = 0


@attrs.frozen(kw_only=True)
class Pool:
    """
    A pool of card codes.

    Attributes:
        reusable: Whether everybody gets the same code.
        ignore_case: Whether codes that differ by case, spaces and dashes alone are one code.
    """

    id: str
    title: Mapping[str, str] = attrs.field(factory=dict)
    text: Mapping[str, str] = attrs.field(factory=dict)
    reusable: bool = False
    ignore_case: bool = False


@attrs.frozen(kw_only=True)
class Campaign:
    """
    One campaign: its play, and the text it was compiled from.

    Attributes:
        play: With `head.version` filled in.
        source: The YAML document as it was written.
        file: Relative to the project's folder; `line` is where the document begins.
        accepted: Why it may run without a bound, if the file says so.
    """

    play: CompiledPlay
    source: str = ""
    file: str = ""
    line: int = 0
    accepted: str = ""

    @property
    def head(self) -> Head:
        """What the campaign says about itself."""
        return self.play.head

    @property
    def id(self) -> str:
        """The campaign's name."""
        return self.play.head.campaign

    @property
    def version(self) -> str:
        """The hash of its source with the catalogue entries it uses."""
        return self.play.head.version


@attrs.frozen(kw_only=True)
class Project:
    """
    Everything one mall project says.

    Attributes:
        zone: The calendar of windows and schedules where a campaign names none.
        currency: Its id and scale.
        locales: The mall's languages; the first is its own.
        profile: What the host knows about people, by name.
        context: What a request may say of itself besides what it asks for, by name; all of it is optional.
        events: Event types, the built-in commands included.
        campaigns: By id.
        warnings: What works, but hardly as it was meant.
    """

    mall: str
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
    campaigns: Mapping[str, Campaign] = attrs.field(factory=dict)
    warnings: tuple[Finding, ...] = attrs.field(default=(), eq=False)

    def campaign(self, id_: str) -> Campaign:
        """The campaign of that id; NotFound if there is none."""
        try:
            return self.campaigns[id_]
        except KeyError:
            raise NotFound(f"no campaign is called {id_!r}") from None

    def plays(self) -> tuple[CompiledPlay, ...]:
        """All plays, high priority first, then by id."""
        found = [campaign.play for campaign in self.campaigns.values()]
        return tuple(sorted(found, key=lambda play: (-play.head.priority, play.head.campaign)))

    def scale_of(self, unit: str) -> int:
        """Decimal places of a unit or of the currency; 0 for pieces and times."""
        if unit in ("money", self.currency.id):
            return self.currency.scale
        return self.units[unit].scale if unit in self.units else 0
