"""
What a host shows: wallets and entitlements. Plain values, computed on a picture.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import attrs

from quanyi.entitlements.benefits import Benefit, PointsUnit
from quanyi.entitlements.picture import View
from quanyi.entitlements.plain import Plain
from quanyi.entitlements.records import Entitlement

__all__ = ["EntitlementView", "Holding", "Purse", "Wallet", "purse_view"]


@attrs.frozen(kw_only=True)
class Purse(Plain):
    """
    What somebody has of one unit.

    Attributes:
        balance: In the smallest part; below zero for what is owed.
        owed: What is owed, as a number above zero, or 0.
        ending: (instant, amount) of what ends, soonest first.
    """

    unit: str
    title: Mapping[str, str]
    scale: int
    balance: int
    owed: int
    ending: tuple[tuple[datetime, int], ...]


@attrs.frozen(kw_only=True)
class Wallet(Plain):
    """All purses of a user, by unit."""

    user: str
    units: Mapping[str, Purse]


@attrs.frozen(kw_only=True)
class EntitlementView(Plain):
    """One entitlement as its owner sees it; `phase` reads as it is now."""

    id: str
    benefit: Benefit
    phase: str
    got_at: datetime
    starts: datetime
    ends: datetime | None
    revealed_at: datetime | None
    has_code: bool
    uses: int
    deal: str

    @classmethod
    def of(cls, record: Entitlement, benefit: Benefit, now: datetime) -> EntitlementView:
        """Show *record* at *now*."""
        return cls(
            id=record.id,
            benefit=benefit,
            phase=record.phase_at(now),
            got_at=record.got_at,
            starts=record.starts,
            ends=record.due_at,
            revealed_at=record.revealed_at,
            has_code=bool(record.pool),
            uses=record.uses,
            deal=record.deal,
        )


@attrs.frozen(kw_only=True)
class Holding(Plain):
    """How many entitlements to one benefit somebody has that read as one phase now."""

    benefit: str
    phase: str
    count: int


def purse_view(unit: PointsUnit, holder: str, view: View, now: datetime) -> Purse:
    """What *holder* has of *unit* by now."""
    draft = view.draft(now)
    lots, owed = draft.lots(holder, unit.id), draft.owed(holder, unit.id)
    ending = sorted((datetime.fromisoformat(lot.ends), amount) for lot, amount in lots if lot.ends)
    return Purse(
        unit=unit.id,
        title=unit.title,
        scale=unit.scale,
        balance=sum(amount for _, amount in lots) - owed,
        owed=owed,
        ending=tuple(ending),
    )
