"""
The most that a sale can cost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from quanyi.entitlements.limits.bounds import Bound, least, most_of, summed
from quanyi.entitlements.plays.base import Exposure

if TYPE_CHECKING:
    from quanyi.entitlements.plays.sale.terms import Coupon, SaleTerms

__all__ = ["exposure", "pieces"]


def exposure(sale: SaleTerms) -> tuple[Exposure, ...]:
    """What is given away below list price, in money; and pieces of every benefit that goes out for free."""
    discounts = [_discount(sale, thing) for thing in sale.sells]
    discounts += [_taken_off(sale, coupon) for coupon in sale.codes.values()]
    money = summed(discounts)
    for limit in sale.budget:
        if limit.of in (sale.currency, "money"):
            money = least(money, most_of(limit, sale.head, per_time=1))
    if (money.per_user, money.total) == (0, 0):
        return ()
    return (Exposure.of(sale.currency or "money", money),)


def _discount(sale: SaleTerms, thing: str) -> Bound:
    """The most that one thing can be given away below its list price."""
    price = sale.sells[thing]
    off = max(max(each.list_price - each.money, 0) for each in price.all)
    return pieces(sale, thing).times(off) if off else Bound(per_user=0, total=0)


def _taken_off(sale: SaleTerms, coupon: Coupon) -> Bound:
    """The most that a code can take off: its largest order, as often as it can be used."""
    dearest = max((each.money for price in sale.sells.values() for each in price.all), default=0)
    most = None if coupon.percent and sale.per_order is None else coupon.of(dearest * (sale.per_order or 1))
    bound = Bound()
    for limit in (*coupon.at_most, *sale.at_most):
        bound = least(bound, most_of(limit, sale.head, per_time=1 if limit.of in ("times", "pieces") else None))
    return bound.times(most if coupon.percent else coupon.off)


def pieces(sale: SaleTerms, thing: str) -> Bound:
    """How many of a thing can be bought, as far as quota, stock and limits bound it."""
    bound = least(Bound(), Bound(total=sale.quota.get(thing)))
    for limit in sale.rounds.get(thing, ()):
        bound = least(bound, most_of(limit, sale.head, per_time=1))
    benefit = sale.benefits.get(thing)
    if benefit is not None:
        bound = least(bound, Bound(total=benefit.stock))
    for limit in sale.at_most:
        per_time = {"pieces": 1, "times": sale.per_order}.get(limit.of)
        bound = least(bound, most_of(limit, sale.head, per_time=per_time))
    return bound
