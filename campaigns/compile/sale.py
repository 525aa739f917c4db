"""
`kind: sale`, and its presets `flash_sale` and `points_exchange`.
"""

from __future__ import annotations

from typing import Any

import attrs

from quanyi.campaigns.compile.head import checks, head
from quanyi.campaigns.compile.limits import at_most, budget
from quanyi.campaigns.compile.scope import Scope
from quanyi.campaigns.compile.times import runs
from quanyi.campaigns.documents import Place
from quanyi.campaigns.findings import did_you_mean
from quanyi.campaigns.schema.campaign import LateMap, OfferFile
from quanyi.campaigns.schema.clauses import RunsMap
from quanyi.entitlements.clauses import Limit
from quanyi.entitlements.plays.sale import Hold, Late, Price, Sale
from quanyi.entitlements.time import Duration

__all__ = ["sale"]

_CHECKS: tuple[str, ...] = attrs.fields(Sale).checks.default or ()


def sale(file: OfferFile, root: Place, scope: Scope, *, worth: int = 0) -> Sale:
    """
    Compile a sale under any of its names.

    Args:
        worth: What comes along would cost by itself; part of the price outside the campaign.
    """
    commands = ("order.place", "exchange") if file.kind == "points_exchange" else ("order.place",)
    scope = attrs.evolve(scope, events=tuple(scope.mall.events[name] for name in commands))
    sells = _prices(file, root / "sells", scope, worth)
    benefits = {thing: scope.mall.benefits[thing] for thing in sells if thing in scope.mall.benefits}
    counted = any(benefit.counted for benefit in benefits.values())
    spent = sorted({unit for price in sells.values() for unit in price.units})
    return Sale(
        head=head(file, file.kind, root, scope),
        preset=file.kind,
        currency=scope.mall.currency.id,
        currency_scale=scope.mall.currency.scale,
        sells=sells,
        quota=_quota(file, root / "quota", scope),
        splits=file.splits,
        at_most=at_most(file.at_most, root / "at_most", scope),
        budget=_budget(file, root / "budget", scope),
        checks=checks(file, root, scope, _CHECKS, _used(file, spent, counted=counted)),
        hold=Hold(pay_within=Duration.parse(file.hold.pay_within), overdue=file.hold.overdue),
        late=_late(file.late, root / "late" / "accept", scope),
        per_order=file.per_order,
        benefits=benefits,
        units={unit: scope.mall.units[unit] for unit in spent},
    )


def _prices(file: OfferFile, place: Place, scope: Scope, worth: int) -> dict[str, Price]:
    found = {}
    for thing, value in file.sells.items():
        known = [*scope.mall.benefits, *scope.mall.goods]
        name = thing
        if thing not in known:
            message = f"there is no benefit {thing!r}, and no goods of that name"
            name = scope.thing(place / thing, thing, known, "unknown-thing", message)
        if name:
            price = _price(name, value, place / thing, scope, exchange=file.kind == "points_exchange", worth=worth)
        if name == thing:
            found[name] = price
    return found


def _price(thing: str, value: Any, place: Place, scope: Scope, *, exchange: bool, worth: int) -> Price:
    list_price = _list_price(thing, scope) + worth
    if value == "list":
        if not list_price and thing not in scope.mall.broken:
            hint = "add face: to the benefit, or list: to the goods"
            scope.findings.error(place, "no-list-price", f"{thing} has no price of its own", hint)
        value = {}
        price = Price(money=list_price, list_price=list_price)
    elif isinstance(value, str):
        money = scope.amount(place, value, scope.mall.currency.scale)
        price = Price(money=money, list_price=list_price)
    else:
        price = _mixed(value, place, scope, list_price)
    if not scope.findings.sound(place):
        return price
    if price.money < 0:
        scope.findings.error(place, "amount-not-positive", "a price can't be below zero")
    if exchange and not price.units:
        hint = "write {points: 300} or {points: 300, money: 5.00}"
        scope.findings.error(place, "price-without-points", "an exchange is paid in points", hint)
    if list_price and price.money > list_price:
        message = "the price is above what it costs outside the campaign"
        scope.findings.warning(place, "above-list-price", message)
    return price


def _mixed(value: dict[str, str], place: Place, scope: Scope, list_price: int) -> Price:
    units: dict[str, int] = {}
    money = 0
    for word, text in value.items():
        unit = scope.unit(word)
        if unit is None:
            known = ["money", *scope.mall.units]
            guess = scope.thing(place / word, word, known, "unknown-unit", f"there is no unit {word!r}")
            unit = scope.unit(guess)
        if unit is None:
            continue
        amount = scope.amount(place / word, text, scope.scale(unit))
        if amount <= 0:
            scope.findings.error(place / word, "amount-not-positive", f"{text} is no price; leave it out")
        elif unit == scope.mall.currency.id:
            money = amount
        else:
            units[unit] = amount
    return Price(units=units, money=money, list_price=list_price)


def _list_price(thing: str, scope: Scope) -> int:
    if thing in scope.mall.goods:
        return scope.mall.goods[thing].list_price
    return scope.mall.benefits[thing].face


def _quota(file: OfferFile, place: Place, scope: Scope) -> dict[str, int]:
    for thing, pieces in file.quota.items():
        if thing not in file.sells and scope.findings.sound(place.parent / "sells"):
            hint = did_you_mean(thing, file.sells)
            message = f"{thing!r} has a quota, but is not sold here"
            scope.findings.key_error(place / thing, "quota-not-sold", message, hint)
        if pieces < 0:
            scope.findings.error(place / thing, "amount-not-positive", "a quota can't be below zero")
        if pieces == 0:
            scope.findings.warning(place / thing, "limit-of-zero", "a quota of zero sells nothing")
    return dict(file.quota)


def _budget(file: OfferFile, place: Place, scope: Scope) -> tuple[Limit, ...]:
    found = budget(file.budget, place, scope)
    for word in file.budget:
        if scope.unit(word) not in (None, scope.mall.currency.id):
            message = "a sale costs the mall money: list price less price"
            scope.findings.key_error(place / word, "budget-not-spent", message, "write budget: {money: …}")
    return found


def _late(value: Any, place: Place, scope: Scope) -> Late:
    if not isinstance(value, LateMap):
        return Late(then=value)
    last = RunsMap(through=value.accept.through)
    return Late(then="accept", take_again=value.accept.take_again, until=runs(last, place, scope).end)


def _used(file: OfferFile, spent: list[str], *, counted: bool) -> set[str]:
    named = {
        "open": file.open,
        "for": file.for_,
        "per_order": file.per_order,
        "at_most": file.at_most != "none" and file.at_most,
        "quota": file.quota,
        "stock": counted,
        "points": spent,
        "budget": file.budget,
    }
    return {"phase", *(name for name, value in named.items() if value)}
