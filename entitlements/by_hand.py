"""
Giving by hand: points into a wallet and an entitlement to a benefit, outside of any campaign.
"""

from __future__ import annotations

from quanyi.entitlements.accounts import outside, stock
from quanyi.entitlements.benefits import Benefit, PointsUnit
from quanyi.entitlements.errors import LimitReached
from quanyi.entitlements.grants import grant
from quanyi.entitlements.parsing import LARGEST
from quanyi.entitlements.picture import Draft
from quanyi.entitlements.points import earn
from quanyi.entitlements.records import Entitlement
from quanyi.entitlements.stocks import take_pieces

__all__ = ["credit", "hand_over"]


def credit(draft: Draft, unit: PointsUnit, holder: str, amount: int) -> None:
    """Book *amount* above zero into a wallet; `LimitReached` where it would hold more than `LARGEST`."""
    room = LARGEST - sum(there for _, there in draft.lots(holder, unit.id))
    if amount > room:
        raise LimitReached(reason="wallet-full", shows={"left": room, "asked": amount})
    earn(draft, unit, holder, amount, label="adjust")


def hand_over(draft: Draft, benefit: Benefit, holder: str, *, id_: str, zone: str) -> Entitlement:
    """Give one entitlement, with a piece of its stock and a code of its pool; `OutOfStock` where there is none."""
    if benefit.counted:
        to = outside("sold", "pieces")
        take_pieces(draft, [stock(benefit.id)], 1, holder=holder, to=to, label="grant")
    return grant(draft, benefit, holder, id_=id_, campaign="", zone=zone)
