"""
Prices: one for each piece, by quantity, with a code; and what a part of a bundle costs.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

import attrs

from quanyi.campaigns.kinds.sale.clauses import CouponMap, OffsetMap, SlabsMap
from quanyi.campaigns.language.compile.limits import limits
from quanyi.campaigns.language.compile.scope import Scope
from quanyi.campaigns.language.message import Message
from quanyi.campaigns.language.places import Place
from quanyi.entitlements.plays.sale import Coupon, Offset, Price

__all__ = ["coupons", "offset", "plain_price", "prices"]

_PIECES = re.compile(r"[1-9][0-9]{0,8}")


def prices(sells: dict[str, Any], place: Place, scope: Scope, *, exchange: bool, worth: int) -> dict[str, Price]:
    """
    The price of each thing.

    Args:
        exchange: Whether each must be paid in points.
        worth: What comes along would cost by itself; part of the price outside the campaign.
    """
    found = {}
    for thing, value in sells.items():
        name = thing
        if thing not in scope.mall.benefits and thing not in scope.mall.goods:
            known = [*scope.mall.benefits, *scope.mall.goods]
            message = Message("there is no benefit {thing!r}, and no goods of that name", thing=thing)
            name = scope.thing(place / thing, thing, known, "unknown-thing", message)
        if not name:
            continue
        price = _price(name, value, place / thing, scope, exchange=exchange, worth=worth)
        if name == thing:
            found[name] = price
    return found


def plain_price(value: Any, place: Place, scope: Scope) -> Price:
    """An amount of money, or amounts of units and money; ``list`` is no such price."""
    if value == "list":
        scope.findings.error(place, "no-list-price", "a part has no list price of its own", "write price: 12.00")
        return Price()
    if isinstance(value, str):
        return _sound(Price(money=scope.amount(place, value, scope.mall.currency.scale)), place, scope)
    return _mixed(value, place, scope, 0)


def coupons(codes: dict[str, CouponMap], place: Place, scope: Scope) -> dict[str, Coupon]:
    """What each code takes off; codes are read in capitals."""
    found = {}
    for name, file in codes.items():
        spot = place / name
        if (file.off is None) == (file.percent is None):
            message = "a code takes off either an amount or a share"
            scope.findings.key_error(spot, "off-or-percent", message, "write off: 6.00, or percent: 20%")
        off = scope.amount(spot / "off", file.off, scope.mall.currency.scale) if file.off else 0
        if file.off and off <= 0:
            scope.findings.error(spot / "off", "amount-not-positive", Message("{off} takes nothing off", off=file.off))
        if name.upper() in found:
            scope.findings.key_error(
                spot, "code-twice", Message("{code} is here already, in other letters", code=name.upper())
            )
        own = limits(file.at_most, spot / "at_most", scope, f"codes/{name.upper()}")
        found[name.upper()] = Coupon(off=max(off, 0), percent=file.percent or "", at_most=own)
    return found


def offset(file: OffsetMap | None, place: Place, scope: Scope) -> Offset | None:
    """A unit that may pay for part of the money: so much of it is worth so much."""
    if file is None:
        return None
    worth = plain_price(file.worth, place / "worth", scope)
    if len(worth.units) != 1 or not worth.money:
        if scope.findings.sound(place / "worth"):
            hint = "write worth: {points: 100, money: 5.00}"
            scope.findings.key_error(place / "worth", "bad-worth", "so much of one unit is so much money", hint)
        return None
    ((unit, each),) = worth.units.items()
    least, step = (
        scope.amount(place / name, text, scope.scale(unit)) if text else default
        for name, text, default in (("at_least", file.at_least, 0), ("step", file.step, 1))
    )
    if step < 1:
        scope.findings.error(place / "step", "amount-not-positive", Message("{step} is no step", step=file.step))
    if file.up_to is not None and Fraction(file.up_to) > 100:  # noqa: PLR2004  (100%)
        scope.findings.error(
            place / "up_to", "out-of-range", Message("{up_to}% is more than the whole order", up_to=file.up_to)
        )
    up_to = file.up_to or "100"
    return Offset(unit=unit, each=each, money=worth.money, at_least=least, step=max(step, 1), up_to=up_to)


def _price(thing: str, value: Any, place: Place, scope: Scope, *, exchange: bool, worth: int) -> Price:
    list_price = _list_price(thing, scope) + worth
    if not isinstance(value, SlabsMap):
        return _one(thing, value, place, scope, exchange=exchange, list_price=list_price)
    steps: list[tuple[int, Price]] = []
    for word, each in value.slabs.items():
        spot = place / "slabs" / word
        if not _PIECES.fullmatch(word):
            scope.findings.key_error(
                spot, "bad-slab", Message("{word} is no number of pieces", word=word), "write {1: 10.00, 5: 9.00}"
            )
            continue
        steps.append((int(word), _one(thing, each, spot, scope, exchange=exchange, list_price=list_price)))
    steps.sort(key=lambda step: step[0])
    if not steps or steps[0][0] != 1:
        hint = "write {1: 10.00, 5: 9.00}"
        scope.findings.key_error(place / "slabs", "slabs-without-first", "nothing says what one piece costs", hint)
        return Price(list_price=list_price)
    return attrs.evolve(steps[0][1], steps=tuple(steps[1:]))


def _one(thing: str, value: Any, place: Place, scope: Scope, *, exchange: bool, list_price: int) -> Price:
    """What one piece costs."""
    if value == "list":
        if not list_price and thing not in scope.mall.broken:
            hint = "add face: to the benefit, or list: to the goods"
            scope.findings.error(place, "no-list-price", Message("{thing} has no price of its own", thing=thing), hint)
        value = {}
        price = Price(money=list_price, list_price=list_price)
    elif isinstance(value, str):
        money = scope.amount(place, value, scope.mall.currency.scale)
        price = Price(money=money, list_price=list_price)
    else:
        price = _mixed(value, place, scope, list_price)
    if not scope.findings.sound(place):
        return price
    price = _sound(price, place, scope)
    if exchange and not price.units:
        hint = "write {points: 300} or {points: 300, money: 5.00}"
        scope.findings.error(place, "price-without-points", "an exchange is paid in points", hint)
    if list_price and price.money > list_price:
        message = "the price is above what it costs outside the campaign"
        scope.findings.warning(place, "above-list-price", message)
    return price


def _sound(price: Price, place: Place, scope: Scope) -> Price:
    if price.money < 0:
        scope.findings.error(place, "amount-not-positive", "a price can't be below zero")
    return price


def _mixed(value: dict[str, str], place: Place, scope: Scope, list_price: int) -> Price:
    units: dict[str, int] = {}
    money = 0
    for word, text in value.items():
        unit = scope.unit(word)
        if unit is None:
            known = ["money", *scope.mall.units]
            guess = scope.thing(
                place / word, word, known, "unknown-unit", Message("there is no unit {word!r}", word=word)
            )
            unit = scope.unit(guess)
        if unit is None:
            continue
        amount = scope.amount(place / word, text, scope.scale(unit))
        if amount <= 0:
            scope.findings.error(
                place / word, "amount-not-positive", Message("{text} is no price; leave it out", text=text)
            )
        elif unit == scope.mall.currency.id:
            money = amount
        else:
            units[unit] = amount
    return Price(units=units, money=money, list_price=list_price)


def _list_price(thing: str, scope: Scope) -> int:
    if thing in scope.mall.goods:
        return scope.mall.goods[thing].list_price
    return scope.mall.benefits[thing].face
