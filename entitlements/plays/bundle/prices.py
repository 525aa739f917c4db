"""
What the parts of a bundle cost: their shares of its price, returned or kept one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import attrs

from quanyi.entitlements.counted import count
from quanyi.entitlements.picture import Draft
from quanyi.entitlements.plays.bundle.terms import Part
from quanyi.entitlements.plays.sale.portions import drawn
from quanyi.entitlements.plays.sale.telling import told
from quanyi.entitlements.records import Deal
from quanyi.entitlements.undo.reverse import reverse

if TYPE_CHECKING:
    from quanyi.entitlements.plays.bundle.terms import BundleTerms

__all__ = ["money_of", "return_price", "units_of"]


def money_of(parts: Iterable[Part]) -> int:
    """What these parts cost in money."""
    return sum(part.price.money for part in parts)


def units_of(parts: Iterable[Part]) -> Mapping[str, int]:
    """What these parts cost in counted units."""
    found: dict[str, int] = {}
    for part in parts:
        for unit, amount in part.price.units.items():
            found[unit] = found.get(unit, 0) + amount
    return found


def return_price(bundle: BundleTerms, part: Part, number: str, draft: Draft) -> None:
    """Return what a part costs that can't be given: units to their lots, money by the host."""
    deal = draft.get(Deal, number)
    assert deal is not None  # its parts are written with it
    going, staying = drawn(deal.moves, part.price.units)
    reverse(draft, going, ending="refunded", units=bundle.units)
    money = min(part.price.money, deal.pay - deal.refunded)
    draft.put(attrs.evolve(deal, moves=staying, refunded=deal.refunded + money))
    count(draft, "refunded", money)
    if money:
        told(draft, "deal.refund_due", deal, refund=money, currency=deal.currency, part=part.name)
