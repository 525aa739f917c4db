"""
The most that a campaign can still cost: its exposure with what is used of its bounds taken off.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, cast

import attrs

from quanyi.campaigns.ports import Ports
from quanyi.campaigns.project.model import Campaign, CompiledPlay
from quanyi.campaigns.tools.show import limits_of
from quanyi.entitlements.accounts import Account, stock
from quanyi.entitlements.benefits import Benefit
from quanyi.entitlements.clauses import Head, Limit
from quanyi.entitlements.inputs import Input
from quanyi.entitlements.limits.limit import limit_need, room
from quanyi.entitlements.needs import Need
from quanyi.entitlements.picture import Draft
from quanyi.entitlements.plays.base import Exposure
from quanyi.entitlements.stocks import pieces_left, quota_splits
from quanyi.entitlements.time import zone_of

__all__ = ["Remaining", "RemainingBound", "remaining"]


@attrs.frozen(kw_only=True)
class RemainingBound:
    """
    How much is left of something that all people of a campaign share.

    Attributes:
        limit: The limit or budget; None for pieces put on sale.
        thing: What is counted: a unit, a currency, ``pieces``, ``times``; the thing on sale where there is no limit.
        count: How much there is in all, in the smallest unit; `left` what is free of it now.
        again_at: When its window ends and it is whole again; None if it never is.
    """

    limit: Limit | None
    thing: str
    count: int
    left: int
    again_at: datetime | None = None

    @property
    def percent(self) -> int:
        """How much is used, in whole percent, rounded down; 100 only where nothing is left."""
        return 100 if self.left <= 0 else max(self.count - self.left, 0) * 100 // max(self.count, 1)


@attrs.frozen(kw_only=True)
class Remaining:
    """
    What a campaign can still give.

    Attributes:
        exposure: The most that it can still cost from now on, unit by unit, beside what is given or held by now.
        bounds: What all people of the campaign share, as it stands now.
    """

    exposure: tuple[Exposure, ...]
    bounds: tuple[RemainingBound, ...]


def remaining(campaign: Campaign, ports: Ports) -> Remaining:
    """
    What *campaign* can still give, by what the books say is used.

    Limits of each person count whole, and so does a window that has begun: it may be less, and is never more.
    """
    now = ports.now()
    rest = _Rest(campaign, ports, now)
    end = campaign.head.runs.end
    over = end is not None and end <= now
    return Remaining(exposure=() if over else rest.play().exposure(), bounds=tuple(rest.bounds()))


class _Rest:
    """One campaign and what is used of it, read at once."""

    def __init__(self, campaign: Campaign, ports: Ports, now: datetime) -> None:
        self._campaign, self._now = campaign, now
        self._ask = Input(type="look", key="look", at=now)
        self._zone = campaign.head.zone
        self._quotas = {
            thing: (total, quota_splits(campaign.id, thing, splits))
            for thing, total, splits in campaign.kind.quotas(campaign.play)
        }
        self._shared = [limit for limit in limits_of(campaign) if limit.per == ("campaign",) and limit.over != "flag"]
        self._benefits = {found.id: found for found in _benefits(campaign.play) if found.stock is not None}
        self._draft: Draft = ports.look(self._needs()).draft(now)

    def _needs(self) -> set[Need]:
        limits = {limit_need(limit, self._ask, self._zone) for limit in self._shared}
        quotas = {account for _, accounts in self._quotas.values() for account in accounts}
        return {*limits, *quotas, *map(stock, self._benefits)}

    def bounds(self) -> Iterator[RemainingBound]:
        """Each limit that all share, and each quota."""
        for limit in self._shared:
            again = limit.window.ends(self._now, zone_of(self._zone)) if not limit.window.follows else None
            left = room(self._draft, limit, self._ask, self._zone)
            yield RemainingBound(limit=limit, thing=limit.of, count=limit.count, left=left, again_at=again)
        for thing, (total, accounts) in self._quotas.items():
            yield RemainingBound(limit=None, thing=thing, count=total, left=self._pieces(accounts))

    def play(self) -> CompiledPlay:
        """The campaign as if it began now, with no more than what is left."""
        return cast("CompiledPlay", self._remade(self._campaign.play))

    def _remade(self, value: Any) -> Any:
        if isinstance(value, Limit):
            return self._limit(value)
        if isinstance(value, Benefit):
            return value if value.stock is None else attrs.evolve(value, stock=self._pieces((stock(value.id),)))
        if isinstance(value, tuple):
            return tuple(map(self._remade, value))
        if isinstance(value, Mapping):
            return {key: self._remade(each) for key, each in value.items()}
        return self._attributes(value) if attrs.has(type(value)) else value

    def _attributes(self, value: Any) -> Any:
        fields = [field.name for field in attrs.fields(type(value)) if field.init]
        made = {name: self._remade(getattr(value, name)) for name in fields}
        if isinstance(value, Head):
            start = max(filter(None, (value.runs.start, self._now)))
            return attrs.evolve(value, runs=attrs.evolve(value.runs, start=start))
        if "quota" in made:
            made["quota"] = {thing: self._pieces(self._quotas[thing][1]) for thing in made["quota"]}
        changed = {name: new for name, new in made.items() if new != getattr(value, name)}
        return attrs.evolve(value, **changed) if changed else value

    def _limit(self, limit: Limit) -> Limit:
        """A limit that all share and that is never whole again, with what is left of it."""
        if limit not in self._shared or limit.window.name != "ever":
            return limit
        return attrs.evolve(limit, count=max(room(self._draft, limit, self._ask, self._zone), 0))

    def _pieces(self, accounts: tuple[Account, ...]) -> int:
        return max(pieces_left(self._draft, accounts) or 0, 0)


def _benefits(value: Any) -> Iterator[Benefit]:
    """Every benefit that a play has in it, however deep."""
    if isinstance(value, Benefit):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from _benefits(each)
    elif isinstance(value, Mapping):
        yield from _benefits(tuple(value.values()))
    elif attrs.has(type(value)):
        yield from _benefits(tuple(getattr(value, field.name) for field in attrs.fields(type(value))))
