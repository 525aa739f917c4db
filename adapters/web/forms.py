"""
What the form of an offer asks for: how many, a code, and points that pay for money.
"""

from __future__ import annotations

from decimal import Decimal

import attrs

from quanyi.adapters.web.cards import card_of
from quanyi.adapters.web.fields import sent
from quanyi.adapters.web.limits import measure_of
from quanyi.adapters.web.visit import Visit, money_text
from quanyi.entitlements.amounts import parse_amount
from quanyi.entitlements.plays.sale.view import Offer

__all__ = ["Asks", "Order", "Typed", "asks_of", "order_in", "typed_now"]

_LONGEST_CODE = 40


@attrs.frozen(kw_only=True)
class Typed:
    """What somebody typed, and what is wrong with it, field by field."""

    qty: str = "1"
    code: str = ""
    offset: str = ""
    wrong: dict[str, str] = attrs.field(factory=dict)


@attrs.frozen(kw_only=True)
class Order:
    """What a form asks for, read."""

    qty: int
    code: str = ""
    offset: int = 0


@attrs.frozen(kw_only=True)
class Asks:
    """
    Which fields there are besides the quantity.

    Attributes:
        unit: What may pay for part of the money, as people call it; empty where nothing may.
        worth: What it is worth, in a sentence.
    """

    code: bool = False
    unit: str = ""
    worth: str = ""


def asks_of(offer: Offer, to: Visit) -> Asks:
    """The fields of an offer's form."""
    rule = offer.offset
    if rule is None or not offer.price.money:
        return Asks(code=offer.takes_codes)
    amount, unit = to.counted(rule.each, rule.unit)
    money = money_text(rule.money, offer.currency, offer.currency_scale)
    worth = to.words("item.offset_hint", n=amount, unit=unit, money=money, percent=f"{Decimal(rule.up_to):f}")
    return Asks(code=offer.takes_codes, unit=to.unit_name(rule.unit), worth=worth)


def typed_now() -> Typed:
    """What came with the request."""
    return Typed(qty=sent("qty", "1"), code=sent("code", longest=_LONGEST_CODE), offset=sent("offset"))


def order_in(typed: Typed, offer: Offer, to: Visit) -> Order | Typed:
    """What was typed as an order, or the same with what is wrong."""
    most = card_of(offer, to).most
    qty, offset = _number(typed.qty), _offset(typed.offset, offer, to)
    wrong = {}
    if qty is None or not 1 <= qty <= most:
        wrong["qty"] = to.words("item.qty_wrong" if most > 1 else "item.qty_one", n=most, measure=measure_of(offer))
    if offset is None:
        wrong["offset"] = to.words("item.offset_wrong")
    if wrong or qty is None or offset is None:
        return attrs.evolve(typed, wrong=wrong)
    return Order(qty=qty, code=typed.code, offset=offset)


def _number(text: str) -> int | None:
    return int(text[:6]) if text.isascii() and text.isdigit() else None


def _offset(text: str, offer: Offer, to: Visit) -> int | None:
    """An amount of the unit that may pay; nothing typed is nothing used."""
    if not text or offer.offset is None:
        return 0
    try:
        amount = parse_amount(text, to.mall.project.scale_of(offer.offset.unit))
    except (ArithmeticError, ValueError):
        return None
    return amount if amount >= 0 else None
